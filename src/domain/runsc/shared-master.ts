import type { Mount } from '../sandbox-spec.ts';
import type { Hint } from './read-hints.ts';
import type { RunscRules } from './runsc-rules.ts';

/** The hint that a mount belongs to: the one whose source is the mount's, byte for byte. */
export function hintOf(hints: readonly Hint[], mount: Mount): Hint | undefined {
  return hints.find((hint) => hint.source === mount.source);
}

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
