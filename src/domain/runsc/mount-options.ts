/** What runsc knows mount options by. Source: gVisor `runsc/specutils/fs.go` (optionsMap, propOptionsMap, invalidOptions). */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set(
  (
    'acl async atime bind defaults dev diratime dirsync exec noexec iversion loud mand noacl noatime nodev ' +
    'nodiratime noiversion nomand norelatime nostrictatime nosuid rbind relatime remount ro rw silent ' +
    'strictatime suid sync private rprivate slave rslave unbindable runbindable'
  ).split(' '),
);

const SHARED_PROPAGATION: ReadonlySet<string> = new Set(['shared', 'rshared']);

/** Whether an option asks for mounts made in the sandbox to appear on the host, which runsc never allows. */
export function isSharedPropagation(option: string): boolean {
  return SHARED_PROPAGATION.has(option);
}

/** The options with a value that a tmpfs takes. Source: gVisor `runsc/boot/vfs.go` (tmpfsAllowedData). */
const TMPFS_OPTIONS: readonly string[] = ['size', 'mode', 'uid', 'gid'];

/** The names of all options that runsc knows. */
export const OPTION_NAMES: readonly string[] = [...KNOWN_OPTIONS, ...SHARED_PROPAGATION, ...TMPFS_OPTIONS];

/** The name of an option: what stands before its "=". */
export function optionName(option: string): string {
  return option.split('=', 1)[0] ?? '';
}

/** Whether an option is in the list that runsc's validation knew options by until release 20240501. */
function isKnownOption(option: string): boolean {
  return KNOWN_OPTIONS.has(option);
}

/** Whether runsc validates an option away from a hint, or refuses it on a container's own bind mount. */
export function isRefusedOption(option: string, knownOptionsOnly: boolean): boolean {
  return isSharedPropagation(option) || (knownOptionsOnly && !isKnownOption(option));
}
