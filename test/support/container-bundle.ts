import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Whether a program is installed; says so on standard output if it is not. */
export function isInstalled(program: string): boolean {
  const isThere = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
  if (!isThere) process.stdout.write(`skipped: ${program} is not installed\n`);
  return isThere;
}

/** A root file system with busybox in it, dynamic libraries included; without, where it is not installed. */
function makeRootfs(root: string): void {
  for (const directory of ['bin', 'dev', 'proc', 'sys', 'tmp', 'data']) {
    mkdirSync(join(root, directory), { recursive: true });
  }
  const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
  if (busybox === '') return;
  copyFileSync(busybox, join(root, 'bin/busybox'));
  const libraries = spawnSync('ldd', [busybox], { encoding: 'utf8' }).stdout.match(/\/[^ \n]+/g) ?? [];
  for (const library of libraries) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
}

export interface BundleParts {
  args?: string[];
  terminal?: boolean;
  cwd?: string;
  annotations?: Record<string, string>;
  mounts?: object[];
}

const CAPABILITIES = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'];

function specOf(rootfs: string, { args, terminal, cwd, annotations, mounts }: BundleParts): object {
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: terminal ?? false,
      user: { uid: 0, gid: 0 },
      args: args ?? ['/bin/busybox', 'true'],
      env: ['PATH=/bin', 'TERM=xterm'],
      cwd: cwd ?? '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      noNewPrivileges: true,
    },
    root: { path: rootfs },
    hostname: 'container',
    ...(annotations && { annotations }),
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
      },
      ...(mounts ?? []),
    ],
    linux: { namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })) },
  };
}

/** A directory of bundles that share one root file system. */
export class BundleFactory {
  readonly root = mkdtempSync(join(tmpdir(), 'mount-hints-e2e-'));
  readonly rootfs = join(this.root, 'rootfs');

  constructor() {
    makeRootfs(this.rootfs);
  }

  make(name: string, parts: BundleParts = {}): string {
    const bundle = join(this.root, name);
    mkdirSync(bundle, { recursive: true });
    writeFileSync(join(bundle, 'config.json'), `${JSON.stringify(specOf(this.rootfs, parts), null, 2)}\n`);
    return bundle;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The words of a busybox shell command line in a container. */
export function shell(script: string): string[] {
  return ['/bin/busybox', 'sh', '-c', script];
}
