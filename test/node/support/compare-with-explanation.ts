import { totalmem } from 'node:os';
import { posix } from 'node:path';
import type { PodReport } from '../../../src/application/pod-report.ts';
import { dfKib, isShareOf, isUnlimited } from '../../e2e/runsc/check-expectations.ts';
import { LATE, markOf, type SeenMount, type SeenPod } from './seen-pod.ts';

/** What `explain --format json` prints for a pod: a report whose bytes are text. */
export type ExplainedPod = PodReport;

type ExplainedContainer = ExplainedPod['explanation']['containers'][number];
type ExplainedMount = ExplainedContainer['mounts'][number];

/** One thing that `explain` says of a pod, and what was seen. */
export interface Compared {
  readonly what: string;
  readonly says: string;
  readonly sees: string;
}

function yes(holds: boolean): string {
  return holds ? 'yes' : 'no';
}

function fileSystemOf({ serving }: ExplainedMount): string {
  if (serving === 'gofer') return '9p';
  if (serving === 'ignored') return 'none';
  return serving === 'overlay' ? 'overlay' : 'tmpfs';
}

const MEMORY_KIB = totalmem() / 1024;

/** The size that `df` is to show of a tmpfs, and what it shows, in the same words if they agree. */
function sizes({ size, storage }: ExplainedMount, df: string): { says: string; sees: string } {
  const kib = dfKib(df);
  const shown = isUnlimited(kib) ? 'unlimited' : `${kib} KiB`;
  // df inside the sandbox does not know of the host tmpfs below a filestore.
  if (
    size.kind === 'none' ||
    (size.kind === 'bytes' && size.from === 'host-tmpfs' && storage === 'host-tmpfs')
  )
    return { says: 'unlimited', sees: shown };
  if (size.kind === 'bytes') return { says: `${BigInt(size.bytes) / 1024n} KiB`, sees: shown };
  const share = size.kind === 'percent' ? Number(size.percent) / 100 : 0.5;
  const says = `${share * 100} % of memory`;
  return { says, sees: isShareOf(kib, share, MEMORY_KIB) ? says : shown };
}

function isRefused({ problems, mounts }: ExplainedContainer): boolean {
  return problems.length > 0 || mounts.some(({ failures }) => failures.length > 0);
}

/** Whether what is written at one mount of a place is said to be seen at another. */
function isSaidToBeSeen(from: ExplainedMount, at: ExplainedMount): boolean {
  if (from.sharedBy === 'sandbox' && at.sharedBy === 'sandbox') return true;
  return from.hostSeesWrites && at.hostChangesSeen;
}

function cleanPath(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}

class Comparison {
  readonly made: Compared[] = [];
  readonly #seen: SeenPod;
  readonly #explained: ReadonlyMap<string, ExplainedContainer>;

