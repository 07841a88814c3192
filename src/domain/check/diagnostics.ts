import type { Diagnostic, DiagnosticRule } from './diagnostic.ts';
import { hintKeyRules } from './hint-key-rules.ts';
import { hintOptionRules } from './hint-option-rules.ts';
import { hintValueRules } from './hint-value-rules.ts';
import { ignoreRulesFor } from './ignore-rules.ts';
import { mountRules } from './mount-rules.ts';
import { placeRules } from './place-rules.ts';
import { servingRules } from './serving-rules.ts';
import { shmRules } from './shm-rules.ts';
import { tenantRules } from './tenant-rules.ts';
import { unhintedRules } from './unhinted-rules.ts';
import { volumeRules } from './volume-rules.ts';

type DiagnosticGroup = readonly [heading: string, rules: readonly DiagnosticRule[]];

const POD_GROUPS: readonly DiagnosticGroup[] = [
  ['Keys of hints', hintKeyRules],
  ['Values of hints', hintValueRules],
  ['Options and sizes', hintOptionRules],
  ['Volumes', volumeRules],
  ['What mounts become', servingRules],
  ['Mounts', mountRules],
  ['Places of mounts', placeRules],
  ['/dev/shm', shmRules],
  ['Without a hint', unhintedRules],
  ['Not for pod authors', tenantRules],
];

/** The codes of what can be wrong with a pod itself, and not with its ignores. */
export const POD_CODES = POD_GROUPS.flatMap(([, rules]) => rules.map(({ code }) => code));

/** The groups of diagnostics, each under the heading that docs/diagnostics.md gives it. */
export const DIAGNOSTIC_GROUPS: readonly DiagnosticGroup[] = [
  ...POD_GROUPS,
  ['Ignores', ignoreRulesFor(POD_CODES)],
];

/** Every rule, in the order of the groups: the one registry. */
export const DIAGNOSTIC_RULES: readonly DiagnosticRule[] = DIAGNOSTIC_GROUPS.flatMap(([, rules]) => rules);

/** Every diagnostic that a check knows, each with its stable code. */
export const DIAGNOSTICS: readonly Diagnostic[] = DIAGNOSTIC_RULES.map(
  ({ find: _, ...diagnostic }) => diagnostic,
);
