import type { ResourceListReader } from '../../src/ports/resource-list-reader.ts';
import { expectCode, expectEqual, type TestRunner } from '../../src/testing/suite.ts';

const SOURCE = 'list';
const RESULTS = [{ message: 'told', severity: 'info' }];
const ITEM =
  '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":{"a":1},"annotations":{"k":"v","l":1}}}';

/** What stands around the results, and what must stay of it. */
const LAYOUTS: readonly (readonly [string, string, readonly string[]])[] = [
  ['a block map', `kind: ResourceList\nitems: [${ITEM}] # items\n# end\n`, ['# items', '# end']],
  ['results without a value', 'kind: ResourceList\nresults: # mine\nitems: []\n', ['# mine']],
  ['null results', 'kind: ResourceList\nresults: ~ # mine\nitems: []\n', ['# mine']],
  ['old results', 'kind: ResourceList\nresults: # mine\n- {message: old}\n# tail\nitems: []\n', ['# mine']],
  ['old flow results', 'kind: ResourceList\nresults: [old] # mine\nitems: []\n', ['# mine']],
  ['a flow map', '{kind: ResourceList, items: []}\n', []],
  ['a flow map that ends in a comma', '{kind: ResourceList, items: [],}\n', []],
  ['a flow map that ends in a comment', '{kind: ResourceList, items: [] # all\n}\n', ['# all']],
  ['a comma and a comment', '{kind: ResourceList, items: [], # all\n}\n', ['# all']],
  ['a flow map with empty results', '{"kind":"ResourceList","results":,"items":[]}', []],
  ['JSON', `{"kind": "ResourceList",\n "items": [${ITEM}]\n}\n`, []],
  ['no line break at the end', 'kind: ResourceList\nitems: []', []],
  ['CRLF', 'kind: ResourceList\r\nitems: []\r\n', []],
  ['a document end', 'kind: ResourceList\nitems: []\n...\n', []],
];

/**
 * What every ResourceListReader must do. The texts are YAML and JSON; read what is written with the reader
 * itself.
 */
export function resourceListReaderContract(runner: TestRunner, create: () => ResourceListReader): void {
  const read = (text: string) => create().read(text, SOURCE);
  for (const [name, text, kept] of LAYOUTS) {
    runner.test(`ResourceListReader writes results into ${name}`, async () => {
      const written = read(text).withResults(RESULTS);
      // Results have no reading of their own here, so they are asked for as a config.
      const renamed = written.replace(/"?results"?:/, 'functionConfig:');
      expectEqual('results', read(renamed).functionConfig(), RESULTS);
      expectEqual('written again', read(written).withResults([]).includes('told'), false);
      for (const part of kept) expectEqual(part, written.includes(part), true);
    });
  }
  runner.test('ResourceListReader tells items by text fields and the annotations asked for', async () => {
    const list = read(`kind: List\nitems:\n- ${ITEM}\n- null\n`);
    expectEqual('takes results', list.takesResults, false);
    expectEqual('pod', list.item(0, ['k', 'x']), {
      apiVersion: 'v1',
      kind: 'Pod',
      name: 'p',
      annotations: { k: 'v' },
    });
    expectEqual('null', list.item(1, []), undefined);
    expectEqual('none', list.item(2, []), undefined);
  });
  runner.test('ResourceListReader gives the functionConfig, aliases followed', async () => {
    const config = 'functionConfig: {spec: *s }';
    const list = read(`kind: ResourceList\nx: &s {rules: gke}\n${config}\nitems: []\n`);
    expectEqual('config', list.functionConfig(), { spec: { rules: 'gke' } });
    expectEqual('no config', read('kind: ResourceList\n').functionConfig(), undefined);
  });
  for (const config of ['{spec: *nowhere }', '*nowhere']) {
    runner.test(`ResourceListReader refuses the functionConfig ${config}`, async () => {
      const list = read(`kind: ResourceList\nfunctionConfig: ${config}\n`);
      await expectCode('config', 'MH_MANIFEST_INVALID', async () => list.functionConfig());
    });
  }
  for (const text of [
    '',
    'kind: Pod\n',
    'kind: [\n',
    'kind: List\n---\nkind: List\n',
    '[]',
    'kind: {a: b}\n',
    'kind: ResourceList\nfunctionConfig: &c {spec: *c }\n',
    'kind: ResourceList\nfunctionConfig: &c [[*c ]]\n',
  ]) {
    runner.test(`ResourceListReader refuses ${JSON.stringify(text)}`, async () => {
      await expectCode('text', 'MH_MANIFEST_INVALID', async () => read(text));
    });
  }
  runner.test('ResourceListReader refuses results that something else is tied to', async () => {
    const list = read('kind: ResourceList\nresults: [&a b]\nitems: [*a ]\n');
    await expectCode('results', 'MH_MANIFEST_LAYOUT', async () => list.withResults(RESULTS));
  });
}
