import { hintKey } from './annotation-keys.ts';
import type { Edit, SetAnnotation } from './edits.ts';
import { annotation } from './identity.ts';
import type { Mount, MountKind } from './mount.ts';
import { mountEdit } from './mount-edit.ts';
import type { RuntimeSpec } from './runtime-spec.ts';
import type { TypeHint, Volume } from './volume.ts';

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}

/** Adds the edit by which an annotation gets `value`, if it has another or none. */
function pushEdit(edits: SetAnnotation[], key: string, was: string | undefined, value: string): void {
  if (was === undefined) edits.push({ kind: 'set-annotation', key, value });
  else if (was !== value) edits.push({ kind: 'set-annotation', key, was, value });
}

/** The hint of a volume in the middle of a rewrite: the fields that were written, over what the spec says. */
class HintDraft {
  lifecycle: string | undefined;
  options: string | undefined;
  share: string | undefined;
  source: string | undefined;
  type: string | undefined;
  /** What the spec says, where that was looked up before. */
  #optionsWas: string | undefined;
  #typeWas: string | undefined;
  readonly #volume: Volume;

  constructor(volume: Volume) {
    this.#volume = volume;
  }

  get key(): string {
    return this.#volume.keyPrefix;
  }

  /** The lifecycle as it is by now. */
  currentLifecycle(): string | undefined {
    return this.lifecycle ?? this.#volume.field('lifecycle');
  }

  /** The options as they are by now. */
  currentOptions(): string | undefined {
    if (this.options !== undefined) return this.options;
    this.#optionsWas = this.#volume.field('options');
    return this.#optionsWas;
  }

  /** Changes the type, which is `was` in the spec. */
  changeType(was: string, type: string): void {
    this.type = type;
    this.#typeWas = was;
  }

  /**
   * Adds the edits of what differs, in ascending order of the keys.
   *
   * @param sourceUsed false where the spec has no source of any volume, so that none is looked up.
   */
  pushEdits(edits: SetAnnotation[], sourceUsed: boolean): void {
    const { key, lifecycle, options, share, source, type } = this;
    const volume = this.#volume;
    if (lifecycle !== undefined) pushEdit(edits, `${key}lifecycle`, volume.field('lifecycle'), lifecycle);
    if (options !== undefined)
      pushEdit(edits, `${key}options`, this.#optionsWas ?? volume.field('options'), options);
    if (share !== undefined) pushEdit(edits, `${key}share`, volume.field('share'), share);
    if (source !== undefined) {
      pushEdit(edits, `${key}source`, sourceUsed ? volume.field('source') : undefined, source);
    }
    if (type !== undefined) pushEdit(edits, `${key}type`, this.#typeWas ?? volume.field('type'), type);
  }
}

/**
 * A spec in the middle of its rewrite: reads see what was written before them; the spec itself stays as it
 * is. Hints are kept by volume and field: their keys are put together for the edits only.
 */
export class SpecDraft {
  readonly #spec: RuntimeSpec;
  readonly #hints = new Map<string, HintDraft>();
  /** Annotations that are not a field of a hint. */
  readonly #annotations = new Map<string, string>();
  /** By the index of the mount. */
  readonly #kinds: (MountKind | undefined)[] = [];
  #removed: Mount | undefined;
  #isAbandoned = false;
  /** What is written to once nothing is kept any more. */
  #scratch: HintDraft | undefined;

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

  /** A volume's hint as it is by now, to read and to write. */
  hint(volume: Volume): HintDraft {
    let hint = this.#isAbandoned ? this.#scratch : this.#hints.get(volume.name);
    if (hint === undefined) {
      hint = new HintDraft(volume);
      if (this.#isAbandoned) this.#scratch = hint;
      else this.#hints.set(volume.name, hint);
    }
    return hint;
  }

  /** Sets the type where the author did: under the key that made the volume a hinted one. */
  setType({ volume, key, type: was }: TypeHint, type: string): void {
    if (this.#isAbandoned) return;
    const isExact = key.length === hintKey(volume.name, 'type').length;
    if (!isExact) this.#annotations.set(key, type);
    else if (type !== was) this.hint(volume).changeType(was, type);
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

  /** In ascending key order; the few that do not belong to a hint have to be sorted in. */
  #annotationEdits(): SetAnnotation[] {
    const edits: SetAnnotation[] = [];
    for (const hint of [...this.#hints.values()].sort(byKey)) hint.pushEdits(edits, this.#spec.sourceUsed);
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
