import { spawn } from 'node:child_process';
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createTemporaryFile,
  removeTemporaryFile,
  sweepDeadWriters,
} from '../../../src/adapters/files/temporary-file.ts';
import { thisWriter } from '../../../src/adapters/files/writer-identity.ts';

const fieldsOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

const RANDOM = '0123456789abcdef0123456789abcdef';
/** No process has this id: it is above every pid_max. */
const NOBODY = 999_999_999;

let directory: string;
let target: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mount-hints-sweep-'));
  target = join(directory, 'config.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const leave = (name: string) => {
  writeFileSync(join(directory, name), '');
  return name;
};
const nameOf = (pid: number, started: string, home = thisWriter().home) =>
  `.config.json.mount-hints.${pid}.${started}.${home}.${RANDOM}.tmp`;
const sweep = () => {
  sweepDeadWriters(fs, target);
  return readdirSync(directory);
};

test('a writer that is dead and not yet reaped is swept after, a live one is not', async () => {
  // The shell becomes a program that never asks after its child.
  const parent = spawn('sh', ['-c', 'sh -c "read -r word" <&3 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  try {
    const pid = await new Promise<number>((resolve) =>
      parent.stdout?.once('data', (text) => resolve(Number(text))),
    );
    const name = leave(nameOf(pid, fieldsOf(pid)[19] ?? ''));
    expect(sweep()).toEqual([name]);

    process.kill(pid, 'SIGKILL');
    while (fieldsOf(pid)[0] !== 'Z') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(sweep()).toEqual([]);
  } finally {
    parent.kill();
  }
});

test('a writer whose process id another process has is swept after', () => {
  leave(nameOf(process.pid, '1'));
  expect(sweep()).toEqual([]);
});

test.each([
  ['another PID namespace', (home: string) => home.replace(/-\d+-/, '-1-')],
  ['another time namespace', (home: string) => home.replace(/-\d+$/, '-1')],
  ['another machine, or before the last boot', (home: string) => home.replace(/^[0-9a-f]+/, RANDOM)],
  ['nobody knows where', () => '0'],
])('a writer in %s is left alone', (_, elsewhere) => {
  const home = elsewhere(thisWriter().home);
  expect(home).not.toBe(thisWriter().home);
  const name = leave(nameOf(NOBODY, '1', home));
  expect(sweep()).toEqual([name]);
});

test("an older version's file is swept an hour after its writer's death, and not before", () => {
  const name = leave(`.config.json.mount-hints.${NOBODY}.1.0.tmp`);
  expect(sweep()).toEqual([name]);
  const past = Date.now() / 1000 - 2 * 60 * 60;
  utimesSync(join(directory, name), past, past);
  expect(sweep()).toEqual([]);
});

test('other files stay, whatever they are called', () => {
  const names = [
    leave('.config.json.mount-hints.tmp'),
    leave(`.other.json.mount-hints.${NOBODY}.1.${thisWriter().home}.${RANDOM}.tmp`),
    leave(`${nameOf(NOBODY, '1')}.bak`),
    leave('config.json'),
  ];
  expect(sweep().sort()).toEqual(names.sort());
});

describe('a temporary file', () => {
  test('has a name of its own each time, which the sweep knows', () => {
    const made = [createTemporaryFile(fs, target), createTemporaryFile(fs, target)];
    for (const { fd } of made) fs.closeSync(fd);
    const names = made.map(({ path }) => basename(path)).sort();
    expect(new Set(names).size).toBe(2);
    expect(sweep().sort()).toEqual(names);
    const { pid, started } = thisWriter();
    const dead = names.map((name) => name.replace(`.${pid}.${started}.`, `.${NOBODY}.1.`));
    for (const [index, name] of names.entries())
      fs.renameSync(join(directory, name), join(directory, dead[index] ?? ''));
    expect(sweep()).toEqual([]);
  });

  test('that a terminated thread of this process left is swept after an hour', () => {
    const { path, fd } = createTemporaryFile(fs, target);
    fs.closeSync(fd);
    const minutes = (ago: number) => new Date(Date.now() - ago * 60_000);
    fs.utimesSync(path, minutes(50), minutes(50));
    expect(sweep()).toEqual([basename(path)]);
    fs.utimesSync(path, minutes(70), minutes(70));
    expect(sweep()).toEqual([]);
  });

  test('of another process that lives stays, however old it is', () => {
    const name = leave(nameOf(process.ppid, fieldsOf(process.ppid)[19] ?? ''));
    fs.utimesSync(join(directory, name), new Date(0), new Date(0));
    expect(sweep()).toEqual([name]);
  });

  test('is made exclusively, for its owner alone, and follows no link', () => {
    const opened: [number, number | undefined][] = [];
    const watched = {
      ...fs,
      openSync(path: string, flags: number, mode?: number) {
        opened.push([flags, mode]);
        return fs.openSync(path, flags, mode);
      },
    };
    const { path, fd } = createTemporaryFile(watched, target);
    expect((fs.fstatSync(fd).mode & 0o777).toString(8)).toBe('600');
    fs.closeSync(fd);
    removeTemporaryFile(fs, path);
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = fs.constants;
    expect(opened).toEqual([[O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600]]);
    expect(basename(path)).toMatch(/\.[0-9a-f]{32}\.tmp$/);
  });

  test('is made under another name where one is taken, and what had the name stays', () => {
    const taken: string[] = [];
    const crowded = {
      ...fs,
      openSync(path: string, flags: number, mode?: number) {
        if (taken.length < 3) {
          taken.push(path);
          writeFileSync(path, "somebody else's");
        }
        return fs.openSync(path, flags, mode);
      },
    };
    const { path, fd } = createTemporaryFile(crowded, target);
    fs.closeSync(fd);
    removeTemporaryFile(fs, path);
    expect(taken.map((each) => readFileSync(each, 'utf8'))).toEqual(Array(3).fill("somebody else's"));
  });

  test('is not made where every name is taken', () => {
    let tries = 0;
    const full = {
      ...fs,
      openSync() {
        tries++;
        throw Object.assign(new Error(), { code: 'EEXIST' });
      },
    };
    expect(() => createTemporaryFile(full, target)).toThrow();
    expect(tries).toBeLessThan(100);
    expect(readdirSync(directory)).toEqual([]);
  });

  test.each(['x'.repeat(250), 'ä'.repeat(120), '😀'.repeat(60)])('fits beside a long name: %s', (name) => {
    const long = join(directory, name);
    const { path, fd } = createTemporaryFile(fs, long);
    fs.closeSync(fd);
    expect(Buffer.byteLength(basename(path))).toBeLessThan(256);
    const { pid, started } = thisWriter();
    fs.renameSync(path, path.replace(`.${pid}.${started}.`, `.${NOBODY}.1.`));
    sweepDeadWriters(fs, long);
    expect(readdirSync(directory)).toEqual([]);
  });
});
