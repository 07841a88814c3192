import { spawnSync } from 'node:child_process';
import nodeFs, {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createMountHints } from '../../src/index.ts';
import type { InjectedFileSystem } from '../../src/ports/file-system.ts';
import { runCli } from '../support/built-cli.ts';
import { containerSpec, Workplace } from '../support/workplace.ts';

const place = new Workplace();
afterAll(() => place.remove());

/** What a program prints; throws if it fails. */
function output(command: string, ...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${words.join(' ')}: ${stderr}`);
  return stdout;
}

/** `test`, or a skip with the reason where the tools or the file system lack this. */
function where(what: string, ...tries: string[][]): typeof test {
  const probe = join(place.root, 'probe');
  writeFileSync(probe, '');
  for (const [command = '', ...words] of tries) {
    if (spawnSync(command, [...words, probe]).status === 0) continue;
    process.stdout.write(`skipped: ${what} (${command} is missing, or the file system lacks it)\n`);
    return test.skip as unknown as typeof test;
  }
  return test;
}

const withLists = where('access control lists', ['setfacl', '-m', 'u:1:r'], ['getfacl', '-c']);
const withAttributes = where(
  'extended attributes',
  ['setfattr', '-n', 'user.probe', '-v', '1'],
  ['getfattr'],
);
const asRoot = process.geteuid?.() === 0 ? test : test.skip;
if (process.geteuid?.() !== 0) process.stdout.write('skipped: only root can give files away\n');

const POD = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  runtimeClassName: gvisor
  containers:
    - { name: c, image: i, volumeMounts: [{ name: v, mountPath: /v }] }
  volumes: [{ name: v, emptyDir: {} }]
`;

interface Subject {
  readonly file: string;
  /** Changes the file; what came of it. */
  change(): Promise<unknown>;
}

let count = 0;

function bundle(): Subject {
  const path = place.bundle(`b${count++}`, JSON.stringify(containerSpec(place.kubeletDir)));
  const hints = createMountHints({ release: '20260615', kubeletDir: place.kubeletDir });
  return { file: join(path, 'config.json'), change: () => hints.updateBundle(path) };
}

function manifest(): Subject {
  const directory = place.bundle(`m${count++}`);
  const file = join(directory, 'pod.yaml');
  writeFileSync(file, POD);
  return {
    file,
    async change() {
      const run = runCli(['annotate', '--write', file]);
      if (run.status !== 0) throw new Error(run.stderr);
      return run.stderr;
    },
  };
}

const SUBJECTS: [string, () => Subject][] = [
  ['a bundle by the library', bundle],
  ['a manifest by annotate --write', manifest],
];

async function changed(subject: Subject): Promise<unknown> {
  const before = readFileSync(subject.file, 'utf8');
  const result = await subject.change();
  expect(readFileSync(subject.file, 'utf8')).not.toBe(before);
  return result;
}

describe.each(SUBJECTS)('%s', (_, make) => {
  withLists('keeps the access control list, which can give the group less than the mode shows', async () => {
    const subject = make();
    chmodSync(subject.file, 0o660);
    output('setfacl', '-m', 'g::---,u:1500:r--,m::rw', subject.file);
    const before = output('getfacl', '-cpn', subject.file);
    await changed(subject);
    expect(output('getfacl', '-cpn', subject.file)).toBe(before);
    expect(before).toContain('group::---');
  });

  withLists("takes no list from its directory's default", async () => {
    const subject = make();
    output('setfacl', '-d', '-m', 'u:1500:rw', join(subject.file, '..'));
    chmodSync(subject.file, 0o660);
    const before = output('getfacl', '-cpn', subject.file);
    await changed(subject);
    expect(output('getfacl', '-cpn', subject.file)).toBe(before);
    expect(before).not.toContain('1500');
  });

  withAttributes('keeps extended attributes', async () => {
    const subject = make();
    output('setfattr', '-n', 'user.origin', '-v', 'kept', subject.file);
    await changed(subject);
    expect(output('getfattr', '--absolute-names', '-n', 'user.origin', subject.file)).toContain('"kept"');
  });

  test.each([0o600, 0o640, 0o644, 0o664, 0o4755])('keeps mode %o', async (mode) => {
    const subject = make();
    chmodSync(subject.file, mode);
    await changed(subject);
    expect((statSync(subject.file).mode & 0o7777).toString(8)).toBe(mode.toString(8));
  });

  test('leaves what other names of the file show, changes this one, and says so', async () => {
    const subject = make();
    const other = join(place.root, `other-name-${count++}`);
    linkSync(subject.file, other);
    const before = readFileSync(other, 'utf8');
    const said = JSON.stringify(await changed(subject));
    expect(readFileSync(other, 'utf8')).toBe(before);
    expect(said).toMatch(/other-names-kept|one other name/);
    // Now the file is on its own.
    expect(statSync(subject.file).nlink).toBe(1);
  });
});

test('nobody but the owner gets at the new file before it is written in full', async () => {
  const subject = bundle();
  chmodSync(subject.file, 0o644);
  const modes: string[] = [];
  const fs = {
    ...nodeFs,
    writeSync(fd: number, buffer: Uint8Array, offset: number, length: number) {
      const written = nodeFs.writeSync(fd, buffer, offset, Math.min(length, 100));
      modes.push((nodeFs.fstatSync(fd).mode & 0o777).toString(8));
      return written;
    },
  } as unknown as InjectedFileSystem;
  const hints = createMountHints({ release: '20260615', kubeletDir: place.kubeletDir, fs });
  await hints.updateBundle(join(subject.file, '..'));
  expect(modes.length).toBeGreaterThan(2);
  expect(new Set(modes)).toEqual(new Set(['600']));
  expect((statSync(subject.file).mode & 0o777).toString(8)).toBe('644');
});

test('new files have names that do not repeat or follow each other, and are made, not opened', async () => {
  const subject = bundle();
  const before = readFileSync(subject.file);
  const opened: { path: string; flags: number; mode: number }[] = [];
  const fs = {
    ...nodeFs,
    openSync(path: string, flags: number, mode: number) {
      if (String(path).endsWith('.tmp') && mode !== undefined) opened.push({ path, flags, mode });
      return nodeFs.openSync(path, flags, mode);
    },
  } as unknown as InjectedFileSystem;
  const hints = createMountHints({ release: '20260615', kubeletDir: place.kubeletDir, fs });
  for (let times = 0; times < 20; times++) {
    await hints.updateBundle(join(subject.file, '..'));
    writeFileSync(subject.file, before);
  }
  const { O_CREAT, O_EXCL, O_NOFOLLOW } = nodeFs.constants;
  const made = O_CREAT | O_EXCL | O_NOFOLLOW;
  expect(opened.filter(({ flags, mode }) => (flags & made) !== made || mode !== 0o600)).toEqual([]);
  const names = opened.map(({ path }) => /\.([\da-f]{32})\.tmp$/.exec(path)?.[1] ?? path);
  expect(names).toHaveLength(20);
  // The first 32 bits of random names meet once in some 20 million runs; those of a counter or a clock would.
  expect(new Set(names.map((name) => name.slice(0, 8))).size).toBe(20);
  expect(new Set(names.map((name) => name.slice(-8))).size).toBe(20);
});

withLists('an owner-only directory spares the copy, and nobody but the owner gets at the file', async () => {
  const subject = bundle();
  chmodSync(join(subject.file, '..'), 0o700);
  chmodSync(subject.file, 0o640);
  await changed(subject);
  expect((statSync(subject.file).mode & 0o7777).toString(8)).toBe('640');
});

describe('a chmod or chown while the file is rewritten', () => {
  /** An update with something done before its call number `at`; the calls that it made. */
  async function disturbed(path: string, at: number, act: () => void): Promise<string[]> {
    const calls: string[] = [];
    const fs = Object.fromEntries(
      Object.entries(nodeFs).map(([name, each]) => [
        name,
        name.endsWith('Sync') && typeof each === 'function'
          ? (...words: unknown[]) => {
              if (calls.push(name) - 1 === at) act();
              return (each as (...all: unknown[]) => unknown).apply(nodeFs, words);
            }
          : each,
      ]),
    );
    const options = {
      release: '20260615',
      kubeletDir: place.kubeletDir,
      fs: fs as unknown as InjectedFileSystem,
    };
    await createMountHints(options).updateBundle(path);
    return calls;
  }

  async function eachMoment(act: (file: string) => void, check: (file: string) => boolean) {
    const text = JSON.stringify(containerSpec(place.kubeletDir));
    const path = place.bundle(`disturbed${count++}`, text);
    const file = join(path, 'config.json');
    const calls = await disturbed(path, -1, () => {});
    const lost: (string | undefined)[] = [];
    for (let at = 0; at < calls.length; at++) {
      rmSync(path, { recursive: true });
      mkdirSync(path);
      writeFileSync(file, text);
      chmodSync(file, 0o644);
      const seen = await disturbed(path, at, () => act(file));
      if (!check(file)) lost.push(seen[at]);
      expect(readdirSync(path)).toEqual(['config.json']);
      expect(readFileSync(file, 'utf8')).not.toBe(text);
    }
    expect(calls.length).toBeGreaterThan(15);
    return lost;
  }

  // Between the last look and the rename remains a moment that no call of the file system closes.
  test('a chmod is kept, but for that moment', async () => {
    const lost = await eachMoment(
      (file) => chmodSync(file, 0o600),
      (file) => (statSync(file).mode & 0o777) === 0o600,
    );
    expect(lost).toEqual(['renameSync']);
  });

  asRoot('a chown is kept, but for that moment', async () => {
    const lost = await eachMoment(
      (file) => chownSync(file, 1234, 4321),
      (file) => statSync(file).uid === 1234 && statSync(file).gid === 4321,
    );
    expect(lost).toEqual(['renameSync']);
  });
});

describe('where no program can keep lists and attributes', () => {
  const path = process.env.PATH;
  afterAll(() => {
    process.env.PATH = path;
  });

  test('mode and owner are kept, and the file is written', async () => {
    const { copyAttributesSync } = await import('../../src/adapters/host-fs/copy-attributes.ts');
    const bin = join(place.root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'cp'), '#!/bin/sh\necho "cp: unrecognized option" >&2\nexit 1\n', {
      mode: 0o755,
    });
    process.env.PATH = bin;
    const subject = bundle();
    expect(copyAttributesSync(subject.file, subject.file, 0)).toBe(false);
    await changed(subject);
  });

  test('a program that fails to keep them is an error, and the file stays as it was', async () => {
    const bin = join(place.root, 'bin');
    const text =
      '#!/bin/sh\n[ "$1" = --version ] && echo "cp (GNU coreutils)" && exit\necho "cp: setting attribute: Operation not permitted" >&2\nexit 1\n';
    writeFileSync(join(bin, 'cp'), text, { mode: 0o755 });
    process.env.PATH = bin;
    const subject = bundle();
    const before = readFileSync(subject.file, 'utf8');
    await expect(subject.change()).rejects.toMatchObject({
      code: 'MH_WRITE_FAILED',
      details: { errno: 'EPERM', replaced: false },
    });
    expect(readFileSync(subject.file, 'utf8')).toBe(before);
    expect(readdirSync(join(subject.file, '..'))).toEqual(['config.json']);
  });
});
