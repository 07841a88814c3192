import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { createAnnotateCommand } from '../../../src/adapters/cli/commands/annotate-command.ts';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import type { Command } from '../../../src/adapters/cli/commands/command.ts';
import { createDoctorCommand } from '../../../src/adapters/cli/commands/doctor-command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { createInstallCommand } from '../../../src/adapters/cli/commands/install-command.ts';
import { createRestoreCheckCommand } from '../../../src/adapters/cli/commands/restore-check-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUninstallCommand } from '../../../src/adapters/cli/commands/uninstall-command.ts';
import { createUpdateCommand, type UpdateWiring } from '../../../src/adapters/cli/commands/update-command.ts';
import type { ConfigurationRecord } from '../../../src/adapters/cli/rendering/json-records.ts';
import { memoryFileSystem } from '../../../src/adapters/memory-fs/memory-file-system.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { doctorWiring } from '../../../src/composition/commands/doctor.ts';
import { installWiring } from '../../../src/composition/commands/install.ts';
import { restoreCheckWiring } from '../../../src/composition/commands/restore-check.ts';
import { updateWiring } from '../../../src/composition/commands/update.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import { readConfiguration } from '../../../src/domain/configuration/read-configuration.ts';
import type { FileSystem } from '../../../src/ports/file-system.ts';
import { NodeTrees } from '../../support/node-tree.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { readVectors } from '../../support/vectors.ts';
import { DIAGNOSTIC_CASES } from '../check/diagnostic-cases.ts';

const SCHEMAS = fileURLToPath(new URL('../../../schemas', import.meta.url));
const NAMES = readdirSync(SCHEMAS).map((file) => basename(file, '.schema.json'));

type Json = Readonly<Record<string, unknown>>;

function schemaOf(name: string): Json {
  return JSON.parse(readFileSync(join(SCHEMAS, `${name}.schema.json`), 'utf8'));
}

/** The same schema, but no object has a key that the schema does not name: what a command prints is told in full. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const made = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isOpen = made.properties !== undefined && made.additionalProperties === undefined;
  return isOpen ? { ...made, additionalProperties: false } : made;
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name) ?? new Ajv({ strict: false }).compile(closed(schemaOf(name)) as Json);
  validators.set(name, known);
  return known;
}

function problemsOf(name: string, value: unknown): string[] {
  const validate = validatorOf(name);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath} ${message} ${JSON.stringify(params)}`;
  });
}

async function lines(command: Command, args: readonly string[], stdin: unknown = ''): Promise<Json[]> {
  const terminal = new RecordingTerminal();
  terminal.standardInput = Buffer.from(typeof stdin === 'string' ? stdin : JSON.stringify(stdin));
  await runCommand(command, ['--json', ...args], terminal);
  return terminal.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

const runtime = () => ({ installed: async () => 'latest' as const });

interface PodCase {
  readonly pod: Json;
}

/** Every pod and every pair of specs in which a diagnostic is found, or nearly. */
const CASES = Object.values(DIAGNOSTIC_CASES).flatMap(({ triggers, nearMisses }) => [
  ...triggers,
  ...nearMisses,
]);
const PODS = CASES.flatMap(({ documents }) => ('pod' in documents ? [documents as unknown as PodCase] : []));
const SPECS = CASES.flatMap(({ documents }) => ('pod' in documents ? [] : [documents]));

function manifestOf({ pod }: PodCase): Json {
  return { apiVersion: 'v1', kind: 'Pod', ...pod };
}

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'schemas-'));
});
afterAll(() => rmSync(home, { recursive: true }));

test('the schemas are those of the types', () => {
  const script = fileURLToPath(new URL('../../../scripts/build-schemas.js', import.meta.url));
  const made = join(home, 'made');
  execFileSync(process.execPath, [script, made], { env: { ...process.env, NODE_OPTIONS: '' } });
  expect(readdirSync(made).sort()).toEqual(readdirSync(SCHEMAS).sort());
  // "npm run schemas" writes them.
  for (const file of readdirSync(made)) {
    expect([file, readFileSync(join(SCHEMAS, file), 'utf8')]).toEqual([
      file,
      readFileSync(join(made, file), 'utf8'),
    ]);
  }
}, 120_000);

test('the package brings them along', () => {
  const { files, exports } = JSON.parse(readFileSync(join(SCHEMAS, '../package.json'), 'utf8'));
  expect(files).toContain('schemas');
  expect(exports['./schemas/*.schema.json']).toBe('./schemas/*.schema.json');
});

