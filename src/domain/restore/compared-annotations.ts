import { MOUNT_PREFIX } from '../spec/annotation-keys.ts';
import { type Annotations, annotation } from '../spec/identity.ts';
import type { RestoreDifference } from './restore-difference.ts';
import type { RestoreRules } from './restore-rules.ts';

const GVISOR = 'dev.gvisor.';
const INTERNAL = 'dev.gvisor.internal.';
export const NAME_REMAP = 'dev.gvisor.container-name-remap.';
const FLAG = 'dev.gvisor.flag.';

const LOGGING_FLAGS: ReadonlySet<string> = new Set(
  [
    'debug',
    'debug-log',
    'debug-command',
    'debug-log-format',
    'strace',
    'strace-syscalls',
    'strace-log-size',
    'log-packets',
  ].map((name) => FLAG + name),
);

/**
 * Whether runsc compares an annotation when it restores.
 *
 * Source: gVisor `runsc/specutils/restore.go` (shouldValidateAnnotation, of 2026-09-05;
 * extractAnnotationsToValidate before).
 */
export function isComparedAnnotation(key: string, rules: RestoreRules): boolean {
  if (!rules.comparesSpecs || !key.startsWith(GVISOR) || key.startsWith(INTERNAL)) return false;
  if (key.startsWith(MOUNT_PREFIX) && key.endsWith('.source')) return false;
  return !(rules.exemptsLogging && (key.startsWith(NAME_REMAP) || LOGGING_FLAGS.has(key)));
}

/** What differs in gVisor's annotations, in ascending order of the keys. */
export function annotationDifferences(
  checkpoint: Annotations,
  restore: Annotations,
  rules: RestoreRules,
): RestoreDifference[] {
  const keys = new Set([...Object.keys(checkpoint), ...Object.keys(restore)]);
  const differences: RestoreDifference[] = [];
  for (const key of [...keys].sort()) {
    if (!key.startsWith(GVISOR)) continue;
    const was = annotation(checkpoint, key);
    const now = annotation(restore, key);
    if (was === now) continue;
    const isCompared = isComparedAnnotation(key, rules);
    differences.push({
      outcome: isCompared ? 'refused' : 'ignored',
      rule: isCompared ? 'annotation' : 'annotation-exempt',
      where: `annotations[${JSON.stringify(key)}]`,
      ...(was !== undefined && { checkpoint: was }),
      ...(now !== undefined && { restore: now }),
    });
  }
  return differences;
}
