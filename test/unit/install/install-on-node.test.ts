import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RootedNodeTree } from '../../../src/adapters/files/rooted-node-tree.ts';
import { hostFileSystem } from '../../../src/adapters/host-fs/host-file-system.ts';
import { followerOf } from '../../../src/adapters/node-files/follow-in-root.ts';
import { parseConfig, RootedNodeFiles } from '../../../src/adapters/node-files/rooted-node-files.ts';
import { InstallOnNode, type InstallRequest } from '../../../src/application/install-on-node.ts';
import type { EngineName } from '../../../src/domain/install/engine-lines.ts';
import { RECORD } from '../../../src/domain/install/installation.ts';
import type { NodeTree } from '../../../src/ports/node-tree.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mount-hints-install-'));
  for (const directory of ['usr/local/bin', 'etc', 'var/lib'])
    mkdirSync(join(root, directory), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Every name below the root with its mode, owner and content. */
function tree(directory = root): readonly string[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      const status = lstatSync(path);
      const line = `${path.slice(root.length)} ${status.mode.toString(8)} ${status.uid}:${status.gid}`;
      if (status.isSymbolicLink()) return [`${line} -> ${readlinkSync(path)}`];
      return status.isDirectory() ? [line, ...tree(path)] : [`${line} ${readFileSync(path, 'latin1')}`];
    });
}

const treeOf = (directory: string) => new RootedNodeTree(hostFileSystem, followerOf(directory));

function installerOf(nodeTree: NodeTree = treeOf(root)): InstallOnNode {
  return new InstallOnNode({
    tree: nodeTree,
    files: new RootedNodeFiles(root),
    parseToml: parseConfig,
    hash: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  });
}

function requestOf(engine?: EngineName, release = 'one'): InstallRequest {
  const program = (name: string) => ({ name, bytes: Buffer.from(`${name} ${release}`) });
  return {
    version: release,
    programs: [program('mount-hints'), program('mount-hints-runtime')],
    ...(engine && { engine }),
    runtime: '/usr/local/bin/runsc',
  };
}

const PROGRAMS = ['/usr/local/bin/mount-hints', '/usr/local/bin/mount-hints-runtime'];
const SETTINGS = '/etc/gvisor-mount-hints/runtime.conf';
const V2 = 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\n  sandbox_image = "x"';
const V3 = "version = 3\nimports = ['conf.d/*.toml']\n";

/** What nodes have before, and the engine's file after. */
const NODES: readonly (readonly [string, EngineName, Readonly<Record<string, string>>, string])[] = [
  ['containerd without a configuration', 'containerd', {}, '/etc/containerd/config.toml'],
  [
    'containerd 1, whose file is added to',
    'containerd',
    { 'etc/containerd/config.toml': V2 },
    '/etc/containerd/config.toml',
  ],
  [
    'containerd 2, which imports a directory',
    'containerd',
    { 'etc/containerd/config.toml': V3 },
    '/etc/containerd/conf.d/50-gvisor-mount-hints.toml',
  ],
  [
    'containerd 2, which imports nothing',
    'containerd',
    { 'etc/containerd/config.toml': 'version = 3\n' },
    '/etc/containerd/config.toml',
  ],
  [
    'CRI-O',
    'cri-o',
    { 'etc/crio/crio.conf': '[crio]\n' },
    '/etc/crio/crio.conf.d/50-gvisor-mount-hints.conf',
  ],
  ['Podman', 'podman', {}, '/etc/containers/containers.conf.d/50-gvisor-mount-hints.conf'],
  ['Docker without a configuration', 'docker', {}, '/etc/docker/daemon.json'],
  [
    'Docker with other runtimes',
    'docker',
    { 'etc/docker/daemon.json': '{\n\t"runtimes": {"nvidia": {"path": "/n"}}, "x": 1}' },
    '/etc/docker/daemon.json',
  ],
];

