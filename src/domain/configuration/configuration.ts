import type { Ignore } from '../check/ignore.ts';
import type { Severity } from '../severity.ts';

/** What a configuration file is called. */
export const CONFIGURATION_FILE = '.mount-hints.yaml';

/** An ignore of a configuration file, which has its reason. */
export interface ConfiguredIgnore extends Ignore {
  readonly reason: string;
}

/** What a configuration file says. Nothing in it names a program or a file: it may come from anyone's repository. */
export interface Configuration {
  /** The gVisor release whose rules hold: `auto`, `latest`, or a date as in its tag. */
  readonly release?: string;
  /** By which rules hints are computed. */
  readonly rules?: 'safe' | 'gke';
  /** The least that `check` reports. */
  readonly severity?: Severity;
  /** The runtime classes that mean gVisor. */
  readonly runtimeClasses?: readonly string[];
  /** Where custom resources have their pod templates, each `KIND=PATH`. */
  readonly podPaths?: readonly string[];
  /** The findings that are not reported. */
  readonly ignores?: readonly ConfiguredIgnore[];
}