describe.each(['explain', 'check'])('%s', (name) => {
  const create = name === 'explain' ? createExplainCommand : createCheckCommand;

  test('prints what its schema says, of every kind of manifest', async () => {
    const command = create({ ...podCommandWiring(), runtime });
    expect(PODS.length).toBeGreaterThan(150);
    const args = name === 'check' ? ['--severity', 'info'] : [];
    const found = await lines(command, ['--all', ...args, '-'], {
      apiVersion: 'v1',
      kind: 'List',
      items: PODS.map(manifestOf),
    });
    expect(found).toHaveLength(PODS.length);
    expect(found.flatMap((line) => problemsOf(name, line))).toEqual([]);
  });

  test('and of every kind of bundle', async () => {
    expect(SPECS.length).toBeGreaterThan(50);
    for (const { sandbox, containers } of SPECS) {
      const bundles = [sandbox, ...containers];
      const files = Object.fromEntries(
        bundles.map((spec, index) => [`/b/${index}/config.json`, JSON.stringify(spec)]),
      );
      const fs = memoryFileSystem({ files });
      const command = create({ ...podCommandWiring(fs), runtime });
      const found = await lines(command, ['--sandbox', '/b/0', ...bundles.map((_, index) => `/b/${index}`)]);
      expect(found.length).toBeGreaterThan(0);
      expect(found.flatMap((line) => problemsOf(name, line))).toEqual([]);
    }
  });

  test('and of what is bad', async () => {
    const command = create({ ...podCommandWiring(), runtime });
    const found = await lines(command, ['/nothing/here', '-'], '{{ a template }}');
    expect(found.map(({ error }) => (error as Json).code)).toEqual([
      'MH_INPUT_NOT_FOUND',
      'MH_MANIFEST_INVALID',
    ]);
    expect(found.flatMap((line) => problemsOf(name, line))).toEqual([]);
  });
});

test('check: what is ignored too', async () => {
  const command = createCheckCommand({ ...podCommandWiring(), runtime });
  const [pod] = PODS;
  const annotations = { 'ignore.gvisor-mount-hints/empty-dir-unhinted': 'small' };
  const spec = {
    containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    volumes: [{ name: 'v', emptyDir: {} }],
  };
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { annotations }, spec };
  const [record] = await lines(command, ['--all', '--severity', 'info', '-'], manifest);
  expect(pod).toBeDefined();
  expect(record?.ignored).toHaveLength(1);
  expect(problemsOf('check', record)).toEqual([]);
});

test('annotate prints what its schema says', async () => {
  const command = createAnnotateCommand({ ...annotateWiring, runtime });
  const pods = readVectors<{ pod: Json }>('pods.jsonl').map(manifestOf);
  const items = [...pods, ...PODS.map(manifestOf)];
  const found = await lines(command, ['--dry-run', '--all', '-'], { apiVersion: 'v1', kind: 'List', items });
  expect(found).toHaveLength(1);
  expect(found[0]?.pods).toHaveLength(items.length);
  expect(found.flatMap((line) => problemsOf('annotate', line))).toEqual([]);
  const [bad] = await lines(command, ['--dry-run', '/nothing/here']);
  expect(problemsOf('annotate', bad)).toEqual([]);
});

