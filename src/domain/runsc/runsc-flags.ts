import { checkArgument, checkOptions, type Shape } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import type { Annotations } from '../spec/identity.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { parseGoBoolean } from '../text/go-boolean.ts';
import { sentences } from '../text/sentences.ts';
import type { FileAccess } from './read-hints.ts';
import type { RunscRules } from './runsc-rules.ts';

/** What `--overlay2` puts above mounts, and where it keeps what is written. */
export interface Overlay2 {
  /** The flag's text, such as `root:self`. */
  readonly text: string;
  /** Whether mounts get an overlay, and not only the root file system. */
  readonly mounts: boolean;
  /** `self`: a filestore in the mount's own source; `dir`: one in a directory of the host. */
  readonly medium: 'none' | 'memory' | 'self' | 'dir';
  /** The directory, with `dir`. */
  readonly directory?: string;
  /** The limit, as given to tmpfs. */
  readonly size?: string;
}

/** What a sandbox may do with unix sockets of the host. */
type HostUds = 'none' | 'open' | 'create' | 'all';

const HOST_UDS: readonly HostUds[] = ['none', 'open', 'create', 'all'];

/** The flags of runsc that change how mounts are served. */
export interface RunscFlags {
  readonly overlay2: Overlay2;
  readonly fileAccessMounts: FileAccess;
  readonly directfs: boolean;
  readonly hostUds: HostUds;
  /** Pods may set any flag in an annotation. */
  readonly allowFlagOverride: boolean;
}

/** What runsc does without any flag. Source: gVisor `runsc/config/flags.go`. */
export const DEFAULT_FLAGS: RunscFlags = {
  overlay2: { text: 'root:self', mounts: false, medium: 'self' },
  fileAccessMounts: 'shared',
  directfs: true,
  hostUds: 'none',
  allowFlagOverride: false,
};

const OVERLAY2 = {
  text: 'string',
  mounts: 'boolean',
  medium: ['none', 'memory', 'self', 'dir'],
  directory: 'string?',
  size: 'string?',
} as const satisfies Shape;

/**
 * Refuses flags of the wrong kind, such as texts of a configuration that `configuredFlags` has not read.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkFlags(name: string, flags: RunscFlags | undefined): void {
  if (flags === undefined) return;
  checkOptions(name, 'options.flags', flags, {
    overlay2: 'object',
    fileAccessMounts: ['shared', 'exclusive'],
    directfs: 'boolean',
    hostUds: HOST_UDS,
    allowFlagOverride: 'boolean',
  });
  checkOptions(name, 'options.flags.overlay2', flags.overlay2, OVERLAY2);
}

/** An annotation `dev.gvisor.flag.NAME` with which runsc refuses to start the container. */
export interface FlagRefusal {
  readonly key: string;
  readonly value: string;
  /** `not-allowed`: only with `--allow-flag-override`; `invalid`: no value of this flag. */
  readonly reason: 'not-allowed' | 'invalid';
}

export const FLAG_PREFIX = 'dev.gvisor.flag.';

/** Flags that any pod may set. Source: gVisor `runsc/config/flags.go` (overrideAllowlist). */
export const FREE_FLAGS: ReadonlySet<string> = new Set(
  (
    'debug debug-command debug-to-user-log strace strace-syscalls strace-log-size host-uds net-disconnect-ok ' +
    'reproduce-nftables overlay2 oci-seccomp pause-external-networking allow-connected-on-save qdisc ' +
    'qdisc-tbf-rate qdisc-tbf-burst in-sandbox-cgroup'
  ).split(' '),
);

const DIRECTORY_MEDIUM = 'dir=';

/** `--overlay2`'s text taken apart; `undefined` if runsc refuses it. Source: gVisor `runsc/config/config.go` (Overlay2.Set). */
export function parseOverlay2(text: string): Overlay2 | undefined {
  if (text === 'none') return { text, mounts: false, medium: 'none' };
  const [where = '', size, ...more] = text.split(',');
  const [target, medium, ...rest] = where.split(':');
  if (more.length > 0 || rest.length > 0 || medium === undefined) return undefined;
  if (target !== 'root' && target !== 'all') return undefined;
  if (size !== undefined && !size.startsWith('size=')) return undefined;
  const common = { text, mounts: target === 'all', ...(size !== undefined && { size: size.slice(5) }) };
  if (medium === '') return { ...common, medium: 'none' };
  if (medium === 'memory' || medium === 'self') return { ...common, medium };
  if (!medium.startsWith(`${DIRECTORY_MEDIUM}/`)) return undefined;
  return { ...common, medium: 'dir', directory: medium.slice(DIRECTORY_MEDIUM.length) };
}

