import type { VolumeLayout } from '../layouts/volume-layout.ts';
import type { Edit } from '../spec/edits.ts';
import type { MemberSpec } from '../spec/read-spec.ts';
import { SpecDraft } from '../spec/spec-draft.ts';
import type { TypeHint } from '../spec/volume.ts';
import type { DecideOptions } from './decide-options.ts';
import type { FactRequest, Facts } from './facts.ts';
import type { Note } from './notes.ts';

/** What a decision came to. While `missing` is not empty, `edits` and `notes` are not to be used. */
export interface Decision {
  readonly missing: readonly FactRequest[];
  readonly edits: readonly Edit[];
  readonly notes: readonly Note[];
}

/**
 * A decision that is still open. Rules write to its draft, note why, and ask it for facts; one that lacks a
 * fact leaves its volume undecided, and the fact is asked for.
 */
export class OpenDecision {
  readonly spec: MemberSpec;
  readonly layout: VolumeLayout;
  readonly options: DecideOptions;
  readonly draft: SpecDraft;
  readonly #facts: Facts;
  readonly #notes: Note[] = [];
  readonly #told = new Set<string>();
  readonly #missing: FactRequest[] = [];

  constructor(spec: MemberSpec, facts: Facts, layout: VolumeLayout, options: DecideOptions = {}) {
    this.spec = spec;
    this.layout = layout;
    this.options = options;
    this.draft = new SpecDraft(spec);
    this.#facts = facts;
  }

  note(note: Note): void {
    if (this.#missing.length === 0) this.#notes.push(note);
  }

  /** Notes what is so of a volume, once for all its mounts. Says whether this was the first time. */
  noteOfVolume(note: Note & { readonly volume: string }): boolean {
    const told = `${note.code} ${note.volume}`;
    if (this.#told.has(told)) return false;
    this.#told.add(told);
    this.note(note);
    return true;
  }

  /** Whether it is known where these volumes are; what is not is asked for. */
  knowsDirectories(podUid: string, hints: readonly TypeHint[]): boolean {
    const unknown = hints.filter(({ volume }) => !this.#facts.directories.has(volume.name));
    if (unknown.length > 0) {
      const names = [...new Set(unknown.map(({ volume }) => volume.name))];
      this.#ask({ kind: 'volume-directories', podUid, names });
    }
    return unknown.length === 0;
  }

  /** Every path that was found for a volume. */
  directoriesOf(name: string): readonly string[] {
    return this.#facts.directories.get(name) ?? [];
  }

  /** Plugin directories that could not be read, and so may hide a volume. */
  get unreadable(): readonly string[] {
    return this.#facts.unreadable;
  }

  /** Whether an emptyDir holds no data; `undefined`, and asked for, when that is not known yet. */
  isEmpty(directory: string): boolean | undefined {
    const empty = this.#facts.empty.get(directory);
    if (empty === undefined) this.#ask({ kind: 'empty', directory });
    return empty;
  }

  /** Whether it is known on what kind of file system a path is; asked for if not. */
  knowsTmpfsSize(path: string): boolean {
    const isKnown = this.#facts.tmpfsSizes.has(path);
    if (!isKnown) this.#ask({ kind: 'tmpfs-size', path });
    return isKnown;
  }

  /** The size in bytes of the size-limited host tmpfs that a path is on; `undefined` if it is on none. */
  tmpfsSizeOf(path: string): bigint | undefined {
    return this.#facts.tmpfsSizes.get(path);
  }

  /** What the rules came to. */
  close(): Decision {
    const missing = this.#missing;
    return { missing, notes: this.#notes, edits: missing.length > 0 ? [] : this.draft.edits() };
  }

  /** What the rules write and note from now on is of no use, and not kept. */
  #ask(request: FactRequest): void {
    this.#missing.push(request);
    this.draft.abandon();
  }
}
