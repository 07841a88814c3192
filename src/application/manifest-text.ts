import { notUtf8 } from '../domain/text/not-utf8.ts';

/**
 * The text of a manifest's bytes, with every byte accounted for: encoding it gives the same bytes.
 *
 * @throws MH_MANIFEST_INVALID if they are not UTF-8.
 */
export function decodeManifest(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw notUtf8(source, error);
  }
}

/** The bytes of a manifest's text. */
export function encodeManifest(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
