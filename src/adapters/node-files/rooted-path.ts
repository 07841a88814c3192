import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** As many symbolic links as Linux follows in one path (`MAXSYMLINKS`). */
const MAX_LINKS = 40;

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/**
 * Follows every symbolic link of a path inside a root, as `chroot` would: an absolute link starts at the
 * root again, and `..` never leaves it.
 *
 * @param root the root's own path; empty for the machine's own.
 * @returns the path below the root, without links.
 * @throws the file system's own error, ELOOP included.
 */
export function resolveInRoot(root: string, path: string): string {
  const pending = parts(path);
  const resolved: string[] = [];
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '..') {
      resolved.pop();
      continue;
    }
    const candidate = `/${[...resolved, part].join('/')}`;
    const status = lstatSync(root + candidate);
    if (!status.isSymbolicLink()) {
      if (pending.length > 0 && !status.isDirectory()) throw errno('ENOTDIR', path);
      resolved.push(part);
      continue;
    }
    if (++links > MAX_LINKS) throw errno('ELOOP', path);
    const target = readlinkSync(root + candidate);
    if (target.startsWith('/')) resolved.length = 0;
    pending.unshift(...parts(target));
  }
  return `/${resolved.join('/')}`;
}

/** Whether something stands at a path inside a root; a link there counts, wherever it leads. */
export function isInRoot(root: string, path: string): boolean {
  const slash = path.lastIndexOf('/');
  try {
    return Boolean(lstatSync(join(root, resolveInRoot(root, path.slice(0, slash)), path.slice(slash + 1))));
  } catch {
    return false;
  }
}
