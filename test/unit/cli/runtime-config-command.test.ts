import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createRuntimeConfigCommand } from '../../../src/adapters/cli/commands/runtime-config-command.ts';
import { runtimeConfigWiring } from '../../../src/composition/commands/runtime-config.ts';
import { isSelected } from '../../../src/domain/hints/pod-selection.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

/** The sections of the output, by the file that each belongs in; of two for one file, both. */
function sectionsOf(stdout: string): [string, string][] {
  const parts = stdout.split(/^# (?=\/|a manifest)/m).slice(1);
  return parts.map((part) => {
    const lines = part.split('\n');
    return [
      lines[0] ?? '',
      lines
        .slice(1)
        .filter((line) => !line.startsWith('#'))
        .join('\n'),
    ];
  });
}

async function runConfig(args: readonly string[], isExecutable = true) {
  const terminal = new RecordingTerminal();
  const command = createRuntimeConfigCommand({ wrapper: WRAPPER, isExecutable: () => isExecutable });
  const status = await runCommand(command, args, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

test.each([
  [[], /name one engine, containerd, cri-o, podman or docker\./],
  [['dockr'], /not "dockr"\. Did you mean docker\?/],
  [['k3s'], /not "k3s"\. The containerd of k3s takes the lines of containerd; "mount-hints doctor"/],
  [['docker', 'podman'], /not "docker" "podman"\.\n$/],
])('%j is refused with what is meant', async (args, message) => {
  expect(await runConfig(args)).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
});

async function printed(...args: string[]): Promise<[string, string][]> {
  const run = await runConfig(args);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(run.stdout).toContain('to roll back');
  expect(run.stdout).toContain('Keep the wrapper until they are gone');
  expect(run.stdout.includes('K3s')).toBe(args[0] === 'containerd');
  return sectionsOf(run.stdout);
}

const SETTINGS = ['/etc/gvisor-mount-hints/runtime.conf', 'RUNTIME=/usr/local/bin/runsc\n\n'];
const WRAPPER = '/usr/local/bin/mount-hints-runtime';

describe('mount-hints runtime-config', () => {
  test('containerd: a runtime for either major version, and its RuntimeClass', async () => {
    const [settings, one, two, runtimeClass] = await printed('containerd');
    expect(settings).toEqual(SETTINGS);
    const handler = {
      runtime_type: 'io.containerd.runc.v2',
      pod_annotations: ['dev.gvisor.*'],
      options: { BinaryName: WRAPPER },
    };
    const configured = (plugin: string) => ({
      plugins: { [plugin]: { containerd: { runtimes: { gvisor: handler } } } },
    });
    expect([one?.[0], parseToml(one?.[1] ?? '')]).toEqual([
      '/etc/containerd/config.toml',
      configured('io.containerd.grpc.v1.cri'),
    ]);
    expect(parseToml(two?.[1] ?? '')).toEqual(configured('io.containerd.cri.v1.runtime'));
    expect(parseYaml(runtimeClass?.[1] ?? '')).toMatchObject({
      kind: 'RuntimeClass',
      metadata: { name: 'gvisor' },
      handler: 'gvisor',
    });
    const spec = { runtimeClassName: parseYaml(runtimeClass?.[1] ?? '').metadata.name, containers: [] };
    expect(isSelected({ spec }, {})).toBe(true);
  });

  test('cri-o: a handler without dev.gvisor in allowed_annotations, which CRI-O would refuse', async () => {
    const [settings, handler, runtimeClass] = await printed('cri-o');
    expect(settings).toEqual(SETTINGS);
    expect(parseToml(handler?.[1] ?? '')).toEqual({
      crio: {
        runtime: {
          runtimes: {
            gvisor: { runtime_path: WRAPPER, runtime_type: 'oci', runtime_root: '/run/runsc' },
          },
        },
      },
    });
    expect(runtimeClass?.[0]).toContain('manifest');
  });

  test('podman', async () => {
    const [, engine] = await printed('podman');
    expect(parseToml(engine?.[1] ?? '')).toEqual({ engine: { runtimes: { 'gvisor-hints': [WRAPPER] } } });
  });

  test('docker', async () => {
    const [, daemon] = await printed('docker');
    expect(JSON.parse(daemon?.[1] ?? '')).toEqual({ runtimes: { 'gvisor-hints': { path: WRAPPER } } });
  });

  test('the programs can be elsewhere', async () => {
    const [settings, engine] = await printed('podman', '--path', '/opt/w', '--runtime', '/usr/bin/runsc');
    expect(settings?.[1]).toBe('RUNTIME=/usr/bin/runsc\n\n');
    expect(engine?.[1]).toContain("gvisor-hints = ['/opt/w']");
  });

  test('warns of a program that is missing, and still prints', async () => {
    const { status, stdout, stderr } = await runConfig(['podman', '--path', '/opt/w'], false);
    expect([status, stdout.includes("['/opt/w']")]).toEqual([0, true]);
    expect(stderr.match(/^warning: \S+ is missing/gm)).toEqual([
      'warning: /opt/w is missing',
      'warning: /usr/local/bin/runsc is missing',
    ]);
  });

  describe('locates the wrapper', () => {
    const root = mkdtempSync(join(tmpdir(), 'mount-hints-config-'));
    afterAll(() => rmSync(root, { recursive: true }));
    for (const name of ['dist/runtime', 'bin', 'alone']) mkdirSync(join(root, name), { recursive: true });
    for (const name of ['dist/mount-hints.cjs', 'dist/runtime/mount-hints-runtime']) {
      writeFileSync(join(root, name), '');
      chmodSync(join(root, name), 0o755);
    }
    symlinkSync('../dist/mount-hints.cjs', join(root, 'bin/mount-hints'));
    symlinkSync('../dist/runtime/mount-hints-runtime', join(root, 'bin/mount-hints-runtime'));
    symlinkSync('../dist/mount-hints.cjs', join(root, 'alone/mount-hints'));
    test.each([
      ['bin/mount-hints', 'bin/mount-hints-runtime'],
      ['dist/mount-hints.cjs', 'dist/runtime/mount-hints-runtime'],
      ['alone/mount-hints', 'dist/runtime/mount-hints-runtime'],
    ])('of %s', (program, wrapper) => {
      expect(runtimeConfigWiring(join(root, program)).wrapper).toBe(join(root, wrapper));
    });
  });

  test.each([
    [[]],
    [['kubelet']],
    [['docker', 'podman']],
    [['constructor']],
    [['docker', '--path', 'relative']],
    [['docker', '--path', "/a'b"]],
    [['docker', '--runtime', '/a b']],
  ])('%j is a wrong use', async (args) => {
    expect(await runConfig(args)).toMatchObject({ status: 2, stdout: '' });
  });
});
