import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRestoreCheckCommand } from '../../../src/adapters/cli/commands/restore-check-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { restoreCheckWiring } from '../../../src/composition/commands/restore-check.ts';
import type { OciSpec, Release } from '../../../src/index.ts';
import { checkpointMetadata, imageDirectory, stateFile } from '../../support/checkpoint-image.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const TYPE = 'dev.gvisor.spec.mount.data.type';
const CRI = 'io.kubernetes.cri.';

function spec(annotations: Record<string, string>, more: Partial<OciSpec> = {}): OciSpec {
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['/bin/sleep'], cwd: '/' },
    root: { path: 'rootfs' },
    mounts: [],
    annotations,
    linux: { namespaces: [{ type: 'pid' }] },
    ...more,
  };
}

function sandbox(type = 'tmpfs', id = 'old'): OciSpec {
  return spec({ [`${CRI}container-type`]: 'sandbox', [`${CRI}sandbox-id`]: id, [TYPE]: type });
}

function container(name = 'c1', id = 'old', more: Partial<OciSpec> = {}): OciSpec {
  const names = { [`${CRI}container-type`]: 'container', [`${CRI}container-name`]: name };
  return spec({ ...names, [`${CRI}sandbox-id`]: id }, more);
}

/** As a checkpoint has it: runsc adds a user namespace to each container. */
function served(own: OciSpec): OciSpec {
  const mapping = [{ containerID: 0, hostID: 0, size: 4294967295 }];
  const namespaces = [{ type: 'pid' }, { type: 'user' }];
  return { ...own, linux: { ...own.linux, namespaces, uidMappings: mapping, gidMappings: mapping } };
}

let root: string;
let terminal: RecordingTerminal;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'restore-check-'));
  terminal = new RecordingTerminal();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function bundle(name: string, value: OciSpec): string {
  const directory = join(root, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'config.json'), JSON.stringify(value));
  return directory;
}

function image(specs: Readonly<Record<string, OciSpec>>): string {
  return imageDirectory(join(root, 'image'), stateFile(checkpointMetadata(specs)));
}

function restoreCheck(args: readonly string[], installed: Release | undefined = '20260907'): Promise<number> {
  const wiring = { ...restoreCheckWiring(), runtime: () => ({ installed: async () => installed }) };
  return runCommand(createRestoreCheckCommand(wiring), args, terminal);
}

const POD = { __no_name_0: sandbox(), c1: served(container()) };

