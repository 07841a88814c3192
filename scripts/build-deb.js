/**
 * Makes dist/deb/gvisor-mount-hints_VERSION_ARCH.deb from an executable that is built already: with manual pages,
 * completion for three shells, licences and the bill of materials. Options: --arch x64|arm64, --executable DIR,
 * --output DIR, and --compression xz|zstd|gzip|none. Two builds with the same SOURCE_DATE_EPOCH are the same.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { builtExecutable } from './built-executable.js';
import { root } from './bundle-settings.js';
import { runtimeManual } from './runtime-manual.js';
import { sourceDate } from './source-date.js';

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: process.arch },
    executable: { type: 'string' },
    output: { type: 'string', default: join(root, 'dist/deb') },
    compression: { type: 'string', default: 'xz' },
  },
});
const { compression } = values;
const { built, debian } = builtExecutable(values);
const output = resolve(values.output);
const { description, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const NAME = 'gvisor-mount-hints';
const DOC = `usr/share/doc/${NAME}`;

const seconds = sourceDate();

async function packageFiles(work) {
  const outfile = join(work, 'package-files.mjs');
  await build({
    entryPoints: ['src/composition/package-files.ts'],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'warning',
  });
  return await import(outfile);
}

/** The manual, by file name. */
function manual({ commandManPage, commandSpecs, programManPage, renderManPage }) {
  const edition = { version, date: new Date(seconds * 1000).toISOString().slice(0, 10) };
  const pages = [
    programManPage(commandSpecs),
    ...commandSpecs.map(commandManPage),
    runtimeManual(readFileSync(join(root, 'docs/runtime.md'), 'utf8')),
  ];
  return pages.map((page) => [`${page.name}.${page.section}`, renderManPage(page, edition)]);
}

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${NAME}

Files: *
Copyright: 2026 The ${NAME} authors
License: Apache-2.0
 The text of the license is in /usr/share/common-licenses/Apache-2.0.
Comment:
 usr/bin/mount-hints contains Node.js and the packages that
 /${DOC}/mount-hints.cdx.json lists. Their
 licenses are in /${DOC}/LICENSES.txt.gz.
`;

const MAINTAINER = `The ${NAME} authors <authors@${NAME}.invalid>`;

const DEBIAN_CHANGELOG = `${NAME} (${version}) unstable; urgency=medium

  * See CHANGELOG.md.gz.

 -- ${MAINTAINER}  ${new Date(seconds * 1000).toUTCString().replace('GMT', '+0000')}
`;

/** What the executable is linked with, beside Debian's own names for it: scripts/node-binaries.json pins Node. */
const DEPENDS = 'libatomic1, libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 6)';

function control(kilobytes) {
  const [synopsis, details] = description.split(/: /);
  return `Package: ${NAME}
Version: ${version}
Architecture: ${debian}
Maintainer: ${MAINTAINER}
Installed-Size: ${kilobytes}
Depends: ${DEPENDS}
Section: admin
Priority: optional
Description: ${synopsis}
 ${`Commands that ${details}`.replaceAll(/(.{1,76})(?: |$)/g, '$1\n ').trim()}
 .
 It needs no Node.js. mount-hints-runtime(8) stands in front of runsc.
`;
}

/** Purging removes what the programs have kept for themselves, and no file of the administrator. */
const POSTRM = `#!/bin/sh
set -e
if [ "$1" = purge ]; then
  rm -rf /var/cache/${NAME}
fi
`;

/** Collects the files of the package below `tree`. */
class Tree {
  #files = [];

  constructor(path) {
    this.path = path;
  }

  #place(name) {
    const path = join(this.path, name);
    let directory = dirname(path);
    mkdirSync(directory, { recursive: true });
    // Whatever the umask is.
    for (; directory.length >= this.path.length; directory = dirname(directory)) chmodSync(directory, 0o755);
    return path;
  }

  text(name, content, mode = 0o644) {
    const path = this.#place(name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    this.#files.push(name);
  }

  copy(name, from, mode) {
    copyFileSync(from, this.#place(name));
    chmodSync(join(this.path, name), mode);
    this.#files.push(name);
  }

  link(name, target) {
    symlinkSync(target, this.#place(name));
  }

  kilobytes() {
    return this.#files.reduce(
      (sum, name) => sum + Math.ceil(readFileSync(join(this.path, name)).length / 1024),
      0,
    );
  }

  sums() {
    return [...this.#files]
      .sort()
      .map((name) => {
        const sum = createHash('md5')
          .update(readFileSync(join(this.path, name)))
          .digest('hex');
        return `${sum}  ${name}\n`;
      })
      .join('');
  }
}

function addPrograms(tree) {
  for (const name of ['mount-hints', 'mount-hints-runtime']) {
    tree.copy(`usr/bin/${name}`, join(built, name), 0o755);
  }
  tree.link('usr/bin/kubectl-mount_hints', 'mount-hints');
}

function addTexts(tree, files) {
  const compressed = (text) => gzipSync(text, { level: 9 });
  for (const [name, text] of manual(files)) {
    tree.text(`usr/share/man/man${name.at(-1)}/${name}.gz`, compressed(text));
  }
  tree.link('usr/share/man/man1/kubectl-mount_hints.1.gz', 'mount-hints.1.gz');
  const script = (shell) => files.completionScript(shell, files.commandSpecs);
  tree.text('usr/share/bash-completion/completions/mount-hints', script('bash'));
  tree.text('usr/share/zsh/vendor-completions/_mount-hints', script('zsh'));
  tree.text('usr/share/fish/vendor_completions.d/mount-hints.fish', script('fish'));
  tree.text(`${DOC}/copyright`, COPYRIGHT);
  tree.text(`${DOC}/changelog.gz`, compressed(DEBIAN_CHANGELOG));
  tree.text(`${DOC}/CHANGELOG.md.gz`, compressed(readFileSync(join(root, 'CHANGELOG.md'))));
  tree.text(`${DOC}/LICENSES.txt.gz`, compressed(readFileSync(join(built, 'LICENSES.txt'))));
  tree.copy(`${DOC}/mount-hints.cdx.json`, join(built, 'mount-hints.cdx.json'), 0o644);
}

const work = mkdtempSync(join(tmpdir(), 'mount-hints-deb-'));
try {
  const tree = new Tree(join(work, 'tree'));
  addPrograms(tree);
  addTexts(tree, await packageFiles(work));
  const kilobytes = tree.kilobytes();
  const sums = tree.sums();
  tree.text('DEBIAN/control', control(kilobytes));
  tree.text('DEBIAN/md5sums', sums);
  tree.text('DEBIAN/postrm', POSTRM, 0o755);
  mkdirSync(output, { recursive: true });
  const deb = `${NAME}_${version}_${debian}.deb`;
  execFileSync(
    'dpkg-deb',
    ['--root-owner-group', `-Z${compression}`, '--build', tree.path, join(output, deb)],
    {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(seconds) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const sum = createHash('sha256')
    .update(readFileSync(join(output, deb)))
    .digest('hex');
  writeFileSync(join(output, `${deb}.sha256`), `${sum}  ${deb}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
