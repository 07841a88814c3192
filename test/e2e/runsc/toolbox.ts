import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { CLI } from '../../support/built-cli.ts';
import { run } from './command.ts';

/**
 * The newest commit of gVisor's `go` branch that the Go module proxy served when the observations were made.
 * (The proxy refuses v0.0.0-20260822015030-d53e01b47280, the one that was asked for at first.)
 */
const MODULE_VERSION = 'v0.0.0-20260905035102-160fafc42237';

/** An earlier version of gVisor's module, and the Go that its runsc has to be built with. */
export interface EarlierVersion {
  readonly version: string;
  /** `GOTOOLCHAIN`; the Go that is there if absent. */
  readonly toolchain?: string;
}

/**
 * Three versions know where Go keeps a goroutine's number up to Go 1.24 only. Built with a later one, a sandbox panics
 * when a file is read: "running on goroutine 0 (task goroutine for kernel.Task … is …)".
 */
const OLD_GO = 'go1.23.12';

/** Earlier versions whose mounts `explain` models, oldest first; each is built from the Go module proxy. */
export const EARLIER_VERSIONS: readonly EarlierVersion[] = [
  { version: 'v0.0.0-20231202080848-1f7806d17489' },
  { version: 'v0.0.0-20240722211153-64c016c92987', toolchain: OLD_GO },
  { version: 'v0.0.0-20240916094835-a174eb65023f', toolchain: OLD_GO },
  { version: 'v0.0.0-20250205023644-9414b50a5633', toolchain: OLD_GO },
  { version: 'v0.0.0-20250503011706-39ed1f5ac29c' },
];

/** Why runsc cannot be observed here; the suite prints it and skips. */
export interface Unavailable {
  readonly unavailable: string;
}

interface Runsc {
  readonly binary: string;
  /** `runsc --version`, first line; a `go install` build says VERSION_MISSING. */
  readonly version: string;
  /** The Go module version that the binary was built from, where it says so. */
  readonly moduleVersion: string;
}

/** What the observations need from the machine. */
export interface Toolbox {
  readonly runsc: Runsc;
  /** A busybox without a dynamic loader: the root file system of every container. */
  readonly busybox: string;
  /** `probe/main.go`, built. */
  readonly probe: string;
  /** This package's command line, built. */
  readonly mountHints: string;
}

