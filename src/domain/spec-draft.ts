import type { Edit } from './edits.ts';
import { annotation } from './identity.ts';
import type { MountKind } from './mount.ts';
import type { Mount, SandboxSpec } from './sandbox-spec.ts';

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

/** A spec in the middle of its rewrite: reads see what was written before them; the spec itself stays as it is. */
export class SpecDraft {
  readonly #spec: SandboxSpec;
  readonly #annotations = new Map<string, string>();
  /** Written, and not yet in the map: a key that nobody asks for is never hashed. */
  #written: [string, string][] = [];
  /** By the index of the mount. */
  readonly #kinds: (MountKind | undefined)[] = [];
  #removed: Mount | undefined;

  constructor(spec: SandboxSpec) {
    this.#spec = spec;
  }

  annotation(key: string): string | undefined {
    return this.#settled().get(key) ?? annotation(this.#spec.annotations, key);
  }

  setAnnotation(key: string, value: string): void {
    this.#written.push([key, value]);
  }

  #settled(): ReadonlyMap<string, string> {
    for (const [key, value] of this.#written) this.#annotations.set(key, value);
    this.#written = [];
    return this.#annotations;
  }

  kindOf(mount: Mount): MountKind {
    return this.#kinds[mount.index] ?? mount;
  }

  setKind(mount: Mount, kind: MountKind): void {
    this.#kinds[mount.index] = kind;
  }

  remove(mount: Mount): void {
    this.#removed = mount;
  }

  /** What differs from the spec: annotations in ascending key order, then mounts in theirs. */
  edits(): Edit[] {
    return [...this.#annotationEdits(), ...this.#mountEdits()];
  }

  #annotationEdits(): Edit[] {
    const edits: Edit[] = [];
    const settled = this.#settled();
    for (const key of [...settled.keys()].sort()) {
      const was = annotation(this.#spec.annotations, key);
      const value = settled.get(key) ?? '';
      if (was === undefined) edits.push({ kind: 'set-annotation', key, value });
      else if (was !== value) edits.push({ kind: 'set-annotation', key, was, value });
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
