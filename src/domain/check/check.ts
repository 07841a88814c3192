import { guardArguments } from '../arguments/guard-arguments.ts';
import { analysePod, checkPodArguments, type PodDocuments, type PodOptions } from '../explain/analyse-pod.ts';
import { type Finding, findingsOf } from './findings-of.ts';

/**
 * What is wrong with a pod's hints, and what to write instead: the findings of the registry
 * `DIAGNOSTICS`, which docs/diagnostics.md explains. Pure; nothing is mutated.
 *
 * @param documents a Pod (or pod template), or the OCI specs of a pod's sandbox and containers.
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD; MH_RELEASE_NOT_MODELLED before release 20231023;
 *   MH_MANIFEST_INVALID if the pod is not one; MH_SPEC_SHAPE; MH_FACTS_MISSING if specs are not rewritten
 *   yet and facts are missing; MH_ARGUMENT_INVALID.
 */
export function check(documents: PodDocuments, options: PodOptions): readonly Finding[] {
  return guardArguments('check', () => {
    checkPodArguments('check', documents, options);
    return findingsOf(analysePod(documents, options));
  });
}
