import type { Edit } from './edits.ts';
import { annotation } from './identity.ts';
import type { MountKind } from './mount.ts';
import type { Mount, SandboxSpec } from './sandbox-spec.ts';

function sameOptions(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((option, index) => option === b[index]));
}

/** A spec in the middle of its rewrite: reads see what was written before them; the spec itself stays as it is. */
export class SpecDraft {
  readonly #spec: SandboxSpec;
  readonly #annotations = new Map<string, string>();
  readonly #kinds = new Map<number, MountKind>();
  #removed: Mount | undefined;

  constructor(spec: SandboxSpec) {
    this.#spec = spec;
  }

  annotation(key: string): string | undefined {
    return this.#annotations.get(key) ?? annotation(this.#spec.annotations, key);
  }

  setAnnotation(key: string, value: string): void {
    this.#annotations.set(key, value);
  }

  kindOf(mount: Mount): MountKind {
    return this.#kinds.get(mount.index) ?? mount;
  }

  setKind(mount: Mount, kind: MountKind): void {
    this.#kinds.set(mount.index, kind);
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
    for (const key of [...this.#annotations.keys()].sort()) {
      const was = annotation(this.#spec.annotations, key);
      const value = this.#annotations.get(key) ?? '';
      if (was === undefined) edits.push({ kind: 'set-annotation', key, value });
      else if (was !== value) edits.push({ kind: 'set-annotation', key, was, value });
    }
    return edits;
  }

  #mountEdits(): Edit[] {
    const edits: Edit[] = [];
    for (const index of [...this.#kinds.keys()].sort((a, b) => a - b)) {
      const mount = this.#spec.mounts[index];
      if (mount === undefined || mount === this.#removed) continue;
      const edit = this.#mountEdit(mount, this.kindOf(mount));
      if (edit) edits.push(edit);
    }
    if (this.#removed) {
      const { index, destination } = this.#removed;
      edits.push({ kind: 'remove-mount', mount: index, destination });
    }
    return edits;
  }

  #mountEdit(mount: Mount, now: MountKind): Edit | undefined {
    const retyped = now.type !== mount.type;
    const reoptioned = !sameOptions(now.options, mount.options);
    if (!retyped && !reoptioned) return undefined;
    return {
      kind: 'change-mount',
      mount: mount.index,
      destination: mount.destination,
      ...(retyped && { type: { was: mount.type, value: now.type } }),
      ...(reoptioned && {
        options: { was: mount.options, value: now.options },
      }),
    };
  }
}
