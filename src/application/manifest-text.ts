import { MountHintsError } from '../domain/mount-hints-error.ts';

/**
 * The text of a manifest's bytes, with every byte accounted for: encoding it gives the same bytes.
 *
 * @throws MH_MANIFEST_INVALID if they are not UTF-8.
 */
export function decodeManifest(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // kubectl reads UTF-16 with a byte order mark, and takes other bytes for U+FFFD; most other programs do not.
    throw new MountHintsError(
      'MH_MANIFEST_INVALID',
      `${source} is not UTF-8. Save it as UTF-8, which every reader of manifests understands.`,
      { source },
      error,
    );
  }
}

/** The bytes of a manifest's text. */
export function encodeManifest(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
