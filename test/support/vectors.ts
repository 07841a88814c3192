import nodeFs, { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { memoryFileSystem } from '../../src/adapters/memory-fs/memory-file-system.ts';
import type { OciSpec } from '../../src/index.ts';
import type { InjectedFileSystem } from '../../src/ports/file-system.ts';

const KUBELET_DIR = '/var/lib/kubelet';

export interface TreeEntry {
  path: string;
  kind: 'dir' | 'file' | 'symlink';
  target?: string;
  tmpfs?: number;
}

export type Outcome =
  | {
      annotations?: Record<string, string> | null;
      mounts?: object[] | null;
      error?: undefined;
      crash?: undefined;
    }
  | { error: 'volume-lookup' }
  | { crash: true };

export interface RewriteCase {
  id: string;
  tree: TreeEntry[];
  spec: OciSpec;
  expect: { releases: string[]; anyOf: Outcome[] }[];
}

export function readVectors<T>(name: string): T[] {
  const file = new URL(`../vectors/${name}`, import.meta.url);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** A vector's spec without what Go's encoder leaves out: empty texts and lists, and nulls, in a mount. */
export function comparable(spec: { annotations?: object | null; mounts?: readonly unknown[] | null }) {
  const isEmpty = (value: unknown) =>
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  const mounts = (spec.mounts ?? []).map((mount) =>
    Object.fromEntries(Object.entries(mount ?? {}).filter(([, value]) => !isEmpty(value))),
  );
  return { annotations: spec.annotations ?? {}, mounts };
}

/** `statfs` for a tree: a directory with a size is a tmpfs of that size, and so is what lies below it. */
function statfsOf(tree: TreeEntry[], move: (path: string) => string, realpath: (path: string) => string) {
  const sizes = tree.filter((entry) => entry.tmpfs !== undefined);
  return (path: string) => {
    const real = realpath(path);
    const on = sizes.find((entry) => real === move(entry.path) || real.startsWith(`${move(entry.path)}/`));
    return on
      ? { type: 0x01021994n, bsize: 4096n, frsize: 1n, blocks: BigInt(on.tmpfs ?? 0) }
      : { type: 0xef53n, bsize: 4096n, blocks: 1000n };
  };
}

type TreeFs = Pick<typeof nodeFs, 'mkdirSync' | 'writeFileSync' | 'symlinkSync'>;

function buildTree(fs: TreeFs, tree: TreeEntry[], move: (path: string) => string): void {
  for (const { path, kind, target } of tree) {
    const at = move(path);
    fs.mkdirSync(kind === 'dir' ? at : dirname(at), { recursive: true });
    if (kind === 'file') fs.writeFileSync(at, 'x');
    if (kind === 'symlink') fs.symlinkSync(move(target ?? ''), at);
  }
}

/** A place where a case's tree stands: the file system, the kubelet directory there, and how paths move to it. */
export interface Stage {
  fs: InjectedFileSystem;
  kubeletDir: string;
  move(path: string): string;
}

export function memoryStage(tree: TreeEntry[]): Stage {
  const move = (path: string) => path;
  const tmpfs = Object.fromEntries(
    tree.filter((entry) => entry.tmpfs !== undefined).map((entry) => [entry.path, entry.tmpfs ?? 0]),
  );
  const fs = memoryFileSystem({ tmpfs });
  buildTree(fs as unknown as TreeFs, tree, move);
  return { fs, kubeletDir: KUBELET_DIR, move };
}

/** Real directories for the trees of a whole run, below one temporary directory. */
export class HostStages {
  readonly root = nodeFs.realpathSync(mkdtempSync(join(tmpdir(), 'mount-hints-vectors-')));

  stage(id: string, tree: TreeEntry[]): Stage {
    const root = join(this.root, id);
    const kubeletDir = join(root, 'kubelet');
    const below = (path: string, top: string) => path === top || path.startsWith(`${top}/`);
    const beside = tree.filter((entry) => !below(entry.path, KUBELET_DIR)).map((entry) => entry.path);
    const move = (path: string) => {
      if (below(path, KUBELET_DIR)) return kubeletDir + path.slice(KUBELET_DIR.length);
      return beside.some((top) => below(path, top)) ? `${root}/host${path}` : path;
    };
    mkdirSync(kubeletDir, { recursive: true });
    buildTree({ mkdirSync, writeFileSync, symlinkSync } as TreeFs, tree, move);
    const statfsSync = statfsOf(tree, move, (path) => nodeFs.realpathSync(path));
    return { fs: { ...nodeFs, statfsSync }, kubeletDir, move };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A value with every text in it that is a path below the kubelet directory moved. */
export function moved<T>(value: T, stage: Stage): T {
  return JSON.parse(JSON.stringify(value), (_, each) => (typeof each === 'string' ? stage.move(each) : each));
}
