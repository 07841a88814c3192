import type { Severity } from '../severity.ts';
import type { Place } from '../text/place.ts';
import type { CheckContext } from './check-context.ts';
import type { Finding } from './finding.ts';

/** What a rule found. */
export interface Found {
  readonly place: Place;
  /** What is wrong there, as a sentence without its full stop. */
  readonly message: string;
  /** What to write instead, if that is more exact than the diagnostic's own advice. */
  readonly fix?: string;
}

/** One thing that can be wrong with a pod's hints. */
export interface Diagnostic {
  /** Stable: what people ignore it by, and its section in docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  /** What it is, in one sentence. */
  readonly what: string;
  /** What comes of it. */
  readonly why: string;
  /** Where the rule stands: a file of gVisor, Kubernetes or containerd. */
  readonly source: string;
  /** What to do. */
  readonly fix: string;
  /** An example of what triggers it, as YAML. */
  readonly example: string;
}

/** A diagnostic with the rule that finds it. */
export interface DiagnosticRule extends Diagnostic {
  /** @param others what the rules before it in the registry found. */
  find(context: CheckContext, others: readonly Finding[]): readonly Found[];
}
