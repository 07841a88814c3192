import { isMountHintsError } from '../domain/mount-hints-error.ts';
import { awaitsRewrite } from '../domain/rewrite/awaits-rewrite.ts';
import type { Note } from '../domain/rewrite/notes.ts';
import { type RuleSet, rulesOf } from '../domain/rewrite/releases.ts';
import { SandboxOutcomes } from '../domain/rewrite/sandbox-outcomes.ts';
import type { Annotations } from '../domain/spec/identity.ts';
import { readSpec } from '../domain/spec/read-spec.ts';
import type { LoadedSpec, SpecStore } from '../ports/spec-store.ts';
import type { MountHints } from './mount-hints.ts';
import type { PlannedBundle } from './rewritten-spec.ts';
import { savePlan } from './save-plan.ts';

/** A rewrite over one store. */
export interface Rewriter {
  readonly hints: Pick<MountHints, 'planBundle'>;
  readonly store: SpecStore;
  /** Where the engine that made a bundle keeps the one with this id, be it there or not; absent where it keeps none. */
  siblingWithId?(bundle: string, id: string): string | undefined;
}

/** The bundle is of a container whose sandbox may still come: ask again when all others have been tried. */
export const POSTPONED = 'postponed';

const NO_ANNOTATIONS: Annotations = {};

function annotationsOf({ part, spec }: LoadedSpec): Annotations {
  return (part ?? spec).annotations ?? NO_ANNOTATIONS;
}

/** Whether a bundle that nobody named is a sandbox's and not rewritten yet; not, where it cannot be read. */
async function awaitsItsRewrite(store: SpecStore, path: string, rules: RuleSet): Promise<boolean> {
  try {
    const loaded = await store.load(path);
    return awaitsRewrite(readSpec(loaded.part ?? loaded.spec), rules);
  } catch (error) {
    if (isMountHintsError(error)) return false;
    throw error;
  }
}

/** An error after which the file has its new content all the same. */
function isReplaced(error: unknown): boolean {
  return isMountHintsError(error) && error.code === 'MH_WRITE_FAILED' && error.details.replaced === true;
}

/**
 * Rewrites several bundles, which may be of the same pods, in any order: a container only after its sandbox, and not
 * at all where that failed.
 */
export class UpdateTogether {
  readonly #outcomes = new SandboxOutcomes();
  readonly #postponed = new Set<string>();
  /** Sandboxes that are no part of this run, or come later in it, and need no rewrite: read once for all their containers. */
  readonly #settledSandboxes = new Set<string>();
  readonly #isAlone: boolean;

  /** @param isAlone whether there is one bundle only: it waits for no other. */
  constructor(isAlone: boolean) {
    this.#isAlone = isAlone;
  }

  /** What {@link update} would do; nothing is written. @throws as {@link update}. */
  async plan(rewriter: Rewriter, path: string): Promise<PlannedBundle | typeof POSTPONED> {
    return this.#tried(rewriter, path, () => this.#planned(rewriter, path));
  }

  /** Rewrites one of the bundles. @throws as `MountHints.updateBundle`, and MH_SANDBOX_NOT_REWRITTEN. */
  async update(rewriter: Rewriter, path: string): Promise<PlannedBundle | typeof POSTPONED> {
    return this.#tried(rewriter, path, () => savePlan(rewriter.store, () => this.#planned(rewriter, path)));
  }

  async #planned(rewriter: Rewriter, path: string): Promise<PlannedBundle | typeof POSTPONED> {
    const plan = await rewriter.hints.planBundle(path);
    const isLast = this.#isAlone || this.#postponed.has(path);
    if (!plan.changed) return this.#unchanged(rewriter, plan, isLast);
    if (this.#outcomes.standingOf(path, annotationsOf(plan.loaded), isLast) === 'go') {
      return { ...plan, notes: [...plan.notes, ...(await this.#sandboxNotes(rewriter, plan))] };
    }
    return this.#postpone(path);
  }

  #postpone(path: string): typeof POSTPONED {
    this.#postponed.add(path);
    return POSTPONED;
  }

  /** A container that was rewritten before needs its sandbox as much as one that is rewritten now. */
  async #unchanged(
    rewriter: Rewriter,
    plan: PlannedBundle,
    isLast: boolean,
  ): Promise<PlannedBundle | typeof POSTPONED> {
    // Of most containers no mount has a hint: none of them costs the reading of a second file.
    if (!plan.notes.some(({ code }) => code === 'mount-type-set')) return plan;
    const notes = await this.#sandboxNotes(rewriter, plan);
    if (notes.length === 0) return plan;
    return isLast ? { ...plan, notes: [...plan.notes, ...notes] } : this.#postpone(plan.path);
  }

  /** What is to be said of a container's sandbox that is no part of this run, and stands beside it. */
  async #sandboxNotes(rewriter: Rewriter, plan: PlannedBundle): Promise<readonly Note[]> {
    const id = this.#outcomes.openSandboxOf(annotationsOf(plan.loaded));
    const sandbox = id === undefined ? undefined : rewriter.siblingWithId?.(plan.path, id);
    if (sandbox === undefined || this.#settledSandboxes.has(sandbox)) return [];
    const isOpen = await awaitsItsRewrite(rewriter.store, sandbox, rulesOf(plan.release));
    if (isOpen) return [{ code: 'sandbox-not-rewritten', sandbox }];
    this.#settledSandboxes.add(sandbox);
    return [];
  }

  /** Keeps in mind what became of a bundle. */
  async #tried<T extends PlannedBundle | typeof POSTPONED>(
    rewriter: Rewriter,
    path: string,
    attempt: () => Promise<T>,
  ): Promise<T> {
    try {
      const result = await attempt();
      if (result !== POSTPONED) this.#outcomes.rewritten(annotationsOf(result.loaded));
      return result;
    } catch (error) {
      if (!this.#isAlone) await this.#failed(rewriter.store, path, error);
      throw error;
    }
  }

  async #failed(store: SpecStore, path: string, error: unknown): Promise<void> {
    const annotations = await store.load(path).then(annotationsOf, () => undefined);
    if (annotations !== undefined && isReplaced(error)) this.#outcomes.rewritten(annotations);
    else this.#outcomes.failed({ path, code: isMountHintsError(error) ? error.code : 'MH_BUG' }, annotations);
  }
}
