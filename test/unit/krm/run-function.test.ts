import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { createKrmCommand } from '../../../src/adapters/cli/commands/krm-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { runFunction } from '../../../src/adapters/krm/run-function.ts';
import { YamlManifestReader } from '../../../src/adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../../../src/adapters/yaml/yaml-resource-list-reader.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

/** The protocol as the KRM Functions Specification (v1) has it, without an orchestrator. */
const run = (input: string) =>
  runFunction({ lists: new YamlResourceListReader(), manifests: new YamlManifestReader() }, input);

const SPEC =
  '{runtimeClassName: gvisor, volumes: [{name: v, emptyDir: {}}, {name: w, hostPath: {path: /w}}], containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}]}';

const ITEMS = `items:
# the shop
- apiVersion: batch/v1
  kind: Job
  metadata:
    name: j   # keep
    namespace: n
    annotations:
      config.kubernetes.io/path: 'jobs/j.yaml'
      config.kubernetes.io/index: '1'
  spec: {template: {spec: ${SPEC}}}
- kind: Service
`;

function list(config = ''): string {
  return `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n${config}${ITEMS}`;
}

const config = (text: string) => `functionConfig: {kind: MountHints, spec: ${text}}\n`;

describe('a ResourceList', () => {
  test('comes back with hints and results, and everything else as it was', () => {
    const { output, failed, results } = run(list());
    expect(failed).toBe(false);
    expect(output.startsWith(list().slice(0, list().indexOf('  spec: {template')))).toBe(true);
    expect(output).toContain('- kind: Service\nresults: [');
    const read = parse(output);
    expect(read.items[0].spec.template.metadata.annotations).toEqual({
      'dev.gvisor.spec.mount.v.options': 'rw,rprivate',
      'dev.gvisor.spec.mount.v.share': 'container',
      'dev.gvisor.spec.mount.v.type': 'bind',
    });
    expect(read.results).toEqual(results);
    expect(results).toEqual([
      {
        message: expect.any(String),
        severity: 'info',
        resourceRef: { apiVersion: 'batch/v1', kind: 'Job', name: 'j', namespace: 'n' },
        field: { path: 'spec.template.metadata.annotations' },
        file: { path: 'jobs/j.yaml', index: 1 },
        tags: { code: 'hinted', volume: 'v' },
      },
    ]);
  });

  test('is what it was, the second time', () => {
    const once = run(list()).output;
    const { output, results } = run(once.slice(0, once.indexOf('results:')));
    expect(output).toBe(once.slice(0, once.indexOf('results:')));
    expect(results).toEqual([]);
  });

  test('in JSON stays JSON', () => {
    const input = JSON.stringify(parse(list()), null, 2);
    const { output } = run(input);
    expect(JSON.parse(output).results).toHaveLength(1);
    expect(Object.keys(JSON.parse(output).items[0].spec.template.metadata.annotations)).toHaveLength(3);
  });

  test('has its old results replaced', () => {
    for (const old of ['results: []\n', 'results:\n- message: old\n']) {
      expect(parse(run(list(old)).output).results).toHaveLength(1);
    }
  });

  test('tells warnings', () => {
    const hinted = list().replace(
      '{template: {spec',
      '{template: {metadata: {annotations: {dev.gvisor.spec.mount.w.type: bind}}, spec',
    );
    expect(run(hinted).results.map(({ severity, tags }) => [severity, tags?.volume])).toEqual([
      ['info', 'v'],
      ['warning', 'w'],
    ]);
  });
});

test('a List comes back as a List', () => {
  const input = `apiVersion: v1\nkind: List\n${ITEMS}`;
  const { output, results } = run(input);
  expect(results).toHaveLength(1);
  expect(parse(output)).not.toHaveProperty('results');
  expect(parse(output).items[0].spec.template.metadata.annotations).toMatchObject({
    'dev.gvisor.spec.mount.v.type': 'bind',
  });
});

