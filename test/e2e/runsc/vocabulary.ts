import type { Expectation, Observation, PlannedMount, Step, Verdict, Volume } from './observation.ts';

export const PREFIX = 'dev.gvisor.spec.mount.';

export interface HintFields {
  readonly type?: string | undefined;
  readonly share?: string | undefined;
  readonly options?: string;
  readonly directfs?: string;
  readonly source?: string | undefined;
}

/** The annotations of a complete hint for a volume; a field given as `undefined` is left out. */
export function hint(volume: string, fields: HintFields): Record<string, string> {
  const all: HintFields = { source: `{${volume}}`, ...fields };
  return Object.fromEntries(
    Object.entries(all)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([field, value]) => [`${PREFIX}${volume}.${field}`, value]),
  );
}

export function bind(volume: string, options: readonly string[] = ['rw'], destination = '/v'): PlannedMount {
  return { destination, type: 'bind', source: `{${volume}}`, options: ['rbind', 'rprivate', ...options] };
}

export function tmpfs(volume: string, options: readonly string[] = ['rw'], destination = '/v'): PlannedMount {
  return { destination, type: 'tmpfs', source: `{${volume}}`, options: ['rprivate', ...options] };
}

export const MOUNT_LINE = 'grep " /v " /proc/mounts';

export const SIZE_KIB = 'df -P -k /v | tail -n 1';

export const FILESTORES =
  'n=0; kib=0; for f in {vol}/.gvisor.filestore.*; do [ -e "$f" ] || continue; n=$((n+1)); kib=$((kib + $(du -k "$f" | cut -f1))); done; echo "$n filestores, $kib KiB"';

export const start = (
  container: string,
  mounts: readonly PlannedMount[] = [],
  as = `start-${container}`,
): Step => ({ do: 'start', container, mounts, as });

export const exec = (container: string, script: string, as: string): Step => ({
  do: 'exec',
  container,
  script,
  as,
});

export const host = (script: string, as: string): Step => ({ do: 'host', script, as });

export const log = (contains: string, as: string): Step => ({ do: 'log', contains, as });

const expectThat = (of: string, matches: string): Expectation => ({ of, matches });

export function expectations(values: Readonly<Record<string, string>>): readonly Expectation[] {
  return Object.entries(values).map(([of, matches]) => expectThat(of, matches));
}

export const DISK_VOLUME: Volume = { name: 'vol', kind: 'directory', files: { 'host.txt': 'from-host' } };

export const TMPFS_VOLUME: Volume = {
  name: 'vol',
  kind: 'host-tmpfs',
  size: '64m',
  files: { 'host.txt': 'from-host' },
};

export const EMPTY_VOLUME: Volume = { name: 'vol', kind: 'directory' };

export const MASTER = hint('vol', { type: 'tmpfs', share: 'pod' });

export const STARTED = '^started$';

export const HALF_OF_RAM = 'HALF_OF_RAM_KIB';

export const REPEATED = 'repeated submounts are not supported with overlay';

export const READ_HOST = 'cat /v/host.txt 2>/dev/null || echo HIDDEN';

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly statement: string;
  readonly volumes?: readonly Volume[];
  readonly hints?: Readonly<Record<string, string>>;
  readonly runscFlags?: readonly string[];
  readonly sandboxMounts?: readonly PlannedMount[];
  readonly imageDirectories?: readonly string[];
  readonly steps: readonly Step[];
  readonly expect: Readonly<Record<string, string>>;
  readonly verdict?: Verdict;
  readonly note?: string;
  readonly authored?: Readonly<Record<string, string>>;
  readonly notModelled?: string;
}

export function rule(given: Rule): Observation {
  const { expect, ...rest } = given;
  return {
    kind: 'rule',
    volumes: [DISK_VOLUME],
    hints: {},
    verdict: 'agrees',
    ...rest,
    id: `rule-${given.id}`,
    expect: expectations(expect),
  };
}

/** A pod with one container and one mount: what most rules need. */
export function once(mount: PlannedMount, more: readonly Step[] = []): readonly Step[] {
  return [start('sandbox'), start('c1', [mount]), exec('c1', MOUNT_LINE, 'mounted-as'), ...more];
}
