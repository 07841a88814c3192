import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BuildOptions, build } from 'esbuild';

const ROOT = new URL('../..', import.meta.url).pathname;
const MINUTE = 60_000;
/** All that the package is built and packed from. */
const PACKED = [
  'src',
  'scripts',
  'docs',
  'schemas',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'SECURITY.md',
];

const CONSUMER = `
import { createMountHints, isMountHintsError, type OciSpec, type VolumeLookup } from 'gvisor-mount-hints';
import { createMemoryFileSystem, volumeLookupContract } from 'gvisor-mount-hints/testing';

const spec: OciSpec = { annotations: {}, mounts: [{ destination: '/dev/shm', type: 'bind', source: '/s', options: ['rbind'] }] };
const { changed, spec: rewritten } = await createMountHints({ release: 'latest' }).update(spec);
const contract: (runner: { test(name: string, body: () => Promise<void>): void }, create: never) => void = volumeLookupContract;
const lookup: VolumeLookup['isEmpty'] = async () => true;
const fs = await createMemoryFileSystem({ files: { '/a/b': 'text' } });
console.log(JSON.stringify({ changed, type: rewritten.mounts?.[0]?.type, guard: isMountHintsError(0), contract: typeof contract, lookup: typeof lookup, text: fs.readFileSync('/a/b', 'utf8') }));
`;

const ENTRIES = ['', '/domain', '/manifests', '/testing'].map((entry) => `gvisor-mount-hints${entry}`);

const COMMON_JS = `
import hints = require('gvisor-mount-hints');
import domain = require('gvisor-mount-hints/domain');
import manifests = require('gvisor-mount-hints/manifests');
export const all = [hints.createMountHints({ release: 'latest' }), domain.rewrite, manifests.inspectManifest];
`;

const REQUIRING = `
const { createMountHints } = require('gvisor-mount-hints');
const spec = { mounts: [{ destination: '/dev/shm', type: 'bind', source: '/s', options: ['rbind'] }] };
createMountHints({ release: 'latest' }).update(spec).then(({ changed }) => console.log(changed));
`;

const IN_A_BROWSER = `
import { NO_FACTS, rewrite } from 'gvisor-mount-hints/domain';
import { inspectManifest } from 'gvisor-mount-hints/manifests';
const pod = \`kind: Pod
metadata: {name: p, annotations: {dev.gvisor.spec.mount.gone.type: bind}}
spec: {runtimeClassName: gvisor, containers: [{name: c}]}\`;
const pods = inspectManifest(pod, { release: 'latest' });
Object.assign(globalThis, {
  found: pods.flatMap(({ findings }) => findings.map(({ code }) => code)),
  edits: rewrite({ mounts: [] }, 'latest', NO_FACTS).edits.length,
});
`;

/**
 * What users get: the packed tarball, unpacked where npm would put it. All packages of this repository are in its
 * reach; the test of the command takes them away.
 */
