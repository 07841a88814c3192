import { describe, expect, test } from '@jest/globals';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';

const podsIn = (text: string) =>
  [...new YamlManifestReader().documents(text, 'm')].flatMap(({ pods }) => pods.map(({ pod }) => pod));
const SPEC = 'spec: {containers: []}';

/** What sigs.k8s.io/yaml reads otherwise than YAML 1.2 (found by test/faults/kubernetes-reader.test.ts). */
describe('refused, because readers differ on it', () => {
  test.each([
    ['a carriage return that ends a comment', `kind: ConfigMap # \rkind: Pod\n`],
    ['one in JSON, where it is white space', `{"kind":"Pod",\r"metadata":{}}`],
    ['NEL that does', `a: b # \u0085kind: Pod\n`],
    ['a line separator that does', `# \u2028kind: Pod\n`],
    ['a paragraph separator in a plain text', `a: b\u2029kind: Pod\n`],
    ['NEL in quotes, which becomes a space', `kind: Pod\nmetadata: {annotations: {a: "b\u0085c"}}\n`],
    ['a separator beside white space in quotes', `kind: Pod\nmetadata: {annotations: {a: "b \u2028c"}}\n`],
    ['a byte order mark in the middle', `kind: A\n---\n\ufeffkind: Pod\n`],
    ['white space behind a byte order mark', `\ufeff x:\n kind: Pod\n`],
    ['a JSON object with something behind it', `{"kind":"Pod"}:\n`],
    ['kind twice', `kind: ConfigMap\nkind: Pod\n`],
    ['kind twice, by an alias', `x: &k kind\nkind: ConfigMap\n*k : Pod\n`],
    ['kind twice, in JSON', `{"kind":"ConfigMap","kind":"Pod"}`],
    ['items twice', `kind: List\nitems: []\nitems: [{kind: Pod}]\n`],
    ['a step to a pod twice', `kind: Job\nspec: {}\nspec: {template: {${SPEC}}}\n`],
    ['a merge key behind what it brings too', `x: &x {kind: Pod}\nkind: ConfigMap\n<<: *x\n`],
    ['two merge keys that bring the same', `x: &x {kind: A}\ny: &y {kind: Pod}\n<<: *x\n<<: *y\n`],
    ['one in an annotation', `kind: Pod\nmetadata: {annotations: {a: b, <<: {a: c}}}\n`],
    ['a kind in base64', `kind: !!binary UG9k\n`],
    ['a key in base64', `!!binary a2luZA==: Pod\n`],
    ['a set', `kind: Pod\nmetadata: !!set {annotations}\n`],
    ['a merge key with a tag', `x: &x {kind: Pod}\n!!merge <<: *x\n`],
    ['a colon without a space in a flow map', `{kind: Pod, metadata: {annotations: {a:,b: c}}}`],
    ['a letter for a key', `kind: Pod\nmetadata: {annotations: {y: b}}\n`],
    ['a map for a key of a pod', `kind: Pod\nmetadata:\n  ? name: p\n  : x\n${SPEC}\n`],
    ['a map for a key behind an anchor', `kind: Pod\nmetadata: &m\n  ? name: p\n${SPEC}\n`],
    ['a list for a key of a pod', `kind: Pod\nmetadata: {labels: {[a]: b}}\n${SPEC}\n`],
    ['an alias of a map for a key', `x: &m {a: b}\nkind: Pod\nmetadata: {labels: {*m : b}}\n${SPEC}\n`],
    ['null for a key of a pod', `kind: Pod\nmetadata: {labels: {~: b}}\n${SPEC}\n`],
    ['a spec without a kind', `apiVersion: v1\n${SPEC}\n`],
    ['items that are a map', `kind: List\nitems: {}\n`],
    ['items that are a text, in JSON', `{"kind":"List","items":"a"}`],
    ['items of a Pod that are a number', `kind: Pod\nitems: 1\n${SPEC}\n`],
    ['items that an alias makes a map', `x: &x {a: b}\nkind: PodList\nitems: *x\n`],
    ['an item with a spec and no kind', `kind: List\nitems: [{metadata: {}, ${SPEC}}]\n`],
  ])('%s', (_, text) => {
    expect(() => podsIn(text)).toThrow(
      expect.objectContaining({
        code: 'MH_MANIFEST_INVALID',
        details: expect.objectContaining({ source: 'm', line: expect.any(Number) }),
      }),
    );
  });
});

describe('read as Kubernetes does', () => {
  test.each<[string, string, object[]]>([
    ['a quoted "<<" is a key', `x: &x {kind: Pod}\n"<<": *x\n`, []],
    ['so is one that is said to be a text', `x: &x {kind: Pod}\n!!str <<: *x\n`, []],
    ['an alias for a key', `x: &k kind\n*k : Pod\n`, [{ kind: 'Pod' }]],
    ['a list of any kind', `kind: Any\nitems: [{kind: Pod}]\n`, [{ kind: 'Pod' }]],
    ['items that name no kind', `kind: PodList\nitems: [{a: b}]\n`, [{ a: 'b' }]],
    ['items without a value', `kind: PodList\nitems:\n`, []],
    [
      'items of an element, which is no list',
      `kind: List\nitems: [{kind: Pod, items: {}}]\n`,
      [{ kind: 'Pod' }],
    ],
    ['items of what is no object', `items: {a: b}\n`, []],
    ['a merge key behind other keys', `x: &x {a: b}\nkind: Pod\n<<: *x\n`, [{ kind: 'Pod', a: 'b' }]],
    ['a line separator in quotes', `kind: Pod\na: "b\u2028c"\n`, [{ a: 'b\u2028c' }]],
    [
      'a question mark before a key',
      `kind: Pod\nmetadata:\n  ? name\n  : p\n`,
      [{ metadata: { name: 'p' } }],
    ],
    [
      'a tab behind a colon in a flow map',
      `kind: Pod\nmetadata: {name:\tp}\n`,
      [{ metadata: { name: 'p' } }],
    ],
    ['any character in JSON', `{"kind":"Pod","a":"b\u0085c \u2028 "}`, [{ a: 'b\u0085c \u2028 ' }]],
    ['a byte order mark at the start', `\ufeffkind: Pod\n`, [{ kind: 'Pod' }]],
    ['an octal number', `kind: Pod\na: 010\nb: 0o10\n`, [{ a: 8, b: 8 }]],
    [
      'other numbers',
      `{kind: Pod, a: 0b11, b: 0x1F, c: 1_000, d: -010, e: 08, f: 1e3, g: .5}`,
      [{ a: 3, b: 31, c: 1000, d: -8, e: 8, f: 1000, g: 0.5 }],
    ],
    [
      'what is no number',
      `{kind: Pod, a: 0b2, b: 1.2.3, c: 1-2, d: _1, e: 2001-01-01, f: "010"}`,
      [{ a: '0b2', b: '1.2.3', c: '1-2', d: '_1', e: '2001-01-01', f: '010' }],
    ],
    ['a custom tag on a text', `kind: Pod\na: !x 010\nb: !!str 010\n`, [{ a: '010', b: '010' }]],
  ])('%s', (_, text, pods) => {
    expect(podsIn(text)).toEqual(pods.map((pod) => expect.objectContaining(pod)));
  });

  test('an object without a kind and a spec is nothing of ours', () => {
    expect(podsIn('apiVersion: v2\nname: chart\n---\nspec: {x: y}\n---\nmetadata: {}\n')).toEqual([]);
  });
});
