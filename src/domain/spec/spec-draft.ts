import type { Edit, SetAnnotation } from './edits.ts';
import { annotation } from './identity.ts';
import type { Mount, MountKind } from './mount.ts';
import type { RuntimeSpec } from './runtime-spec.ts';
import type { TypeHint, Volume } from './volume.ts';

/** The fields of a hint that rules write, in ascending order of their keys. */
const WRITTEN_FIELDS = ['lifecycle', 'options', 'share', 'source', 'type'] as const;

type WrittenField = (typeof WRITTEN_FIELDS)[number];

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}

/** Adds the edit by which an annotation gets `value`, if it has another or none. */
function pushEdit(edits: SetAnnotation[], key: string, was: string | undefined, value: string): void {
  if (was === undefined) edits.push({ kind: 'set-annotation', key, value });
  else if (was !== value) edits.push({ kind: 'set-annotation', key, was, value });
}

/** The hint of a volume in the middle of a rewrite: what was written, over what the spec says. */
class HintDraft {
  lifecycle: string | undefined;
  options: string | undefined;
  share: string | undefined;
  source: string | undefined;
  type: string | undefined;
  readonly #volume: Volume;
  /** The spec's own keys of this hint begin so, and are looked up when there is something to compare. */
  readonly key: string;

  constructor(volume: Volume) {
    this.#volume = volume;
    this.key = volume.keyPrefix;
  }

  /** A field as it is by now. */
  read(field: WrittenField): string | undefined {
    return this[field] ?? this.#volume.field(field);
  }

  pushEdits(edits: SetAnnotation[]): void {
    for (const field of WRITTEN_FIELDS) {
      const value = this[field];
      if (value !== undefined) pushEdit(edits, this.key + field, this.#volume.field(field), value);
    }
  }
}

function sameOptions(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((option, index) => option === b[index]));
}

/** The edit by which a mount becomes `now`, if that is another kind. */
function mountEdit(mount: Mount, now: MountKind): Edit | undefined {
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

/**
 * A spec in the middle of its rewrite: reads see what was written before them; the spec itself stays as it
 * is. Hints are kept by volume and field: their keys are put together for the edits only.
 */
export class SpecDraft {
  readonly #spec: RuntimeSpec;
  readonly #hints = new Map<string, HintDraft>();
  /** Annotations that are no field of a hint. */
  readonly #annotations = new Map<string, string>();
  /** By the index of the mount. */
  readonly #kinds: (MountKind | undefined)[] = [];
  #removed: Mount | undefined;
  #isAbandoned = false;

  constructor(spec: RuntimeSpec) {
    this.#spec = spec;
  }

  /** From now on nothing that is written is kept: a fact is missing, and there will be no edits. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  annotation(key: string): string | undefined {
    return this.#annotations.get(key) ?? annotation(this.#spec.annotations, key);
  }

  setAnnotation(key: string, value: string): void {
    if (!this.#isAbandoned) this.#annotations.set(key, value);
  }

  /** A field of a volume's hint as it is by now. */
  hintField(volume: Volume, field: WrittenField): string | undefined {
    const hint = this.#hints.get(volume.name);
    return hint === undefined ? volume.field(field) : hint.read(field);
  }

  /** Sets fields of a volume's hint under their exact keys. */
  setHint(volume: Volume, fields: Partial<Record<WrittenField, string>>): void {
    if (this.#isAbandoned) return;
    Object.assign(this.#hintOf(volume), fields);
  }

  /** Sets the type where the author did: under the key that made the volume a hinted one. */
  setType({ volume, key }: TypeHint, type: string): void {
    if (this.#isAbandoned) return;
    const isExact = key.length === volume.keyPrefix.length + 'type'.length;
    if (isExact) this.#hintOf(volume).type = type;
    else this.#annotations.set(key, type);
  }

  kindOf(mount: Mount): MountKind {
    return this.#kinds[mount.index] ?? mount;
  }

  setKind(mount: Mount, kind: MountKind): void {
    if (!this.#isAbandoned) this.#kinds[mount.index] = kind;
  }

  remove(mount: Mount): void {
    this.#removed = mount;
  }

  /** What differs from the spec: annotations in ascending key order, then mounts in theirs. */
  edits(): Edit[] {
    return [...this.#annotationEdits(), ...this.#mountEdits()];
  }

  #hintOf(volume: Volume): HintDraft {
    let hint = this.#hints.get(volume.name);
    if (hint === undefined) {
      hint = new HintDraft(volume);
      this.#hints.set(volume.name, hint);
    }
    return hint;
  }

  /** In ascending key order, for which the few that are no hint's have to be sorted in. */
  #annotationEdits(): SetAnnotation[] {
    const edits: SetAnnotation[] = [];
    for (const hint of [...this.#hints.values()].sort(byKey)) hint.pushEdits(edits);
    if (this.#annotations.size === 0) return edits;
    for (const [key, value] of this.#annotations) {
      pushEdit(edits, key, annotation(this.#spec.annotations, key), value);
    }
    return edits.sort(byKey);
  }

  #mountEdits(): Edit[] {
    const edits: Edit[] = [];
    for (let index = 0; index < this.#kinds.length; index++) {
      const mount = this.#spec.mounts[index];
      const kind = this.#kinds[index];
      if (mount === undefined || kind === undefined || mount === this.#removed) continue;
      const edit = mountEdit(mount, kind);
      if (edit) edits.push(edit);
    }
    if (this.#removed) {
      const { index, destination } = this.#removed;
      edits.push({ kind: 'remove-mount', mount: index, destination });
    }
    return edits;
  }
}
