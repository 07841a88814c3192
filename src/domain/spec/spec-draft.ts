import { hintKeyPrefix, isFieldKey } from './annotation-keys.ts';
import type { Edit, SetAnnotation } from './edits.ts';
import { HintFields } from './hint-fields.ts';
import { annotation } from './identity.ts';
import type { MountKind } from './mount.ts';
import type { Mount, SandboxSpec } from './sandbox-spec.ts';
import type { Volume } from './volume.ts';

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

/** Adds the edit by which an annotation gets `value`, if it has another or none. */
function pushEdit(edits: SetAnnotation[], key: string, was: string | undefined, value: string): void {
  if (was === undefined) edits.push({ kind: 'set-annotation', key, value });
  else if (was !== value) edits.push({ kind: 'set-annotation', key, was, value });
}

/** Adds the edits of one volume's hint, whose keys begin with `prefix`, in ascending order. */
function pushHintEdits(
  edits: SetAnnotation[],
  prefix: string,
  was: Readonly<HintFields>,
  { lifecycle, options, share, source, type }: HintFields,
): void {
  if (lifecycle !== undefined) pushEdit(edits, `${prefix}lifecycle`, was.lifecycle, lifecycle);
  if (options !== undefined) pushEdit(edits, `${prefix}options`, was.options, options);
  if (share !== undefined) pushEdit(edits, `${prefix}share`, was.share, share);
  if (source !== undefined) pushEdit(edits, `${prefix}source`, was.source, source);
  if (type !== undefined) pushEdit(edits, `${prefix}type`, was.type, type);
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}

const NO_FIELDS: Readonly<HintFields> = new HintFields();

/**
 * A spec in the middle of its rewrite: reads see what was written before them; the spec itself stays as it
 * is. Hints are kept by volume and field: their keys are put together for the edits only.
 */
export class SpecDraft {
  readonly #spec: SandboxSpec;
  readonly #hints = new Map<string, HintFields>();
  /** Annotations that are no field of a hint. */
  readonly #annotations = new Map<string, string>();
  /** By the index of the mount. */
  readonly #kinds: (MountKind | undefined)[] = [];
  #removed: Mount | undefined;
  /** What is written to instead, once nothing is kept any more. */
  #scratch: HintFields | undefined;

  constructor(spec: SandboxSpec) {
    this.#spec = spec;
  }

  /** From now on nothing that is written is kept: a fact is missing, and there will be no edits. */
  abandon(): void {
    this.#scratch = new HintFields();
  }

  annotation(key: string): string | undefined {
    return this.#annotations.get(key) ?? annotation(this.#spec.annotations, key);
  }

  setAnnotation(key: string, value: string): void {
    if (!this.#scratch) this.#annotations.set(key, value);
  }

  /** A volume's hint as it is by now, to read and to write. */
  hint(name: string): HintFields {
    if (this.#scratch) return this.#scratch;
    let hint = this.#hints.get(name);
    if (hint === undefined) {
      hint = new HintFields(this.#spec.hints.get(name));
      this.#hints.set(name, hint);
    }
    return hint;
  }

  /** Sets the type where the author did: under the key that made the volume a hinted one. */
  setType({ name, key }: Volume, type: string): void {
    if (isFieldKey(key, name, 'type')) this.hint(name).type = type;
    else this.setAnnotation(key, type);
  }

  kindOf(mount: Mount): MountKind {
    return this.#kinds[mount.index] ?? mount;
  }

  setKind(mount: Mount, kind: MountKind): void {
    if (!this.#scratch) this.#kinds[mount.index] = kind;
  }

  remove(mount: Mount): void {
    this.#removed = mount;
  }

  /** What differs from the spec: annotations in ascending key order, then mounts in theirs. */
  edits(): Edit[] {
    return [...this.#annotationEdits(), ...this.#mountEdits()];
  }

  /** In ascending key order, for which the few that are no hint's have to be sorted in. */
  #annotationEdits(): SetAnnotation[] {
    const edits = this.#hintEdits();
    if (this.#annotations.size === 0) return edits;
    for (const [key, value] of this.#annotations) {
      pushEdit(edits, key, annotation(this.#spec.annotations, key), value);
    }
    return edits.sort(byKey);
  }

  #hintEdits(): SetAnnotation[] {
    const edits: SetAnnotation[] = [];
    const hints = [...this.#hints].map(([name, hint]) => ({ key: hintKeyPrefix(name), name, hint }));
    for (const { key, name, hint } of hints.sort(byKey)) {
      pushHintEdits(edits, key, this.#spec.hints.get(name) ?? NO_FIELDS, hint);
    }
    return edits;
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
