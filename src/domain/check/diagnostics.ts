import type { Diagnostic } from './diagnostic.ts';
import { hintKeyRules } from './hint-key-rules.ts';
import { hintOptionRules } from './hint-option-rules.ts';
import { hintValueRules } from './hint-value-rules.ts';
import { mountRules } from './mount-rules.ts';
import { servingRules } from './serving-rules.ts';
import { shmRules } from './shm-rules.ts';
import { tenantRules } from './tenant-rules.ts';
import { volumeRules } from './volume-rules.ts';

/** The groups of diagnostics, each under the heading that docs/diagnostics.md gives it. */
export const DIAGNOSTIC_GROUPS: readonly (readonly [heading: string, rules: readonly Diagnostic[]])[] = [
  ['Keys of hints', hintKeyRules],
  ['Values of hints', hintValueRules],
  ['Options and sizes', hintOptionRules],
  ['Volumes', volumeRules],
  ['What mounts become', servingRules],
  ['Mounts', mountRules],
  ['/dev/shm', shmRules],
  ['Not for pod authors', tenantRules],
];

/** Every diagnostic, by its stable code: the one registry. */
export const DIAGNOSTICS: readonly Diagnostic[] = DIAGNOSTIC_GROUPS.flatMap(([, rules]) => rules);
