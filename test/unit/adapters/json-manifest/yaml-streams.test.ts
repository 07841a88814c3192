import { describe, expect, test } from '@jest/globals';
import { JsonManifestReader } from '../../../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';
import type { ManifestDocument } from '../../../../src/ports/manifest-reader.ts';

const yaml = new YamlManifestReader();
const reader = new JsonManifestReader(yaml);

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function described({ index, pods, survey }: ManifestDocument): object {
  return {
    index,
    survey,
    pods: pods.map((pod) => ({
      workload: pod.workload,
      pod: pod.pod,
      position: pod.positionOf(['metadata', 'name']),
    })),
  };
}

async function streamed(text: string, size: number): Promise<unknown> {
  const documents: object[] = [];
  try {
    for await (const document of reader.stream(inChunks(text, size), 'm'))
      documents.push(described(document));
  } catch (error) {
    return { documents, error };
  }
  return { documents };
}

function whole(text: string): unknown {
  const documents: object[] = [];
  try {
    for (const document of yaml.documents(text, 'm')) documents.push(described(document));
  } catch (error) {
    return { documents, error };
  }
  return { documents };
}

/** Documents of the kinds in which a line of dashes could stand, some 130 KB of them. */
function stream(count: number, odd: string): string {
  return Array.from({ length: count }, (_, index) => {
    const pod = `kind: Pod\nmetadata:\n  name: é${index}\n  annotations:\n    note: |\n      ---\n      text\n`;
    return `${index % 7 === 0 ? '---\n' : ''}--- # ${index}\n${pod}${index === count - 5 ? odd : ''}`;
  }).join('');
}

describe('a stream of YAML', () => {
  test.each([
    ['good documents', ''],
    ['a document that is not YAML', 'a: b: c\n'],
    ['a text in quotes that a line of dashes ends', 'q: "a\n---\nb"\n'],
    ['an end of a document and a directive', '...\n%YAML 1.1\n---\nkind: Pod\n'],
    ['a document without dashes behind its end', '...\nkind: Pod\n'],
    ['CRLF', 'x: 1\r\n---\r\nkind: Pod\r\n'],
  ])('is read as the whole text is: %s', async (_, odd) => {
    const text = stream(1200, odd);
    const expected = whole(text) as { documents: object[] };
    expect(expected.documents.length).toBeGreaterThan(1150);
    expect(await streamed(text, 65_536)).toEqual(expected);
    expect(await streamed(`{"kind":"Pod"}\n${text}`, 1_000_000)).toEqual(whole(`{"kind":"Pod"}\n${text}`));
  });

  test('may be longer than the limit of one document', async () => {
    const document = `---\n# ${'x'.repeat(1_000_000)}\nkind: Pod\nmetadata: {name: p}\n`;
    async function* many(): AsyncGenerator<Uint8Array> {
      const bytes = new TextEncoder().encode(document);
      for (let index = 0; index < 68; index++) yield bytes;
    }
    let pods = 0;
    for await (const { index, pods: own } of reader.stream(many(), 'm')) {
      expect(index).toBe(pods);
      pods += own.length;
    }
    expect(pods).toBe(68);
  });
});
