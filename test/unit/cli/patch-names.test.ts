import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUpdateCommand } from '../../../src/adapters/cli/commands/update-command.ts';
import { renderDiff } from '../../../src/adapters/cli/rendering/render-diff.ts';
import { updateWiring } from '../../../src/composition/commands/update.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { containerSpec, Workplace } from '../../support/workplace.ts';

const root = mkdtempSync(join(tmpdir(), 'mount-hints-patch-'));
const place = new Workplace();
afterAll(() => {
  rmSync(root, { recursive: true });
  place.remove();
});
const PLAIN = { shows: false, colour: false };
const hasPatch = spawnSync('patch', ['--version']).status === 0;
if (!hasPatch) process.stdout.write('no patch here: diffs are not applied\n');

const names = async (path: string) =>
  (await renderDiff(path, 'a\n1\n', 'a\n2\n', PLAIN)).split('\n').slice(0, 2);

test('a diff names files as patch -p1 takes them', async () => {
  expect(await names('/x/config.json')).toEqual(['--- a/x/config.json', '+++ b/x/config.json']);
  expect(await names('./x.yaml')).toEqual(['--- a/x.yaml', '+++ b/x.yaml']);
  expect(await names('-')).toEqual(['--- -', '+++ -']);
  expect((await names(relative(process.cwd(), '/x.yaml')))[0]).toBe('--- a/x.yaml');
});

(hasPatch ? test : test.skip)('patch applies a diff of an absolute path', async () => {
  const path = join(root, 'deep/x.yaml');
  mkdirSync(join(root, 'deep'));
  writeFileSync(path, 'a\n1\n');
  const input = await renderDiff(path, 'a\n1\n', 'a\n2\n', PLAIN);
  const { status, stderr } = spawnSync('patch', ['-p1', '-d', '/'], { input, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(readFileSync(path, 'utf8')).toBe('a\n2\n');
});

/** What `update --diff` prints, and the files that its diffs name. */
async function diffOf(argument: string): Promise<{ readonly input: string; readonly files: string[] }> {
  const terminal = new RecordingTerminal();
  const args = ['--release=20260615', '--kubelet-dir', place.kubeletDir, '--diff', argument];
  expect(await runCommand(createUpdateCommand(updateWiring), args, terminal)).toBe(0);
  const input = terminal.stdout;
  return { input, files: [...input.matchAll(/^--- a(.*)$/gm)].map(([, file = '']) => file) };
}

const typeIn = (file: string) => JSON.parse(readFileSync(file, 'utf8')).mounts[1].type;

describe('a diff of bundles names the files that would be written', () => {
  const text = `${JSON.stringify(containerSpec(place.kubeletDir), null, 2)}\n`;
  const bundles = ['sb0', 'sb1'].map((name) => place.bundle(name, text));
  const [first = ''] = bundles;
  const bundlesDir = join(place.root, 'bundles');

  test('of a bundle directory, of a directory of bundles, and of a config.json', async () => {
    const files = bundles.map((bundle) => join(bundle, 'config.json'));
    expect((await diffOf(first)).files).toEqual(files.slice(0, 1));
    expect((await diffOf(`${first}/`)).files).toEqual(files.slice(0, 1));
    expect((await diffOf(join(first, 'config.json'))).files).toEqual(files.slice(0, 1));
    expect((await diffOf(bundlesDir)).files).toEqual(files);
    expect((await diffOf(relative(process.cwd(), first))).files).toEqual(files.slice(0, 1));
  });

  test('of a config.json that is a link in its bundle, the file that it leads to', async () => {
    const linked = place.bundle('linked', text);
    renameSync(join(linked, 'config.json'), join(linked, 'spec.json'));
    symlinkSync('spec.json', join(linked, 'config.json'));
    const { files } = await diffOf(linked);
    rmSync(linked, { recursive: true });
    expect(files).toEqual([join(realpathSync(bundlesDir), 'linked/spec.json')]);
  });

  (hasPatch ? test : test.skip)('and patch applies it', async () => {
    const { input } = await diffOf(bundlesDir);
    const { status, stderr } = spawnSync('patch', ['-p1', '-d', '/'], { input, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(bundles.map((bundle) => typeIn(join(bundle, 'config.json')))).toEqual(['tmpfs', 'tmpfs']);
  });
});