  constructor(explained: ExplainedPod, seen: SeenPod, isOfBundles: boolean) {
    this.#seen = seen;
    this.#explained = new Map(explained.explanation.containers.map((each) => [each.name, each]));
    this.#add(
      'the sandbox starts',
      yes(explained.explanation.sandboxProblems.length === 0),
      yes(seen.sandboxRefused === undefined),
    );
    if (seen.sandboxRefused !== undefined) return;
    this.#addStarts(isOfBundles);
    this.#addMounts();
    this.#addHost();
    this.#addPairs();
  }

  #add(what: string, says: string, sees: string): void {
    this.made.push({ what, says, sees });
  }

  #mount(container: string, destination: string): ExplainedMount | undefined {
    return this.#explained
      .get(container)
      ?.mounts.find(
        ({ mount, hiddenBy }) => cleanPath(mount.destination) === destination && hiddenBy === undefined,
      );
  }

  /** A container that has ended, or did not start, has left no bundle. */
  #addStarts(isOfBundles: boolean): void {
    const crashes = [...this.#explained.values()].filter(({ mounts }) =>
      mounts.some(({ failures }) => failures.some(({ kind }) => kind === 'second-mount-crashes')),
    );
    for (const { name, fate, message } of this.#seen.containers) {
      if (isOfBundles && fate !== 'runs') continue;
      const explained = this.#explained.get(name);
      const isReached = message !== 'never started';
      if (explained === undefined) this.#add(`${name} is explained`, 'no', 'yes');
      // A container whose sandbox crashes may be seen before or after that.
      else if (isReached && (crashes.length === 0 || crashes.includes(explained)))
        this.#add(`${name} starts`, yes(!isRefused(explained)), yes(fate !== 'refused'));
    }
  }

  /** The containers that wrote into a place, each with its mount as explained. */
  #writersOf(place: string): { name: string; mount: ExplainedMount }[] {
    return this.#seen.containers.flatMap(({ name, mounts }) => {
      const seen = mounts.find((mount) => mount.place === place && !mount.isReadOnly);
      const mount = seen && this.#mount(name, seen.destination);
      return mount === undefined ? [] : [{ name, mount }];
    });
  }

  #addMounts(): void {
    for (const { name, mounts } of this.#seen.containers) {
      for (const seen of mounts) {
        const mount = this.#mount(name, seen.destination);
        const at = `${name}:${seen.destination}`;
        if (mount === undefined) {
          this.#add(`${at} is explained`, 'no', 'yes');
          continue;
        }
        this.#add(`${at} file system`, fileSystemOf(mount), seen.fileSystem);
        this.#add(`${at} read-only`, yes(mount.readOnly), yes(seen.isReadOnly));
        if (seen.fileSystem === 'tmpfs') {
          const { says, sees } = sizes(mount, seen.df);
          this.#add(`${at} size`, says, sees);
          if (seen.holds !== undefined) this.#add(`${at} holds`, says, `${seen.holds / 1024} KiB`);
        }
        this.#addContents(at, name, mount, seen);
      }
    }
  }

  #addContents(at: string, name: string, mount: ExplainedMount, seen: SeenMount): void {
    for (const writer of this.#writersOf(seen.place)) {
      if (writer.name === name) continue;
      const says = isSaidToBeSeen(writer.mount, mount);
      this.#add(
        `${at} shows what ${writer.name} wrote`,
        yes(says),
        yes(seen.names.includes(markOf(writer.name))),
      );
    }
    if (this.#seen.host.get(seen.place)?.length && this.#isEmptyDir(seen.place))
      this.#add(
        `${at} shows what the host wrote later`,
        yes(mount.hostChangesSeen),
        yes(seen.names.includes(LATE)),
      );
  }

  #isEmptyDir(place: string): boolean {
    const [name = ''] = place.split('/');
    return this.#seen.pod.spec.volumes?.find((volume) => volume.name === name)?.emptyDir !== undefined;
  }

  #addHost(): void {
    for (const [place, names] of this.#seen.host) {
      const writers = this.#writersOf(place);
      for (const { name, mount } of writers)
        this.#add(
          `the host sees what ${name} wrote into ${place}`,
          yes(mount.hostSeesWrites),
          yes(names.includes(markOf(name))),
        );
      if (writers.length > 0) {
        const says = writers.some(({ mount }) => mount.filestore !== undefined);
        this.#add(
          `${place} has a filestore`,
          yes(says),
          yes(names.some((file) => file.startsWith('.gvisor.filestore.'))),
        );
      }
    }
  }

  #addPairs(): void {
    for (const { place, containers, socket, inotify } of this.#seen.pairs) {
      const between = `${containers.join(' and ')} at ${place}`;
      const mounts = this.#writersOf(place).filter(({ name }) => containers.includes(name));
      const [one, other] = mounts.map(({ mount }) => mount);
      if (one === undefined || other === undefined) continue;
      this.#add(
        `inotify between ${between}`,
        yes(one.inotify && other.inotify),
        yes(inotify.startsWith('event')),
      );
      this.#add(`a socket between ${between}`, yes(one.sockets && other.sockets), yes(socket === 'hello'));
    }
  }
}

/** Everything that an explanation says of a pod and the suite saw of it, side by side. */
export function compareWithExplanation(
  explained: ExplainedPod,
  seen: SeenPod,
  isOfBundles: boolean,
): readonly Compared[] {
  return new Comparison(explained, seen, isOfBundles).made;
}
