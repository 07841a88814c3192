/** The whole state of the page, in the fragment of its address: nothing of it reaches a server. */
export interface LinkState {
  readonly text: string;
  readonly release: string;
}

/** What a browser and a mail program still carry. */
const MOST_CHARACTERS = 60_000;
/** A fragment may be hostile: what it expands to is bounded. */
const MOST_BYTES = 4 * 1024 * 1024;
const VERSION = 'v1.';

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_BYTES) {
      await reader.cancel();
      throw new RangeError('too large');
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The fragment of a state, without `#`; `undefined` if it would be too long for a link. */
export async function encodeState(state: LinkState): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(JSON.stringify([state.release, state.text]));
  const packed = await through(bytes, new CompressionStream('deflate-raw'));
  if (packed.length > MOST_CHARACTERS) return undefined;
  const binary = Array.from(packed, (byte) => String.fromCharCode(byte)).join('');
  const text = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return VERSION + text;
}

/** The state of a fragment; `undefined` for one that is no state. */
export async function decodeState(fragment: string): Promise<LinkState | undefined> {
  if (!fragment.startsWith(VERSION)) return undefined;
  try {
    const text = fragment.slice(VERSION.length).replaceAll('-', '+').replaceAll('_', '/');
    const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const bytes = await through(packed, new DecompressionStream('deflate-raw'));
    const state: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!Array.isArray(state)) return undefined;
    const [release, content] = state as unknown[];
    return typeof release === 'string' && typeof content === 'string'
      ? { release, text: content }
      : undefined;
  } catch {
    return undefined;
  }
}