describe('the published package', () => {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-package-'));
  const tree = join(work, 'tree');
  const installed = join(work, 'node_modules/gvisor-mount-hints');
  let tarball = '';
  const run = (file: string, ...args: string[]) =>
    execFileSync(process.execPath, [file, ...args], {
      cwd: work,
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });

  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  /** TypeScript 7: the declarations are read by both. */
  const nativeTsc = join(ROOT, 'scripts/native-tsc.js');
  const bundle = (entry: string, outfile: string, options: BuildOptions) =>
    build({
      absWorkingDir: work,
      entryPoints: [entry],
      outfile,
      bundle: true,
      logLevel: 'error',
      ...options,
    });

  beforeAll(() => {
    // In a copy: other tests and people run from dist/, which a build empties.
    for (const each of PACKED) cpSync(join(ROOT, each), join(tree, each), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: tree, stdio: 'pipe' });
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work], {
      cwd: tree,
      stdio: 'pipe',
    });
    mkdirSync(installed, { recursive: true });
    tarball = join(work, readdirSync(work).find((name) => name.endsWith('.tgz')) ?? '');
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
    symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
    writeFileSync(join(work, 'consumer.mts'), CONSUMER);
  }, 3 * MINUTE);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test('holds what users need and nothing else', () => {
    const files = execFileSync('find', ['.', '-type', 'f', '-not', '-path', './node_modules/*'], {
      cwd: installed,
      encoding: 'utf8',
    })
      .split('\n')
      .map((path) => path.slice(2));
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'LICENSE',
        'dist/mount-hints.cjs',
        'dist/lib/index.js',
        'dist/lib/testing/index.d.ts',
        'schemas/check.schema.json',
      ]),
    );
    expect(files.filter((path) => /^(src|test|scripts|coverage|\.)/.test(path))).toEqual([]);
  });

  test('stays small: each package once, no maps, and only the pages that users need', () => {
    const sizes = execFileSync(
      'find',
      ['.', '-type', 'f', '-not', '-path', './node_modules/*', '-printf', '%s\\n'],
      {
        cwd: installed,
        encoding: 'utf8',
      },
    );
    const total = sizes
      .trim()
      .split('\n')
      .reduce((sum, size) => sum + Number(size), 0);
    expect(total).toBeLessThan(2.4e6);
  });

  test.each(['library.md', 'writing-an-adapter.md', 'errors.md'])('has all that %s leads to', (page) => {
    const text = readFileSync(join(installed, 'docs', page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, path = '']) => path);
    const files = links.filter((path) => !/^https?:/.test(path) && !path.startsWith('adr/'));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((path) => !existsSync(join(installed, 'docs', path)))).toEqual([]);
  });

  test(
    'compiles and runs in a project of its own',
    () => {
      writeFileSync(join(work, 'consumer.cts'), COMMON_JS);
      run(
        tsc,
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--strict',
        '--exactOptionalPropertyTypes',
        'consumer.mts',
        'consumer.cts',
      );
      expect(JSON.parse(run('consumer.mjs'))).toEqual({
        changed: true,
        type: 'tmpfs',
        guard: false,
        contract: 'function',
        lookup: 'function',
        text: 'text',
      });
    },
    MINUTE,
  );

  test(
    'has types for the resolution of bundlers',
    () => {
      writeFileSync(join(work, 'bundled.ts'), IN_A_BROWSER);
      run(
        nativeTsc,
        '--noEmit',
        '--strict',
        '--target',
        'es2023',
        '--module',
        'esnext',
        '--moduleResolution',
        'bundler',
        'bundled.ts',
      );
    },
    MINUTE,
  );

  test('shows a few short lines of itself where an error is not caught', () => {
    writeFileSync(
      join(work, 'uncaught.cjs'),
      "require('gvisor-mount-hints').createMountHints({ release: 'nonsense' });",
    );
    const { status, stderr } = spawnSync(process.execPath, ['uncaught.cjs'], { cwd: work, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('"nonsense" is not a gVisor release.');
    expect(stderr.slice(0, stderr.indexOf('MountHintsError:')).length).toBeLessThan(1000);
  });

  test('is loaded by require', () => {
    writeFileSync(
      join(work, 'required.cjs'),
      ENTRIES.map((entry) => `console.log(Object.keys(require('${entry}')).length > 0);`).join('\n'),
    );
    expect(run('required.cjs')).toBe('true\n'.repeat(ENTRIES.length));
  });

  test('is bundled for Node as CommonJS', async () => {
    writeFileSync(join(work, 'service.cjs'), REQUIRING);
    await bundle('service.cjs', 'bundled.cjs', { platform: 'node', format: 'cjs' });
    rmSync(join(work, 'service.cjs'));
    expect(run('bundled.cjs')).toBe('true\n');
  });

  test('has entries for a page, which need nothing of Node', async () => {
    writeFileSync(join(work, 'page.mjs'), IN_A_BROWSER);
    await bundle('page.mjs', 'page.js', { platform: 'browser', format: 'iife' });
    const text = readFileSync(join(work, 'page.js'), 'utf8');
    expect(text).not.toMatch(/["'`]node:/);
    const page: Record<string, unknown> = { TextDecoder, TextEncoder };
    // A context has the language alone: neither require nor process.
    runInNewContext(text, page);
    expect(page).toMatchObject({ found: ['hint-volume-unknown'], edits: 0 });
  });

  test('gives its schemas by their names', () => {
    const program = join(work, 'schema.mjs');
    writeFileSync(
      program,
      `import schema from 'gvisor-mount-hints/schemas/check.schema.json' with { type: 'json' };
      console.log(schema.$schema);`,
    );
    expect(run(program)).toContain('json-schema.org');
  });

  test('has a command that needs no other package', () => {
    const bundle = join(work, 'bundle');
    mkdirSync(bundle);
    writeFileSync(
      join(bundle, 'config.json'),
      '{"mounts":[{"destination":"/dev/shm","type":"bind","source":"/s"}]}',
    );
    rmSync(join(installed, 'node_modules'));
    const cli = join(installed, 'dist/mount-hints.cjs');
    writeFileSync(
      join(work, 'domain.mjs'),
      "import { NO_FACTS, rewrite } from 'gvisor-mount-hints/domain';\nconsole.log(rewrite({ mounts: [] }, 'latest', NO_FACTS).edits.length);",
    );
    expect(run('domain.mjs')).toBe('0\n');
    writeFileSync(
      join(work, 'no-memfs.mjs'),
      "import { createMemoryFileSystem } from 'gvisor-mount-hints/testing';\nconsole.log(await createMemoryFileSystem().catch(({ code }) => code));",
    );
    expect(run('no-memfs.mjs')).toBe('MH_PEER_MISSING\n');
    expect(run(cli, '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(JSON.parse(run(cli, 'update', '--release', '20260615', '--json', bundle))).toMatchObject({
      changed: true,
    });
    for (const command of ['help', 'demo']) expect(run(cli, command)).not.toBe('');
  });

  test(
    "passes the checks of its users' tools",
    () => {
      const publint = join(ROOT, 'node_modules/publint/src/cli.js');
      const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
      // The tarball that is there: with a directory they pack, which builds everything once more.
      run(publint, 'run', tarball, '--strict');
      run(attw, tarball, '--profile', 'esm-only', '--quiet');
    },
    MINUTE,
  );
});
