import { isAbsolute } from 'node:path';

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin';
const TIMEOUT_MS = 10_000;

/** What a program runs with: nothing of the caller's but absolute directories of PATH. */
function environment(): Record<string, string> {
  const own = (process.env.PATH ?? '').split(':').filter(isAbsolute);
  return { PATH: [...own, USUAL_PATH].join(':'), LC_ALL: 'C' };
}

function cp(...words: readonly string[]) {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const run = spawnSync('cp', words, {
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  return { isDone: run.status === 0, ...run };
}

/** Whether there is a `cp` that knows about access control lists: GNU's, or uutils'. */
function knowsAttributes(): boolean {
  return /coreutils/.test(cp('--version').stdout ?? '');
}

/**
 * Gives the file `to` the mode, the POSIX access control list and the extended attributes of the file `from`, and
 * takes away a list that it has and `from` has not. Node has no calls for these; the system's `cp` has
 * (docs/adr/0011-keep-access-control-lists-by-cp.md).
 *
 * @returns `false` where no program on this machine can do it; then nothing is known of lists and attributes.
 * @throws an error of syscall `setxattr`, code EPERM or EIO, with the program's words, where they are there and cannot be kept.
 */
export function copyAttributesSync(from: string, to: string): boolean {
  if (process.platform !== 'linux') return false;
  const run = cp(
    ...['--attributes-only', '--no-target-directory', '--preserve=mode,ownership,xattr'],
    ...['--', from, to],
  );
  if (run.isDone) return true;
  if (!knowsAttributes()) return false;
  const said = (run.stderr ?? '').trim().split('\n', 1)[0] || String(run.error ?? `status ${run.status}`);
  const code = said.includes('not permitted') ? 'EPERM' : 'EIO';
  throw Object.assign(new Error(`its access control list and attributes cannot be kept: ${said}`), {
    code,
    syscall: 'setxattr',
  });
}
