import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkSpec } from '../../../src/adapters/cli/commands/check-command.ts';
import { kubectlArguments } from '../../../src/adapters/cli/kubectl/kubectl-arguments.ts';
import { CLI } from '../../support/built-cli.ts';

const PLUGIN = join(dirname(CLI), 'kubectl-mount_hints.cjs');
const work = mkdtempSync(join(tmpdir(), 'mount-hints-kubectl-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const template = {
  metadata: { annotations: { other: 'x' } },
  spec: {
    runtimeClassName: 'gvisor',
    volumes: [{ name: 'cache', emptyDir: {} }],
    containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'cache', mountPath: '/c' }] }],
  },
};
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template },
};
const bad = {
  apiVersion: 'v1',
  kind: 'Pod',
  ...template,
  metadata: { name: 'bad', annotations: { 'dev.gvisor.spec.mount.gone.type': 'bind' } },
};

/** A kubectl that writes its arguments down, and prints what it is given. */
function run(words: string[], output: object | string, status = 0) {
  const script = join(work, 'kubectl');
  writeFileSync(join(work, 'output'), typeof output === 'string' ? output : JSON.stringify(output));
  writeFileSync(
    script,
    `#!/bin/sh\nprintf '%s\\n' "$*" >> ${join(work, 'calls')}\n[ "$1" = patch ] && { echo patched; exit ${status}; }\ncat ${join(work, 'output')}\nexit ${status}\n`,
  );
  chmodSync(script, 0o755);
  rmSync(join(work, 'calls'), { force: true });
  const {
    stdout,
    stderr,
    status: ended,
  } = spawnSync(process.execPath, [PLUGIN, ...words], {
    encoding: 'utf8',
    env: { ...process.env, KUBECTL: script },
  });
  const calls = (() => {
    try {
      return readFileSync(join(work, 'calls'), 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  })();
  return { status: ended, stdout, stderr, calls };
}

describe('the words of kubectl mount-hints', () => {
  test.each([
    ['pod/web -n shop', [], ['-n', 'shop'], ['pod/web']],
    ['-A --severity error', ['--severity', 'error'], ['-A'], []],
    [
      '--severity=error --context=a pods -l app=web',
      ['--severity=error'],
      ['--context=a', '-l', 'app=web'],
      ['pods'],
    ],
    ['deploy web --kubeconfig f', [], ['--kubeconfig', 'f'], ['deploy', 'web']],
  ])('%s', (line, own, flags, resources) => {
    expect(kubectlArguments(line.split(' '), checkSpec.options)).toEqual({ own, flags, resources });
  });

  test.each(['-o yaml', '--output=json', '-n', '--severity', '-w'])('not %s', (line) => {
    expect(() => kubectlArguments(line.split(' '), checkSpec.options)).toThrow(
      expect.objectContaining({ code: 'MH_USAGE' }),
    );
  });
});

describe('kubectl mount-hints', () => {
  test('explains what kubectl gets', () => {
    const { status, stdout, calls } = run(['explain', 'deployment/web', '-n', 'shop'], deployment);
    expect(calls).toEqual(['get deployment/web -n shop -o json']);
    expect([status, stdout]).toEqual([0, expect.stringContaining('Deployment shop/web')]);
  });

  test('asks kubectl for a namespace, not the filter of explain and check', () => {
    const { status, calls } = run(['explain', 'deployment/web', '--namespace', 'shop'], deployment);
    expect(calls).toEqual(['get deployment/web --namespace shop -o json']);
    expect(status).toBe(0);
  });

  test('checks all pods, and exits with what the check found', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ ...deployment, metadata: { name: 'web' } }, bad],
    };
    const found = run(['check', '--all-namespaces', '--severity', 'error'], list);
    expect(found.calls).toEqual(['get pods --all-namespaces -o json']);
    expect([found.status, found.stdout]).toEqual([1, expect.stringContaining('hint-volume-unknown')]);
  });

  test('prints a patch, and sends it where it is asked to', () => {
    const annotations = {
      'dev.gvisor.spec.mount.cache.options': 'rw,rprivate',
      'dev.gvisor.spec.mount.cache.share': 'container',
      'dev.gvisor.spec.mount.cache.type': 'bind',
    };
    const printed = run(['annotate', 'deployment/web', '-n', 'shop'], deployment);
    expect(JSON.parse(printed.stdout)).toEqual({ spec: { template: { metadata: { annotations } } } });
    expect(printed.calls).toHaveLength(1);
    const sent = run(['annotate', 'deployment/web', '-n', 'shop', '--context', 'c', '--apply'], deployment);
    expect(sent.calls[1]).toBe(
      `patch deployment/web -n shop --context c --type merge -p ${JSON.stringify({ spec: { template: { metadata: { annotations } } } })}`,
    );
    expect([sent.status, sent.stdout]).toEqual([0, 'patched\n']);
  });

  test('leaves alone what has its hints, and refuses to patch a running pod', () => {
    const done = run(['annotate', 'deployment/web', '--runtime-class', 'other'], deployment);
    expect([done.status, done.stdout, done.stderr]).toEqual([0, '', 'deployment/web: unchanged\n']);
    const misspelt = run(['annotate', 'deployment/web', '--no-hint', 'cash'], deployment);
    expect(misspelt.stderr).toContain('has a volume "cash"');
    const pod = { apiVersion: 'v1', kind: 'Pod', ...template };
    expect(run(['annotate', 'pod/p', '--apply'], pod)).toMatchObject({
      status: 2,
      calls: ['get pod/p -o json'],
    });
  });

  test('passes on what kubectl prints as it comes, and a refusal of it', () => {
    const slow = join(work, 'slow-kubectl');
    writeFileSync(slow, '#!/bin/sh\nprintf "{\\"kind\\": \\"List\\", \\"items\\": [\\""\nexec yes\n');
    chmodSync(slow, 0o755);
    const { status, stdout, stderr } = spawnSync(process.execPath, [PLUGIN, 'check'], {
      encoding: 'utf8',
      env: { ...process.env, KUBECTL: slow },
    });
    expect([status, stdout, stderr]).toEqual([65, '', expect.stringContaining('MH_INPUT_TOO_LARGE')]);
  });

  test('says what kubectl said', () => {
    expect(run(['explain', 'pod/none'], '', 1)).toMatchObject({ status: 69, stdout: '' });
    const missing = spawnSync(process.execPath, [PLUGIN, 'explain'], {
      encoding: 'utf8',
      env: { ...process.env, KUBECTL: join(work, 'no-such-kubectl') },
    });
    expect([missing.status, missing.stderr]).toEqual([69, expect.stringContaining('MH_KUBECTL_UNUSABLE')]);
  });

  test('helps, and refuses other commands', () => {
    expect(run([], '')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage'), calls: [] });
    expect(run(['check', '--help'], '')).toMatchObject({ status: 0, calls: [] });
    expect(run(['update'], '')).toMatchObject({ status: 2, calls: [] });
  });
});
