import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RunscRelease } from '../../src/adapters/runsc/runsc-release.ts';
import { parseRunscVersion } from '../../src/domain/rewrite/runsc-version.ts';
import { runCli } from '../support/built-cli.ts';

describe('what runsc --version tells', () => {
  test.each([
    ['runsc version release-20260615.0\nspec: 1.1.0-rc.1\n', '20260615'],
    ['runsc version release-20260817.0-12-gabcdef012345\nspec: 1.2.0\n', '20260817'],
    ['runsc version release-20260817.0-12-gabcdef012345-dirty\nspec: 1.2.0\n', '20260817'],
    ['runsc version release-20250611.3\n', '20250611'],
    ['runsc version VERSION_MISSING\nspec: 1.2.0\n', 'latest'],
    ['runsc version google-612345678\n', 'latest'],
    ['a warning of its own\nrunsc version release-20260615.0\n', '20260615'],
  ])('%j is %s', (output, release) => {
    expect(parseRunscVersion(output)).toBe(release);
  });

  test.each([
    '',
    'runsc version',
    'runsc version \nspec: 1.2.0\n',
    'runsc version release-20261345.0\n',
    'runsc version release-2026061.0\n',
    'runsc version release-20260615\n',
    'runsc version 1.2.3\n',
    'runc version 1.1.12\nspec: 1.0.2\n',
    'not runsc version release-20260615.0\n',
    'runsc version release-20260615.0 or so\n',
  ])('%j is no answer', (output) => {
    expect(parseRunscVersion(output)).toBeUndefined();
  });
});