describe('a pod and the image of its checkpoint', () => {
  test('are accepted where only ids differ, from the image directory and from its file', async () => {
    const directory = image(POD);
    const now = [bundle('s', sandbox('tmpfs', 'new')), bundle('c', container('c1', 'new'))];
    expect(await restoreCheck([directory, ...now])).toBe(0);
    expect(terminal.stdout).toMatch(/ of runsc release-20260907\.0 is accepted\.\n$/);
    expect(await restoreCheck([join(directory, 'checkpoint.img'), ...now])).toBe(0);
  });

  test('are refused with every difference, in a table', async () => {
    const now = [bundle('s', sandbox('bind')), bundle('c', container('c1', 'old', { ociVersion: '1.1.0' }))];
    expect(await restoreCheck([image(POD), ...now])).toBe(1);
    expect(terminal.stdout).toMatch(/__no_name_0 \S+: refused\n {2}refused {2}annotations\["dev.gvisor/);
    expect(terminal.stdout).toMatch(/c1 \S+: refused\n {2}refused {2}ociVersion: "1.0.2" in the checkpoint/);
    expect(terminal.stdout).toMatch(/is refused\.\n$/);
  });

  test('are told as JSON', async () => {
    const now = [bundle('s', sandbox('bind')), bundle('c', container())];
    expect(await restoreCheck(['--json', image(POD), ...now])).toBe(1);
    expect(JSON.parse(terminal.stdout)).toMatchObject({
      release: '20260907',
      runscVersion: 'release-20260907.0',
      verdict: 'refused',
      problems: [],
      containers: [
        {
          name: '__no_name_0',
          path: now[0],
          differences: [{ outcome: 'refused', rule: 'annotation', checkpoint: 'tmpfs', restore: 'bind' }],
          edits: [{ kind: 'set-annotation', key: TYPE, was: 'bind', value: 'tmpfs' }],
        },
        { name: 'c1', verdict: 'accepted', edits: [] },
      ],
    });
  });

  test('are paired by name: an unknown and a missing container are problems', async () => {
    const now = [bundle('s', sandbox()), bundle('c', container('c2'))];
    expect(await restoreCheck([image(POD), ...now])).toBe(1);
    expect(terminal.stdout).toMatch(/container c2 is not in the checkpoint/);
    expect(terminal.stdout).toMatch(/container c1 of the checkpoint is not restored/);
  });

  test('are paired by the name before where an annotation maps it', async () => {
    const renamed = container('c2');
    const annotations = { ...renamed.annotations, 'dev.gvisor.container-name-remap.1': 'c2=c1' };
    const now = [bundle('s', sandbox()), bundle('c', { ...renamed, annotations })];
    expect(await restoreCheck([image(POD), ...now])).toBe(0);
  });

  test('have to be of one runsc', async () => {
    const now = [bundle('s', sandbox()), bundle('c', container())];
    expect(await restoreCheck([image(POD), ...now], '20260914')).toBe(1);
    expect(terminal.stdout).toMatch(/made the checkpoint, and only the same/);
  });

  test('a container alone is no whole pod', async () => {
    expect(await restoreCheck([image(POD), bundle('c', container())])).toBe(0);
  });

  test('with --validation warning nothing is refused, and --all shows what may differ', async () => {
    const now = [bundle('s', { ...sandbox('bind'), hostname: 'x' }), bundle('c', container())];
    expect(await restoreCheck(['--validation', 'warning', '--all', image(POD), ...now])).toBe(0);
    expect(terminal.stdout).toMatch(/warned {3}annotations/);
    expect(terminal.stdout).toMatch(/ignored {2}hostname/);
  });
});

test('two bundles are compared, the containers beside a sandbox too', async () => {
  mkdirSync(join(root, 'before'));
  mkdirSync(join(root, 'after'));
  bundle('before/s', sandbox());
  bundle('before/c', container());
  bundle('after/s', sandbox());
  bundle('after/c', container('c1', 'old', { mounts: [{ destination: '/x', type: 'tmpfs' }] }));
  expect(await restoreCheck([join(root, 'before/s'), join(root, 'after/s')])).toBe(1);
  expect(terminal.stdout).toMatch(
    /c1 \S+: refused\n {2}refused {2}mounts\["\/x"\]: nothing in the checkpoint/,
  );
});

describe('what is not a checkpoint', () => {
  const good = checkpointMetadata(POD);
  const broken: [string, Uint8Array][] = [
    ['a head alone', stateFile(good).subarray(0, 12)],
    ['a part of its metadata', stateFile(good).subarray(0, 100)],
    ['metadata of more than 16 MiB', stateFile(good, 16n * 1024n * 1024n + 1n)],
    ['metadata of 2^64 - 1 bytes', stateFile(good, 2n ** 64n - 1n)],
    ['metadata that are no JSON', stateFile('{"container_specs":')],
    ['metadata that are a list', stateFile([])],
    ['no specs', stateFile({ container_count: '1' })],
    ['specs that are no text', stateFile({ container_specs: {} })],
    ['specs that are no JSON', stateFile({ container_specs: '{' })],
    ['specs of nobody', stateFile({ container_specs: '{}' })],
    ['a spec that is none', stateFile({ container_specs: '{"a":1}' })],
    ['a spec with a broken mount', stateFile({ container_specs: '{"a":{"mounts":[1]}}' })],
    ['a count that is another', stateFile({ ...good, container_count: '3' })],
    ['metadata that nest without end', stateFile('['.repeat(1_000_000))],
    ['a spec that nests without end', stateFile({ container_specs: `{"a":${'['.repeat(1_000_000)}` })],
  ];

  test.each(broken)('%s is told so', async (_, bytes) => {
    const directory = imageDirectory(join(root, 'image'), bytes);
    expect(await restoreCheck([directory, bundle('s', sandbox())])).toBe(65);
    expect(terminal.stderr).toMatch(/^error MH_CHECKPOINT_INVALID: /);
  });

  test('a spec in it that nests deep in a field that counts is no bug', async () => {
    const deep = `{"a":{"ociVersion":"1.0.2","vm":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
    const directory = imageDirectory(join(root, 'image'), stateFile({ container_specs: deep }));
    const named = spec({ [`${CRI}container-name`]: 'a' });
    expect(await restoreCheck([directory, bundle('s', named)])).toBe(65);
    expect(terminal.stderr).toMatch(/^error MH_SPEC_SHAPE: /);
  });

  test('names that a terminal would obey are spelt out', async () => {
    const evil = 'c1\u001b[2J\nx';
    const directory = image({ [evil]: served(container(evil)), __no_name_0: sandbox() });
    await restoreCheck([directory, bundle('s', sandbox()), bundle('c', container('other'))]);
    expect(terminal.stdout).toMatch(/c1\\u001b\[2J\\u000ax/);
    expect(terminal.stdout).not.toMatch(new RegExp(String.fromCharCode(27)));
  });

  test('a huge image is read at its front only', async () => {
    const directory = image(POD);
    truncateSync(join(directory, 'checkpoint.img'), 1024 ** 4);
    expect(await restoreCheck([directory, bundle('s', sandbox()), bundle('c', container())])).toBe(0);
  });

  test('a missing one, and a link in a circle', async () => {
    expect(await restoreCheck([join(root, 'nothing'), bundle('s', sandbox())])).toBe(66);
    expect(terminal.stderr).toMatch(/^error MH_INPUT_NOT_FOUND: /);
    mkdirSync(join(root, 'linked'));
    symlinkSync('checkpoint.img', join(root, 'linked/checkpoint.img'));
    expect(await restoreCheck([join(root, 'linked'), bundle('s', sandbox())])).toBe(66);
  });
});

test('a checkpoint without a pod to restore is a mistake of usage', async () => {
  expect(await restoreCheck([image(POD)])).toBe(2);
  expect(terminal.stderr).toMatch(/MH_USAGE/);
});

test('an error is JSON where JSON is asked for', async () => {
  expect(await restoreCheck(['--json', join(root, 'nothing'), bundle('s', sandbox())])).toBe(66);
  expect(JSON.parse(terminal.stdout)).toMatchObject({ error: { code: 'MH_INPUT_NOT_FOUND' } });
});
