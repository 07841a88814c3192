import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeIf } from '../support/describe-if.ts';
import { debianTree, runInTree, type TreeRun, treeCopy } from './support/debian-tree.ts';
import { fileListing } from './support/file-listing.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const BUILT = join(ROOT, `dist/executable/linux-${process.arch}`);
const tree = debianTree();
if ('missing' in tree) console.warn(`The executable is not tried in a Debian tree: ${tree.missing}.`);

describe('what is built', () => {
  test('has the sums of its files', () => {
    const check = spawnSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: BUILT, encoding: 'utf8' });
    expect(check).toMatchObject({ status: 0 });
  });

  test('names its packages and its Node.js in the bill of materials', () => {
    const bom = JSON.parse(readFileSync(join(BUILT, 'mount-hints.cdx.json'), 'utf8'));
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'gvisor-mount-hints' } },
    });
    const named = new Set(bom.components.map(({ purl }: { purl: string }) => purl));
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const bundled = ['diff', 'fast-glob', 'memfs', 'smol-toml', 'yaml'];
    const pins = JSON.parse(readFileSync(join(ROOT, 'scripts/node-binaries.json'), 'utf8'));
    const expected = [
      ...bundled.map((name) => `pkg:npm/${name}@${packages[`node_modules/${name}`].version}`),
      `pkg:npm/node-linux-${process.arch}@${pins['26'].version}`,
    ];
    expect(expected.filter((purl) => !named.has(purl))).toEqual([]);
  });

  test('is byte for byte the same when it is built again', () => {
    const again = mkdtempSync(join(tmpdir(), 'mount-hints-built-again-'));
    try {
      execFileSync(process.execPath, ['scripts/build-executable.js', '--output', again], { cwd: ROOT });
      expect(readdirSync(again).sort()).toEqual(readdirSync(BUILT).sort());
      // The sums name all files but the one that they are in, and are of the files, as the first test found.
      expect(readFileSync(join(again, 'SHA256SUMS'), 'utf8')).toBe(
        readFileSync(join(BUILT, 'SHA256SUMS'), 'utf8'),
      );
    } finally {
      rmSync(again, { recursive: true });
    }
  });
});

describeIf('path' in tree)('on Debian without Node.js, the executable', () => {
  const root = 'path' in tree ? treeCopy(tree.path) : '';
  const run = (words: readonly string[], options?: TreeRun) => runInTree(root, words, options);
  beforeAll(() => {
    for (const name of ['mount-hints', 'mount-hints-runtime']) {
      copyFileSync(join(BUILT, name), join(root, 'usr/local/bin', name));
    }
    for (const part of ['container', 'sandbox']) {
      cpSync(join(ROOT, 'scripts/warm-up', part), join(root, 'trial', part), { recursive: true });
    }
    mkdirSync(join(root, 'trial/kubelet/pods/0/volumes/kubernetes.io~empty-dir/cache'), { recursive: true });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('finds no Node.js there', () => {
    expect(run(['sh', '-c', 'command -v node']).status).not.toBe(0);
  });

  test('tells its version, whatever NODE_OPTIONS says', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const told = run(['mount-hints', '--version'], { env: { NODE_OPTIONS: '--no-such-option' } });
    expect(told).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each(['container', 'sandbox'])('updates a %s', (part) => {
    const config = join(root, 'trial', part, 'config.json');
    const before = readFileSync(config, 'utf8');
    const options = ['--release', '20260615', '--kubelet-dir', '/trial/kubelet'];
    expect(run(['mount-hints', 'update', ...options, `/trial/${part}`])).toMatchObject({ status: 0 });
    expect(readFileSync(config, 'utf8')).not.toBe(before);
  });

  test('explains, checks and examines, and knows its codes', () => {
    const options = ['--release', '20260615', '--kubelet-dir', '/trial/kubelet', '/trial/sandbox'];
    expect(run(['mount-hints', 'explain', ...options])).toMatchObject({ status: 0, stderr: '' });
    expect([0, 1]).toContain(run(['mount-hints', 'check', ...options]).status);
    expect(JSON.parse(run(['mount-hints', 'doctor', '--json']).stdout)).toMatchObject({ root: '/' });
    expect(run(['mount-hints', 'help', 'MH_USAGE']).stdout).toContain('MH_USAGE');
    expect(run(['mount-hints', 'completion', 'bash']).stdout).toContain('mount-hints');
  });

  test('is installed below containerd and taken back, file by file, and is replaced while it runs', async () => {
    mkdirSync(join(root, 'etc/containerd'), { recursive: true });
    writeFileSync(join(root, 'etc/containerd/config.toml'), 'version = 2\n');
    const listing = () => fileListing(root, () => false);
    const before = listing();
    const install = ['install', '--engine', 'containerd', '--dir', '/opt/mount-hints/bin'];
    // There is no runsc, which doctor tells of: status 1.
    expect(run(['mount-hints', ...install])).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('created'),
    });
    const installed = join(root, 'opt/mount-hints/bin/mount-hints');
    const running = spawn(installed, ['krm'], { stdio: ['pipe', 'ignore', 'ignore'] });
    try {
      await new Promise((started) => running.once('spawn', started));
      expect(() => writeFileSync(installed, '')).toThrow(expect.objectContaining({ code: 'ETXTBSY' }));
      const wrapper = join(root, 'usr/local/bin/mount-hints-runtime');
      writeFileSync(wrapper, `${readFileSync(wrapper, 'utf8')}# newer\n`);
      appendFileSync(join(root, 'usr/local/bin/mount-hints'), 'newer');
      const upgraded = run(['mount-hints', ...install, '--json']);
      expect(JSON.parse(upgraded.stdout).changes).toHaveLength(2);
    } finally {
      running.stdin.end();
      await new Promise((ended) => running.once('exit', ended));
    }
    for (const name of ['mount-hints', 'mount-hints-runtime']) {
      copyFileSync(join(BUILT, name), join(root, 'usr/local/bin', name));
    }
    expect(run(['mount-hints', 'uninstall'])).toMatchObject({ status: 0 });
    expect(listing()).toEqual(before);
  });

  test('is a KRM function', () => {
    const list = JSON.stringify({ apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: [] });
    const done = run(['mount-hints', 'krm'], { input: list });
    expect(done.status).toBe(0);
    expect(done.stdout).toContain('ResourceList');
  });

  test('stands in front of crun', () => {
    const bundle = join(root, 'trial/bundle');
    mkdirSync(bundle);
    const shm = { destination: '/dev/shm', type: 'bind', source: '/host/shm', options: ['rbind'] };
    writeFileSync(join(bundle, 'config.json'), JSON.stringify({ mounts: [shm] }));
    const env = { MOUNT_HINTS_RUNTIME: '/usr/bin/crun', MOUNT_HINTS_RELEASE: '20260615' };
    expect(run(['mount-hints-runtime', '--version'], { env }).stdout).toContain('crun version');
    // The spec is too small for crun, which says so: what counts is that it came to it rewritten.
    const created = run(['mount-hints-runtime', 'create', '--bundle', '/trial/bundle', 'id'], { env });
    expect(created.stderr).not.toContain('mount-hints-runtime:');
    expect(JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')).mounts[0].type).toBe('tmpfs');
    expect(existsSync(join(root, 'usr/bin/node'))).toBe(false);
  });
});
