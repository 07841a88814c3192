import { cleanPath, parentOf } from '../spec/clean-path.ts';
import { canMakeMountPoint, isMadeByRunsc, TMP } from './mount-point.ts';
import type { RunscRules } from './runsc-rules.ts';
import type { ServedMount } from './served-mount.ts';

/** Whether the image of a container has a directory; `undefined` where that is not known. */
export type ImageDirectories = (path: string) => boolean | undefined;

/** A mount with its place in the container. */
interface Placed {
  readonly served: ServedMount;
  readonly index: number;
  /** The destination as the sandbox gets it: the gofer hands a clean one on. */
  readonly path: string;
  readonly clean: string;
}

function isThroughGofer({ serving }: ServedMount): boolean {
  return serving === 'gofer' || serving === 'overlay';
}

function place(served: ServedMount, index: number): Placed {
  const { destination } = served.mount;
  const clean = cleanPath(destination);
  return { served, index, clean, path: isThroughGofer(served) ? clean : destination };
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

/** Shorter destinations first, as runsc mounts them; of equal length, in the order of the list. */
function byLength(a: Placed, b: Placed): number {
  return a.path.length - b.path.length || a.index - b.index;
}

/** Places that something is mounted on, by their clean paths. */
class Covers {
  readonly #by = new Map<string, Placed>();
  readonly #lengths = new Set<number>();

  add(placed: Placed): void {
    this.#by.set(placed.clean, placed);
    this.#lengths.add(placed.clean.length);
  }

  /** What covers a clean path: something at it, or at a directory above. */
  of(path: string): Placed | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const found = this.#lengths.has(end) ? this.#by.get(path.slice(0, end)) : undefined;
      if (found) return found;
    }
    return this.#by.get('/');
  }
}

/** The mounts of one container that another one of its mounts hides, each with that one. */
function findHidden(placed: readonly Placed[]): ReadonlyMap<Placed, Placed> {
  const hidden = new Map<Placed, Placed>();
  const mountedLater = new Covers();
  for (const each of placed.toSorted(byLength).reverse()) {
    const by = mountedLater.of(each.clean);
    if (by) hidden.set(each, by);
    mountedLater.add(each);
  }
  const listedLater = new Covers();
  for (const each of placed.toReversed()) {
    if (!isThroughGofer(each.served)) continue;
    const by = each.clean === '/' ? undefined : listedLater.of(parentOf(each.clean));
    if (by && !hidden.has(each)) hidden.set(each, by);
    listedLater.add(each);
  }
  return hidden;
}

function canBeMade(at: Placed, all: readonly Placed[], image: ImageDirectories, rules: RunscRules): boolean {
  const isMadeBy = (directory: string) => (other: Placed) =>
    other !== at &&
    isAtOrBelow(other.clean, directory) &&
    (isThroughGofer(other.served) || byLength(other, at) < 0);
  return canMakeMountPoint(
    at.path,
    (directory) =>
      isMadeByRunsc(directory) || (image(directory) ?? directory === TMP) || all.some(isMadeBy(directory)),
    rules.makesLastPartAsWritten,
  );
}

/**
 * Whether runsc mounts a tmpfs of its own over this mount: over `/tmp` where that is empty, unless a mount has
 * exactly this destination, or one below it, for which there is a directory.
 */
function isUnderOwnTmp(at: Placed, all: readonly Placed[]): boolean {
  if (at.clean !== TMP || isThroughGofer(at.served)) return false;
  return !all.some(({ path, clean }) => path === TMP || clean.startsWith(`${TMP}/`));
}

/** What is at a destination over which runsc mounts a tmpfs of its own. */
function asOwnTmp(served: ServedMount): ServedMount {
  return {
    ...served,
    serving: 'private-memory',
    storage: 'memory',
    filestore: undefined,
    size: { kind: 'half-of-memory' },
    readOnly: false,
    sharedBy: 'mount',
    inotify: false,
    sockets: false,
    othersChangesSeen: false,
    survivesRestart: false,
    why: [...served.why.slice(0, -1), { kind: 'own-tmp' }, { kind: 'becomes', serving: 'private-memory' }],
  };
}

function asHidden(served: ServedMount, by: Placed): ServedMount {
  const { destination } = by.served.mount;
  return { ...served, hiddenBy: destination, why: [...served.why, { kind: 'hidden', by: destination }] };
}

/**
 * What becomes of the mounts of one container at their places: whether their directories can be made, which
 * of them others hide, and which one runsc's own `/tmp` lies over.
 *
 * The gofer makes its mounts in the order of the list and serves what it finds at their places afterwards, so
 * that an outer one behind an inner one hides it. The sandbox mounts shorter destinations first.
 *
 * Source: gVisor `runsc/boot/vfs.go` (prepareMounts, makeMountPoint, mountTmp),
 * `runsc/cmd/sandboxsetup/gofer_mount.go` (SetupMounts, ResolveMounts).
 */
export function placeMounts(
  mounts: readonly ServedMount[],
  rules: RunscRules,
  image: ImageDirectories,
): readonly ServedMount[] {
  const placed = mounts.map(place).filter(({ served }) => served.serving !== 'ignored');
  const hidden = findHidden(placed);
  const changed = [...mounts];
  for (const at of placed) {
    const by = hidden.get(at);
    let { served } = at;
    const isRefused = at.path !== at.clean && !canBeMade(at, placed, image, rules);
    if (isRefused) {
      const { destination } = served.mount;
      served = { ...served, failures: [...served.failures, { kind: 'mount-point', destination }] };
    } else if (by) served = asHidden(served, by);
    else if (isUnderOwnTmp(at, placed)) served = asOwnTmp(served);
    changed[at.index] = served;
  }
  return changed;
}
