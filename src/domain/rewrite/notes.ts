import { guardArguments } from '../arguments/guard-arguments.ts';
import { oneLine } from '../text/escape-controls.ts';

/**
 * Why an edit was made, or was not. A note is data: `code` and the fields beside it are stable;
 * {@link describeNote} puts it into words.
 *
 * Open: a later release may add members, so a `switch` needs a `default`.
 */
export type Note =
  | {
      readonly code: 'source-found';
      readonly volume: string;
      readonly path: string;
    }
  | { readonly code: 'lifecycle-set'; readonly volume: string }
  | {
      readonly code: 'empty-dir-in-sandbox';
      readonly volume: string;
      readonly was: string;
    }
  | {
      readonly code: 'empty-dir-holds-data';
      readonly volume: string;
      readonly path: string;
    }
  | {
      readonly code: 'empty-dir-force-shared';
      readonly volume: string;
      readonly path: string;
    }
  | {
      readonly code: 'force-shared-ignored';
      readonly volume: string;
      readonly value: string;
    }
  | { readonly code: 'host-uds-opened'; readonly volume: string }
  | {
      readonly code: 'host-uds-kept';
      readonly volume: string;
      readonly value: string;
    }
  | {
      readonly code: 'size-limited';
      readonly volume: string;
      readonly bytes: string;
    }
  | {
      readonly code: 'size-kept';
      readonly volume: string;
      readonly options: string;
    }
  | {
      readonly code: 'mount-type-set';
      readonly volume: string;
      readonly destination: string;
      readonly type: string;
    }
  | {
      readonly code: 'mount-left-alone';
      readonly volume: string;
      readonly destination: string;
    }
  | { readonly code: 'sub-path-of-volume'; readonly volume: string; readonly destination: string }
  | { readonly code: 'holds-data-by-now'; readonly volume: string; readonly path: string }
  | {
      readonly code: 'no-mount-of-volume';
      readonly volume: string;
      /** The directory that is kubelet's by a mount of such a volume, where the rewrite went by another one. */
      readonly kubeletDir?: string;
    }
  | { readonly code: 'not-hinted-in-sandbox'; readonly volume: string }
  | { readonly code: 'sandbox-not-rewritten'; readonly sandbox: string }
  | { readonly code: 'already-settled'; readonly volume: string }
  | { readonly code: 'cgroup-parent-set'; readonly cgroup: string }
  | { readonly code: 'hostile-name'; readonly volume: string }
  | { readonly code: 'reserved-name'; readonly volume: string }
  | { readonly code: 'no-pod-uid' }
  | { readonly code: 'shm-shared'; readonly source: string }
  | { readonly code: 'shm-duplicate-removed' }
  | { readonly code: 'values-of-checkpoint'; readonly count: number }
  | { readonly code: 'restore-refused'; readonly rule: string; readonly where: string }
  | { readonly code: 'other-names-kept'; readonly count: number };

/** A stable note code. */
export type NoteCode = Note['code'];

type Describe = {
  readonly [C in NoteCode]: (note: Extract<Note, { code: C }>) => string;
};

const describe: Describe = {
  'source-found': (n) => `volume ${n.volume} is kept at ${n.path}`,
  'lifecycle-set': (n) => `volume ${n.volume} is an emptyDir, which lives as long as its pod`,
  'empty-dir-in-sandbox': (n) =>
    n.was === 'tmpfs'
      ? `volume ${n.volume} is an empty emptyDir; the sandbox keeps it itself`
      : `volume ${n.volume} is an empty emptyDir: the hint becomes tmpfs (it was "${n.was}"), so that the sandbox keeps it itself`,
  'empty-dir-holds-data': (n) =>
    `volume ${n.volume} holds data already: it stays a shared host directory, so that the pod sees them`,
  'empty-dir-force-shared': (n) => `volume ${n.volume} is force-shared: it stays a shared host directory`,
  'force-shared-ignored': (n) =>
    `force-shared of volume ${n.volume} is "${n.value}", not true or false: ignored`,
  'host-uds-opened': (n) => `volume ${n.volume} passes host sockets: host-uds is set to open`,
  'host-uds-kept': (n) =>
    `volume ${n.volume} passes host sockets, but host-uds is "${n.value}" already: kept`,
  'size-limited': (n) =>
    `volume ${n.volume} is on a host tmpfs of ${n.bytes} bytes: the sandbox gets that limit`,
  'size-kept': (n) => `volume ${n.volume} has a size of its own (${n.options}): kept`,
  'mount-type-set': (n) =>
    `mount ${n.destination} is of hinted volume ${n.volume}: its type is ${n.type === '' ? 'the empty text' : n.type}`,
  'mount-left-alone': (n) =>
    `mount ${n.destination} is of volume ${n.volume}, which holds data or is force-shared: left as it is`,
  'not-hinted-in-sandbox': (n) =>
    `the sandbox's spec has no hint for volume ${n.volume}: its mounts here are left alone`,
  'sandbox-not-rewritten': (n) =>
    `the sandbox of this container, ${n.sandbox}, is not rewritten yet: it must be before it is created, or its pod shares no volume`,
  'already-settled': (n) => `volume ${n.volume} has its source already: left alone`,
  'cgroup-parent-set': (n) => `the sandbox's processes go into the pod's cgroup ${n.cgroup}`,
  'sub-path-of-volume': (n) =>
    `mount ${n.destination} is a subPath of hinted volume ${n.volume}: it is the host directory, and where the sandbox keeps the volume itself, that is another copy`,
  'holds-data-by-now': (n) =>
    `volume ${n.volume} holds data by now: its mounts here are left as they are, and the sandbox's hint decides what serves them`,
  'no-mount-of-volume': (n) =>
    n.kubeletDir === undefined
      ? `no mount here is of hinted volume ${n.volume}`
      : `no mount here is of hinted volume ${n.volume} where kubelet is taken to keep it: it is mounted from below ${n.kubeletDir}. Is that kubelet's directory?`,
  'hostile-name': (n) => `"${n.volume}" is not a name that a volume can have: it matches nothing`,
  'reserved-name': (n) =>
    `"${n.volume}" is reserved for /dev/shm: an author's hints for it count for nothing`,
  'no-pod-uid': () => 'no annotation tells the pod UID of this sandbox: nothing is done',
  'shm-shared': (n) =>
    `/dev/shm is a host directory (${n.source}): the pod's containers share it in the sandbox`,
  'shm-duplicate-removed': () => 'the private tmpfs at /dev/shm would hide the shared one: removed',
  'values-of-checkpoint': (n) =>
    `${n.count === 1 ? '1 edit gives' : `${n.count} edits give`} the spec what its checkpoint has, which runsc compares`,
  'restore-refused': (n) =>
    `runsc will refuse the restore: ${n.where} differs from the checkpoint (${n.rule}), and no rewrite mends that`,
  'other-names-kept': (n) => describeOtherNames(n.count),
};

/** What is to be said of a replaced file that has other names (hard links). */
export function describeOtherNames(count: number): string {
  return count === 1
    ? 'the file has one other name (a hard link), which still shows the old text'
    : `the file has ${count} other names (hard links), which still show the old text`;
}

/** The note on the other names of what is stored, if it has some and is changed. */
export function otherNamesNote(changed: boolean, count = 0): readonly Note[] {
  return changed && count > 0 ? [{ code: 'other-names-kept', count }] : [];
}

/** One line of plain words about the note, safe to show on a terminal. */
export function describeNote(note: Note): string {
  return guardArguments('describeNote', () => oneLine((describe[note.code] as (note: Note) => string)(note)));
}
