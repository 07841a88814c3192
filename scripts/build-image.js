/**
 * Makes dist/image/gvisor-mount-hints_VERSION_ARCH.oci.tar, an OCI image, from an executable that is built already and
 * from Debian's packages, which `apt-get download` fetches. It needs buildah, and no network beyond that. Options:
 * --arch x64|arm64, --executable DIR, --output DIR, and --packages DIR, where the packages are already. Two builds of
 * the same packages with the same SOURCE_DATE_EPOCH are the same.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { builtExecutable } from './built-executable.js';
import { root } from './bundle-settings.js';
import { sourceDate } from './source-date.js';

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: process.arch },
    executable: { type: 'string' },
    output: { type: 'string', default: join(root, 'dist/image') },
    packages: { type: 'string' },
  },
});
const { arch } = values;
const { built, debian } = builtExecutable(values);
const output = resolve(values.output);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const NAME = 'gvisor-mount-hints';
/** What the executable is linked with, certificates, and a process that waits, which the DaemonSet needs. */
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1', 'ca-certificates', 'catatonit'];

const seconds = sourceDate();

/** Debian's packages, fetched with what apt knows of them: their sums. */
function fetchPackages(directory) {
  mkdirSync(directory);
  // apt lowers its rights for downloads.
  chmodSync(directory, 0o777);
  const names = PACKAGES.map((name) => (arch === process.arch ? name : `${name}:${debian}`));
  execFileSync('apt-get', ['download', '--quiet', ...names], { cwd: directory, stdio: 'pipe' });
  return directory;
}

function findPackage(directory, name) {
  const file = readdirSync(directory).find((each) => each.startsWith(`${name}_`) && each.endsWith('.deb'));
  if (file === undefined) throw new Error(`${directory} has no package of Debian named ${name}.`);
  return join(directory, file);
}

function write(rootfs, name, text) {
  const path = join(rootfs, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The libraries and programs of a package, its licence, and what scanners of images look for. */
function addPackage(rootfs, name, deb, work) {
  const files = join(work, name);
  execFileSync('dpkg-deb', ['--extract', deb, files]);
  for (const directory of ['lib', 'lib64', 'usr/lib']) addLibraries(rootfs, files, directory);
  if (existsSync(join(files, 'usr/bin/catatonit'))) {
    cpSync(join(files, 'usr/bin/catatonit'), join(rootfs, 'usr/bin/catatonit'));
  }
  const copyright = join('usr/share/doc', name, 'copyright');
  const source = readdirSync(join(files, 'usr/share/doc')).find((each) =>
    existsSync(join(files, 'usr/share/doc', each, 'copyright')),
  );
  if (source !== undefined) {
    mkdirSync(dirname(join(rootfs, copyright)), { recursive: true });
    cpSync(join(files, 'usr/share/doc', source, 'copyright'), join(rootfs, copyright));
  }
  write(rootfs, `var/lib/dpkg/status.d/${name}`, execFileSync('dpkg-deb', ['--field', deb]));
}

/** Shared libraries that stand in a directory or in the one of the architecture below it; nothing that is loaded by name. */
function addLibraries(rootfs, files, directory) {
  const triplet = arch === 'x64' ? 'x86_64-linux-gnu' : 'aarch64-linux-gnu';
  for (const place of [directory, join(directory, triplet)]) {
    if (!existsSync(join(files, place))) continue;
    for (const name of readdirSync(join(files, place)).filter((each) => /\.so(\.|$)/.test(each))) {
      mkdirSync(join(rootfs, place), { recursive: true });
      cpSync(join(files, place, name), join(rootfs, place, name), { verbatimSymlinks: true });
    }
  }
}

function addCertificates(rootfs, work) {
  const directory = join(work, 'ca-certificates/usr/share/ca-certificates/mozilla');
  const texts = readdirSync(directory)
    .sort()
    .map((name) => readFileSync(join(directory, name), 'utf8'));
  write(rootfs, 'etc/ssl/certs/ca-certificates.crt', texts.join(''));
}

function fillRoot(rootfs, packages, work) {
  mkdirSync(join(rootfs, 'usr/bin'), { recursive: true });
  for (const name of PACKAGES) addPackage(rootfs, name, findPackage(packages, name), work);
  addCertificates(rootfs, work);
  write(
    rootfs,
    'etc/passwd',
    'root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n',
  );
  write(rootfs, 'etc/group', 'root:x:0:\nnonroot:x:65532:\n');
  for (const name of ['mount-hints', 'mount-hints-runtime']) {
    copyFileSync(join(built, name), join(rootfs, 'usr/bin', name));
    chmodSync(join(rootfs, 'usr/bin', name), 0o755);
  }
  for (const name of ['LICENSES.txt', 'mount-hints.cdx.json']) {
    write(rootfs, `usr/share/doc/${NAME}/${name}`, readFileSync(join(built, name)));
  }
}

/** buildah with a storage of its own: it neither needs nor leaves anything in the machine's. */
function buildah(storage, words) {
  const own = ['--storage-driver', 'vfs', '--root', join(storage, 'root'), '--runroot', join(storage, 'run')];
  execFileSync('buildah', [...own, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
}

// Whatever the caller's is: all users of the image read its files.
process.umask(0o022);
const work = mkdtempSync(join(tmpdir(), 'mount-hints-image-'));
try {
  const packages = values.packages ? resolve(values.packages) : fetchPackages(join(work, 'packages'));
  const context = join(work, 'context');
  fillRoot(join(context, 'rootfs'), packages, work);
  const tag = `${NAME}:${version}`;
  const settings = ['--isolation', 'chroot', '--arch', debian, '--timestamp', String(seconds)];
  const containerfile = join(root, 'deploy/Containerfile');
  buildah(work, [
    'build',
    ...settings,
    '--format',
    'oci',
    '--identity-label=false',
    '--tag',
    tag,
    '--file',
    containerfile,
    context,
  ]);
  mkdirSync(output, { recursive: true });
  const archive = `${NAME}_${version}_${debian}.oci.tar`;
  const layout = join(work, 'layout');
  buildah(work, ['push', tag, `oci:${layout}:${tag}`]);
  const sorted = [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    `--mtime=@${seconds}`,
    '--mode=a=rX,u+w',
  ];
  execFileSync('tar', [...sorted, '-C', layout, '-cf', join(output, archive), '.']);
  const sum = createHash('sha256')
    .update(readFileSync(join(output, archive)))
    .digest('hex');
  writeFileSync(join(output, `${archive}.sha256`), `${sum}  ${archive}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
