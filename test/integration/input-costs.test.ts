import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CLI } from '../support/built-cli.ts';
import { PEAK_KIB } from '../support/peak-memory.ts';
import { Workplace } from '../support/workplace.ts';

const LIMIT = 64 * 1024 * 1024;
const RELEASE = ['--release', '20260615'];
const COMMANDS: [string, string[]][] = [
  ['krm', ['krm']],
  ['check', ['check', ...RELEASE, '-']],
  ['explain', ['explain', ...RELEASE, '-']],
  ['annotate', ['annotate', '-']],
  ['update', ['update', ...RELEASE, '-']],
];

const place = new Workplace();
afterAll(() => place.remove());

/** Writes the peak of a process's memory, in KiB, to the file that MOUNT_HINTS_PEAK names. */
const HOOK = `process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.PEAK, String(${PEAK_KIB}));
});`;
let hook: string;
let peak: string;
beforeAll(() => {
  hook = join(place.root, 'hook.cjs');
  peak = join(place.root, 'peak');
  writeFileSync(hook, HOOK);
});

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
  /** The most memory that it had, in MiB. */
  megabytes: number;
}

function run(args: readonly string[], input?: string | Buffer): Run {
  const words = ['--require', hook, CLI, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    env: { ...process.env, PEAK: peak, NODE_OPTIONS: '' },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    ...(input !== undefined && { input }),
  });
  return { status, stdout, stderr, megabytes: Number(readFileSync(peak, 'utf8')) / 1024 };
}

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {runtimeClassName: gvisor, containers: [{name: c, image: i}]}\n';

describe('standard input', () => {
  test.each(COMMANDS)('beyond the limit is refused by %s, and nothing goes out', (_, args) => {
    const pods = Buffer.alloc(LIMIT + 1, `${'#'.repeat(63)}\n`);
    pods.write(POD, LIMIT - 200);
    const { status, stdout, stderr, megabytes } = run(args, pods);
    expect({ status, stdout }).toEqual({ status: 65, stdout: '' });
    expect(stderr).toContain('MH_INPUT_TOO_LARGE');
    expect(megabytes).toBeLessThan(400);
  });

  test.each(['check', 'explain'])('that is refused does not end the other inputs of %s', (command) => {
    const pod = join(place.root, 'pod.yaml');
    writeFileSync(pod, POD);
    const { status, stdout, stderr } = run(
      [command, ...RELEASE, '--format', 'json', '-', pod],
      Buffer.alloc(LIMIT + 1, '#'),
    );
    expect(status).toBe(65);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).error?.code)).toEqual(['MH_INPUT_TOO_LARGE', undefined]);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ file: pod });
    expect(stderr).not.toContain('MH_BUG');
  });

  test('of more than the limit is read to its end where it is a List', () => {
    const secret = JSON.stringify({ kind: 'Secret', data: { k: 'x'.repeat(1_000_000) } });
    const pod = JSON.stringify({
      kind: 'Pod',
      metadata: { name: 'last' },
      spec: { runtimeClassName: 'gvisor', containers: [] },
    });
    const items = [...Array.from({ length: 70 }, () => secret), pod];
    const { status, stdout, megabytes } = run(
      ['check', ...RELEASE, '--json', '-'],
      `{"apiVersion":"v1","items":[${items.join(',')}],"kind":"List"}`,
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Pod last' });
    expect(megabytes).toBeLessThan(250);
  });

  test('of 3 MB that comes byte by byte takes up little', async () => {
    const text = JSON.stringify({ ociVersion: '1.1.0', padding: 'x'.repeat(3_000_000) });
    const child = spawn(process.execPath, ['--require', hook, CLI, 'update', ...RELEASE, '-'], {
      env: { ...process.env, PEAK: peak, NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let length = 0;
    child.stdout?.on('data', (data: Buffer) => {
      length += data.length;
    });
    const dd = spawn('dd', ['bs=1', 'status=none'], { stdio: ['pipe', 'pipe', 'ignore'] });
    dd.stdout?.pipe(child.stdin as NodeJS.WritableStream);
    dd.stdin?.end(text);
    const [status] = await once(child, 'close');
    expect([status, length]).toEqual([0, text.length]);
    expect(Number(readFileSync(peak, 'utf8')) / 1024).toBeLessThan(250);
  });
});

describe('a spec of small parts', () => {
  const spec = (members: string) => `{"ociVersion":"1.1.0",${members}}`;
  const many = (part: string, count: number) => Array(count).fill(part).join(',');
  const numbered = (count: number) => Array.from({ length: count }, (_, n) => `"${n}":""`).join(',');
  const SPECS: [string, string][] = [
    ['4,000,000 empty mounts', spec(`"mounts":[${many('{}', 4_000_000)}]`)],
    ['2.2 MB of [0,0,…] for mounts', spec(`"mounts":[${many('0', 1_100_000)}]`)],
    ['1,000,000 annotations', spec(`"annotations":{${numbered(1_000_000)}}`)],
    ['1,000,000 members in one mount', spec(`"mounts":[{${numbered(1_000_000)}}]`)],
    ['2 million empty objects elsewhere', spec(`"x":[${many('{}', 2_000_000)}]`)],
    ['100,000 mounts of 20 members', spec(`"mounts":[${many(`{${numbered(20)}}`, 100_000)}]`)],
  ];

  test.each(SPECS)('%s: refused, for little memory', (_, text) => {
    for (const args of [
      ['update', ...RELEASE, '-'],
      ['check', ...RELEASE, '-'],
    ]) {
      const { status, stderr, megabytes } = run(args, text);
      expect([args[0], status, stderr]).toEqual([args[0], 65, expect.stringContaining('MH_INPUT_TOO_LARGE')]);
      expect([args[0], megabytes]).toEqual([args[0], expect.any(Number)]);
      expect(megabytes).toBeLessThan(150 + (8 * text.length) / 1024 / 1024);
    }
  });

  test('of 50,000 mounts is rewritten', () => {
    const mount = '{"destination":"/d","type":"bind","source":"/s","options":["rbind"]}';
    expect(run(['update', ...RELEASE, '-'], spec(`"mounts":[${many(mount, 50_000)}]`)).status).toBe(0);
  });

  test('of [0,0,…] elsewhere is no mount, and costs little', () => {
    const { status, megabytes } = run(['update', ...RELEASE, '-'], spec(`"x":[${many('0', 1_100_000)}]`));
    expect(status).toBe(0);
    expect(megabytes).toBeLessThan(200);
  });
});