describe('functionConfig', () => {
  test.each([
    ['spec', config('{rules: gke, runtimeClasses: [gvisor], all: false, existing: overwrite}'), 1],
    ['another class', config('{runtimeClasses: [kata]}'), 0],
    ['no hint', config('{noHint: [v], size: false, sizeSlack: 5%, medium: {v: memory}}'), 0],
    ['a path', config('{podPaths: ["Zoo=spec"], all: true}'), 1],
    [
      'a ConfigMap',
      'functionConfig: {kind: ConfigMap, data: {runtimeClasses: "kata, gvisor", all: "false", size: "true", medium: "v=memory w=disk"}}\n',
      1,
    ],
    ['none in it', 'functionConfig: {kind: MountHints}\n', 1],
    ['null', 'functionConfig: null\n', 1],
  ])('%s', (_, text, hinted) => {
    const { results, failed } = run(list(text));
    expect([failed, results.length]).toEqual([false, hinted]);
  });

  test.each([
    ['an unknown field', '{rule: gke}', 'MH_CONFIG_INVALID'],
    ['an unknown word', '{rules: all}', 'MH_CONFIG_INVALID'],
    ['an unknown medium', '{medium: {v: tape}}', 'MH_CONFIG_INVALID'],
    ['no boolean', '{all: perhaps}', 'MH_CONFIG_INVALID'],
    ['no list', '{noHint: {}}', 'MH_CONFIG_INVALID'],
    ['no text', '{sizeSlack: []}', 'MH_CONFIG_INVALID'],
    ['no map', '[]', 'MH_CONFIG_INVALID'],
    ['a contradiction', '{rules: gke, noHint: [v]}', 'MH_USAGE'],
    ['a bad path', '{podPaths: [x]}', 'MH_USAGE'],
  ])('%s is an error result, and the items stay', (_, spec, code) => {
    const { output, results, failed, error } = run(list(config(spec)));
    expect([failed, error?.code]).toEqual([true, code]);
    expect(results).toEqual([{ message: expect.any(String), severity: 'error', tags: { code } }]);
    expect(output.startsWith(list(config(spec)))).toBe(true);
    expect(parse(output).results).toHaveLength(1);
  });
});

describe('a wrong setting is named with its value', () => {
  test.each([
    [
      '{medium: [w=disk, v]}',
      'functionConfig: medium should be VOLUME=disk, VOLUME=memory or VOLUME=declared, not "v".',
    ],
    [
      '{medium: {w: disk, v: tape}}',
      'functionConfig: medium.v should be one of disk, memory, declared, not "tape".',
    ],
    ['{rule: gke}', 'functionConfig: there is no setting "rule".'],
  ])('%s', (text, message) =>
    expect(run(list(config(text))).output).toContain(JSON.stringify(message).slice(1, -1)),
  );

  test('data of the wrong kind', () => {
    const { output } = run(list('functionConfig: {kind: ConfigMap, data: [1]}\n'));
    expect(output).toContain('functionConfig: data should be a map');
  });
});

