import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const KEPT = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gvisor-mount-hints/debian-base');

/** What the executable and the test need beside Debian's smallest tree; Node.js is not among it. */
const PACKAGES = 'libatomic1,libstdc++6,crun,ca-certificates';

/** Debian's base tree without Node.js, made once and kept; the reason in `missing` where it cannot be had. */
export function debianTree(): { readonly path: string } | { readonly missing: string } {
  if (existsSync(KEPT)) return { path: KEPT };
  if (process.getuid?.() !== 0) return { missing: 'debootstrap needs root' };
  const work = `${KEPT}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  const made = spawnSync('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, 'bookworm', work], {
    encoding: 'utf8',
  });
  if (made.status === 0) {
    renameSync(work, KEPT);
    return { path: KEPT };
  }
  rmSync(work, { recursive: true, force: true });
  return { missing: `debootstrap is needed, and failed: ${made.error?.message ?? made.stderr.trim()}` };
}

/** A copy of a tree, for the caller to change and to remove. */
export function treeCopy(base: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'mount-hints-debian-'));
  // A whole Debian has devices, which Node's own copy refuses.
  execFileSync('cp', ['-a', `${base}/.`, copy]);
  return copy;
}

/** What a program in a tree is started with. */
export interface TreeRun {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program in a tree, in a mount namespace of its own. */
export function runInTree(
  root: string,
  words: readonly string[],
  { input = '', env = {} }: TreeRun = {},
): SpawnSyncReturns<string> {
  // crun starts itself again by way of /proc.
  const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
  return spawnSync('unshare', ['--mount', 'sh', '-c', script, root, ...words], {
    encoding: 'utf8',
    input,
    env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...env },
  });
}
