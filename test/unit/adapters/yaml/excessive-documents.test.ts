import { describe, expect, test } from '@jest/globals';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';
import type { ManifestDocument } from '../../../../src/ports/manifest-reader.ts';

const POD = 'kind: Pod\nspec: {runtimeClassName: gvisor}\n';

function documents(text: string): ManifestDocument[] {
  return [...new YamlManifestReader().documents(text, 'web.yaml')];
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

/** `levels` lines, each of which repeats the one before ten times. */
function bomb(levels: number, line: (level: number, repeated: string) => string): string {
  return lines(levels, (level) => {
    const repeated = Array.from({ length: 10 }, () => `*x${level}`).join(', ');
    return `x${level + 1}: &x${level + 1} ${line(level, repeated)}\n`;
  });
}

const merging = (_: number, repeated: string) => `{<<: [${repeated}]}`;
const listing = (_: number, repeated: string) => `[${repeated}]`;
const mapping = (level: number) => `{${lines(10, (index) => `k${index}: *x${level}, `)}}`;

/** The error that reading ends in: its code, line and column. */
function refusal(text: string): unknown {
  try {
    documents(text);
  } catch (error) {
    const { code, details } = error as { code: string; details: { line: number; column: number } };
    return { code, line: details.line, column: details.column };
  }
  return 'read';
}

const TOO_COMPLEX = 'MH_MANIFEST_TOO_COMPLEX';

describe('Aliases and merge keys', () => {
  test.each([
    ['merge keys of merge keys', merging],
    ['lists of lists', listing],
    ['maps of maps', mapping],
  ])('%s that multiply are refused at the alias with which they become too many', (_, line) => {
    expect(refusal(`x0: &x0 {k: v}\n${bomb(12, line)}${POD}`)).toMatchObject({ code: TOO_COMPLEX, line: 6 });
  });

  test('of a few levels are read', () => {
    expect(documents(`x0: &x0 {k: v}\n${bomb(3, merging)}${POD}`)).toHaveLength(1);
  });

  test('that multiply a long text are refused', () => {
    const text = `x0: &x0 ${'long '.repeat(2000)}\n${bomb(3, listing)}${POD}`;
    expect(refusal(text)).toMatchObject({ code: TOO_COMPLEX, line: 4 });
  });

  test('add up over the documents of a stream', () => {
    const repeating = `---\nx: &x [${'v, '.repeat(99)}]\ny: [${'*x, '.repeat(99)}]\n`;
    expect(documents(repeating)).toHaveLength(1);
    expect(refusal(repeating.repeat(10))).toEqual({ code: TOO_COMPLEX, line: 18, column: 365 });
  });

  test.each([
    ['a merge key', 'metadata: &m {<<: *m}\n', 4],
    ['a list', 'metadata: {labels: &m [*m]}\n', 4],
    ['a key', 'x: &m {*m : v}\n', 4],
  ])('an anchor that contains itself by %s is refused', (_, line) => {
    expect(refusal(`---\n${POD}${line}`)).toMatchObject({ code: 'MH_MANIFEST_INVALID', line: 4 });
  });

  test('that lead to aliases, and those to others, are refused', () => {
    const chain = `x0: &x0 v\n${lines(600, (index) => `x${index + 1}: &x${index + 1} [*x${index}]\n`)}`;
    expect(refusal(chain)).toMatchObject({ code: TOO_COMPLEX, line: 384 });
  });

  test('that lead nowhere are refused in a pod, and nowhere else', () => {
    expect(refusal(`${POD}metadata: {name: *x}\n`)).toEqual({
      code: 'MH_MANIFEST_INVALID',
      line: 3,
      column: 18,
    });
    expect(refusal('kind: ConfigMap\nmetadata: {name: *x}\n')).toBe('read');
  });

  test.each(['v', '[v]', '[&a {k: v}, v]'])('that merge %s are refused in a pod', (value) => {
    expect(refusal(`${POD}metadata: {<<: ${value}}\n`)).toMatchObject({
      code: 'MH_MANIFEST_INVALID',
      line: 3,
    });
  });
});

describe('Nesting', () => {
  test.each([
    ['flow lists', (n: number) => `x: ${'['.repeat(n)}${']'.repeat(n)}\n`],
    ['flow maps', (n: number) => `x: ${'{a: '.repeat(n)}${'}'.repeat(n)}\n`],
    ['lists that nobody closes', (n: number) => `x: ${'['.repeat(n)}\n`],
    ['lists on one line', (n: number) => `x:\n ${'- '.repeat(n)}v\n`],
    ['maps', (n: number) => `x:\n${lines(n, (index) => `${' '.repeat(index + 1)}a:\n`)}`],
    ['keys', (n: number) => `x:\n ${'? '.repeat(n)}v\n`],
  ])('%s that nest 10,000 deep are refused where they become too deep', (_, nested) => {
    expect(refusal(`${POD}${nested(1000)}`)).toMatchObject({ code: TOO_COMPLEX });
    if (nested(1).includes(' a')) return;
    expect(refusal(`${POD}${nested(10_000)}`)).toMatchObject({ code: TOO_COMPLEX });
  });

  test.each([
    ['flow lists', `x: ${'['.repeat(400)}${']'.repeat(400)}\n`],
    ['maps', `x:\n${lines(400, (index) => `${' '.repeat(index + 1)}a:\n`)}`],
  ])('%s that nest 400 deep are read', (_, nested) => {
    expect(documents(`${POD}${nested}`)).toHaveLength(1);
  });
});

describe('What Kubernetes reads of plain values', () => {
  const metadataOf = (metadata: string) =>
    documents(`${POD}metadata: ${metadata}\n`)[0]?.pods[0]?.pod.metadata;

  test.each([
    ['a key of a merged map gives way to one that stands there', '{<<: {name: a}, name: b}', { name: 'b' }],
    ['of several merged maps the first counts', '{<<: [{name: a}, {name: b, x: c}]}', { name: 'a', x: 'c' }],
    ['a key by alias', '{a: &k name, *k : b}', { a: 'name', name: 'b' }],
    ['keys that are no texts', '{1: a, true: b}', { 1: 'a', true: 'b' }],
  ])('%s', (_, metadata, value) => {
    expect(metadataOf(metadata)).toEqual(value);
  });

  test('__proto__ is a key like others', () => {
    const metadata = metadataOf('{__proto__: {name: a}}') as object;
    expect(Object.keys(metadata)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  });
});

test('documents share one schema, and a directive chooses its own', () => {
  const [old] = documents('%YAML 1.1\n---\nkind: Pod\nmetadata: {x: 1:30}\n');
  expect(old?.pods[0]?.pod).toMatchObject({ metadata: { x: 90 } });
  const [current] = documents('kind: Pod\nmetadata: {x: 1:30}\n');
  expect(current?.pods[0]?.pod).toMatchObject({ metadata: { x: '1:30' } });
});
