import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readWrapperSettings } from '../../../src/domain/doctor/check-wrapper.ts';

const SCRIPT = fileURLToPath(
  new URL('../../../src/adapters/oci-runtime/mount-hints-runtime.sh', import.meta.url),
);

/** Texts of runtime.conf, right and wrong, for every setting. */
const TEXTS: readonly string[] = [
  '',
  '# a comment\n\nRUNTIME=/bin/true\n',
  'RUNTIME=true',
  'RUNTIME=\n',
  'RUNTIME=bin/true\n',
  'RUNTIM=/bin/true\n',
  'runtime=/bin/true\n',
  'RUNTIME = /bin/true\n',
  ' RUNTIME=/bin/true\n',
  'RUNTIME=/bin/true\nRUNTIME=/bin/false\n',
  'RUNTIME=/bin/true\r\n',
  'NODE=/usr/bin/node\nRUNTIME=/bin/true\n',
  'NODE=node\n',
  'NODE=/\n',
  ...['auto', 'latest', '20260615', '20260615.0', 'release-20260615.0', '2026', 'newest', ''].map(
    (value) => `RELEASE=${value}\n`,
  ),
  ...['auto', 'kubelet', 'podman', 'docker', 'kubelets', ''].map((value) => `VOLUME_LAYOUT=${value}\n`),
  ...['fail', 'ignore', 'Fail', 'ignored'].map((value) => `ON_ERROR=${value}\n`),
  ...['error', 'warning', 'info', 'debug', 'trace'].map((value) => `LOG_LEVEL=${value}\n`),
  ...['auto', 'on', 'off', 'yes'].map((value) => `CGROUP_PARENT=${value}\n`),
  ...['leave', 'refuse', 'keep'].map((value) => `SUB_PATHS=${value}\n`),
  ...['log', 'fix', 'leave'].map((value) => `RESTORE=${value}\n`),
  ...['a,b-c', 'a b', '', '--a'].flatMap((value) => [
    `VALUE_OPTIONS=${value}\n`,
    `BOOLEAN_OPTIONS=${value}\n`,
  ]),
  ...['/var/x', 'var/x', ''].flatMap((value) =>
    ['KUBELET_DIR', 'VOLUMES_DIR', 'LOG_FILE'].map((key) => `${key}=${value}\n`),
  ),
  'nonsense\n',
  '=x\n',
  'A-B=x\n',
];

describe("the wrapper's settings", () => {
  const directory = mkdtempSync(join(tmpdir(), 'mount-hints-settings-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  /** Whether the script has nothing to say of a configuration for anything but new containers. */
  function scriptTakes(text: string): boolean {
    const config = join(directory, 'runtime.conf');
    writeFileSync(config, text, { mode: 0o644 });
    const env = { PATH: '/usr/bin:/bin', MOUNT_HINTS_CONFIG: config };
    const { stderr, error } = spawnSync('/bin/sh', [SCRIPT, 'create', '--bundle', '/nowhere', 'id'], {
      env,
      encoding: 'utf8',
    });
    expect(error).toBeUndefined();
    return !stderr.includes(`${config}, line `);
  }

  test.each(TEXTS.map((text) => [text]))('are judged as the script judges them: %j', (text) => {
    const { findings } = readWrapperSettings('/etc/gvisor-mount-hints/runtime.conf', text);
    expect(findings.length === 0).toBe(scriptTakes(text));
    expect(findings.map(({ code }) => code)).toEqual(findings.map(() => 'DOCTOR_WRAPPER_CONFIG'));
  });

  test('names no more lines than somebody would read', () => {
    expect(readWrapperSettings('/x', 'wrong\n'.repeat(1000)).findings).toHaveLength(20);
  });
});
