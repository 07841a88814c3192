import { expect, test } from '@jest/globals';
import { ManifestOutput } from '../../../src/adapters/cli/terminal/manifest-output.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const MIB = 1024 * 1024;
const piece = (text: string, length = 16 * MIB) => Buffer.alloc(length, text);

/** Standard output on a disk that is full behind so many writes of bytes. */
class FullTerminal extends RecordingTerminal {
  #left: number;

  constructor(writes: number) {
    super();
    this.#left = writes;
  }

  override outBytes(bytes: Uint8Array): void {
    if (this.#left-- <= 0) throw new Error('ENOSPC');
    super.outBytes(bytes.subarray(0, 4));
  }
}

test('a manifest of which a write failed is known to be there in part', () => {
  const terminal = new FullTerminal(2);
  const output = new ManifestOutput(terminal);
  for (let index = 0; index < 4; index++) output.add(piece('a'));
  expect(() => output.add(piece('b'))).toThrow('ENOSPC');
  expect(terminal.stdout).toBe('aaaaaaaa');
  expect([output.drop(), output.isUsed]).toEqual([true, true]);
});

test('the manifest behind one that is there in part begins a line', () => {
  const terminal = new FullTerminal(Number.POSITIVE_INFINITY);
  const output = new ManifestOutput(terminal);
  for (let index = 0; index < 5; index++) output.add(piece('a'));
  output.add(Buffer.from('more\n'));
  expect(output.drop()).toBe(true);
  output.add(Buffer.from('b\n'));
  output.end();
  expect(terminal.stdout).toBe(`${'aaaa'.repeat(5)}\n---\nb\n`);
});

test('nothing of a manifest that is dropped before 64 MiB is written', () => {
  const terminal = new FullTerminal(Number.POSITIVE_INFINITY);
  const output = new ManifestOutput(terminal);
  output.add(piece('a'));
  expect([output.drop(), output.isUsed, terminal.stdout]).toEqual([false, false, '']);
});
