import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 24 * 60 * 60 * 1000;
const IN_MEMORY = '/dev/shm';
const TMPFS = 0x01021994;
/** The tests need a small part of it at a time. */
const ENOUGH_BYTES = 2 ** 30;
const PREFIX = 'mount-hints-tests-';
let own;

/** Whether files and programs of the tests can be there: a container's is small, and its programs do not start. */
function isUsable() {
  try {
    const { type, bavail, bsize } = statfsSync(IN_MEMORY);
    const [, , , options] = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .findLast(([, at]) => at === IN_MEMORY);
    return type === TMPFS && bavail * bsize >= ENOUGH_BYTES && !options.split(',').includes('noexec');
  } catch {
    return false;
  }
}

/** What a run of this user's that was killed left behind; another's could not be removed. */
function removeOld() {
  for (const name of readdirSync(IN_MEMORY).filter((each) => each.startsWith(PREFIX))) {
    const path = join(IN_MEMORY, name);
    const status = statSync(path, { throwIfNoEntry: false });
    const isOwn = status?.uid === process.getuid();
    if (isOwn && Date.now() - status.mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Leads the temporary files of this run into memory, unless TMPDIR says where they go: a disk's file system takes a
 * tenth of a millisecond of processor time for each directory that is made, and milliseconds of waiting for each that
 * is removed.
 */
export function keepTemporaryFilesInMemory() {
  if (process.env.TMPDIR || !isUsable()) return;
  removeOld();
  own = mkdtempSync(join(IN_MEMORY, PREFIX));
  // Tests that give up their rights have files in it.
  chmodSync(own, 0o1777);
  process.env.TMPDIR = own;
}

/** Takes them away again. */
export function removeTemporaryFiles() {
  if (own) rmSync(own, { recursive: true, force: true });
}
