import { checkArgument, checkSurplus, type Shape } from '../domain/arguments/check-arguments.ts';
import { guardArgumentsAsync } from '../domain/arguments/guard-arguments.ts';
import type { VolumeLayout } from '../domain/layouts/volume-layout.ts';
import { type Checkpoint, checkpointedSpecOf } from '../domain/restore/checkpoint.ts';
import { decideForRestore } from '../domain/restore/decide-for-restore.ts';
import { restoreRules } from '../domain/restore/restore-rules.ts';
import { DECIDE_OPTIONS, type DecideOptions } from '../domain/rewrite/decide-options.ts';
import { otherNamesNote } from '../domain/rewrite/notes.ts';
import { type DatedRules, datedRules, type Release } from '../domain/rewrite/releases.ts';
import { decide } from '../domain/rewrite/rewrite.ts';
import { applyEdits } from '../domain/spec/edits.ts';
import type { OciSpec } from '../domain/spec/oci-spec.ts';
import { readSpec } from '../domain/spec/read-spec.ts';
import type { LoadedSpec, SpecStore } from '../ports/spec-store.ts';
import type { VolumeLookup } from '../ports/volume-lookup.ts';
import { askedLookup, askedStore } from './ask-port.ts';
import { decideWithLookup } from './decide-with-lookup.ts';
import type { PlannedBundle, RewrittenBundle, RewrittenSpec } from './rewritten-spec.ts';
import { savePlan } from './save-plan.ts';

/** The ports that a rewrite needs. */
export interface MountHintsPorts {
  readonly lookup: VolumeLookup;
  readonly layout: VolumeLayout;
  readonly store: SpecStore;
}

/** What a rewrite goes by beside the release. */
export interface RewriteChoices extends DecideOptions {
  /**
   * The checkpoint that the specs are to be restored from: each gets what its own container has there of all that
   * runsc compares, and only the sources of its hints anew. Of the other options `standalone` alone counts then.
   */
  readonly checkpoint?: Checkpoint;
}

/** The kinds of its fields. */
export const REWRITE_CHOICES = { checkpoint: 'object?', ...DECIDE_OPTIONS } as const satisfies Shape;

/** What to do with options that a method does not take. */
const NO_OPTIONS =
  'Options are given once, to createMountHints(); what a rewrite of a bundle would do, planBundle() says.';

/** The rewrite as a use case: of a spec in memory, or of one in a store. */
export class MountHints {
  readonly #ports: MountHintsPorts;
  readonly #release: DatedRules;
  readonly #options: DecideOptions;
  readonly #checkpoint: Checkpoint | undefined;

  /** @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD */
  constructor(ports: MountHintsPorts, release: Release, { checkpoint, ...options }: RewriteChoices = {}) {
    const { lookup, layout, store } = ports;
    this.#ports = { lookup: askedLookup(lookup), layout, store: askedStore(store) };
    this.#release = datedRules(release);
    this.#options = options;
    this.#checkpoint = checkpoint;
  }

  /**
   * Rewrites a spec as gVisor's shim does before `runsc create`. The argument is not mutated; the result
   * shares its unchanged parts.
   *
   * @param spec plain objects, such as JSON.parse makes: what is inherited is not carried along.
   * @throws MountHintsError: MH_SPEC_SHAPE, MH_VOLUME_…, MH_POD_UID_HOSTILE, and with a checkpoint
   *   MH_CONTAINER_NOT_IN_CHECKPOINT; nothing is changed then.
   */
  update<S extends OciSpec>(spec: S): Promise<RewrittenSpec<S>>;
  async update<S extends OciSpec>(spec: S, ...surplus: readonly unknown[]): Promise<RewrittenSpec<S>> {
    return guardArgumentsAsync('update', async () => {
      checkSurplus('update', surplus, NO_OPTIONS);
      const { edits, notes } = await this.#decide(spec);
      return { changed: edits.length > 0, spec: applyEdits(spec, edits), edits, notes };
    });
  }

  /**
   * Rewrites the spec of a bundle where it is stored; without changes nothing is written. A spec that
   * another program changes under way is loaded and decided anew, five times at most.
   *
   * Unless `mayBeRewritten` is set, a sandbox that was rewritten before is decided anew, by what its volumes hold
   * now: an emptyDir that its pod has written to becomes a shared host directory.
   *
   * @param path a bundle directory or its `config.json`.
   * @throws MountHintsError: as {@link update}, and MH_INPUT_…, MH_SPEC_…, MH_WRITE_FAILED, MH_SPEC_CHANGED; the stored
   *   spec is then what it was.
   */
  updateBundle(path: string): Promise<RewrittenBundle>;
  async updateBundle(path: string, ...surplus: readonly unknown[]): Promise<RewrittenBundle> {
    return guardArgumentsAsync('updateBundle', async () => {
      checkSurplus('updateBundle', surplus, NO_OPTIONS);
      const { loaded, ...result } = await savePlan(this.#ports.store, () => this.#plan('updateBundle', path));
      return result;
    });
  }

  /** What {@link updateBundle} would do, and the spec as it is stored; nothing is written. */
  planBundle(path: string): Promise<RewrittenBundle & { readonly loaded: LoadedSpec }>;
  async planBundle(
    path: string,
    ...surplus: readonly unknown[]
  ): Promise<RewrittenBundle & { readonly loaded: LoadedSpec }> {
    return guardArgumentsAsync('planBundle', async () => {
      checkSurplus('planBundle', surplus, NO_OPTIONS);
      return this.#plan('planBundle', path);
    });
  }

  async #plan(name: string, path: string): Promise<PlannedBundle> {
    checkArgument(name, 'path', path, 'string');
    const loaded = await this.#ports.store.load(path);
    const { edits, notes: ofRules } = await this.#decide(
      this.#checkpoint ? loaded.spec : (loaded.part ?? loaded.spec),
    );
    const changed = edits.length > 0;
    const notes = [...ofRules, ...otherNamesNote(changed, loaded.otherNames)];
    return { path, release: this.#release.date, changed, edits, notes, loaded };
  }

  #decide(spec: OciSpec) {
    const { lookup, layout } = this.#ports;
    const { rules, date } = this.#release;
    const read = readSpec(spec);
    const options = this.#options;
    if (this.#checkpoint === undefined) {
      return decideWithLookup(lookup, (facts) => decide(read, rules, facts, layout, options));
    }
    const checkpoint = checkpointedSpecOf(this.#checkpoint, read.annotations);
    const pair = { checkpoint, restore: spec, rules, restoreRules: restoreRules(date) };
    return decideWithLookup(lookup, (facts) => decideForRestore(pair, facts, layout, options));
  }
}
