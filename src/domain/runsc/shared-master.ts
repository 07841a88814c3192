import type { Mount } from '../spec/mount.ts';
import type { Hint } from './read-hints.ts';
import type { RunscRules } from './runsc-rules.ts';

const RESTRICTIONS = ['ro', 'noexec', 'noatime', 'nosuid'] as const;

/**
 * The restrictions that a shared master has and a container's mount of it has not. With one or more, the
 * container does not start. One such option anywhere in a list counts, whatever stands after it.
 *
 * Source: gVisor `runsc/boot/mount_hints.go` (checkCompatible), `runsc/boot/vfs.go` (ParseMountOptions);
 * `nosuid` since release-20250820.0.
 */
export function looserThan(hint: Hint, mount: Mount, rules: RunscRules): readonly string[] {
  return RESTRICTIONS.filter(
    (option) =>
      (option !== 'nosuid' || rules.comparesNosuid) &&
      hint.options.includes(option) &&
      !mount.options.includes(option),
  );
}
