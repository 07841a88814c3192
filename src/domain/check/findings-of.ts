import type { AnalysedPod } from '../explain/analysed-pod.ts';
import { CheckContext } from './check-context.ts';
import { DIAGNOSTIC_RULES } from './diagnostics.ts';
import type { Finding } from './finding.ts';

/** Everything that the registry's rules find in a pod, in the registry's order. Pure. */
export function findingsOf(pod: AnalysedPod): readonly Finding[] {
  const context = new CheckContext(pod);
  const findings: Finding[] = [];
  for (const { code, severity, fix, find } of DIAGNOSTIC_RULES) {
    // One by one: a pod may have more findings than a call has arguments.
    for (const found of find(context, findings)) findings.push({ code, severity, fix, ...found });
  }
  return findings;
}
