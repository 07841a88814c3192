import { describe, expect, test } from '@jest/globals';
import { JsonManifestReader } from '../../../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';

const reader = new JsonManifestReader(new YamlManifestReader());

async function* of(...chunks: unknown[]): AsyncGenerator<unknown> {
  yield* chunks;
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('{"kind":"Pod"}');
  throw new Error('the connection is gone');
}

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const throwing = {
  get podPaths(): never {
    throw new Error('no');
  },
};

async function read(...args: unknown[]): Promise<number> {
  let count = 0;
  for await (const _ of reader.stream(...(args as Parameters<typeof reader.stream>))) count++;
  return count;
}

describe('stream()', () => {
  test.each([
    ['nothing', []],
    ['null', [null, 'm']],
    ['a list of chunks', [[new Uint8Array(1)], 'm']],
    ['a revoked proxy', [revoked, 'm']],
    ['an iterator that is none', [{ [Symbol.asyncIterator]: () => 1 }, 'm']],
    ['chunks of text', [of('{"kind":"Pod"}'), 'm']],
    ['a chunk that is a list of numbers', [of([123, 125]), 'm']],
    ['no name', [of(), undefined]],
    ['options that are a text', [of(), 'm', 'x']],
    ['options with a getter that throws', [of(), 'm', throwing]],
    ['pod paths that are no Map', [of(), 'm', { podPaths: { Pod: [] } }]],
    ['a stream that fails', [failing(), 'm']],
  ])('refuses %s by code', async (_, args) => {
    await expect(read(...args)).rejects.toMatchObject({ code: 'MH_ARGUMENT_INVALID' });
  });

  test('reads Buffers, and Uint8Arrays of another realm', async () => {
    expect(await read(of(Buffer.from('{"kind":"Pod"}')), 'm')).toBe(1);
    expect(await read(of(new TextEncoder().encode('{"kind":"Pod"}\n{}')), 'm')).toBe(2);
  });
});
