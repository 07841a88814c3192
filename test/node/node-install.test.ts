import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runtimeClass } from '../cluster/support/apply.ts';
import { findNodeForAll } from './support/find-node.ts';
import {
  buildInstaller,
  filesOf,
  installerLog,
  prepare,
  startInstaller,
  stopInstaller,
} from './support/installed-node.ts';
import { KubernetesNode } from './support/kubernetes-node.ts';
import { removeLeftBehind } from './support/left-behind.ts';
import { CONTAINERD_CONFIG } from './support/node-files.ts';
import { countStatements, differencesOf, observeAll } from './support/observe-pods.ts';
import { SCENARIOS } from './support/scenarios.ts';

jest.setTimeout(30 * 60_000);
const scratch = mkdtempSync('/var/tmp/mh-node-');
const found = await findNodeForAll(scratch);
const installer = 'unavailable' in found ? found : await buildInstaller(scratch);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Where the executable is for those who look at the node. */
const ON_NODE = '/var/lib/mount-hints/mount-hints';
const INSTALLED = ['memory', 'disk-size', 'shm'];

if ('unavailable' in found || 'unavailable' in installer) {
  const why =
    'unavailable' in found ? found.unavailable : 'unavailable' in installer && installer.unavailable;
  process.stderr.write(`skipped: the DaemonSet on a Kubernetes node: ${why}\n`);
  test.todo('needs a Kubernetes node and an image');
} else {
  describe('the DaemonSet on a Kubernetes node', () => {
    let node: KubernetesNode;
    let before: string[];

    beforeAll(async () => {
      removeLeftBehind();
      node = await KubernetesNode.start(found);
      cpSync(installer.executable, join(node.directory, 'lib/mount-hints'), { recursive: true });
      await prepare(node, installer);
      before = await filesOf(node);
      await startInstaller(node);
      await node.startContainerd();
    });
    afterAll(() => node?.stop());

    async function findings(program: string): Promise<{ code: string; message: string }[]> {
      const { stdout, stderr } = await node.run(program, ['doctor', '--json']);
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout).findings;
    }

    test('puts the programs and the lines on the node, and says so', async () => {
      const log = await installerLog(node);
      for (const path of [
        '/usr/local/bin/mount-hints',
        '/usr/local/bin/mount-hints-runtime',
        CONTAINERD_CONFIG,
      ])
        expect(log).toContain(path);
      const after = await filesOf(node);
      expect(after.filter((line) => !before.includes(line)).length).toBeGreaterThan(0);
      expect(node.fileOf(CONTAINERD_CONFIG)).toContain(
        "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.gvisor]",
      );
    });

    test('leaves a node that doctor has nothing to complain of', async () => {
      expect(await findings('/usr/local/bin/mount-hints')).toEqual([]);
    });

    test('makes pods run through the wrapper, as explain says', async () => {
      await node.create(runtimeClass('gvisor-installed', 'gvisor'));
      const chosen = SCENARIOS.filter(({ name }) => INSTALLED.includes(name)).map((scenario) => ({
        ...scenario,
        hintedBy: 'annotate' as const,
      }));
      const pods = await observeAll(node, chosen, 'gvisor-installed');
      process.stderr.write(`installed: ${pods.length} pods, ${countStatements(pods)} statements\n`);
      expect(differencesOf(pods)).toEqual([]);
      expect(pods.map(({ updateCheck }) => updateCheck).filter(Boolean)).toEqual([]);
      const served = pods.flatMap(({ seen }) => seen.containers.map(({ mounts }) => mounts[0]?.fileSystem));
      expect(new Set(served)).toEqual(new Set(['tmpfs']));
    });

    test('takes everything back when its pod ends', async () => {
      await stopInstaller(node);
      expect(await filesOf(node)).toEqual(before);
      await node.startContainerd();
      expect(await findings(ON_NODE)).toEqual([]);
      const pods = await observeAll(
        node,
        SCENARIOS.filter(({ name }) => name === 'disk-size'),
      );
      expect(differencesOf(pods)).toEqual([]);
    });
  });

  describe('containerd, about /etc/containerd/conf.d', () => {
    let node: KubernetesNode;
    const DROP_IN = '/etc/containerd/conf.d/50-broken.toml';
    beforeAll(async () => {
      removeLeftBehind();
      node = await KubernetesNode.start(found);
      cpSync(installer.executable, join(node.directory, 'lib/mount-hints'), { recursive: true });
      node.put(DROP_IN, 'this is not TOML\n');
    });
    afterAll(() => node?.stop());

    /** Another containerd, which reads the usual file if it is there: whether it starts. */
    async function starts(): Promise<string> {
      const words = ['--root', '/var/lib/other', '--state', '/run/other', '--address', '/run/other.sock'];
      const { stderr } = await node.run('timeout', ['-s', 'KILL', '10', 'containerd', ...words]);
      return /successfully booted|failed to unmarshal TOML/.exec(stderr)?.[0] ?? stderr;
    }

    test('reads none of its files while config.toml is missing, and install writes that file', async () => {
      const config = node.fileOf(CONTAINERD_CONFIG);
      node.put(CONTAINERD_CONFIG, undefined);
      expect(await starts()).toBe('successfully booted');
      const planned = await node.run(ON_NODE, ['install', '--engine', 'containerd', '--dry-run']);
      expect(planned.stdout).toContain(CONTAINERD_CONFIG);
      expect(planned.stdout).not.toContain('conf.d');
      node.put(CONTAINERD_CONFIG, config);
    });

    test('reads none of its files where config.toml does not import them', async () => {
      const config = node.fileOf(CONTAINERD_CONFIG);
      node.put(CONTAINERD_CONFIG, 'version = 3\n');
      expect(await starts()).toBe('successfully booted');
      node.put(CONTAINERD_CONFIG, config);
    });

    test('reads them where its own default configuration is the file, and install adds one', async () => {
      const config = node.fileOf(CONTAINERD_CONFIG);
      const { stdout } = await node.run('containerd', ['config', 'default']);
      expect(stdout).toContain("imports = ['/etc/containerd/conf.d/*.toml']");
      node.put(CONTAINERD_CONFIG, stdout);
      expect(await starts()).toBe('failed to unmarshal TOML');
      node.put(DROP_IN, undefined);
      const planned = await node.run(ON_NODE, ['install', '--engine', 'containerd', '--dry-run']);
      expect(planned.stdout).toContain('/etc/containerd/conf.d/50-gvisor-mount-hints.toml');
      node.put(CONTAINERD_CONFIG, config);
    });
  });
}
