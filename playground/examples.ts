/** The examples: a pod that is fine, and one for each trap of docs/diagnostics.md that a manifest can show. */
import { stringify } from 'yaml';
import { DIAGNOSTICS } from '../src/domain/check/diagnostics.ts';
import type { Severity } from '../src/domain/severity.ts';
import { DIAGNOSTIC_CASES } from '../test/unit/check/diagnostic-cases.ts';

/** A manifest to look at. */
export interface Example {
  readonly code: string;
  readonly what: string;
  readonly severity: Severity;
  readonly text: string;
  /** The release under which it shows what it is about. */
  readonly release: string;
}

/** Kubernetes reads `off` and `yes` as YAML 1.1 does, so such texts need quotes. */
const YAML_1_1 = { lineWidth: 0, version: '1.1' } as const;

function exampleOf({ code, what, severity }: (typeof DIAGNOSTICS)[number]): Example[] {
  const triggers = DIAGNOSTIC_CASES[code]?.triggers ?? [];
  const found = triggers.find(
    ({ documents, flags, layout }) =>
      'pod' in documents &&
      documents.outerAnnotationKeys === undefined &&
      flags === undefined &&
      layout === undefined,
  );
  if (found === undefined || !('pod' in found.documents)) return [];
  const { metadata, spec } = found.documents.pod;
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { runtimeClassName: 'gvisor', ...spec } };
  const text = `# ${what}\n${stringify(pod, YAML_1_1)}`;
  return [{ code, what, severity, text, release: found.release ?? 'latest' }];
}

/** One example for each diagnostic whose case is a manifest under runsc's default flags. */
export const EXAMPLES: readonly Example[] = DIAGNOSTICS.flatMap(exampleOf);
