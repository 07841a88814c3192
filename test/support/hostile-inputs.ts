import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEAK_KIB } from './peak-memory.ts';

/** An input that is made to cost much. */
export interface HostileInput {
  readonly name: string;
  readonly command: 'check' | 'doctor';
  /** How many of what the name says. */
  readonly count: number;
  readonly text: (count: number) => string;
  /** The code by which it is refused; absent where it is read. */
  readonly refusal?: string;
}

/** What a command cost for one input. */
export interface HostileCost {
  /** Of the input, in MB. */
  readonly size: number;
  /** Of processor time. */
  readonly seconds: number;
  /** The most memory. */
  readonly megabytes: number;
  readonly status: number | null;
  /** Both outputs. */
  readonly told: string;
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {runtimeClassName: gvisor}\n';
const JSON_POD =
  '"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"runtimeClassName":"gvisor"}';
const HINT = '    dev.gvisor.spec.mount.';

function hinted(count: number): string {
  return lines(
    count,
    (i) => `${HINT}v${i}.type: tmpfs\n${HINT}v${i}.share: container\n${HINT}v${i}.options: rw\n`,
  );
}

/** A pod with so many volumes, all of them mounted by one container. */
function volumes(count: number, annotations: string): string {
  const listed = lines(count, (i) => `  - {name: v${i}, emptyDir: {}}\n`);
  const mounts = lines(count, (i) => `    - {name: v${i}, mountPath: /v${i}}\n`);
  return `kind: Pod\nmetadata:\n  name: p\n${annotations}spec:\n  runtimeClassName: gvisor\n  volumes:\n${listed}  containers:\n  - name: c\n    volumeMounts:\n${mounts}`;
}

function containers(count: number): string {
  const listed = lines(count, (i) => `  - {name: c${i}, volumeMounts: [{name: v, mountPath: /v}]}\n`);
  return `kind: Pod\nmetadata: {name: p}\nspec:\n  runtimeClassName: gvisor\n  volumes:\n  - {name: v, emptyDir: {}}\n  containers:\n${listed}`;
}

function yaml(name: string, count: number, text: (count: number) => string, refusal?: string): HostileInput {
  return { name, command: 'check', count, text, ...(refusal !== undefined && { refusal }) };
}

function toml(name: string, count: number, text: (count: number) => string, refusal?: string): HostileInput {
  return { name, command: 'doctor', count, text, ...(refusal !== undefined && { refusal }) };
}

const TOO_COMPLEX = 'MH_MANIFEST_TOO_COMPLEX';

/** All that was thought of. */
export const HOSTILE_INPUTS: readonly HostileInput[] = [
  yaml('anchors, an alias of each', 20_000, (n) => {
    const anchors = lines(n, (i) => `  k${i}: &a${i} v\n`);
    return `${POD}x:\n${anchors}z:\n${lines(n, (i) => `  k${i}: *a${i}\n`)}`;
  }),
  yaml('aliases of one anchor', 20_000, (n) => `${POD}x: &a {k: v}\nz:\n${'  - *a\n'.repeat(n)}`),
  yaml(
    'levels of merge keys of merge keys',
    20,
    (n) => `${POD}m0: &m0 {k: v}\n${lines(n, (i) => `m${i + 1}: &m${i + 1} {<<: [*m${i}, *m${i}]}\n`)}`,
    TOO_COMPLEX,
  ),
  yaml(
    'aliases of aliases',
    20_000,
    (n) => `${POD}x:\n- &a0 [v]\n${lines(n, (i) => `- &a${i + 1} [*a${i}]\n`)}`,
    TOO_COMPLEX,
  ),
  yaml('volumes in a pod', 20_000, (n) => volumes(n, ''), TOO_COMPLEX),
  yaml('volumes in a pod, which are read', 4900, (n) => volumes(n, '')),
  yaml('hinted volumes in a pod', 20_000, (n) => volumes(n, `  annotations:\n${hinted(n)}`), TOO_COMPLEX),
  yaml('hinted volumes, as many as Kubernetes takes', 2000, (n) =>
    volumes(n, `  annotations:\n${hinted(n)}`),
  ),
  yaml('containers in a pod', 20_000, containers, TOO_COMPLEX),
  yaml('containers in a pod, which are read', 4900, containers),
  yaml(
    'hints of unknown volumes and as many containers',
    2000,
    (n) =>
      `kind: Pod\nmetadata:\n  annotations:\n${hinted(n)}spec:\n  runtimeClassName: gvisor\n  containers:\n${lines(n, (i) => `  - {name: c${i}}\n`)}`,
    TOO_COMPLEX,
  ),
  yaml('keys in a YAML map', 1_000_000, (n) => `${POD}x:\n${lines(n, (i) => `  k${i}: v\n`)}`, TOO_COMPLEX),
  yaml(
    'keys in a YAML map, as many as are read',
    249_000,
    (n) => `${POD}x:\n${lines(n, (i) => `  k${i}: v\n`)}`,
  ),
  yaml('elements of a flow list', 1_000_000, (n) => `${POD}x: [${'0,'.repeat(n)}]\n`, TOO_COMPLEX),
  yaml('elements of a flow list, as many as are read', 49_000, (n) => `${POD}x: [${'0,'.repeat(n)}]\n`),
  yaml(
    'keys in a JSON object',
    1_000_000,
    (n) => `{${JSON_POD},"x":{"k":1${lines(n, (i) => `,"k${i}":1`)}}}`,
  ),
  yaml(
    'annotations of a pod in JSON',
    1_000_000,
    (n) => `{"kind":"Pod","metadata":{"annotations":{"k":"1"${lines(n, (i) => `,"k${i}":"1"`)}}}}`,
    TOO_COMPLEX,
  ),
  yaml('elements of a JSON list', 1_000_000, (n) => `{${JSON_POD},"x":[${'0,'.repeat(n)}0]}`),
  yaml('levels in YAML', 10_000, (n) => `${POD}x: ${'['.repeat(n)}${']'.repeat(n)}\n`, TOO_COMPLEX),
  yaml('levels in JSON', 10_000, (n) => `{"kind":"Pod","x":${'['.repeat(n)}${']'.repeat(n)}}\n`, TOO_COMPLEX),
  yaml('empty YAML documents', 1_000_000, (n) => '---\n'.repeat(n)),
  yaml('empty JSON documents', 100_000, (n) => '{}\n'.repeat(n)),
  yaml('characters of a YAML text in one line', 60_000_000, (n) => `${POD}x: ${'v'.repeat(n)}\n`),
  yaml('characters of a JSON text in one line', 60_000_000, (n) => `{"kind":"Pod","x":"${'v'.repeat(n)}"}`),
  yaml('characters of a comment in one line', 60_000_000, (n) => `${POD}# ${'v'.repeat(n)}\n`),
  yaml('opening braces', 1_000_000, (n) => '{'.repeat(n), TOO_COMPLEX),
  yaml('letters of no manifest', 60_000_000, (n) => 'x'.repeat(n)),
  toml('TOML keys', 200_000, (n) => lines(n, (i) => `k${i} = 1\n`)),
  toml('TOML tables', 200_000, (n) => lines(n, (i) => `[t${i}]\n`)),
  toml('TOML levels', 10_000, (n) => `x = ${'['.repeat(n)}${']'.repeat(n)}\n`, 'DOCTOR_MALFORMED'),
  toml('steps of a dotted TOML key', 20_000, (n) => `a${'.a'.repeat(n)} = 1\n`),
  toml('characters of a TOML text in one line', 4_000_000, (n) => `x = "${'v'.repeat(n)}"\n`),
  toml(
    'bytes of TOML, more than are read',
    60_000_000,
    (n) => `x = "${'v'.repeat(n)}"\n`,
    'DOCTOR_UNREADABLE',
  ),
];

const PROBE = `process.on('exit', () => { const u = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.MOUNT_HINTS_PROBE, JSON.stringify({ megabytes: ${PEAK_KIB} / 1024, seconds: (u.userCPUTime + u.systemCPUTime) / 1e6 })); });`;

function argumentsFor({ command }: HostileInput, text: string, work: string): string[] {
  if (command === 'check') {
    const file = join(work, 'm.yaml');
    writeFileSync(file, text);
    return ['check', '--release', 'latest', file];
  }
  const root = join(work, 'node');
  mkdirSync(join(root, 'etc/containerd'), { recursive: true });
  writeFileSync(join(root, 'etc/containerd/config.toml'), text);
  return ['doctor', '--root', root];
}

/**
 * Runs the command on the input, in a process of its own.
 *
 * @param cli the built command line.
 * @param count the size of the input, in its own units.
 * @param work a directory that may be written to.
 */
export function costOf(cli: string, input: HostileInput, count: number, work: string): HostileCost {
  const probe = join(work, 'probe.cjs');
  const usage = join(work, 'usage.json');
  writeFileSync(probe, PROBE);
  rmSync(usage, { force: true });
  const text = input.text(count);
  const args = argumentsFor(input, text, work);
  const { status, stdout, stderr, error } = spawnSync(process.execPath, ['--require', probe, cli, ...args], {
    encoding: 'utf8',
    timeout: 300_000,
    // The command itself ends by SIGTERM when a step is done.
    killSignal: 'SIGKILL',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, MOUNT_HINTS_PROBE: usage },
  });
  if (error !== undefined) throw error;
  const size = Buffer.byteLength(text) / 1e6;
  return { size, ...JSON.parse(readFileSync(usage, 'utf8')), status, told: `${stdout}${stderr}` };
}