test('install and uninstall print what their schemas say', async () => {
  const root = join(home, 'node');
  mkdirSync(root);
  const program = { bytes: Buffer.from('#!/bin/sh\n') };
  const programs = () => [
    { name: 'mount-hints', ...program },
    { name: 'mount-hints-runtime', ...program },
  ];
  const wiring = { ...installWiring, programs };
  const args = ['--root', root, '--engine', 'cri-o'];
  const found = [
    ...(await lines(createInstallCommand(wiring), [...args, '--dry-run'])),
    ...(await lines(createInstallCommand(wiring), args)),
  ];
  expect(found.map(({ changes }) => (changes as Json[]).length)).toEqual([4, 4]);
  expect(found.flatMap((line) => problemsOf('install', line))).toEqual([]);
  const undone = [
    ...(await lines(createUninstallCommand(wiring), ['--root', root])),
    ...(await lines(createUninstallCommand(wiring), ['--root', root])),
  ];
  expect(undone.map(({ installed }) => installed)).toEqual([true, false]);
  expect(undone.flatMap((line) => problemsOf('uninstall', line))).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

interface RewriteVector {
  readonly tree: readonly { readonly path: string; readonly kind: string }[];
  readonly spec: Json;
}

function volumeOf({ tree }: RewriteVector): FileSystem {
  const [directories, others] = [true, false].map((isDirectory) =>
    tree.filter(({ kind }) => (kind === 'dir') === isDirectory).map(({ path }) => path),
  );
  const files = Object.fromEntries((others ?? []).map((path) => [path, '']));
  return memoryFileSystem({ directories: directories ?? [], files });
}

test('update prints what its schema says, of changes, notes and errors', async () => {
  const seen = new Set<unknown>();
  const vectors = readVectors<RewriteVector>('rewrite.jsonl').filter((_, index) => index % 5 === 0);
  for (const vector of vectors) {
    const fs = volumeOf(vector);
    const text: UpdateWiring['text'] = (settings, input) =>
      updateWiring.text({ ...settings, fs } as never, input);
    const command = createUpdateCommand({ ...updateWiring, text, runtime });
    const [record] = await lines(command, ['--dry-run', '-'], vector.spec);
    for (const { code } of (record?.notes ?? []) as Json[]) seen.add(code);
    seen.add((record?.error as Json | undefined)?.code ?? record?.changed);
    expect(problemsOf('update', record)).toEqual([]);
  }
  expect([...seen]).toEqual(expect.arrayContaining([true, false, 'MH_VOLUME_NOT_FOUND', 'source-found']));
});

test('restore-check prints what its schema says', async () => {
  const command = createRestoreCheckCommand({
    ...restoreCheckWiring(),
    runtime: () => ({ installed: async () => '20260907' }),
  });
  const put = (name: string, spec: Json): string => {
    const bundle = join(home, name);
    mkdirSync(bundle);
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
    return bundle;
  };
  const annotations = { 'io.kubernetes.cri.container-type': 'sandbox' };
  const before = put('before', { process: { args: ['a'], user: { uid: 0 } }, annotations, mounts: [] });
  const after = put('after', {
    process: { args: ['b'], user: { uid: 1 } },
    annotations: { ...annotations, 'dev.gvisor.spec.mount.x.type': 'tmpfs' },
    mounts: [{ destination: '/x', type: 'bind', source: '/y' }],
  });
  for (const restore of [before, after, '/nothing/here']) {
    const found = await lines(command, [before, restore]);
    expect(found).toHaveLength(1);
    expect(found.flatMap((line) => problemsOf('restore-check', line))).toEqual([]);
  }
});

test('doctor prints what its schema says', async () => {
  const trees = new NodeTrees();
  const runsc =
    'version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runsc]\nruntime_type = "io.containerd.runsc.v1"\n';
  for (const files of [
    {},
    { '/etc/containerd/config.toml': runsc },
    { '/etc/crio/crio.conf': '[crio.runtime.runtimes.runsc]\n' },
  ]) {
    const found = await lines(createDoctorCommand(doctorWiring), ['--root', trees.create(files)]);
    expect(found).toHaveLength(1);
    expect(found.flatMap((line) => problemsOf('doctor', line))).toEqual([]);
  }
  trees.remove();
});

test('--print-config prints what its schema says', async () => {
  const config = join(home, 'c.yaml');
  writeFileSync(config, 'release: latest\nignores: [{code: empty-dir-unhinted, reason: small}]\n');
  const command = createCheckCommand({ ...podCommandWiring(), runtime });
  for (const args of [['--no-config'], ['--config', config]]) {
    const found = await lines(command, ['--print-config', ...args]);
    expect(found.flatMap((line) => problemsOf('print-config', line))).toEqual([]);
    expect(found).toHaveLength(1);
  }
});

describe('the schema of the configuration file', () => {
  test.each([
    {},
    { release: '20260615', rules: 'gke', severity: 'error', runtimeClasses: ['a'], podPaths: ['W=spec'] },
    { ignores: [{ code: 'empty-dir-unhinted', volume: 'v', reason: 'small' }] },
    { releases: 'latest' },
    { rules: 'other' },
    { ignores: [{ code: 'empty-dir-unhinted' }] },
    { runtimeClasses: 'a' },
  ])('agrees with the reader: %j', (value) => {
    const isRead = readConfiguration(value).problem === undefined;
    expect(problemsOf('configuration', value).length === 0).toBe(isRead);
  });

  test('takes a release as YAML reads it', () => {
    const configuration: ConfigurationRecord = { release: 20260615 };
    expect(problemsOf('configuration', configuration)).toEqual([]);
  });
});

describe('a schema', () => {
  test.each(NAMES.filter((name) => name !== 'configuration'))('of %s wants a path', (name) => {
    const { path: _, ...rest } = { path: '/x', settings: [] };
    expect(problemsOf(name, rest)).not.toEqual([]);
  });

  test('that is closed refuses a key that nobody told of', () => {
    const record = { path: 'x', file: 'x', title: 'x', findings: [], ignored: [] };
    expect(problemsOf('check', record)).toEqual([]);
    expect(problemsOf('check', { ...record, news: 1 })).not.toEqual([]);
    expect(new Ajv({ strict: false }).compile(schemaOf('check'))({ ...record, news: 1 })).toBe(true);
  });
});