describe('mount-hints krm', () => {
  async function krm(input: string, ...args: string[]) {
    const terminal = new RecordingTerminal();
    terminal.standardInput = Buffer.from(input);
    const status = await runCommand(createKrmCommand({ run }), args, terminal);
    return { status, stdout: terminal.stdout, stderr: terminal.stderr };
  }

  test('answers on standard output', async () => {
    expect(await krm(list())).toEqual({ status: 0, stdout: run(list()).output, stderr: '' });
  });

  test('an error result is on standard error too, and in the status', async () => {
    const { status, stdout, stderr } = await krm(list(config('{rules: all}')));
    expect([status, parse(stdout).results.length]).toEqual([2, 1]);
    expect(stderr).toMatch(/^error MH_CONFIG_INVALID: /);
  });

  test.each([['kind: Pod\n'], [''], ['kind: [\n']])('%j is no list, and has no answer', async (input) => {
    expect(await krm(input)).toMatchObject({ status: 65, stdout: '' });
  });

  test('takes no arguments', async () => {
    expect(await krm(list(), 'x')).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('whatever the list looks like', () => {
  const POD = `{kind: Pod, metadata: {name: p}, spec: ${SPEC}}`;

  test.each([
    ['a flow list that ends in a comma', `{kind: ResourceList, items: [${POD}],}`],
    ['one that ends in a comment', `{kind: ResourceList, items: [${POD}] # all\n}`],
    ['one that ends in both', `{kind: ResourceList, items: [${POD}], # all\n}`],
    ['a comment behind results', `kind: ResourceList\nresults: # mine\nitems:\n- ${POD}\n`],
    ['null results with a comment', `kind: ResourceList\nitems:\n- ${POD}\nresults: null # mine\n`],
    [
      'old results with a comment',
      `kind: ResourceList\nitems:\n- ${POD}\nresults: # mine\n- {a: b}\n# end\n`,
    ],
    ['results that are empty, before a comma', `{"kind":"ResourceList","results":,"items":[${POD}]}`],
  ])('%s', (_, input) => {
    const { output, results, failed } = run(input);
    expect(failed).toBe(false);
    const read = parse(output);
    expect(read.results).toEqual(results);
    expect(results).toHaveLength(1);
    expect(Object.keys(read.items[0].metadata.annotations)).toHaveLength(3);
    for (const [comment] of input.matchAll(/# \w+/g)) expect(output).toContain(comment);
  });

  test.each([
    ['an alias that leads nowhere in it', 'functionConfig: *nowhere'],
    ['an alias that leads nowhere beside it', 'x: *nowhere'],
    ['a list where only a key may stand', '? : # odd\n- {a: b}'],
    ['a rule with no text to it', 'functionConfig: {spec: {rules: {toString: x}}}'],
  ])('%s: an error result', (_, line) => {
    const { output, error, failed } = run(`kind: ResourceList\n${line}\nitems:\n- ${POD}\n`);
    expect([failed, error?.code]).toEqual([true, expect.stringMatching(/^MH_(?:MANIFEST|CONFIG)_INVALID$/)]);
    // A list with an alias that leads nowhere cannot be read again, so it comes back as it was.
    expect(output).toContain(line.includes('*nowhere') ? line : `"code":"${error?.code}"`);
  });

  test.each([
    'functionConfig: &c {spec: *c }',
    'functionConfig: {spec: &c {noHint: [*c ]}}',
    'metadata: {namespace: &n [*n ]}',
  ])('%s contains itself, and no reader could read an answer: an error', (line) => {
    expect(() => run(`kind: ResourceList\n${line}\nitems:\n- ${POD}\n`)).toThrow(
      expect.objectContaining({ code: 'MH_MANIFEST_INVALID' }),
    );
  });

  test('what is no list is said to be none', () => {
    expect(() => run('kind: Pod\n')).toThrow(/^The input is not one document of kind ResourceList or List\./);
  });

  test('a namespace that is a map is not told, and the pods are annotated', () => {
    const job = `{kind: Job, metadata: {name: j, namespace: {a: b}}, spec: {template: {spec: ${SPEC}}}}`;
    const { results, failed } = run(`kind: ResourceList\nitems:\n- ${job}\n`);
    expect([failed, results.map(({ resourceRef }) => resourceRef)]).toEqual([
      false,
      [{ kind: 'Job', name: 'j' }],
    ]);
  });

  test('results that something else is tied to: the input comes back, with the error', () => {
    const input = `kind: ResourceList\nresults: [&a b]\nx: *a\nitems:\n- ${POD}\n`;
    expect(run(input)).toMatchObject({ output: input, failed: true, error: { code: 'MH_MANIFEST_LAYOUT' } });
  });
});
