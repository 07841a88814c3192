import { MountHintsError } from '../mount-hints-error.ts';

/**
 * The error for a manifest whose bytes are not UTF-8: kubectl reads UTF-16 with a byte order mark, and takes other bytes
 * for U+FFFD; most other programs do not.
 */
export function notUtf8(source: string, cause: unknown): MountHintsError {
  return new MountHintsError(
    'MH_MANIFEST_INVALID',
    `${source} is not UTF-8. Save it as UTF-8, which every reader of manifests understands.`,
    { source },
    cause,
  );
}
