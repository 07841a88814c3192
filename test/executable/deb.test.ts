import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/composition/command-specs.ts';
import { describeIf } from '../support/describe-if.ts';
import { debianTree, runInTree, treeCopy } from './support/debian-tree.ts';
import { fileListing } from './support/file-listing.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const DEB = `gvisor-mount-hints_${version}_${process.arch === 'arm64' ? 'arm64' : 'amd64'}.deb`;

const isOnPath = (name: string) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0;
const canPack = isOnPath('dpkg-deb');
if (!canPack) console.warn('No Debian package is made: dpkg-deb is not on PATH.');
const tree = debianTree();
if ('missing' in tree) console.warn(`The Debian package is not installed: ${tree.missing}.`);

/** The best compression takes minutes; the package is otherwise the same. */
function buildDeb(output: string): Buffer {
  const words = ['scripts/build-deb.js', '--output', output, '--compression', 'zstd'];
  execFileSync(process.execPath, words, {
    cwd: ROOT,
    env: { ...process.env, SOURCE_DATE_EPOCH: '1790000000' },
  });
  return readFileSync(join(output, DEB));
}

describeIf(canPack)('the Debian package', () => {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-deb-test-'));
  const files = join(work, 'files');
  let deb: Buffer;
  beforeAll(() => {
    deb = buildDeb(join(work, 'one'));
    execFileSync('dpkg-deb', ['--extract', join(work, 'one', DEB), files]);
  });
  afterAll(() => rmSync(work, { recursive: true }));

  test('is byte for byte the same when it is built again', () => {
    expect(buildDeb(join(work, 'two')).equals(deb)).toBe(true);
    const checked = spawnSync('sha256sum', ['-c', `${DEB}.sha256`], { cwd: join(work, 'one') });
    expect(checked.status).toBe(0);
  });

  test('belongs to root, and can be read by all', () => {
    const listing = execFileSync('dpkg-deb', ['--contents', join(work, 'one', DEB)], { encoding: 'utf8' });
    const odd = listing
      .split('\n')
      .filter(
        (line) => line !== '' && !/^(drwxr-xr-x|-rw[x-]r-[x-]r-[x-]|lrwxrwxrwx) root\/root /.test(line),
      );
    expect(odd).toEqual([]);
  });

  test('has a page of the manual for each program and command', () => {
    const pages = [1, 8].flatMap((section) => readdirSync(join(files, `usr/share/man/man${section}`)));
    expect(pages.sort()).toEqual(
      [
        'kubectl-mount_hints.1.gz',
        'mount-hints.1.gz',
        'mount-hints-runtime.8.gz',
        ...commandSpecs.map(({ name }) => `mount-hints-${name}.1.gz`),
      ].sort(),
    );
  });

  const linters = [
    ['mandoc', ['-T', 'lint', '-W', 'warning']],
    ['groff', ['-ww', '-b', '-man', '-T', 'utf8', '-z']],
  ] as const;
  for (const [linter] of linters) {
    if (!isOnPath(linter)) console.warn(`The manual is not read by ${linter}, which is not on PATH.`);
  }
  test.each(linters.filter(([linter]) => isOnPath(linter)))(
    'has a manual that %s finds nothing wrong with',
    (linter, words) => {
      for (const section of [1, 8]) {
        const directory = join(files, `usr/share/man/man${section}`);
        for (const name of readdirSync(directory)) {
          const input = gunzipSync(readFileSync(join(directory, name)));
          const { status, stdout, stderr } = spawnSync(linter, words, { input, encoding: 'utf8' });
          expect([name, status, stdout, stderr]).toEqual([name, 0, '', '']);
        }
      }
    },
  );

  test.each(['bash', 'zsh', 'fish'])('completes in %s as the command itself does', (shell) => {
    const places = {
      bash: 'bash-completion/completions/mount-hints',
      zsh: 'zsh/vendor-completions/_mount-hints',
      fish: 'fish/vendor_completions.d/mount-hints.fish',
    } as const;
    const told = execFileSync(join(files, 'usr/bin/mount-hints'), ['completion', shell], {
      encoding: 'utf8',
    });
    expect(readFileSync(join(files, 'usr/share', places[shell as keyof typeof places]), 'utf8')).toBe(told);
  });

  test('names the licence of everything in it', () => {
    const doc = join(files, 'usr/share/doc/gvisor-mount-hints');
    const licences = gunzipSync(readFileSync(join(doc, 'LICENSES.txt.gz'))).toString();
    const { components } = JSON.parse(readFileSync(join(doc, 'mount-hints.cdx.json'), 'utf8'));
    const named = components.map((each: { name: string; version: string }) => `${each.name}@${each.version}`);
    expect(named.filter((key: string) => !licences.includes(`=== ${key}\n`))).toEqual([]);
    expect(readFileSync(join(doc, 'copyright'), 'utf8')).toContain('Apache-2.0');
  });
});

/** What dpkg itself keeps or writes with every package. */
const DPKG_OWN = [
  /^\/var\/lib\/dpkg\/(lock|lock-frontend|status-old|triggers\/Lock)$/,
  /^\/var\/log\/dpkg\.log$/,
];

describeIf(canPack && 'path' in tree)('on Debian, the package', () => {
  const root = 'path' in tree && canPack ? treeCopy(tree.path) : '';
  const listing = () => fileListing(root, (path) => DPKG_OWN.some((each) => each.test(path)));
  let before: string[];
  beforeAll(() => {
    // dpkg writes its database anew, in its own words, with the first change.
    runInTree(root, ['dpkg', '--clear-avail']);
    before = listing();
    buildDeb(join(root, 'tmp'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const dpkg = (...words: string[]) =>
    expect(runInTree(root, ['dpkg', ...words])).toMatchObject({ status: 0 });

  test('is installed by dpkg, and works', () => {
    dpkg('-i', join('/tmp', DEB));
    expect(runInTree(root, ['mount-hints', '--version'])).toMatchObject({
      status: 0,
      stdout: `${version}\n`,
    });
    expect(runInTree(root, ['kubectl-mount_hints', '--help']).stdout).toContain('kubectl mount-hints');
    expect(runInTree(root, ['dpkg', '--verify', 'gvisor-mount-hints']).stdout).toBe('');
  });

  test('leaves nothing behind when it is purged, not even what its programs kept', () => {
    const bundle = join(root, 'tmp/bundle');
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'config.json'), '{}');
    writeFileSync(join(root, 'tmp/runsc'), "#!/bin/sh\necho 'runsc version release-20260615.0'\n", {
      mode: 0o755,
    });
    const env = { MOUNT_HINTS_RUNTIME: '/tmp/runsc' };
    const created = runInTree(root, ['mount-hints-runtime', 'create', '--bundle', '/tmp/bundle', 'id'], {
      env,
    });
    expect(created).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(root, 'var/cache/gvisor-mount-hints'))).toBe(true);

    dpkg('-P', 'gvisor-mount-hints');
    rmSync(join(root, 'tmp'), { recursive: true });
    mkdirSync(join(root, 'tmp'));
    execFileSync('chmod', ['1777', join(root, 'tmp')]);
    expect(listing()).toEqual(before);
  });
});
