/**
 * Adds to package-lock.json the native packages of other platforms that the registry in use does not carry:
 * npm leaves those out of the lock file, and `npm ci` then refuses it. Their versions are the ones that the
 * package which wants them names; without an integrity, because there was nothing to hash. Run it after
 * `npm install`, where that registry is not complete.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const OS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'openbsd',
  'netbsd',
  'openharmony',
  'sunos',
  'aix',
  'win32',
];
const CPU = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];
const LIBC = [
  ['musl', 'musl'],
  ['gnu', 'glibc'],
];

/** What the name of a native package says of its platform, as npm's `os`, `cpu` and `libc` have it. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const os = OS.find((each) => words.includes(each));
  const cpu = CPU.find((each) => words.includes(each));
  if (!os || !cpu) return undefined;
  const libc = LIBC.filter(([word]) => os === 'linux' && words.some((each) => each.startsWith(word)));
  return { cpu: [cpu], ...(libc.length > 0 && { libc: libc.map(([, value]) => value) }), os: [os] };
}

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
let added = 0;
for (const [path, { optionalDependencies = {}, dev, engines }] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const isThere = [`node_modules/${name}`, `${path}/node_modules/${name}`].some(
      (each) => lock.packages[each],
    );
    const platform = platformOf(name);
    if (isThere || !platform || !/^\d/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...{ cpu: platform.cpu },
      ...(dev && { dev }),
      ...(platform.libc && { libc: platform.libc }),
      optional: true,
      os: platform.os,
      ...(engines && { engines }),
    };
    added++;
  }
}
const packages = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries(packages);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} packages added\n`);
