import { linkSync, lstatSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import { isDead, thisWriter, type Writer } from './writer-identity.ts';

/** An installation takes seconds; whose installer cannot be asked after is given up after this. */
const GIVEN_UP_MS = 10 * 60 * 1000;

function isWriter(value: unknown): value is Writer {
  const { pid, started, home } = (value ?? {}) as Record<string, unknown>;
  return typeof pid === 'number' && typeof started === 'string' && typeof home === 'string';
}

function isGivenUp(at: string): boolean {
  try {
    const old = Date.now() - lstatSync(at).mtimeMs > GIVEN_UP_MS;
    const holder: unknown = JSON.parse(readFileSync(at, 'utf8'));
    if (!isWriter(holder)) return old;
    // In this home it can be asked after, and a living one is not given up.
    return holder.home === thisWriter().home ? isDead(holder) : old;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    // A lock is made in two steps: it may be empty for a moment.
    return error instanceof SyntaxError && Date.now() - lstatSync(at).mtimeMs > GIVEN_UP_MS;
  }
}

/** Takes away a lock that is given up; one that was taken meanwhile is put back. */
function clear(at: string): void {
  const aside = `${at}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    renameSync(at, aside);
  } catch {
    // Somebody else took it away.
    return;
  }
  if (!isGivenUp(aside)) {
    try {
      linkSync(aside, at);
    } catch {
      // A third one has it by now.
    }
  }
  unlinkSync(aside);
}

function tryToTake(at: string): boolean {
  try {
    writeFileSync(at, JSON.stringify(thisWriter()), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes the lock of an installation: a file that says who has it. That of a dead installer is taken away; of one in
 * another PID namespace, or on another machine, nothing can be known, and its lock holds for ten minutes.
 *
 * @param path how the node names it; `at` is how this process does.
 * @returns what gives it back.
 * @throws MH_INSTALL_BUSY; the file system's own error.
 */
export function takeLock(path: string, at: string): () => void {
  if (!tryToTake(at)) {
    if (isGivenUp(at)) clear(at);
    if (!tryToTake(at)) {
      throw new MountHintsError(
        'MH_INSTALL_BUSY',
        `${path}: another installation is at work on this node; nothing was changed. Run again when it is done. A lock that its installer left behind is given up after ten minutes.`,
        { path },
      );
    }
  }
  return () => unlinkSync(at);
}
