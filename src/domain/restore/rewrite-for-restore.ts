import { guardArguments } from '../arguments/guard-arguments.ts';
import { type FactRequest, type Facts, NO_FACTS } from '../rewrite/facts.ts';
import type { Note } from '../rewrite/notes.ts';
import type { Decision } from '../rewrite/open-decision.ts';
import { type Release, rulesOf } from '../rewrite/releases.ts';
import { type RewriteOptions, readOptions, wholeDecision } from '../rewrite/rewrite-options.ts';
import type { Edit } from '../spec/edits.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { decideForRestore } from './decide-for-restore.ts';
import { restoreRules } from './restore-rules.ts';

function decideChecked(
  name: string,
  [checkpoint, restore]: readonly [OciSpec, OciSpec],
  release: Release,
  facts: Facts,
  options: RewriteOptions,
): Decision {
  const { layout, decideOptions } = readOptions(name, facts, options);
  const pair = { checkpoint, restore, rules: rulesOf(release), restoreRules: restoreRules(release) };
  return decideForRestore(pair, facts, layout, decideOptions);
}

/**
 * What must be looked up before `restoreSpec` can be rewritten for a restore; as `requiredFacts` for the ordinary
 * rewrite.
 *
 * @param checkpointSpec the spec that the container was checkpointed with.
 * @throws as {@link rewriteForRestore}, where no further fact could help.
 */
export function requiredFactsForRestore(
  checkpointSpec: OciSpec,
  restoreSpec: OciSpec,
  release: Release,
  known: Facts = NO_FACTS,
  options: RewriteOptions = {},
): readonly FactRequest[] {
  const name = 'requiredFactsForRestore';
  return guardArguments(
    name,
    () => decideChecked(name, [checkpointSpec, restoreSpec], release, known, options).missing,
  );
}

/**
 * The edits by which a spec can be restored from a checkpoint, as far as a rewrite can do that: the checkpoint's values
 * of all annotations and mounts that runsc compares, and the sources of the hints as they are on this host. Pure. Notes
 * of code `restore-refused` say what is left.
 *
 * @param checkpointSpec the spec that the container was checkpointed with; a `checkpoint` of `createMountHints` has
 *   all of a pod.
 * @param restoreSpec the spec to restore; neither is changed.
 * @throws MH_SPEC_SHAPE; MH_RELEASE_…; MH_VOLUME_…; MH_POD_UID_HOSTILE; MH_FACTS_MISSING; MH_ARGUMENT_INVALID.
 */
export function rewriteForRestore(
  checkpointSpec: OciSpec,
  restoreSpec: OciSpec,
  release: Release,
  facts: Facts,
  options: RewriteOptions = {},
): { readonly edits: readonly Edit[]; readonly notes: readonly Note[] } {
  const name = 'rewriteForRestore';
  return guardArguments(name, () =>
    wholeDecision(
      decideChecked(name, [checkpointSpec, restoreSpec], release, facts, options),
      name,
      'requiredFactsForRestore',
    ),
  );
}
