import type { VolumeLayout } from '../layouts/volume-layout.ts';
import type { SandboxSpec } from '../spec/sandbox-spec.ts';
import { SpecDraft } from '../spec/spec-draft.ts';
import type { DecideOptions } from './decide-options.ts';
import type { FactRequest, Facts } from './facts.ts';
import type { Note } from './notes.ts';

/** Whether one of the options, which stand between commas, is a size. */
const HAS_SIZE = /(?:^|,)size=/;

/**
 * One decision under way: what is known, what came of it so far, and what would have to be known to go on.
 * A rule that lacks a fact asks for it and leaves its volume undecided.
 */
export class Deciding {
  readonly spec: SandboxSpec;
  readonly facts: Facts;
  readonly layout: VolumeLayout;
  readonly options: DecideOptions;
  readonly draft: SpecDraft;
  readonly notes: Note[] = [];
  readonly missing: FactRequest[] = [];

  constructor(spec: SandboxSpec, facts: Facts, layout: VolumeLayout, options: DecideOptions) {
    this.spec = spec;
    this.facts = facts;
    this.layout = layout;
    this.options = options;
    this.draft = new SpecDraft(spec);
  }

  /** Asks for a fact. What the rules write and note from now on is of no use, and not kept. */
  ask(request: FactRequest): void {
    this.missing.push(request);
    this.draft.abandon();
  }

  note(note: Note): void {
    if (this.missing.length === 0) this.notes.push(note);
  }

  /** Whether an emptyDir holds no data; `undefined`, and asked for, when that is not known yet. */
  isEmpty(directory: string): boolean | undefined {
    const empty = this.facts.empty.get(directory);
    if (empty === undefined) this.ask({ kind: 'empty', directory });
    return empty;
  }

  /**
   * Puts the size of the host tmpfs that `path` is on into the options of the volume's hint, unless they
   * have one. Source: gVisor main branch after 2026-08-21, `pkg/shim/v1/utils/volumes.go`.
   */
  limitSize(volume: string, path: string): void {
    if (!this.facts.tmpfsSizes.has(path)) {
      this.ask({ kind: 'tmpfs-size', path });
      return;
    }
    const size = this.facts.tmpfsSizes.get(path);
    if (size === undefined) return;
    const hint = this.draft.hint(volume);
    const options = hint.options ?? '';
    if (HAS_SIZE.test(options)) {
      this.note({ code: 'size-kept', volume, options });
      return;
    }
    const bytes = String(size);
    hint.options = options === '' ? `size=${bytes}` : `${options},size=${bytes}`;
    this.note({ code: 'size-limited', volume, bytes });
  }
}
