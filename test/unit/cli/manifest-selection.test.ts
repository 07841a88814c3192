import { describe, expect, test } from '@jest/globals';
import { createAnnotateCommand } from '../../../src/adapters/cli/commands/annotate-command.ts';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { memoryFileSystem } from '../../../src/adapters/memory-fs/memory-file-system.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import { CUSTOM_WORKLOADS, TEMPLATELESS_KINDS } from '../../../src/domain/hints/custom-workloads.ts';
import type { KeyPath } from '../../../src/domain/text/key-path.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const noRunsc = () => ({ installed: async () => undefined });
const pods = {
  ...podCommandWiring(memoryFileSystem({})),
  runtime: noRunsc,
};
const COMMANDS = {
  explain: createExplainCommand(pods),
  check: createCheckCommand(pods),
  annotate: createAnnotateCommand({ ...annotateWiring, runtime: noRunsc }),
};
const NAMES = ['explain', 'check', 'annotate'] as const;
type Name = (typeof NAMES)[number];

const POD = {
  spec: {
    runtimeClassName: 'gvisor',
    containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', emptyDir: {} }],
  },
};

/** An object with a pod at `path`; a step `*` is a list of one. */
function objectWith(kind: string, path: KeyPath, pod: object = POD): object {
  const inner = path.reduceRight<object>((below, step) => (step === '*' ? [below] : { [step]: below }), pod);
  return { apiVersion: 'v1', kind, metadata: { name: 'web' }, ...inner };
}

