import { forceSharedKey, hintKey } from '../spec/annotation-keys.ts';
import {
  HINT_FIELDS,
  type HintDecision,
  type MountHint,
  type MountHintField,
  type PresentHint,
} from './hint-decision.ts';
import type { Outcome } from './hint-rules.ts';
import type { HintsOptions } from './hints-options.ts';

type Annotations = Readonly<Record<string, string>>;

/** Options in any order, and twice, are the same options. */
function sameOptions(one: string, other: string): boolean {
  const sorted = (options: string) => [...new Set(options.split(','))].sort().join(',');
  return sorted(one) === sorted(other);
}

function presentHint(annotations: Annotations, volume: string): PresentHint {
  const fields = HINT_FIELDS.map((field) => [field, annotations[hintKey(volume, field)]] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function differing(hint: MountHint, present: PresentHint): MountHintField[] {
  return HINT_FIELDS.filter((field) => {
    const value = present[field];
    if (value === undefined) return false;
    return field === 'options' ? !sameOptions(value, hint.options) : value !== hint[field];
  });
}

/** Weighs a computed hint against the one that the pod has. */
export function reconcile(
  volume: string,
  outcome: Exclude<Outcome, string>,
  annotations: Annotations,
  existing: HintsOptions['existing'],
): HintDecision {
  const present = presentHint(annotations, volume);
  const missing = HINT_FIELDS.filter((field) => present[field] === undefined);
  const differs = differing(outcome.hint, present);
  if (missing.length === HINT_FIELDS.length) return { code: 'hinted', volume, ...outcome };
  if (differs.length > 0) {
    if (existing === 'overwrite' || existing === 'reject')
      return { code: 'overwritten', volume, ...outcome, present };
    return { code: 'kept', volume, ...outcome, present, differs };
  }
  if (missing.length > 0) return { code: 'completed', volume, ...outcome, added: missing };
  return { code: 'already-hinted', volume, ...outcome };
}

/** The keys to set for a decision; a present value that means the same stays as it is written. */
export function keysOf(decision: HintDecision, annotations: Annotations): [string, string][] {
  if (decision.code === 'skipped' || decision.code === 'kept') return [];
  if (decision.code === 'force-shared') return [[forceSharedKey(decision.volume), 'true']];
  return HINT_FIELDS.map((field) => {
    const key = hintKey(decision.volume, field);
    const present = annotations[key];
    const same = present !== undefined && differing(decision.hint, { [field]: present }).length === 0;
    return [key, same ? present : decision.hint[field]];
  });
}
