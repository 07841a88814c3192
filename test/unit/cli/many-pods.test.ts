import { describe, expect, test } from '@jest/globals';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { memoryFileSystem } from '../../../src/adapters/memory-fs/memory-file-system.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const wiring = {
  ...podCommandWiring(memoryFileSystem({})),
  runtime: () => ({ installed: async () => undefined }),
};
const COMMANDS = { check: createCheckCommand(wiring), explain: createExplainCommand(wiring) };

/** A pod as a Deployment makes it, with a hint that keeps an emptyDir in memory. */
function podOf(owner: string, index: number, namespace = 'shop', type = 'tmpfs'): object {
  const hash = '5d4f8c7b9d';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${owner}-${hash}-${index}`,
      namespace,
      labels: { 'pod-template-hash': hash },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${owner}-${hash}`, controller: true },
      ],
      annotations: {
        'dev.gvisor.spec.mount.v.type': type,
        'dev.gvisor.spec.mount.v.share': 'container',
      },
    },
    spec: {
      runtimeClassName: 'gvisor',
      containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
  };
}

function podsOf(owner: string, count: number, namespace?: string, type?: string): object[] {
  return Array.from({ length: count }, (_, index) => podOf(owner, index, namespace, type));
}

async function run(name: 'check' | 'explain', items: readonly object[], args: readonly string[] = []) {
  const terminal = new RecordingTerminal();
  terminal.standardInput = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2));
  const status = await runCommand(COMMANDS[name], [...args, '-'], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

const found = (out: string) => out.match(/empty-dir-in-memory.*/g) ?? [];

describe('check of many pods', () => {
  test('shows of many workloads with one finding the first, and how many more there are', async () => {
    const pods = Array.from({ length: 1200 }, (_, index) => podsOf(`web-${index}`, 2)).flat();
    const { out, err } = await run('check', [...pods, ...podsOf('other', 1, 'shop', 'bind')]);
    expect(found(out)).toEqual([
      'empty-dir-in-memory Deployment shop/web-0 (2 pods)',
      'empty-dir-in-memory Deployment shop/web-1 (2 pods)',
      'empty-dir-in-memory Deployment shop/web-2 (2 pods)',
      'empty-dir-in-memory: the same in 1,197 more workloads, 2,394 pods',
    ]);
    expect(out).toContain('(--namespace and --owner narrow down, --ungroup shows each pod)');
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(err).toMatch(/2,400 \w+ in 2,401 pods/);
    expect(found((await run('check', pods, ['--ungroup'])).out)).toHaveLength(2400);
  });

  test('shows all of some workloads with one finding', async () => {
    const pods = Array.from({ length: 10 }, (_, index) => podsOf(`web-${index}`, 2)).flat();
    expect(found((await run('check', pods)).out)).toHaveLength(10);
  });

  test('shows once what the pods of a workload have in common, with their number', async () => {
    const { out, err, status } = await run('check', [...podsOf('web', 3), ...podsOf('api', 1)]);
    expect(found(out)).toEqual([
      'empty-dir-in-memory Deployment shop/web (3 pods)',
      'empty-dir-in-memory Pod shop/api-5d4f8c7b9d-0',
    ]);
    expect(out).toMatch(/^-:23:11 warning /);
    expect(err).toContain('4 warnings in 4 pods');
    expect(status).toBe(1);
  });

  test('keeps workloads of one name in two namespaces apart', async () => {
    const { out } = await run('check', [...podsOf('web', 2), ...podsOf('web', 2, 'lab')]);
    expect(found(out)).toHaveLength(2);
  });

  /** A pod that nobody made for a workload. */
  const bare = (name: string, type?: string) => {
    const pod = podOf(name, 0, 'shop', type) as { metadata: object };
    return { ...pod, metadata: { ...pod.metadata, name, ownerReferences: undefined } };
  };
  const bares = (count: number) => Array.from({ length: count }, (_, index) => bare(`p${index}`));

  test('shows of more than ten pods of no workload the first three, and how many more there are', async () => {
    const { out, err } = await run('check', bares(503));
    expect(found(out)).toEqual([
      'empty-dir-in-memory Pod shop/p0',
      'empty-dir-in-memory Pod shop/p1',
      'empty-dir-in-memory Pod shop/p2',
      'empty-dir-in-memory: the same in 500 more pods (--ungroup shows each)',
    ]);
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^ {4}\S/);
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(err).toContain('503 warnings in 503 pods');
    expect(found((await run('check', bares(503), ['--ungroup'])).out)).toHaveLength(503);
    expect((await run('check', bares(503), ['--json'])).out.trimEnd().split('\n')).toHaveLength(503);
    expect((await run('check', bares(503), ['--format', 'github'])).out.match(/^::warning/gm)).toHaveLength(
      503,
    );
  });

  test.each([
    [10, 10],
    [11, 4],
  ])('shows of %i pods of no workload %i lines, in their order', async (count, lines) => {
    const { out } = await run('check', bares(count));
    expect(found(out)).toHaveLength(lines);
    const names = found(out).flatMap((line) => /shop\/(p\d+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual(names.map((_, index) => `p${index}`));
  });

  test('counts the pods of bundles in the same way', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 14 }, (_, index): [string, string][] => {
        const source = `/srv/kube/pods/u${index}/volumes/kubernetes.io~empty-dir/v`;
        const annotations = {
          'io.kubernetes.cri.sandbox-id': `s${index}`,
          'dev.gvisor.spec.mount.v.type': 'bind',
          'dev.gvisor.spec.mount.v.share': 'pod',
          'dev.gvisor.spec.mount.v.source': source,
        };
        const spec = (role: string, mounts: object[]) =>
          JSON.stringify({
            ociVersion: '1.1.0',
            annotations: { 'io.kubernetes.cri.container-type': role, ...annotations },
            mounts,
          });
        return [
          [`/run/s${index}/config.json`, spec('sandbox', [])],
          [`/run/c${index}/config.json`, spec('container', [{ destination: '/v', type: 'bind', source }])],
        ];
      }).flat(),
    );
    const fs = memoryFileSystem({ files });
    const command = createCheckCommand({ ...wiring, ...podCommandWiring(fs), runtime: wiring.runtime });
    const foundOf = async (args: string[]) => {
      const terminal = new RecordingTerminal();
      await runCommand(command, ['--release', '20260615', ...args, '/run'], terminal);
      return terminal.stdout.match(/kubelet-dir-elsewhere.*/g) ?? [];
    };
    expect(await foundOf([])).toEqual([
      'kubelet-dir-elsewhere pod s0',
      'kubelet-dir-elsewhere pod s1',
      'kubelet-dir-elsewhere pod s10',
      'kubelet-dir-elsewhere: the same in 11 more pods (--ungroup shows each)',
    ]);
    expect(await foundOf(['--ungroup'])).toHaveLength(14);
    expect(await foundOf(['--kubelet-dir', '/srv/kube'])).toEqual([]);
    const explain = createExplainCommand({ ...wiring, ...podCommandWiring(fs), runtime: wiring.runtime });
    for (const each of [command, explain]) {
      const toldBy = async (...args: string[]) => {
        const terminal = new RecordingTerminal();
        await runCommand(each, ['--release', '20260615', ...args, '/run'], terminal);
        return terminal.stderr.match(/^note: --kubelet-dir DIR names the directory/gm) ?? [];
      };
      expect(await toldBy()).toHaveLength(1);
      expect(await toldBy('--quiet')).toEqual([]);
      expect(await toldBy('--kubelet-dir', '/srv/kube')).toEqual([]);
    }
  });

  test('shows each place of a finding of one pod, and counts the pod once', async () => {
    const twice = (name: string) => {
      const pod = bare(name) as unknown as { metadata: { annotations: object }; spec: object };
      const annotations = {
        ...pod.metadata.annotations,
        'dev.gvisor.empty-dir.v.force-shared': 'yes',
        'dev.gvisor.empty-dir.w.force-shared': 'yes',
      };
      return { ...pod, metadata: { ...pod.metadata, annotations } };
    };
    const names = Array.from({ length: 11 }, (_, index) => `p${index}`);
    const ofCode = async (count: number) => {
      const { out } = await run('check', names.slice(0, count).map(twice), [
        '--code',
        'force-shared-invalid',
      ]);
      return out.match(/force-shared-invalid.*/g);
    };
    expect(await ofCode(1)).toHaveLength(2);
    expect(await ofCode(5)).toEqual(
      names.slice(0, 5).flatMap((name) => Array(2).fill(`force-shared-invalid Pod shop/${name}`)),
    );
    expect((await ofCode(11))?.slice(6)).toEqual([
      'force-shared-invalid: the same in 8 more pods (--ungroup shows each)',
    ]);
  });

  test('shows every pod with --ungroup', async () => {
    const { out } = await run('check', podsOf('web', 3), ['--ungroup']);
    expect(found(out)).toHaveLength(3);
  });

  test('has one object a pod in JSON, with its namespace and its owner', async () => {
    const { out } = await run('check', podsOf('web', 2), ['--json']);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ namespace: 'shop', owner: { kind: 'Deployment', name: 'web' } });
  });

  test('counts by code and by namespace, within 80 columns', async () => {
    const good = podsOf('fine', 5, 'lab', 'bind');
    const { err } = await run('check', [...podsOf('web', 15), ...podsOf('api', 5, 'lab'), ...good]);
    const rows = err.split('\n').map((line) => line.trimEnd().split(/ {2,}/));
    expect(rows).toContainEqual(['empty-dir-in-memory', 'warning', '20', '20']);
    expect(rows).toContainEqual(['shop', '15', '15']);
    expect(rows).toContainEqual(['lab', '5', '5']);
    expect(err).toContain('20 warnings in 25 pods');
    const widths = err.split('\n').flatMap((line) => (line.startsWith('note: ') ? [] : [line.length]));
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });

  test('names the first ten namespaces, and how many more there are', async () => {
    const items = Array.from({ length: 25 }, (_, index) => podOf('web', 0, `n${index}`));
    const { err } = await run('check', items);
    expect(err.match(/^n\d+ /gm)).toHaveLength(10);
    expect(err).toContain('and 15 more namespaces (see --namespace)');
  });

  test('has no tables where the pods are few', async () => {
    const { err } = await run('check', podsOf('web', 20));
    expect(err).not.toContain('NAMESPACE');
  });

  test.each([
    [['--namespace', 'lab'], 2],
    [['--owner', 'web'], 3],
    [['--owner', 'deployment/web'], 3],
    [['--owner', 'job/web'], 0],
    [['--owner', 'web', '--namespace', 'lab'], 0],
    [['--owner', 'web', '--owner', 'Deployment/api'], 5],
    [['--code', 'empty-dir-in-memory'], 5],
    [['--code', 'mount-hidden'], 0],
  ])('reports %j on the pods and codes asked for', async (args, count) => {
    const items = [...podsOf('web', 3), ...podsOf('api', 2, 'lab')];
    const { out, status } = await run('check', items, [...args, '--ungroup']);
    expect(found(out)).toHaveLength(count);
    expect(status).toBe(count > 0 ? 1 : 0);
  });

  test('takes a workload in a manifest for the owner of its pods', async () => {
    const { metadata, spec } = podOf('web', 0) as { metadata: object; spec: object };
    const named = (name: string) => ({
      kind: 'Deployment',
      metadata: { name },
      spec: { template: { metadata, spec } },
    });
    const { out } = await run('check', [named('web'), named('api')], ['--owner', 'deployment/api']);
    expect(found(out)).toEqual(['empty-dir-in-memory Deployment api']);
  });

  test('refuses a code that there is not', async () => {
    const { status, err } = await run('check', [], ['--code', 'nonsense']);
    expect(status).toBe(2);
    expect(err).toContain('there is no diagnostic "nonsense" to report');
  });
});

describe('explain of many pods', () => {
  test('shows twenty', async () => {
    const { out, status } = await run('explain', podsOf('web', 20));
    expect(out.match(/^Pod /gm)).toHaveLength(20);
    expect(status).toBe(0);
  });

  test('asks for fewer where there are more, and shows none', async () => {
    const { out, err, status } = await run('explain', podsOf('web', 21));
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('more than 20 pods');
    expect(err).toContain('--every-pod');
  });

  test('shows them all with --every-pod, and in JSON', async () => {
    const all = await run('explain', podsOf('web', 21), ['--every-pod']);
    expect(all.out.match(/^Pod /gm)).toHaveLength(21);
    const json = await run('explain', podsOf('web', 21), ['--json']);
    expect(json.out.trimEnd().split('\n')).toHaveLength(21);
  });
});
