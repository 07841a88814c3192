import { isAbsolute } from 'node:path';

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin';
const TIMEOUT_MS = 10_000;

/** What a program runs with: nothing of the caller's but absolute directories of PATH. */
function environment(): Record<string, string> {
  const own = (process.env.PATH ?? '').split(':').filter(isAbsolute);
  return { PATH: [...own, USUAL_PATH].join(':'), LC_ALL: 'C' };
}

/** Which descriptor of `cp` the new file is. */
const NEW_FILE = 3;

function cp(words: readonly string[], newFile?: number) {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const run = spawnSync('cp', words, {
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', ...(newFile === undefined ? [] : [newFile])],
    timeout: TIMEOUT_MS,
  });
  return { isDone: run.status === 0, ...run };
}

/** Whether there is a `cp` that knows about access control lists: GNU's, or uutils'. */
function knowsAttributes(): boolean {
  return /coreutils/.test(cp(['--version']).stdout ?? '');
}

/**
 * The names under which `cp` is told of the new file. First its descriptor: `cp` outlives a writer that is killed,
 * the next writer removes the dead one's file, and by its path `cp` would make it anew, after that sweep. uutils
 * cannot write to a descriptor, and gets the path.
 */
function namesOfNewFile(path: string, fd: number): string[] {
  const { existsSync } = process.getBuiltinModule('node:fs');
  return existsSync(`/proc/self/fd/${fd}`) ? [`/proc/self/fd/${NEW_FILE}`, path] : [path];
}

/** The first run of `cp` that succeeds, or the last. */
function copy(from: string, names: readonly string[], fd: number): ReturnType<typeof cp> {
  const [name = '', ...rest] = names;
  const what = ['--attributes-only', '--no-target-directory', '--preserve=mode,ownership,xattr'];
  const run = cp([...what, '--', from, name], fd);
  return run.isDone || rest.length === 0 ? run : copy(from, rest, fd);
}

/**
 * Gives the file `to`, open as `fd`, the mode, the POSIX access control list and the extended attributes of the file
 * `from`, and takes away a list that it has and `from` has not. Node has no calls for these; the system's `cp` has
 * (docs/adr/0012-keep-attributes-with-cp.md).
 *
 * @returns `false` where no program on this machine can do it; then nothing is known of lists and attributes.
 * @throws an error of syscall `setxattr`, code EPERM or EIO, with the program's words, where they are there and cannot be kept.
 */
export function copyAttributesSync(from: string, to: string, fd: number): boolean {
  if (process.platform !== 'linux') return false;
  const run = copy(from, namesOfNewFile(to, fd), fd);
  if (run.isDone) return true;
  if (!knowsAttributes()) return false;
  const said = (run.stderr ?? '').trim().split('\n', 1)[0] || String(run.error ?? `status ${run.status}`);
  const code = said.includes('not permitted') ? 'EPERM' : 'EIO';
  throw Object.assign(new Error(`its access control list and attributes cannot be kept: ${said}`), {
    code,
    syscall: 'setxattr',
  });
}
