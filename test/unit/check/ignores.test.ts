import { describe, expect, test } from '@jest/globals';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { memoryFileSystem } from '../../../src/adapters/memory-fs/memory-file-system.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import type { Ignore } from '../../../src/domain/check/ignore.ts';
import { check } from '../../../src/index.ts';
import { inspectManifest } from '../../../src/manifests.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const REASON = 'The cache is small; memory is what we want.';
const CODE = 'empty-dir-in-memory';

/** A pod with an emptyDir that a hint keeps in memory: one warning for each of its volumes. */
function podWith(annotations: Record<string, string>, volumes = ['cache']) {
  const hints = Object.fromEntries(
    volumes.flatMap((name) => [
      [`dev.gvisor.spec.mount.${name}.type`, 'tmpfs'],
      [`dev.gvisor.spec.mount.${name}.share`, 'container'],
    ]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations: { ...hints, ...annotations } },
    spec: {
      runtimeClassName: 'gvisor',
      containers: [{ name: 'c', volumeMounts: volumes.map((name) => ({ name, mountPath: `/${name}` })) }],
      volumes: volumes.map((name) => ({ name, emptyDir: {} })),
    },
  };
}

function codesIn(pod: object): string[] {
  return check({ pod }, { release: 'latest' }).map(({ code }) => code);
}

function ignoring(target: string, reason = REASON): Record<string, string> {
  return { [`ignore.gvisor-mount-hints/${target}`]: reason };
}

describe('an annotation that ignores a diagnostic', () => {
  test('leaves it out, and nothing else', () => {
    expect(codesIn(podWith({}))).toEqual([CODE]);
    expect(codesIn(podWith(ignoring(CODE)))).toEqual([]);
    expect(codesIn(podWith(ignoring('empty-dir-unhinted')))).toContain(CODE);
  });

  test('can be limited to one volume', () => {
    const pod = podWith(ignoring(`${CODE}.cache`), ['cache', 'work']);
    const findings = check({ pod }, { release: 'latest' });
    expect(findings.map(({ code, place }) => [code, place.path.join('/')])).toEqual([
      [CODE, 'metadata/annotations/dev.gvisor.spec.mount.work.type'],
    ]);
  });

  test('has no effect without a reason, which is a finding', () => {
    expect(codesIn(podWith(ignoring(CODE, '  ')))).toEqual([CODE, 'ignore-invalid']);
  });

  test('is a finding where it names no diagnostic, with the one that was probably meant', () => {
    const findings = check({ pod: podWith(ignoring('empty-dir-in-memroy')) }, { release: 'latest' });
    const found = findings.find(({ code }) => code === 'ignore-invalid');
    expect(found?.fix).toBe(`Did you mean ignore.gvisor-mount-hints/${CODE}?`);
    expect(found?.place.path).toEqual([
      'metadata',
      'annotations',
      'ignore.gvisor-mount-hints/empty-dir-in-memroy',
    ]);
  });

  test('with a misspelt code keeps its volume in the advice', () => {
    const found = check({ pod: podWith(ignoring('empty-dir-in-memroy.cache')) }, { release: 'latest' });
    const fix = found.find(({ code }) => code === 'ignore-invalid')?.fix;
    expect(fix).toBe(`Did you mean ignore.gvisor-mount-hints/${CODE}.cache?`);
  });

  test.each(['empty-dir-unhinted', `${CODE}.other`])(
    'is a finding where nothing matches it: %s',
    (target) => {
      const [found, ...others] = check({ pod: podWith(ignoring(target)) }, { release: 'latest' }).filter(
        ({ code }) => code === 'ignore-unused',
      );
      expect(others).toEqual([]);
      expect(found?.place.path.at(-1)).toBe(`ignore.gvisor-mount-hints/${target}`);
      expect(found?.severity).toBe('warning');
    },
  );

  test('cannot ignore what is wrong with ignores', () => {
    const pod = podWith({ ...ignoring('ignore-invalid'), ...ignoring('nothing-of-the-kind') });
    expect(codesIn(pod).filter((code) => code === 'ignore-invalid')).toHaveLength(2);
  });

  test('holds in the specs of bundles, by the annotations of the sandbox', () => {
    const source = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/cache';
    const documents = (annotations: Record<string, string>) => ({
      sandbox: { annotations: { 'io.kubernetes.cri.container-type': 'sandbox', ...annotations } },
      containers: [
        {
          annotations: { 'io.kubernetes.cri.container-type': 'container' },
          mounts: [{ destination: '/cache', type: 'bind', source, options: ['rbind', 'rw'] }],
        },
      ],
    });
    const codes = (annotations: Record<string, string>) =>
      check(documents(annotations), { release: 'latest' }).map(({ code }) => code);
    expect(codes({})).toEqual(['empty-dir-unhinted']);
    expect(codes(ignoring('empty-dir-unhinted'))).toEqual([]);
    expect(codes(ignoring('empty-dir-unhinted.cache'))).toEqual([]);
    expect(codes(ignoring('empty-dir-unhinted.other'))).toEqual(['empty-dir-unhinted', 'ignore-unused']);
  });

  test('is told of in the report of a manifest, with its reason', async () => {
    const text = JSON.stringify(podWith(ignoring(CODE)));
    const [report] = inspectManifest(text, { release: 'latest' });
    expect(report?.findings).toEqual([]);
    expect(report?.ignored).toMatchObject([
      { code: CODE, volume: 'cache', ignored: { by: 'annotation', reason: REASON } },
    ]);
  });
});