describe.each(NODES)('a node with %s', (_, engine, files, path) => {
  let before: readonly string[];
  beforeEach(() => {
    for (const [file, text] of Object.entries(files)) put(file, text);
    before = tree();
  });

  test('gets all files, once, and is as it was when they are taken back', async () => {
    const { changes, left } = await installerOf().install(requestOf(engine));
    expect([changes.map((change) => change.path), left]).toEqual([[...PROGRAMS, SETTINGS, path], []]);
    expect(read(path)).toContain('/usr/local/bin/mount-hints-runtime');
    expect(lstatSync(join(root, PROGRAMS[0] ?? '')).mode & 0o7777).toBe(0o755);
    const installed = tree();
    const again = await installerOf().install(requestOf(engine));
    expect([again.changes, tree()]).toEqual([[], installed]);
    const undone = await installerOf().uninstall(false);
    expect(undone?.left).toEqual([]);
    expect(tree()).toEqual(before);
    expect(await installerOf().uninstall(false)).toBeUndefined();
  });

  test('is planned without a change', async () => {
    const { changes } = await installerOf().plan(requestOf(engine));
    expect(changes.map((change) => change.path)).toEqual([...PROGRAMS, SETTINGS, path]);
    expect(tree()).toEqual(before);
  });

  test('is upgraded, and then taken back as a whole', async () => {
    await installerOf().install(requestOf(engine));
    const { changes } = await installerOf().install(requestOf(engine, 'two'));
    expect(changes.map((change) => change.path)).toEqual(PROGRAMS);
    expect(read('usr/local/bin/mount-hints')).toBe('mount-hints two');
    await installerOf().uninstall(false);
    expect(tree()).toEqual(before);
  });
});

/** One of each way in which a file comes to be: added to, a file of its own, merged. */
const WAYS = ['containerd 1, whose file is added to', 'CRI-O', 'Docker with other runtimes'];

describe.each(NODES.filter(([name]) => WAYS.includes(name)))(
  'at each step, a node with %s',
  (_, engine, files) => {
    let before: readonly string[];
    beforeEach(() => {
      for (const [file, text] of Object.entries(files)) put(file, text);
      before = tree();
    });

    test('keeps what it had where a step fails, and where the installer is killed before or after it', async () => {
      for (const upgrade of [false, true]) {
        for (let step = 1; ; step++) {
          const start = tree();
          if (upgrade) await installerOf().install(requestOf(engine));
          const earlier = tree();
          const failing = new FailingTree(treeOf(root), step, false);
          const failed = await ended(() => installerOf(failing).install(requestOf(engine, 'two')));
          if (!failing.isReached) break;
          expect([step, failed, tree()]).toEqual([step, 'MH_WRITE_FAILED', earlier]);

          const killed = new FailingTree(treeOf(root), step, true);
          await ended(() => installerOf(killed).install(requestOf(engine, 'two')));
          killed.forget();
          await installerOf().uninstall(false);
          expect([step, tree()]).toEqual([step, start]);
        }
        await installerOf().uninstall(false);
        expect(tree()).toEqual(before);
      }
    });

    test('is taken back by a second run where the first one is killed', async () => {
      for (let step = 1; ; step++) {
        await installerOf().install(requestOf(engine));
        const killed = new FailingTree(treeOf(root), step, true);
        await ended(() => installerOf(killed).uninstall(false));
        if (!killed.isReached) break;
        killed.forget();
        await installerOf().uninstall(false);
        expect([step, tree()]).toEqual([step, before]);
      }
      expect(tree()).toEqual(before);
    });
  },
);

