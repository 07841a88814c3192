import { checkFields, checkOptions } from '../arguments/check-arguments.ts';
import { kubeletLayout } from '../layouts/kubelet-layout.ts';
import type { VolumeLayout } from '../layouts/volume-layout.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import type { Edit } from '../spec/edits.ts';
import { DECIDE_OPTIONS, type DecideOptions } from './decide-options.ts';
import { FACTS, type Facts } from './facts.ts';
import type { Note } from './notes.ts';
import type { Decision } from './open-decision.ts';

/** What a rewrite and the questions before it go by beside the spec and the release. */
export interface RewriteOptions extends DecideOptions {
  /** How host paths name volumes; kubelet's default directory if absent. */
  readonly layout?: VolumeLayout;
}

const DEFAULT_LAYOUT = kubeletLayout();

/**
 * The layout, and the other options, of a call to `name`.
 *
 * @throws MH_ARGUMENT_INVALID
 */
export function readOptions(
  name: string,
  facts: Facts,
  options: RewriteOptions,
): { readonly layout: VolumeLayout; readonly decideOptions: DecideOptions } {
  checkFields(name, 'facts', facts, FACTS);
  checkOptions(name, 'options', options, { layout: 'object?', ...DECIDE_OPTIONS });
  const { layout = DEFAULT_LAYOUT, ...decideOptions } = options;
  return { layout, decideOptions };
}

/**
 * What a decision came to, once no fact is missing.
 *
 * @param name the function that was called; `asking` is the one that says which facts it needs.
 * @throws MH_FACTS_MISSING
 */
export function wholeDecision(
  { missing, edits, notes }: Decision,
  name: string,
  asking: string,
): { readonly edits: readonly Edit[]; readonly notes: readonly Note[] } {
  if (missing.length > 0) {
    throw new MountHintsError(
      'MH_FACTS_MISSING',
      `${name}() was called without all the facts that it needs. Call ${asking}() with what is known, until it asks for nothing more.`,
      { missing },
    );
  }
  return { edits, notes };
}
