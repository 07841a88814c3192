/** Node's own program for an executable: from the npm registry, pinned, checked, kept, and stripped. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const pins = JSON.parse(readFileSync(new URL('node-binaries.json', import.meta.url), 'utf8'));

/** The tool that strips programs of an architecture, where it is installed. */
const STRIP = {
  x64: process.arch === 'x64' ? 'strip' : 'x86_64-linux-gnu-strip',
  arm64: process.arch === 'arm64' ? 'strip' : 'aarch64-linux-gnu-strip',
};

function keptDirectory() {
  const directory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gvisor-mount-hints/nodes');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** The package's archive, fetched once, and looked at each time. */
function archiveOf(name, version, integrity) {
  const directory = keptDirectory();
  const archive = join(directory, `${name}-${version}.tgz`);
  if (!existsSync(archive)) {
    const work = mkdtempSync(join(directory, '.fetch-'));
    try {
      execFileSync('npm', ['pack', '--silent', `${name}@${version}`], { cwd: work, stdio: 'pipe' });
      renameSync(join(work, `${name}-${version}.tgz`), archive);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== integrity) {
    throw new Error(`${archive} is not what was pinned: ${found}. Remove it, and build again.`);
  }
  return archive;
}

/** The pinned program of a release line, unpacked into `work`, and its version. */
export function nodeProgram(line, arch, work) {
  const pin = pins[line];
  if (pin?.[arch] === undefined) {
    throw new Error(`No Node ${line} for ${arch} is pinned in scripts/node-binaries.json.`);
  }
  const archive = archiveOf(`node-linux-${arch}`, pin.version, pin[arch]);
  execFileSync('tar', ['-xzf', archive, '-C', work, 'package/bin/node', 'package/LICENSE']);
  const program = join(work, 'package/bin/node');
  chmodSync(program, 0o755);
  return { version: pin.version, program };
}

/**
 * @param line Node's release line, a key of node-binaries.json
 * @param arch `x64` or `arm64`
 * @param work a directory for the program
 * @returns the version, the program, the same without its symbols (or, without a tool for that, the same), and the
 *   text of Node's licence
 */
export function nodeBinary(line, arch, work) {
  const { version, program: unpacked } = nodeProgram(line, arch, work);
  const program = join(work, `node-${arch}`);
  renameSync(unpacked, program);
  const stripped = `${program}-stripped`;
  const { status } = spawnSync(STRIP[arch], ['-o', stripped, program]);
  if (status !== 0) console.error(`${STRIP[arch]} is not here: the executable keeps Node's symbols.`);
  return {
    version,
    program,
    stripped: status === 0 ? stripped : program,
    licence: readFileSync(join(work, 'package/LICENSE'), 'utf8'),
  };
}
