import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAnnotateCommand } from '../../../src/adapters/cli/commands/annotate-command.ts';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import type { Command } from '../../../src/adapters/cli/commands/command.ts';
import { createDemoCommand } from '../../../src/adapters/cli/commands/demo-command.ts';
import { createDoctorCommand } from '../../../src/adapters/cli/commands/doctor-command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUpdateCommand } from '../../../src/adapters/cli/commands/update-command.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { doctorWiring } from '../../../src/composition/commands/doctor.ts';
import { updateWiring } from '../../../src/composition/commands/update.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const runtime = () => ({ installed: async () => '20260615' });
const pods = { ...podCommandWiring(), runtime };
const COMMANDS = {
  update: createUpdateCommand({ ...updateWiring, runtime }),
  explain: createExplainCommand(pods),
  check: createCheckCommand(pods),
  annotate: createAnnotateCommand({ ...annotateWiring, runtime }),
  demo: createDemoCommand({} as never),
  doctor: createDoctorCommand(doctorWiring),
} as const satisfies Record<string, Command>;

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  runtimeClassName: gvisor
  containers: [{name: c, volumeMounts: [{name: cache, mountPath: /c}]}]
  volumes: [{name: cache, emptyDir: {}}]
`;

function specOf(role: string, id: string): string {
  const annotations = { 'io.kubernetes.cri.container-type': role, 'io.kubernetes.cri.sandbox-id': id };
  return JSON.stringify({ annotations, mounts: [] });
}

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ignored-'));
  put('pod.yaml', POD);
  for (const id of ['one', 'two']) {
    put(`${id}/config.json`, specOf('sandbox', id));
    put(`${id}-c/config.json`, specOf('container', id));
  }
});
afterEach(() => rmSync(home, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(join(home, dirname(path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

async function run(name: keyof typeof COMMANDS, line: string, stdin = '') {
  const terminal = new RecordingTerminal();
  terminal.standardInput = Buffer.from(stdin);
  const args = line.replaceAll('@', `${home}/`).split(' ').filter(Boolean);
  const status = await runCommand(COMMANDS[name], args, terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

describe.each(['explain', 'check'] as const)('%s --sandbox', (name) => {
  test.each([
    ["a container's bundle", '--sandbox @one-c @one-c', 'the bundle of a container'],
    ["a container's bundle beside the sandbox", '--sandbox @one-c @one', 'the bundle of a container'],
    ["another pod's sandbox", '--sandbox @two @one-c', 'the sandbox of another pod'],
  ])('refuses %s', async (_, line, words) => {
    const { status, err, out } = await run(name, line);
    expect([status, out]).toEqual([66, name === 'check' ? '' : out]);
    expect(err).toContain('MH_SANDBOX_NOT_FOUND');
    expect(err).toContain(words);
  });

  test('takes the sandbox', async () => {
    expect((await run(name, '--sandbox @one @one-c')).status).toBe(0);
  });

  test('takes one whose engine gave it no id', async () => {
    put('plain/config.json', JSON.stringify({ mounts: [] }));
    expect((await run(name, '--sandbox @plain @one-c')).status).toBe(0);
  });
});

describe('what has no effect is told of', () => {
  test.each([
    ['annotate', '--medium', '--medium cash=disk -n @pod.yaml', '"cash"'],
    ['annotate', '--no-hint', '--no-hint cash -n @pod.yaml', '"cash"'],
    ['annotate', '--medium', '--medium cache=disk --medium cash=disk @pod.yaml', '"cash"'],
  ] as const)('%s %s of a volume that no pod has: %s', async (name, option, line, words) => {
    const { status, err } = await run(name, line);
    expect(status).toBe(0);
    expect(err.match(/^note: no gVisor pod here has a volume/gm)).toHaveLength(1);
    expect(err).toContain(words);
    expect(err).toContain(option);
  });

  test.each(['--medium cache=disk', '--no-hint cache', '-q --no-hint cash', '--no-hint cash @none.yaml'])(
    'and nothing where it has one, or that is not known: annotate %s',
    async (options) => {
      expect((await run('annotate', `${options} -n @pod.yaml`)).err).not.toContain('has a volume');
    },
  );

  test.each([
    ['annotate', '--write --check @pod.yaml', '--write'],
    ['annotate', '--write --diff @pod.yaml', '--write'],
    ['update', '--for-restore @one --again @one', '--again'],
    ['update', '--for-restore @one --sub-paths refuse @one', '--sub-paths'],
    ['demo', 'pod.yaml', 'takes no arguments'],
    ['doctor', 'node', 'takes no argument'],
    ['doctor', '--root @ --runsc /usr/bin/runsc', '--runsc'],
  ] as const)('%s %s is refused', async (name, line, words) => {
    const { status, err } = await run(name, line);
    expect([status, err]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('update -', () => {
  test.each(['', '--json'])(
    'gives the spec to standard output, its report to standard error: %s',
    async (option) => {
      const { status, out, err } = await run('update', `${option} -`, specOf('sandbox', 'one'));
      expect(status).toBe(0);
      expect(out).toBe(specOf('sandbox', 'one'));
      if (option === '--json') expect(JSON.parse(err)).toMatchObject({ path: '-', changed: false });
      else expect(err).toContain('unchanged');
    },
  );
});