/** How a call ends: its error's code. */
async function ended(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

const KILLED = new Error('killed');
const CHANGES = ['makeDirectory', 'removeEmptyDirectory', 'stage', 'replace', 'removeFile', 'lock', 'commit'];

/** A tree one of whose changes fails, or at one of whose changes the process ends. */
class FailingTree implements NodeTree {
  isReached = false;
  readonly #tree: NodeTree;
  readonly #step: number;
  readonly #isKilled: boolean;
  #count = 0;
  readonly #locks: (() => void)[] = [];
  readonly #staged: { discard(): void }[] = [];

  constructor(nodeTree: NodeTree, step: number, isKilled: boolean) {
    this.#tree = nodeTree;
    this.#step = step;
    this.#isKilled = isKilled;
  }

  /** What the end of a process, and the next one's sweep, do. */
  forget(): void {
    for (const release of this.#locks) release();
    for (const file of this.#staged) file.discard();
  }

  #do<T>(name: string, work: () => T): T {
    if (this.isReached && this.#isKilled) throw KILLED;
    if (CHANGES.includes(name) && ++this.#count === this.#step) {
      this.isReached = true;
      if (this.#isKilled) throw KILLED;
      throw Object.assign(new Error('full'), { code: 'MH_WRITE_FAILED', message: 'full', details: {} });
    }
    return work();
  }

  look(path: string) {
    return this.#do('look', () => this.#tree.look(path));
  }
  isWritable(path: string) {
    return this.#tree.isWritable(path);
  }
  missingDirectories(path: string) {
    return this.#tree.missingDirectories(path);
  }
  makeDirectory(path: string) {
    this.#do('makeDirectory', () => this.#tree.makeDirectory(path));
  }
  removeEmptyDirectory(path: string) {
    this.#do('removeEmptyDirectory', () => this.#tree.removeEmptyDirectory(path));
  }
  stage(path: string, bytes: Uint8Array, mode: number) {
    const staged = this.#do('stage', () => this.#tree.stage(path, bytes, mode));
    this.#staged.push(staged);
    const settle = () => this.#staged.splice(this.#staged.indexOf(staged), 1);
    return {
      commit: () => {
        try {
          this.#do('commit', () => {
            settle();
            staged.commit();
          });
        } catch (error) {
          // As the real one, which leaves nothing where it fails.
          if (!this.#isKilled) {
            settle();
            staged.discard();
          }
          throw error;
        }
      },
      discard: () =>
        this.#do('discard', () => {
          settle();
          staged.discard();
        }),
    };
  }
  replace(path: string, bytes: Uint8Array) {
    this.#do('replace', () => this.#tree.replace(path, bytes));
  }
  removeFile(path: string) {
    this.#do('removeFile', () => this.#tree.removeFile(path));
  }
  lock(path: string) {
    const release = this.#do('lock', () => this.#tree.lock(path));
    this.#locks.push(release);
    return () => {
      this.#do('release', () => {
        this.#locks.pop();
        release();
      });
    };
  }
}

