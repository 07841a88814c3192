import type { CgroupParent } from '../../application/prepare-bundle.ts';
import type { SubPaths } from '../../domain/rewrite/decide-options.ts';

/** From which engine's directories volumes are known; `auto`: from all that there are. */
type LayoutName = 'auto' | 'kubelet' | 'podman' | 'docker';
export type LogLevel = 'error' | 'warning' | 'info' | 'debug';

/** What `mount-hints-runtime.sh` hands over; it has checked every value. Absent is what it had no value for. */
export interface RuntimeArguments {
  /** The bundle directory as the engine gave it; the working directory if it gave none. */
  readonly bundle: string | undefined;
  /** A spec file apart from the bundle (crun's `--config`). */
  readonly spec: string | undefined;
  /** The real runtime's path. */
  readonly runtime: string;
  readonly release: string;
  /** Where the release was set, in words. */
  readonly releaseFrom: string;
  readonly kubeletDir: string | undefined;
  readonly volumeLayout: LayoutName;
  readonly volumesDir: string | undefined;
  readonly cgroupParent: CgroupParent;
  readonly subPaths: SubPaths;
  /** What a restore comes to. */
  readonly restore: 'log' | 'fix';
  /** The image directory of a restore. */
  readonly imagePath: string | undefined;
  readonly onError: 'fail' | 'ignore';
  /** The engine's log file, and its format (`json`, or anything else for text). */
  readonly log: string | undefined;
  readonly logFormat: string;
  /** Our own log file. */
  readonly logFile: string | undefined;
  readonly logLevel: LogLevel;
}

const WORD = /^--([a-z-]+)=(.*)$/s;

/**
 * Reads the words that the script passes, each `--name=value`; an empty value is none. Not `parseArgs`: the
 * words are the script's own, and this costs a container's start a millisecond less.
 */
export function readRuntimeArguments(words: readonly string[]): RuntimeArguments {
  const values = new Map(words.map((word) => WORD.exec(word)).map((match) => [match?.[1], match?.[2]]));
  const value = (name: string) => values.get(name) || undefined;
  return {
    bundle: value('bundle'),
    spec: value('spec'),
    runtime: value('runtime') ?? 'runsc',
    release: value('release') ?? 'auto',
    releaseFrom: value('release-from') ?? 'the command line',
    kubeletDir: value('kubelet-dir'),
    volumeLayout: (value('volume-layout') ?? 'auto') as LayoutName,
    volumesDir: value('volumes-dir'),
    cgroupParent: (value('cgroup-parent') ?? 'auto') as CgroupParent,
    subPaths: value('sub-paths') === 'refuse' ? 'refuse' : 'leave',
    restore: value('restore') === 'fix' ? 'fix' : 'log',
    imagePath: value('image-path'),
    onError: value('on-error') === 'ignore' ? 'ignore' : 'fail',
    log: value('log'),
    logFormat: value('log-format') ?? 'text',
    logFile: value('log-file'),
    logLevel: (value('log-level') ?? 'info') as LogLevel,
  };
}
