import { inputTooLarge, MAX_INPUT_BYTES } from '../../../domain/input-limit.ts';

/** The argument that stands for standard input. */
export const STDIN = '-';

/** What it is called in messages. */
export const STDIN_NAME = 'standard input';

/** What standard input has: all of it, or, where that is much, a stream. */
export type StandardInput =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Uint8Array> };

/** So much is read before it is told what it is. */
const HEAD_BYTES = 4 * 1024 * 1024;

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/**
 * Reads the first of standard input: a spec, and what is short, whole; the rest of manifests is left to come.
 *
 * @param isSpec whether a text, which may be cut short, is an OCI spec.
 * @throws MH_INPUT_TOO_LARGE for a spec; MH_INPUT_UNREADABLE
 */
export async function openStandardInput(
  chunks: AsyncIterable<Uint8Array>,
  isSpec: (text: string) => boolean,
): Promise<StandardInput> {
  const rest = chunks[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  let limit = HEAD_BYTES;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    parts.push(next.value);
    length += next.value.length;
    if (length <= limit) continue;
    const head = Buffer.concat(parts);
    if (length > MAX_INPUT_BYTES) throw inputTooLarge(STDIN_NAME, length);
    if (!isSpec(head.toString('utf8'))) return { kind: 'stream', chunks: joined(head, rest) };
    limit = MAX_INPUT_BYTES;
  }
  return { kind: 'whole', bytes: Buffer.concat(parts) };
}
