import { describe, expect, test } from '@jest/globals';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { runCli } from '../../support/built-cli.ts';

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

function printed(...args: string[]): [string, string][] {
  const run = runCli(['runtime-config', ...args]);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  expect(run.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(run.stdout).toContain('to roll back');
  return sectionsOf(run.stdout);
}

const SETTINGS = ['/etc/gvisor-mount-hints/runtime.conf', 'RUNTIME=/usr/local/bin/runsc\n\n'];
const WRAPPER = '/usr/local/bin/mount-hints-runtime';

describe('mount-hints runtime-config', () => {
  test('containerd: a runtime for either major version, and its RuntimeClass', () => {
    const [settings, one, two, runtimeClass] = printed('containerd');
    expect(settings).toEqual(SETTINGS);
    const handler = {
      runtime_type: 'io.containerd.runc.v2',
      pod_annotations: ['dev.gvisor.*'],
      options: { BinaryName: WRAPPER },
    };
    const configured = (plugin: string) => ({
      plugins: { [plugin]: { containerd: { runtimes: { 'gvisor-hints': handler } } } },
    });
    expect([one?.[0], parseToml(one?.[1] ?? '')]).toEqual([
      '/etc/containerd/config.toml',
      configured('io.containerd.grpc.v1.cri'),
    ]);
    expect(parseToml(two?.[1] ?? '')).toEqual(configured('io.containerd.cri.v1.runtime'));
    expect(parseYaml(runtimeClass?.[1] ?? '')).toMatchObject({
      kind: 'RuntimeClass',
      handler: 'gvisor-hints',
    });
  });

  test('cri-o: a handler without dev.gvisor in allowed_annotations, which CRI-O would refuse', () => {
    const [settings, handler, runtimeClass] = printed('cri-o');
    expect(settings).toEqual(SETTINGS);
    expect(parseToml(handler?.[1] ?? '')).toEqual({
      crio: {
        runtime: {
          runtimes: {
            'gvisor-hints': { runtime_path: WRAPPER, runtime_type: 'oci', runtime_root: '/run/runsc' },
          },
        },
      },
    });
    expect(runtimeClass?.[0]).toContain('manifest');
  });

  test('podman', () => {
    const [, engine] = printed('podman');
    expect(parseToml(engine?.[1] ?? '')).toEqual({ engine: { runtimes: { 'gvisor-hints': [WRAPPER] } } });
  });

  test('docker', () => {
    const [, daemon] = printed('docker');
    expect(JSON.parse(daemon?.[1] ?? '')).toEqual({ runtimes: { 'gvisor-hints': { path: WRAPPER } } });
  });

  test('the programs can be elsewhere', () => {
    const [settings, engine] = printed('podman', '--path', '/opt/w', '--runtime', '/usr/bin/runsc');
    expect(settings?.[1]).toBe('RUNTIME=/usr/bin/runsc\n\n');
    expect(engine?.[1]).toContain("gvisor-hints = ['/opt/w']");
  });

  test.each([
    [[]],
    [['kubelet']],
    [['docker', 'podman']],
    [['constructor']],
    [['docker', '--path', 'relative']],
    [['docker', '--path', "/a'b"]],
    [['docker', '--runtime', '/a b']],
  ])('%j is a wrong use', (args) => {
    expect(runCli(['runtime-config', ...args])).toMatchObject({ status: 2, stdout: '' });
  });
});