describe('what is not ours', () => {
  const CONFIG = 'etc/containerd/config.toml';
  test.each([
    ['a program of that name', () => put('usr/local/bin/mount-hints', 'other'), 'MH_INSTALL_FOREIGN_FILE'],
    [
      'a link of that name',
      () => symlinkSync('/bin/true', join(root, 'usr/local/bin/mount-hints')),
      'MH_INSTALL_FOREIGN_FILE',
    ],
    [
      'a directory of that name',
      () => mkdirSync(join(root, 'usr/local/bin/mount-hints')),
      'MH_INSTALL_FOREIGN_FILE',
    ],
    ['a configuration that is not TOML', () => put(CONFIG, 'version = \n'), 'MH_INSTALL_ENGINE_CONFIG'],
    ['a configuration that is not UTF-8', () => writeFileSync(join(root, 'etc/x'), 'x'), 'done'],
    [
      'a runtime of that name',
      () =>
        put(
          CONFIG,
          `version = 2\n[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.gvisor]\n  runtime_type = 'io.containerd.runsc.v1'\n`,
        ),
      'MH_INSTALL_ENGINE_CONFIG',
    ],
    [
      'plugins in a table of one line',
      () => put(CONFIG, "version = 2\nplugins = { 'io.containerd.grpc.v1.cri' = {} }\n"),
      'MH_INSTALL_ENGINE_CONFIG',
    ],
    [
      'a configuration of version 1',
      () => put(CONFIG, 'oom_score = 1\n[plugins.cri]\n'),
      'MH_INSTALL_ENGINE_CONFIG',
    ],
    [
      'a CRI plugin that is disabled',
      () => put(CONFIG, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'),
      'MH_INSTALL_ENGINE_CONFIG',
    ],
    [
      'K3s',
      () => put('var/lib/rancher/k3s/agent/etc/containerd/config.toml', 'version = 3\n'),
      'MH_INSTALL_ENGINE_CONFIG',
    ],
    ['a record of another format', () => put(RECORD, '{"format":2}'), 'MH_INSTALL_RECORD_INVALID'],
    [
      'a record with paths that lead out',
      () => put(RECORD, '{"format":1,"version":"1","directories":[],"files":[{"path":"/../x","sha256":[]}]}'),
      'MH_INSTALL_RECORD_INVALID',
    ],
  ])('%s: %#', async (_, make, code) => {
    make();
    const before = tree();
    expect(await ended(() => installerOf().install(requestOf('containerd')))).toBe(code);
    if (code !== 'done') expect(tree()).toEqual(before);
  });

  test.each([
    ['cri-o', 'etc/crio/crio.conf', 'version = \n'],
    ['cri-o', 'etc/crio/crio.conf.d/10.conf', '[crio.runtime.runtimes.gvisor]\nruntime_path = "/x"\n'],
    ['podman', 'etc/containers/containers.conf', '[engine\n'],
    ['podman', 'etc/containers/containers.conf.d/1.conf', "[engine.runtimes]\ngvisor-hints = ['/x']\n"],
  ] as const)('of %s: %s', async (engine, path, text) => {
    put(path, text);
    const before = tree();
    expect(await ended(() => installerOf().install(requestOf(engine)))).toBe('MH_INSTALL_ENGINE_CONFIG');
    expect(tree()).toEqual(before);
  });

  test("Docker's file that is not JSON", async () => {
    put('etc/docker/daemon.json', '{"a": 1,}');
    const before = tree();
    expect(await ended(() => installerOf().install(requestOf('docker')))).toBe('MH_INSTALL_ENGINE_CONFIG');
    expect(tree()).toEqual(before);
  });

  test('a link out of the root leads into it, or nowhere', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'mount-hints-outside-'));
    try {
      symlinkSync(outside, join(root, 'etc/containerd'));
      const before = tree();
      expect(await ended(() => installerOf().install(requestOf('containerd')))).toMatch(/^MH_/);
      expect(readdirSync(outside)).toEqual([]);
      expect(tree()).toEqual(before);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test("the wrapper's settings stay as their author wrote them", async () => {
    put(SETTINGS, 'RUNTIME=/opt/runsc\n');
    const before = tree();
    const { left } = await installerOf().install(requestOf('cri-o'));
    expect([left, read(SETTINGS)]).toEqual([[SETTINGS], 'RUNTIME=/opt/runsc\n']);
    await installerOf().uninstall(false);
    expect(tree()).toEqual(before);
  });

  test('what was changed since stays, and is told before anything is done', async () => {
    await installerOf().install(requestOf('cri-o'));
    writeFileSync(join(root, PROGRAMS[0] ?? ''), 'changed');
    const installed = tree();
    expect(await ended(() => installerOf().uninstall(false))).toBe('MH_INSTALL_CHANGED');
    expect(await ended(() => installerOf().install(requestOf('cri-o', 'two')))).toBe(
      'MH_INSTALL_FOREIGN_FILE',
    );
    expect(tree()).toEqual(installed);
    const undone = await installerOf().uninstall(true);
    expect(undone?.left).toEqual([PROGRAMS[0]]);
    expect(readdirSync(join(root, 'usr/local/bin'))).toEqual(['mount-hints']);
  });

  test('a file that is left keeps the programs that it names, until it names them no longer', async () => {
    const before = tree();
    await installerOf().install(requestOf('cri-o'));
    const own = 'etc/crio/crio.conf.d/50-gvisor-mount-hints.conf';
    put(own, `${read(own)}# changed\n`);
    const withoutRecord = () => tree().filter((line) => !line.startsWith(`${RECORD} `));
    const installed = withoutRecord();
    const undone = await installerOf().uninstall(true);
    expect([undone?.left, undone?.kept.toSorted()]).toEqual([
      [`/${own}`],
      [SETTINGS, ...PROGRAMS].toSorted(),
    ]);
    expect(withoutRecord()).toEqual(installed);
    expect(await ended(() => installerOf().uninstall(false))).toBe('MH_INSTALL_CHANGED');
    rmSync(join(root, own));
    await installerOf().uninstall(false);
    expect(tree()).toEqual(before);
  });

  test('lines that an administrator added behind ours stay when ours are taken out', async () => {
    put(CONFIG, V2);
    await installerOf().install(requestOf('containerd'));
    put(CONFIG, `# first\n${read(CONFIG)}[debug]\n  level = 'info'\n`);
    const { changes } = await installerOf().install(requestOf('containerd', 'two'));
    expect(changes.map(({ path }) => path)).toEqual(PROGRAMS);
    await installerOf().uninstall(false);
    expect(read(CONFIG)).toBe(`# first\n${V2}\n[debug]\n  level = 'info'\n`);
  });
});

test("a file's owner, mode and attributes stay where lines are put into it", async () => {
  put('etc/docker/daemon.json', '{}');
  chmodSync(join(root, 'etc/docker/daemon.json'), 0o640);
  const before = tree();
  await installerOf().install(requestOf('docker'));
  expect(lstatSync(join(root, 'etc/docker/daemon.json')).mode & 0o7777).toBe(0o640);
  await installerOf().uninstall(false);
  expect(tree()).toEqual(before);
});

test('of two installers at once, one is told that the other is at work', async () => {
  const release = (() => {
    mkdirSync(join(root, 'var/lib/gvisor-mount-hints'));
    return treeOf(root).lock('/var/lib/gvisor-mount-hints/lock');
  })();
  expect(await ended(() => installerOf().install(requestOf()))).toBe('MH_INSTALL_BUSY');
  expect(readdirSync(join(root, 'usr/local/bin'))).toEqual([]);
  release();
  expect(await ended(() => installerOf().install(requestOf()))).toBe('done');
});

test('the lock of an installer that is dead is taken away', async () => {
  const holder = { pid: 2 ** 22 - 3, started: '1', home: JSON.parse(lockText()).home };
  put('var/lib/gvisor-mount-hints/lock', JSON.stringify(holder));
  expect(await ended(() => installerOf().install(requestOf()))).toBe('done');
});

function lockText(): string {
  mkdirSync(join(root, 'var/lib/gvisor-mount-hints'), { recursive: true });
  const release = treeOf(root).lock('/var/lib/gvisor-mount-hints/lock');
  const text = read('var/lib/gvisor-mount-hints/lock');
  release();
  return text;
}

test('programs go to /opt where /usr cannot be written', async () => {
  class ReadOnlyUsr extends RootedNodeTree {
    override isWritable(directory: string): boolean {
      return !directory.startsWith('/usr') && super.isWritable(directory);
    }
  }
  const before = tree();
  const { changes } = await installerOf(new ReadOnlyUsr(hostFileSystem, followerOf(root))).install(
    requestOf(),
  );
  expect(changes.map(({ path }) => path)).toEqual([
    '/opt/mount-hints/bin/mount-hints',
    '/opt/mount-hints/bin/mount-hints-runtime',
  ]);
  await installerOf().uninstall(false);
  expect(tree()).toEqual(before);
});
