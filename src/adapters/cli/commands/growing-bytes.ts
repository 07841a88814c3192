/** Bytes that come piece by piece, in one buffer. */
export class GrowingBytes {
  #buffer: Uint8Array;
  #length = 0;

  /** @param expected how many there are likely to be, and some more. */
  constructor(expected: number) {
    this.#buffer = Buffer.allocUnsafe(Math.ceil(1.25 * expected) + 1024);
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.ceil(1.5 * length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }
}