async function isExecutable(file: string): Promise<boolean> {
  return fs.access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Where a program is, as a shell would find it. */
export async function findOnPath(name: string): Promise<string | undefined> {
  for (const dir of (process.env.PATH ?? '').split(':').filter(Boolean)) {
    const candidate = path.join(dir, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

async function describeRunsc(binary: string, scratch: string): Promise<Runsc | Unavailable> {
  const answer = await run(binary, ['--version'], scratch);
  if (answer.code !== 0) {
    return { unavailable: `${binary} --version failed: ${answer.stderr.trim()}` };
  }
  const go = await findOnPath('go');
  const built = go ? await run(go, ['version', '-m', binary], scratch) : undefined;
  const moduleVersion = /^\tmod\tgvisor\.dev\/gvisor\t(\S+)/m.exec(built?.stdout ?? '')?.[1] ?? 'unknown';
  return { binary, version: answer.stdout.split('\n')[0]?.trim() ?? '', moduleVersion };
}

/** runsc from `RUNSC`, from PATH, or built once into the cache. */
async function findRunsc(cacheDir: string, scratch: string): Promise<Runsc | Unavailable> {
  const given = process.env.RUNSC ?? (await findOnPath('runsc'));
  return given ? describeRunsc(given, scratch) : buildRunsc({ version: MODULE_VERSION }, cacheDir, scratch);
}

/**
 * runsc of a version of gVisor's module, built once into the cache. It is built without cgo: a dynamically linked
 * runsc dies while it starts ("error executing umounter: fork/exec /proc/self/exe: no such file or
 * directory"), because the sandbox and the gofer re-execute themselves in a root without a dynamic loader.
 */
async function buildRunsc(
  { version, toolchain }: EarlierVersion,
  cacheDir: string,
  scratch: string,
): Promise<Runsc | Unavailable> {
  const binDir = path.join(cacheDir, toolchain === undefined ? version : `${version}-${toolchain}`);
  const binary = path.join(binDir, 'runsc');
  if (!(await isExecutable(binary))) {
    const go = await findOnPath('go');
    if (!go) return { unavailable: `Go is not there to build runsc of ${version}, and no other is on PATH` };
    if (version !== MODULE_VERSION && process.env.MOUNT_HINTS_E2E_ERAS_BUILD === 'never') {
      return { unavailable: `it is not built yet, and MOUNT_HINTS_E2E_ERAS_BUILD is "never"` };
    }
    await fs.mkdir(binDir, { recursive: true });
    const built = await run(go, ['install', '-p', '2', `gvisor.dev/gvisor/runsc@${version}`], scratch, {
      env: {
        GOBIN: binDir,
        GOFLAGS: '-mod=mod',
        CGO_ENABLED: '0',
        ...(toolchain !== undefined && { GOTOOLCHAIN: toolchain }),
      },
      timeoutMs: BUILD_LIMIT_MS,
    });
    if (built.code !== 0) {
      return {
        unavailable: `go install of runsc failed: ${built.stderr.trim().split('\n').slice(-2).join(' / ')}`,
      };
    }
  }
  return describeRunsc(binary, scratch);
}

const BUILD_LIMIT_MS = 10 * 60_000;

/** The probe, built if the cache has none or an older one. */
export async function findProbe(cacheDir: string, scratch: string): Promise<string | Unavailable> {
  const source = path.join(import.meta.dirname, 'probe', 'main.go');
  const binary = path.join(cacheDir, 'probe');
  const built = await fs.stat(binary).catch(() => undefined);
  if (built && built.mtimeMs > (await fs.stat(source)).mtimeMs) return binary;
  const go = await findOnPath('go');
  if (!go) return { unavailable: 'Go is not there to build test/e2e/runsc/probe' };
  const result = await run(go, ['build', '-o', binary, source], scratch, {
    env: { CGO_ENABLED: '0', GOFLAGS: '' },
    timeoutMs: BUILD_LIMIT_MS,
  });
  return result.code === 0
    ? binary
    : { unavailable: `go build of the probe failed: ${result.stderr.trim()}` };
}

/** Whether a 64-bit little-endian ELF file names no program interpreter (PT_INTERP, type 3). */
async function isStatic(file: string): Promise<boolean> {
  const bytes = await fs.readFile(file);
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46) return false;
  const tableOffset = Number(bytes.readBigUInt64LE(32));
  const entrySize = bytes.readUInt16LE(54);
  const entries = Array.from({ length: bytes.readUInt16LE(56) }, (_, index) =>
    bytes.readUInt32LE(tableOffset + index * entrySize),
  );
  return !entries.includes(3);
}

const DEBIAN_BUSYBOX = 'apt-get download busybox-static && dpkg-deb -x busybox-static_*.deb .';

/**
 * A busybox that needs no dynamic loader: `BUSYBOX`, the cached copy, the one on PATH if it is static, or
 * Debian's busybox-static, unpacked and not installed (installing it would remove the machine's own). It is
 * copied into the cache, because another one may replace the one on PATH between two runs.
 */
export async function findBusybox(cacheDir: string, scratch: string): Promise<string | Unavailable> {
  const given = process.env.BUSYBOX;
  if (given) return given;
  const cached = path.join(cacheDir, 'busybox');
  if (await isExecutable(cached)) return cached;
  const installed = await findOnPath('busybox');
  const fetches = !(installed && (await isStatic(installed))) && (await findOnPath('apt-get')) !== undefined;
  if (fetches) {
    await run('/bin/sh', ['-c', DEBIAN_BUSYBOX], scratch, { cwd: scratch, timeoutMs: 120_000 });
  }
  for (const candidate of [
    installed,
    path.join(scratch, 'bin/busybox'),
    path.join(scratch, 'usr/bin/busybox'),
  ]) {
    if (candidate && (await isExecutable(candidate)) && (await isStatic(candidate))) {
      await fs.copyFile(candidate, cached);
      return cached;
    }
  }
  return { unavailable: 'no static busybox: install busybox-static, or name one in BUSYBOX' };
}

/** Where built tools are kept between runs. */
export function cacheDirectory(): string {
  return process.env.MOUNT_HINTS_E2E_CACHE ?? path.join(os.homedir(), '.cache', 'gvisor-mount-hints');
}

/**
 * Everything that the observations need from this machine, or the reason why they cannot be made on it.
 *
 * @param version of gVisor's module that runsc is to be built from; without it, whatever runsc there is.
 */
export async function findToolbox(scratch: string, version?: EarlierVersion): Promise<Toolbox | Unavailable> {
  if (process.platform !== 'linux')
    return { unavailable: `runsc runs on Linux, and this is ${process.platform}` };
  if (process.getuid?.() !== 0) return { unavailable: 'runsc and the mounts of the observations need root' };
  const cacheDir = cacheDirectory();
  await fs.mkdir(cacheDir, { recursive: true });
  const busybox = await findBusybox(cacheDir, scratch);
  if (typeof busybox !== 'string') return busybox;
  const runsc = await (version === undefined
    ? findRunsc(cacheDir, scratch)
    : buildRunsc(version, cacheDir, scratch));
  if ('unavailable' in runsc) return runsc;
  const probe = await findProbe(cacheDir, scratch);
  if (typeof probe !== 'string') return probe;
  return { runsc, busybox, probe, mountHints: CLI };
}
