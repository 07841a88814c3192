import { guardArguments } from '../arguments/guard-arguments.ts';
import { analysePod, checkPodArguments, type PodDocuments, type PodOptions } from '../explain/analyse-pod.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './findings-of.ts';
import { heedIgnores } from './heed-ignores.ts';

/**
 * What is wrong with a pod's hints, and what to write instead: the findings of the registry
 * `DIAGNOSTICS`, which docs/diagnostics.md explains. What an annotation
 * `ignore.gvisor-mount-hints/CODE` ignores is left out. Pure; nothing is mutated.
 *
 * @param documents a Pod (or pod template), or the OCI specs of a pod's sandbox and containers.
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD; MH_RELEASE_NOT_MODELLED before release 20231023;
 *   MH_MANIFEST_INVALID if the pod is not one; MH_SPEC_SHAPE; MH_FACTS_MISSING if specs are not rewritten
 *   yet and facts are missing; MH_ARGUMENT_INVALID.
 */
export function check(documents: PodDocuments, options: PodOptions): readonly Finding[] {
  return guardArguments('check', () => {
    checkPodArguments('check', documents, options);
    const pod = analysePod(documents, options);
    return heedIgnores(pod, findingsOf(pod), {}).findings;
  });
}
