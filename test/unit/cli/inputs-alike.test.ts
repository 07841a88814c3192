import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAnnotateCommand } from '../../../src/adapters/cli/commands/annotate-command.ts';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import type { Command } from '../../../src/adapters/cli/commands/command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { createRestoreCheckCommand } from '../../../src/adapters/cli/commands/restore-check-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUpdateCommand } from '../../../src/adapters/cli/commands/update-command.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { restoreCheckWiring } from '../../../src/composition/commands/restore-check.ts';
import { updateWiring } from '../../../src/composition/commands/update.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const runtime = () => ({ installed: async () => '20260615' });
const pods = { ...podCommandWiring(), runtime };
const COMMANDS: Readonly<Record<string, Command>> = {
  update: createUpdateCommand({ ...updateWiring, runtime }),
  explain: createExplainCommand(pods),
  check: createCheckCommand(pods),
  annotate: createAnnotateCommand({ ...annotateWiring, runtime }),
  'restore-check': createRestoreCheckCommand({ ...restoreCheckWiring(), runtime }),
};

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {runtimeClassName: gvisor, containers: [{name: c}]}\n';

function specOf(annotations: Record<string, string>): string {
  const sandbox = { 'io.kubernetes.cri.container-type': 'sandbox' };
  return JSON.stringify({ annotations: { ...sandbox, ...annotations }, mounts: [] });
}

const NAMED = {
  'io.kubernetes.cri.sandbox-id': 'abcdef',
  'io.kubernetes.cri.sandbox-name': 'web-0',
  'io.kubernetes.cri.sandbox-namespace': 'default',
};

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'inputs-'));
  put('bundles/s/config.json', specOf(NAMED));
  put('manifests/a/pod.yaml', POD);
  mkdirSync(join(home, 'empty/below'), { recursive: true });
  put('notes/README.md', '');
});
afterEach(() => rmSync(home, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(join(home, dirname(path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

async function run(name: string, ...paths: string[]) {
  const command = COMMANDS[name];
  if (command === undefined) throw new Error(name);
  const terminal = new RecordingTerminal();
  const inputs = paths.map((path) => (path.startsWith('-') ? path : join(home, path)));
  const first = name === 'restore-check' ? [join(home, 'bundles/s')] : [];
  const dry = ['update', 'annotate'].includes(name) ? ['--dry-run'] : [];
  const status = await runCommand(command, [...dry, '--json', ...first, ...inputs], terminal);
  return {
    status,
    lines: terminal.stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

const NAMES = Object.keys(COMMANDS);
const OF_BUNDLES = NAMES.filter((name) => name !== 'annotate');
const OF_MANIFESTS = ['explain', 'check', 'annotate'];

describe.each(NAMES)('%s', (name) => {
  test.each(['empty', 'notes', 'nothing', 'none*', 'empt*'])('finds no input in %s', async (input) => {
    const { status, lines } = await run(name, input);
    expect([status, lines.map(({ error }) => error?.code)]).toEqual([66, ['MH_INPUT_NOT_FOUND']]);
    expect(typeof lines[0].path).toBe('string');
  });
});

describe.each(OF_BUNDLES)('%s', (name) => {
  test.each(['bundles/s', 'bundles/s/config.json', 'bundles', 'bundles/*', '{bundles,empty}'])(
    'takes the bundle in %s',
    async (input) => {
      const { status, lines } = await run(name, input);
      expect([status, lines.length]).toEqual([0, 1]);
      const path = name === 'restore-check' ? lines[0].containers[0].path : lines[0].path;
      expect(path.startsWith(join(home, 'bundles/s'))).toBe(true);
    },
  );
});

describe.each(OF_MANIFESTS)('%s', (name) => {
  test.each(['manifests/a/pod.yaml', 'manifests', 'manifests/*', '{manifests,empty}'])(
    'takes the manifest in %s',
    async (input) => {
      const { status, lines } = await run(name, input);
      expect([status, lines.map(({ path }) => path)]).toEqual([0, [join(home, 'manifests/a/pod.yaml')]]);
    },
  );
});

describe('update', () => {
  test('rewrites the bundles below a directory, and leaves manifests alone', async () => {
    cpSync(join(home, 'manifests'), join(home, 'bundles/manifests'), { recursive: true });
    put('bundles/crio/userdata/config.json', specOf({}));
    const { status, lines } = await run('update', 'bundles');
    expect(status).toBe(0);
    expect(lines.map(({ path }) => path)).toEqual(
      ['bundles/crio/userdata', 'bundles/s'].map((path) => join(home, path)),
    );
    expect(readFileSync(join(home, 'bundles/manifests/a/pod.yaml'), 'utf8')).toBe(POD);
  });
});

describe('the title of a pod', () => {
  const titleOf = async (annotations: Record<string, string>) => {
    put('bundles/s/config.json', specOf(annotations));
    const [{ title, namespace }] = (await run('explain', 'bundles/s')).lines;
    return [title, namespace];
  };
  const ID = { 'io.kubernetes.cri.sandbox-id': 'abcdef' };

  test.each([
    ["containerd's annotations", NAMED, 'pod default/web-0', 'default'],
    [
      "CRI-O's",
      { ...ID, 'io.kubernetes.pod.name': 'web-0', 'io.kubernetes.pod.namespace': 'shop' },
      'pod shop/web-0',
      'shop',
    ],
    [
      'the directory of its logs',
      { ...ID, 'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/shop_web-0_6f9d' },
      'pod shop/web-0',
      'shop',
    ],
    ['its id, where none tells', ID, 'pod abcdef', undefined],
    [
      'its id, for a name alone',
      { ...ID, 'io.kubernetes.cri.sandbox-name': 'web-0' },
      'pod abcdef',
      undefined,
    ],
    [
      'its id, for a directory of another form',
      { ...ID, 'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/6f9d' },
      'pod abcdef',
      undefined,
    ],
  ])('is from %s', async (_, annotations, title, namespace) => {
    expect(await titleOf(annotations)).toEqual([title, namespace]);
  });
});