type Setters = { readonly [name: string]: (value: string) => Partial<RunscFlags> | undefined };

function setBoolean(flag: 'directfs' | 'allowFlagOverride') {
  return (value: string): Partial<RunscFlags> | undefined => {
    const parsed = parseGoBoolean(value);
    return parsed === undefined ? undefined : { [flag]: parsed };
  };
}

const SETTERS: Setters = {
  overlay2: (value) => {
    const overlay2 = parseOverlay2(value);
    return overlay2 && { overlay2 };
  },
  'file-access-mounts': (value) =>
    value === 'shared' || value === 'exclusive' ? { fileAccessMounts: value } : undefined,
  directfs: setBoolean('directfs'),
  'allow-flag-override': setBoolean('allowFlagOverride'),
  'host-uds': (value) => {
    const hostUds = HOST_UDS.find((known) => known === value);
    return hostUds && { hostUds };
  },
};

/** The flags with one more set; `undefined` if runsc refuses the value. A flag that does not matter here changes nothing. */
function withFlag(flags: RunscFlags, name: string, value: string): RunscFlags | undefined {
  if (!Object.hasOwn(SETTERS, name)) return flags;
  const set = SETTERS[name]?.(value);
  return set && { ...flags, ...set };
}

/** A flag that looks like one of these and is another one of runsc's. */
const OTHER_FLAGS: readonly string[] = ['overlay'];

/** Refuses a name that is one of these flags but for a letter or two; runsc has many others, which are passed over. */
function refuseMisspelt(name: string, value: string): void {
  const known = Object.keys(SETTERS);
  if (OTHER_FLAGS.includes(name) || closest(name, known) === undefined) return;
  checkOptions('configuredFlags', 'config', { [name]: value }, {}, known);
}

function refuseValue(name: string, value: string): never {
  const problem = `configuredFlags(): config.${name} must be a value that runsc takes, and is ${JSON.stringify(value)}.`;
  const meant = name === 'host-uds' ? closest(value, HOST_UDS) : undefined;
  throw new MountHintsError('MH_ARGUMENT_INVALID', sentences(problem, didYouMean(meant)), {
    function: 'configuredFlags',
    argument: `config.${name}`,
  });
}

/**
 * The flags of an installation: runsc's defaults, changed by what its configuration says.
 *
 * @param config flag names and values, as in `[runsc_config]` of a `runsc.toml`; other flags of runsc are passed over.
 * @throws MH_ARGUMENT_INVALID for a misspelt flag, and for a value that runsc refuses.
 */
export function configuredFlags(config: Readonly<Record<string, string>>): RunscFlags {
  return guardArguments('configuredFlags', () => {
    checkArgument('configuredFlags', 'config', config, 'object');
    for (const [name, value] of Object.entries(config)) {
      checkArgument('configuredFlags', `config.${name}`, value, 'string');
      refuseMisspelt(name, value);
      if (withFlag(DEFAULT_FLAGS, name, value) === undefined) refuseValue(name, value);
    }
    return installedFlags(config);
  });
}

/** {@link configuredFlags} for the file of an installation: what runsc refuses there changes nothing. */
export function installedFlags(config: Readonly<Record<string, string>>): RunscFlags {
  return Object.entries(config).reduce<RunscFlags>(
    (flags, [name, value]) => withFlag(flags, name, value) ?? flags,
    DEFAULT_FLAGS,
  );
}

function isAllowed(name: string, value: string, flags: RunscFlags, rules: RunscRules): boolean {
  if (flags.allowFlagOverride) return true;
  if (name !== 'overlay2') return FREE_FLAGS.has(name);
  return rules.overlay2Annotation && parseOverlay2(value)?.medium !== 'dir';
}

/**
 * The flags that hold for one container: those of the installation, changed by the spec's annotations.
 *
 * Source: gVisor `runsc/specutils/specutils.go` (FixConfig), `runsc/config/flags.go` (Override).
 */
export function flagsFor(
  annotations: Annotations,
  installed: RunscFlags,
  rules: RunscRules,
): { readonly flags: RunscFlags; readonly refusals: readonly FlagRefusal[] } {
  let flags = installed;
  const refusals: FlagRefusal[] = [];
  const keys = Object.keys(annotations).filter((key) => key.startsWith(FLAG_PREFIX));
  for (const key of keys.sort()) {
    const name = key.slice(FLAG_PREFIX.length);
    const value = annotations[key] ?? '';
    const changed = withFlag(flags, name, value);
    if (!isAllowed(name, value, installed, rules)) refusals.push({ key, value, reason: 'not-allowed' });
    else if (changed) flags = changed;
    else refusals.push({ key, value, reason: 'invalid' });
  }
  return { flags, refusals };
}