describe('an ignore of whoever inspects a pod', () => {
  const inspect = (ignores: readonly Ignore[], annotations = {}) => {
    const text = JSON.stringify(podWith(annotations, ['cache', 'work']));
    return inspectManifest(text, { release: 'latest', ignores })[0];
  };

  test('leaves findings out, of all volumes or of one', () => {
    expect(inspect([])?.findings).toHaveLength(2);
    expect(inspect([{ code: CODE }])?.findings).toEqual([]);
    expect(inspect([{ code: CODE, volume: 'work' }])?.findings).toMatchObject([{ volume: 'cache' }]);
  });

  test('comes behind those of the pod itself', () => {
    const report = inspect([{ code: CODE }], ignoring(`${CODE}.cache`));
    expect(report?.ignored.map(({ ignored }) => ignored)).toEqual([
      { by: 'annotation', reason: REASON },
      { by: 'option' },
    ]);
  });

  test('can leave out what is wrong with ignores', () => {
    expect(
      inspect([{ code: CODE }, { code: 'ignore-unused' }], ignoring('hint-type-unknown'))?.findings,
    ).toEqual([]);
  });

  test('is refused where it is of another form', () => {
    expect(() => inspect([{ code: 1 } as unknown as Ignore])).toThrow(
      expect.objectContaining({ code: 'MH_ARGUMENT_INVALID' }),
    );
  });
});

const wiring = {
  ...podCommandWiring(memoryFileSystem({})),
  runtime: () => ({ installed: async () => undefined }),
};

async function run(pod: object, args: readonly string[], command = createCheckCommand(wiring)) {
  const terminal = new RecordingTerminal();
  terminal.standardInput = Buffer.from(JSON.stringify(pod));
  const status = await runCommand(command, [...args, '-'], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

describe('the commands', () => {
  test('check ends in 0 where all is ignored, and counts it', async () => {
    const { status, out, err } = await run(podWith(ignoring(CODE)), []);
    expect(out).toBe('');
    expect(err).toContain('nothing found in 1 pod; 1 ignored');
    expect(status).toBe(0);
  });

  test('explain does not show it', async () => {
    const explain = createExplainCommand(wiring);
    expect((await run(podWith({}), [], explain)).out).toContain(CODE);
    expect((await run(podWith(ignoring(CODE)), [], explain)).out).not.toContain(CODE);
    expect((await run(podWith({}), ['--ignore', CODE], explain)).out).not.toContain(CODE);
  });

  test('take the volume of an ignore', async () => {
    expect((await run(podWith({}), ['--ignore', `${CODE}.cache`])).status).toBe(0);
    expect((await run(podWith({}), ['--ignore', `${CODE}.other`])).status).toBe(1);
  });

  test('check can disregard what the pods ignore', async () => {
    expect((await run(podWith(ignoring(CODE)), ['--no-pod-ignores'])).status).toBe(1);
    expect((await run(podWith(ignoring(CODE)), ['--no-pod-ignores', '--ignore', CODE])).status).toBe(0);
  });

  test('JSON has it apart', async () => {
    const { out } = await run(podWith(ignoring(CODE)), ['--json']);
    expect(JSON.parse(out)).toMatchObject({
      findings: [],
      ignored: [{ code: CODE, ignored: { by: 'annotation', reason: REASON } }],
    });
  });

  test('SARIF shows it suppressed', async () => {
    const suppressions = async (pod: object, args: readonly string[]) =>
      JSON.parse((await run(pod, ['--format', 'sarif', ...args])).out).runs[0].results.map(
        (result: { suppressions?: unknown }) => result.suppressions,
      );
    expect(await suppressions(podWith({}), [])).toEqual([undefined]);
    expect(await suppressions(podWith(ignoring(CODE)), [])).toEqual([
      [{ kind: 'inSource', justification: REASON }],
    ]);
    expect(await suppressions(podWith({}), ['--ignore', CODE])).toEqual([[{ kind: 'external' }]]);
    expect(await suppressions(podWith({}), ['--ignore', `${CODE}: ${REASON}`])).toEqual([
      [{ kind: 'external', justification: REASON }],
    ]);
  });
});
