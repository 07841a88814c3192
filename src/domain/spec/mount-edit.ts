import type { ChangeMount } from './edits.ts';
import type { Mount, MountKind } from './mount.ts';

function sameOptions(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((option, index) => option === b[index]));
}

/** The edit by which a mount becomes `now`, if that is another kind. */
export function mountEdit(mount: Mount, now: MountKind): ChangeMount | undefined {
  const { index, destination } = mount;
  const type = { was: mount.type, value: now.type };
  const options = { was: mount.options, value: now.options };
  if (sameOptions(now.options, mount.options)) {
    if (now.type === mount.type) return undefined;
    return { kind: 'change-mount', mount: index, destination, type };
  }
  if (now.type === mount.type) return { kind: 'change-mount', mount: index, destination, options };
  return { kind: 'change-mount', mount: index, destination, type, options };
}
