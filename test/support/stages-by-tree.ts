import { createMountHints, type MountHints } from '../../src/index.ts';
import type { Stage, TreeEntry } from './vectors.ts';

/** A stage, and the library there. */
interface StagedHints {
  readonly stage: Stage;
  hintsFor(release: string): MountHints;
}

/** A stage for each tree: nothing is written to one, so that vectors with the same tree share it. */
export class StagesByTree {
  readonly #stages = new Map<string, StagedHints>();
  readonly #mayBeRewritten: boolean;

  constructor({ mayBeRewritten = false } = {}) {
    this.#mayBeRewritten = mayBeRewritten;
  }

  of(tree: TreeEntry[], make: () => Stage): StagedHints {
    const key = JSON.stringify(tree);
    const staged = this.#stages.get(key) ?? this.#stagedHints(make());
    this.#stages.set(key, staged);
    return staged;
  }

  #stagedHints(stage: Stage): StagedHints {
    const { fs, kubeletDir } = stage;
    const byRelease = new Map<string, MountHints>();
    const hintsFor = (release: string) => {
      const hints =
        byRelease.get(release) ??
        createMountHints({ release, kubeletDir, fs, mayBeRewritten: this.#mayBeRewritten });
      byRelease.set(release, hints);
      return hints;
    };
    return { stage, hintsFor };
  }
}