async function run(name: Name, objects: readonly object[], args: readonly string[] = []) {
  const terminal = new RecordingTerminal();
  terminal.standardInput = Buffer.from(objects.map((each) => `${JSON.stringify(each)}\n`).join('---\n'));
  const status = await runCommand(COMMANDS[name], [...args, '-'], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

const BAD = { metadata: { annotations: { 'dev.gvisor.spec.mount.x.type': 'tmpfs' } } };

describe.each(NAMES)('%s', (name) => {
  test('leaves out pods of other runtime classes, and says how many', async () => {
    const other = { ...BAD, spec: { ...POD.spec, runtimeClassName: 'kata' } };
    const { status, err } = await run(name, [objectWith('Pod', [], other), objectWith('Pod', [], POD)]);
    expect(status).toBe(0);
    expect(err).toContain('1 pod of another runtime class, or none, left out (see --runtime-class, --all)');
  });

  test.each([[['--all']], [['--runtime-class', 'kata']]])('takes them with %j', async (args) => {
    const other = { ...POD, spec: { ...POD.spec, runtimeClassName: 'kata' } };
    const { out, err } = await run(name, [objectWith('Pod', [], other)], args);
    expect(err).not.toContain('left out');
    if (name !== 'check') expect(out).not.toBe('');
    else expect(err).toContain('1 pod');
  });

  test('asks whether a runtime class is misspelt in the manifest', async () => {
    const other = { ...POD, spec: { ...POD.spec, runtimeClassName: 'gvsior' } };
    const { err } = await run(name, [objectWith('Pod', [], other), objectWith('Pod', [], other)]);
    const note = /note: standard input:1:\d+: runtime class "gvsior" is left out; did you mean gvisor\?\n/g;
    expect(err.match(note)).toHaveLength(1);
    const { err: ofAnother } = await run(name, [objectWith('Pod', [], other), objectWith('Pod', [], POD)]);
    expect(ofAnother).toContain('did you mean gvisor?');
  });

  test('asks about twenty runtime classes at most', async () => {
    const others = Array.from({ length: 25 }, (_, i) =>
      objectWith('Pod', [], { ...POD, spec: { ...POD.spec, runtimeClassName: `gvisor${i}` } }),
    );
    const { err } = await run(name, others);
    expect(err.match(/did you mean gvisor\?/g)).toHaveLength(20);
    expect(err).toContain('note: and 5 more runtime classes that are nearly spelt like one\n');
  });

  test('asks whether a runtime class is misspelt on the command line', async () => {
    const { err } = await run(name, [objectWith('Pod', [], POD)], ['--runtime-class', 'gvisro']);
    expect(err).toContain('note: no pod has the runtime class "gvisro"; did you mean gvisor?\n');
    const boxed = { ...POD, spec: { ...POD.spec, runtimeClassName: 'sandboxed' } };
    const asked = await run(name, [objectWith('Pod', [], boxed)], ['--runtime-class', 'sandboxd']);
    expect(asked.err).toContain('note: no pod has the runtime class "sandboxd"; did you mean sandboxed?\n');
    const right = ['--runtime-class', 'sandboxed'];
    const wrong = { ...POD, spec: { ...POD.spec, runtimeClassName: 'sandboxd' } };
    const both = await run(name, [objectWith('Pod', [], boxed), objectWith('Pod', [], wrong)], right);
    expect(both.err).toContain('runtime class "sandboxd" is left out; did you mean sandboxed?\n');
  });

  test.each(['runc', 'kata', undefined])('asks nothing of a pod of the runtime class %s', async (other) => {
    const pod = { ...POD, spec: { ...POD.spec, runtimeClassName: other } };
    const { err } = await run(name, [objectWith('Pod', [], pod)], ['--runtime-class', 'runsc']);
    expect(err).not.toContain('did you mean');
    expect(err).toContain('left out');
  });

  test('takes the pods of a namespace or of an owner alone', async () => {
    const inShop = { ...objectWith('Pod', []), metadata: { name: 'in-shop', namespace: 'shop' } };
    const web = { ...objectWith('Deployment', ['spec', 'template']), metadata: { name: 'web' } };
    for (const args of [
      ['--namespace', 'shop'],
      ['--owner', 'deployment/web'],
    ]) {
      const { out, err, status } = await run(name, [inShop, web], args);
      const hinted = out.split('---').filter((text) => text.includes('dev.gvisor.spec.mount.v.type'));
      if (name === 'annotate') {
        expect(hinted).toHaveLength(1);
        expect(hinted[0]).toContain(args[0] === '--owner' ? '"web"' : '"in-shop"');
        expect(err).toContain('; 1 pod left out by --namespace and --owner');
      } else if (name === 'check') expect(err).toContain('in 1 pod');
      else expect(out.match(/with gVisor/g)).toHaveLength(1);
      expect(status).toBe(0);
    }
  });

  test('says nothing but errors and what was asked for with --quiet', async () => {
    const kata = { ...POD, spec: { ...POD.spec, runtimeClassName: 'kata' } };
    const objects = [
      objectWith('Pod', [], POD),
      objectWith('Pod', [], kata),
      objectWith('Odd', ['pods', '*']),
    ];
    for (const args of [['--quiet'], ['-q']]) {
      const { out, err, status } = await run(name, objects, args);
      expect([status, err]).toEqual([0, '']);
      expect(out).toBe((await run(name, objects)).out);
    }
    expect((await run(name, [], ['--quiet'])).err).toBe('');
    expect((await run(name, ['{'] as never, ['--quiet', '--no-config', 'nothing.yaml'])).err).toContain(
      'MH_INPUT_NOT_FOUND',
    );
  });

  test('finds the pods of kinds that it is told of', async () => {
    const { err } = await run(name, [objectWith('Odd', ['pods', '*'])], ['--pod-path', 'Odd=pods.*']);
    expect(err).not.toContain('note: --pod-path');
    expect(err).not.toContain('not known');
  });

  test('says that the kind of an object with containers is not known, and what to write', async () => {
    const { err } = await run(name, [objectWith('Odd', ['pods', '*'])]);
    expect(err).toContain(
      "note: standard input:1:1: Odd web has containers at pods[0].spec, but its kind is not known. If they are a pod's: --pod-path Odd=pods.*\n",
    );
  });

  test('says that a known kind has containers at another place', async () => {
    const { err } = await run(name, [objectWith('RayCluster', ['spec', 'podTemplate'])]);
    expect(err).toContain(
      'note: standard input:1:1: RayCluster web has containers at spec.podTemplate.spec, which is not where its kind has pods. If',
    );
  });

  test('tells of a --pod-path that led nowhere', async () => {
    const objects = [objectWith('Odd', ['pods', '*'])];
    const { err: kind } = await run(name, objects, ['--pod-path', 'Od=pods.*']);
    expect(kind).toContain('note: --pod-path Od=pods.*: there is no Od; did you mean Odd?\n');
    const { err: path } = await run(name, objects, ['--pod-path', 'Odd=pod.*']);
    expect(path).toContain('note: --pod-path Odd=pod.*: no Odd has a pod there\n');
  });
});

describe('well-known custom resources', () => {
  const cases = [...CUSTOM_WORKLOADS].flatMap(([kind, paths]) =>
    paths.map((path) => [kind, path.join('.'), path] as const),
  );

  test.each(cases)('the pod of a %s at %s is found', async (kind, _, path) => {
    const { out } = await run('annotate', [objectWith(kind, path)]);
    expect(out).toContain('dev.gvisor.spec.mount.v.type');
  });

  test.each([...TEMPLATELESS_KINDS])('a %s has no template: %s is named', async (kind, where) => {
    const { err } = await run('check', [{ kind, metadata: { name: 'web' }, spec: {} }]);
    expect(err).toContain(`${kind} web has no pod template`);
    expect(err).toContain(where);
  });

  test('a core Service has no pods, and nothing is said of it beside others', async () => {
    const service = { kind: 'Service', spec: { ports: [] } };
    const { err } = await run('check', [service, objectWith('Pod', [])]);
    expect(err).not.toMatch(/Service|no pod/);
  });
});

describe('a run without a pod says so, and passes', () => {
  const SERVICE = { kind: 'Service', spec: { ports: [] } };
  const POD = { ...objectWith('Pod', []), metadata: { name: 'p', namespace: 'shop' } };

  test.each(['check', 'explain'] as const)('%s', async (name) => {
    const noteOf = async (objects: readonly object[], options: readonly string[] = []) => {
      const { err, out, status } = await run(name, objects, options);
      expect([out, status]).toEqual(['', 0]);
      return err.split('\n').filter((line) => line.startsWith('note:'));
    };
    expect(await noteOf([])).toEqual([
      'note: no pod was found: there is no Kubernetes object in standard input',
    ]);
    expect(await noteOf(['hello'] as never)).toEqual([
      'note: no pod was found: there is no Kubernetes object in standard input',
    ]);
    expect(await noteOf([SERVICE])).toEqual([
      'note: no pod was found: no object in standard input is a pod, or makes pods',
    ]);
    const pods = Array.from({ length: 60 }, () => POD);
    expect(await noteOf([{ kind: 'List', items: pods }], ['--namespace', 'shp'])).toEqual([
      'note: no pod was looked at: the filter left out 60 pods (see --namespace, --owner)',
    ]);
    const other = { ...POD, spec: { ...(POD as { spec?: object }).spec, runtimeClassName: 'runc' } };
    expect(await noteOf([other])).toEqual([
      'note: 1 pod of another runtime class, or none, left out (see --runtime-class, --all)',
    ]);
  });

  test('but not beside an input that could not be read', async () => {
    const { err } = await run('check', [SERVICE], ['nothing.yaml']);
    expect(err).not.toContain('note: no pod');
  });
});

test('annotate says that a filter left nothing', async () => {
  const { err } = await run('annotate', [objectWith('Pod', [])], ['--namespace', 'shp']);
  expect(err).toBe('-: no pod is asked for; 1 pod left out by --namespace and --owner\n');
});

test('annotate says why it found no pod', async () => {
  const summaryOf = async (objects: readonly object[]) => (await run('annotate', objects)).err.split('\n')[0];
  expect(await summaryOf([])).toBe('-: no gVisor pod: there is no Kubernetes object in it');
  expect(await summaryOf([{ kind: 'Service', spec: { ports: [] } }])).toBe(
    '-: no gVisor pod: no object in it is a pod, or makes pods',
  );
  const other = { ...POD, spec: { ...POD.spec, runtimeClassName: 'kata' } };
  expect(await summaryOf([objectWith('Pod', [], other)])).toBe(
    '-: no gVisor pod; 1 pod of another runtime class, or none, left out (see --runtime-class, --all)',
  );
});

describe('the format', () => {
  test.each(['explain', 'check'] as const)(
    'of %s is JSON with --json and with --format json',
    async (name) => {
      const { out } = await run(name, [objectWith('Pod', [])], ['--json']);
      expect((await run(name, [objectWith('Pod', [])], ['--format', 'json'])).out).toBe(out);
      expect(JSON.parse(out).path).toBe('-');
    },
  );

  test('of annotate too', async () => {
    const { err } = await run('annotate', [objectWith('Pod', [])], ['--format', 'json']);
    expect(JSON.parse(err).path).toBe('-');
    expect((await run('annotate', [], ['--format', 'yaml'])).status).toBe(2);
  });

  test('is not two at once', async () => {
    const { status, err } = await run('check', [], ['--json', '--format', 'sarif']);
    expect([status, err]).toEqual([2, expect.stringContaining('contradict')]);
  });
});

describe('the release that is assumed', () => {
  test.each(['explain', 'check'] as const)('is told once by %s', async (name) => {
    const { err } = await run(name, [objectWith('Pod', []), objectWith('Pod', [])]);
    expect(err.match(/note: no runsc is on PATH/g)).toHaveLength(1);
    expect(err).toContain('20260914');
  });

  test('is told by annotate where it had a say', async () => {
    expect((await run('annotate', [objectWith('Pod', [])])).err).not.toContain('runsc');
    const [container] = POD.spec.containers;
    const volumeMounts = [{ name: 'v', mountPath: '/v', subPath: 's' }];
    const partly = {
      metadata: { annotations: { 'dev.gvisor.spec.mount.v.type': 'bind' } },
      spec: { ...POD.spec, containers: [{ ...container, volumeMounts }] },
    };
    expect((await run('annotate', [objectWith('Pod', [], partly)])).err).toContain(
      'note: no runsc is on PATH',
    );
  });
});

describe('an ignore of a volume', () => {
  const pod = objectWith('Pod', []);
  const noteOf = async (name: Name, args: readonly string[], objects: readonly object[] = [pod]) =>
    (await run(name, objects, args)).err.split('\n').filter((line) => line.includes('is ignored'));

  test.each(['check', 'explain'] as const)('that no pod of a run of %s has is told of', async (name) => {
    expect(await noteOf(name, ['--ignore', 'empty-dir-unhinted.w: small'])).toEqual([
      'note: no pod here has a volume "w", so no finding of it is ignored. Check the name.',
    ]);
    expect(await noteOf(name, ['--ignore', 'empty-dir-unhinted.v: small'])).toEqual([]);
    expect(await noteOf(name, ['--ignore', 'empty-dir-unhinted'])).toEqual([]);
  });

  test.each(['check', 'explain'] as const)(
    'behind a colon is refused by %s, with the right form',
    async (name) => {
      for (const text of ['empty-dir-unhinted:v', 'empty-dir-unhinted:v: small', 'empty-dir-unhinted:v,x']) {
        const { err, status } = await run(name, [pod], ['--ignore', text]);
        expect([status, err]).toEqual([2, expect.stringContaining('write --ignore empty-dir-unhinted.v;')]);
        expect(err).toContain(`--ignore "${text.replace(':', ': ')}"`);
      }
      for (const text of [
        'empty-dir-unhinted: small',
        'empty-dir-unhinted:it is small',
        'empty-dir-unhinted:',
        'empty-dir-unhinted.v:small',
        'empty-dir-unhinted:https://example.org/issues/1',
        'empty-dir-unhinted:ABC-1',
      ]) {
        expect((await run(name, [pod], ['--ignore', text])).status).toBe(0);
      }
    },
  );

  test('is not told of where a pod may have been missed', async () => {
    expect(await noteOf('check', ['--ignore', 'empty-dir-unhinted.w', 'nothing.yaml'])).toEqual([]);
    expect(await noteOf('check', ['--ignore', 'empty-dir-unhinted.w'], [])).toEqual([]);
  });
});

test('annotate names a pod by its namespace too', async () => {
  const pod = { ...objectWith('Pod', []), metadata: { name: 'web', namespace: 'pay' } };
  expect((await run('annotate', [pod], ['--check'])).out).toContain(', Pod pay/web: volume v hinted');
});