describe('the runsc of this host', () => {
  let root: string;
  let bin: string;
  let cache: string;
  let asked: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mount-hints-runsc-'));
    [bin, cache, asked] = [join(root, 'bin'), join(root, 'cache'), join(root, 'asked')];
    mkdirSync(bin);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const install = (script: string, path = join(bin, 'runsc')) => {
    writeFileSync(path, `#!/bin/sh\necho "$@" >> ${asked}\n${script}\n`, { mode: 0o755 });
    return path;
  };
  const says = (version: string) => `echo 'runsc version ${version}'; echo 'spec: 1.2.0'`;
  const timesAsked = () => readFileSync(asked, 'utf8').split('\n').length - 1;
  const environment = () => ({ PATH: `relative:${root}/none::${bin}:/nowhere`, XDG_CACHE_HOME: cache });
  const installed = (options: Partial<ConstructorParameters<typeof RunscRelease>[0]> = {}) =>
    new RunscRelease({ environment: environment(), ...options }).installed();
  const cacheFile = () => join(cache, 'gvisor-mount-hints', 'runsc-release.json');

  test('is asked for its version once, and the answer outlives the process', async () => {
    install(says('release-20260615.0'));
    const release = new RunscRelease({ environment: environment() });
    expect(await Promise.all([release.installed(), release.installed()])).toEqual(['20260615', '20260615']);
    expect(await installed()).toBe('20260615');
    expect(readFileSync(asked, 'utf8')).toBe('--version\n');
    expect(statSync(cacheFile()).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(cache, 'gvisor-mount-hints'))).toEqual(['runsc-release.json']);
  });

  test('is asked again when it was replaced', async () => {
    const path = install(says('release-20260615.0'));
    utimesSync(path, 1, 1);
    expect(await installed()).toBe('20260615');
    install(says('release-20250915.0'));
    utimesSync(path, 2, 2);
    expect(await installed()).toBe('20250915');
    expect(timesAsked()).toBe(2);
    expect(JSON.parse(readFileSync(cacheFile(), 'utf8'))).toHaveLength(1);
  });

  test('several are remembered, and a symbolic link is the binary that it leads to', async () => {
    install(says('release-20260615.0'));
    const other = install(says('google-1'), join(root, 'other'));
    symlinkSync(other, join(root, 'link'));
    expect(await installed()).toBe('20260615');
    expect(await installed({ runsc: other })).toBe('latest');
    expect(await installed({ runsc: join(root, 'link') })).toBe('latest');
    expect(await installed()).toBe('20260615');
    expect(timesAsked()).toBe(2);
  });

  test('is not there: no release, and no cache', async () => {
    expect(await installed()).toBeUndefined();
    expect(await installed({ environment: {} })).toBeUndefined();
    expect(() => statSync(cache)).toThrow();
  });

  test('a directory or a file that may not be run is no runsc', async () => {
    mkdirSync(join(bin, 'runsc'));
    expect(await installed()).toBeUndefined();
    rmSync(join(bin, 'runsc'), { recursive: true });
    chmodSync(install(says('release-20260615.0')), 0o644);
    expect(await installed()).toBeUndefined();
  });

  test.each([
    ['garbage', 'echo hello'],
    ['nothing', 'true'],
    ['a failure', 'echo "runsc version release-20260615.0"; exit 3'],
    ['too much', 'yes | head -c 300000'],
    ['a signal', 'kill -9 $$'],
    ['no end', 'exec sleep 60'],
  ])('%s instead of a version is an error, and is not remembered', async (_, script) => {
    install(script);
    await expect(installed({ timeoutMs: 400 })).rejects.toMatchObject({ code: 'MH_RUNSC_UNUSABLE' });
    expect(() => statSync(cacheFile())).toThrow();
  });

  test('a binary that was named and is not there, or is no program, is an error', async () => {
    const refused = { code: 'MH_RUNSC_UNUSABLE' };
    await expect(installed({ runsc: join(root, 'none') })).rejects.toMatchObject(refused);
    await expect(installed({ runsc: root })).rejects.toMatchObject(refused);
  });

  describe('does not believe a cache', () => {
    const forge = async (change: (file: string) => void) => {
      install(says('release-20260615.0'));
      await installed();
      const [entry] = JSON.parse(readFileSync(cacheFile(), 'utf8'));
      writeFileSync(cacheFile(), JSON.stringify([{ ...entry, release: '20200804' }]));
      expect(await installed()).toBe('20200804');
      change(cacheFile());
      expect(await installed()).toBe('20260615');
    };

    test.each([
      ['that others may write', (file: string) => chmodSync(file, 0o606)],
      ['that its group may write', (file: string) => chmodSync(file, 0o660)],
      ['in a directory that others may write', (file: string) => chmodSync(join(file, '..'), 0o777)],
      ['that is cut short', (file: string) => writeFileSync(file, '[{"path":')],
      ['with another shape', (file: string) => writeFileSync(file, '{"release":"20200804"}')],
      ['that is too large', (file: string) => writeFileSync(file, readFileSync(file, 'utf8').padEnd(70_000))],
      [
        'with a release that is none',
        (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace('20200804', 'x')),
      ],
      [
        'that is a symbolic link',
        (file: string) => {
          writeFileSync(join(root, 'elsewhere'), readFileSync(file), { mode: 0o600 });
          rmSync(file);
          symlinkSync(join(root, 'elsewhere'), file);
        },
      ],
    ])('%s', (_, change) => forge(change));

    const asRoot = process.geteuid?.() === 0 ? test : test.skip;
    if (process.geteuid?.() !== 0) process.stdout.write('not root: the test of a foreign cache is skipped\n');
    asRoot('of another user', () => forge((file) => chownSync(file, 65_534, 65_534)));
    asRoot("in another user's directory", () => forge((file) => chownSync(join(file, '..'), 65_534, 65_534)));

    asRoot("nor writes one below another user's home", async () => {
      install(says('release-20260615.0'));
      chownSync(root, 65_534, 65_534);
      expect(await installed({ environment: { PATH: bin, HOME: root } })).toBe('20260615');
      expect(readdirSync(root).sort()).toEqual(['asked', 'bin']);
    });
  });

  test('does without a cache that cannot be written', async () => {
    install(says('release-20260615.0'));
    writeFileSync(cache, 'a file');
    expect(await installed()).toBe('20260615');
    expect(await installed()).toBe('20260615');
    expect(timesAsked()).toBe(2);
  });

  test('does without a cache in a directory that can have none, in the time of others', () => {
    const runsc = install(says('release-20260615.0'));
    for (const home of ['/proc/none', '/proc']) {
      const run = runCli(['update', '--runsc', runsc, '--json', '--dry-run', '-'], {
        input: '{}',
        env: { PATH: bin, XDG_CACHE_HOME: home },
        timeout: 10_000,
      });
      expect(run).toMatchObject({ status: 0, signal: null });
      expect(JSON.parse(run.stdout)).toMatchObject({ release: '20260615' });
    }
    expect(timesAsked()).toBe(2);
  });

  test('keeps its cache in ~/.cache without XDG_CACHE_HOME, or with a relative one', async () => {
    install(says('release-20260615.0'));
    expect(await installed({ environment: { PATH: bin, HOME: root, XDG_CACHE_HOME: 'here' } })).toBe(
      '20260615',
    );
    expect(readdirSync(join(root, '.cache', 'gvisor-mount-hints'))).toEqual(['runsc-release.json']);
  });
});
