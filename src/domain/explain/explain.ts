import { guardArguments } from '../arguments/guard-arguments.ts';
import { analysePod, checkPodArguments, type PodDocuments, type PodOptions } from './analyse-pod.ts';
import { type Explanation, explanationOf } from './explanation.ts';

/**
 * What gVisor makes of a pod's volumes, and why: each mount of each container, after the shim's rewrite.
 * Pure; nothing is mutated.
 *
 * @param documents a Pod (or pod template), or the OCI specs of a pod's sandbox and containers.
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD; MH_RELEASE_NOT_MODELLED before release 20231023;
 *   MH_MANIFEST_INVALID if the pod is not one; MH_SPEC_SHAPE; MH_FACTS_MISSING if specs are not rewritten
 *   yet and facts are missing; MH_ARGUMENT_INVALID.
 */
export function explain(documents: PodDocuments, options: PodOptions): Explanation {
  return guardArguments('explain', () => {
    checkPodArguments('explain', documents, options);
    return explanationOf(analysePod(documents, options));
  });
}
