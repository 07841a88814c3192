import { MountHintsError } from './mount-hints-error.ts';

/** A spec or manifest larger than this is none: real ones have some 20 KB, and 10,000 mounts make some 4 MB. */
export const MAX_INPUT_BYTES = 64 * 1024 * 1024;

/** The error for an input that has `size` bytes at least. */
export function inputTooLarge(path: string, size: number): MountHintsError {
  return new MountHintsError(
    'MH_INPUT_TOO_LARGE',
    `${path} has ${size} bytes or more, and the limit is ${MAX_INPUT_BYTES} (64 MiB). No OCI spec or manifest is that large: check what you give, or give it in parts.`,
    { path, size, limit: MAX_INPUT_BYTES },
  );
}

/** Reads some bytes into `buffer` from `offset`, at most `length`; gives how many (a whole number in that range), and 0 at the end. */
export type ReadSome = (buffer: Uint8Array, offset: number, length: number) => number;

/**
 * All bytes that `readSome` gives until it ends, in one buffer that doubles as it fills, however few come at a time.
 *
 * @param path what the input is called in the error.
 * @param expected how many bytes there are likely to be.
 * @param allocate makes a buffer; what it holds is overwritten.
 * @throws MH_INPUT_TOO_LARGE if there are more than {@link MAX_INPUT_BYTES}: nothing is cut off.
 */
export function readToEnd<B extends Uint8Array>(
  path: string,
  expected: number,
  allocate: (size: number) => B,
  readSome: ReadSome,
): B {
  // One byte more than expected finds the end without a second buffer.
  let buffer = allocate(expected + 1);
  let length = 0;
  for (;;) {
    const count = readSome(buffer, length, buffer.length - length);
    if (count === 0) return buffer.subarray(0, length) as B;
    length += count;
    if (length > MAX_INPUT_BYTES) throw inputTooLarge(path, length);
    if (length < buffer.length) continue;
    const larger = allocate(Math.min(2 * buffer.length, MAX_INPUT_BYTES + 1));
    larger.set(buffer);
    buffer = larger;
  }
}
