import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
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
