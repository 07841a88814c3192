import type { HintDecision } from './hint-decision.ts';
import type { HintsOptions } from './hints-options.ts';

/** A volume that an option names and no pod has. */
export interface UnknownVolume {
  readonly option: 'medium' | 'noHint';
  readonly volume: string;
}

/** The volumes of pods that options name; asked at the end for those that no pod has, misspelt ones. */
export class NamedVolumes {
  readonly #unknown: Map<string, UnknownVolume>;

  constructor({ medium = {}, noHint = [] }: HintsOptions) {
    const named: UnknownVolume[] = [
      ...Object.keys(medium).map((volume) => ({ option: 'medium' as const, volume })),
      ...noHint.map((volume) => ({ option: 'noHint' as const, volume })),
    ];
    this.#unknown = new Map(named.map((each) => [`${each.option} ${each.volume}`, each]));
  }

  /** Takes the decisions on a pod, each of which is on a volume, or on a name that only annotations have. */
  add(decisions: readonly HintDecision[]): void {
    if (this.#unknown.size === 0) return;
    for (const decision of decisions) {
      if (decision.code === 'skipped' && decision.reason === 'no-such-volume') continue;
      this.#unknown.delete(`medium ${decision.volume}`);
      this.#unknown.delete(`noHint ${decision.volume}`);
    }
  }

  get unknown(): readonly UnknownVolume[] {
    return [...this.#unknown.values()];
  }
}
