import { cleanPath, parentOf } from '../spec/clean-path.ts';

/** Over which runsc mounts a tmpfs of its own, where it is empty and no mount is at exactly this path. */
export const TMP = '/tmp';

/** Source: gVisor `runsc/boot/vfs.go` (compileMounts), `pkg/sentry/fsimpl/dev`. */
const MADE_BY_RUNSC: ReadonlySet<string> = new Set(['/proc', '/sys', '/dev', '/dev/pts', '/dev/shm']);

/** Whether a directory is there in every container, whatever its image. */
export function isMadeByRunsc(directory: string): boolean {
  return MADE_BY_RUNSC.has(directory);
}

/** Whether a directory is there when a mount point is made, by its clean path. */
export type HasDirectory = (path: string) => boolean;

/** Whether a path names its last part twice over or not at all: `/data/`, `/data/.`, `/data/sub/..`. */
function endsInNoName(path: string): boolean {
  return /(?:^|\/)\.{0,2}$/.test(path);
}

/**
 * Whether runsc can make the directory on which a file system of the sandbox's own is mounted. It makes what
 * is above by the clean path, and the last part by the path as it is written: so a last part that is no name
 * has to be there before, and so has every directory that `..` leads out of. Earlier releases made a last part that is
 * no name by the clean path too.
 *
 * Source: gVisor `runsc/boot/vfs.go` (makeMountPoint), `pkg/sentry/vfs/vfs.go` (MakeSyntheticMountpoint); observed
 * (docs/runsc-observations.md, `rule-destination-…`).
 *
 * @param asWritten whether the last part is made by the path as it is written, as of late.
 */
export function canMakeMountPoint(path: string, has: HasDirectory, asWritten = true): boolean {
  const clean = cleanPath(path);
  const made = cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
  const isThere = (directory: string): boolean =>
    directory === '/' || directory === made || made.startsWith(`${directory}/`) || has(directory);
  let at = '/';
  for (const part of path.split('/')) {
    if (part === '..') {
      if (!isThere(at)) return false;
      at = parentOf(at);
    } else if (part !== '' && part !== '.') at = at === '/' ? `/${part}` : `${at}/${part}`;
  }
  return !endsInNoName(path) || !asWritten || clean === '/' || has(clean);
}

/** Whether a file system of the sandbox's own is served at this path as it would be at the clean one, whatever the image. */
export function isSafeMountPoint(path: string): boolean {
  return (cleanPath(path) !== TMP || path === TMP) && canMakeMountPoint(path, isMadeByRunsc);
}
