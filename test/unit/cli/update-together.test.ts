import { readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUpdateCommand, type UpdateWiring } from '../../../src/adapters/cli/commands/update-command.ts';
import { updateWiring } from '../../../src/composition/commands/update.ts';
import { MountHintsError } from '../../../src/index.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { containerSpec, sandboxSpec, snapshot, Workplace } from '../../support/workplace.ts';

const ID = 'a1b2c3';
const SANDBOX_ID = 'io.kubernetes.cri.sandbox-id';

let place: Workplace;
let terminal: RecordingTerminal;
beforeEach(() => {
  place = new Workplace();
  terminal = new RecordingTerminal();
});
afterEach(() => place.remove());

function update(args: readonly string[], more: Partial<UpdateWiring> = {}): Promise<number> {
  const wiring = {
    ...updateWiring,
    runtime: () => ({ installed: async () => '20260615' as const }),
    ...more,
  };
  return runCommand(createUpdateCommand(wiring), ['--kubelet-dir', place.kubeletDir, ...args], terminal);
}

function withSandboxId<S extends { annotations: Record<string, string> }>(spec: S, id: string): S {
  return { ...spec, annotations: { ...spec.annotations, [SANDBOX_ID]: id } };
}

const containerText = (id = ID) => JSON.stringify(withSandboxId(containerSpec(place.kubeletDir), id));
const container = (name: string, id = ID) => place.bundle(name, containerText(id));
const sandbox = (name: string, id = ID) =>
  place.bundle(name, JSON.stringify(withSandboxId(sandboxSpec(), id)));
const mountType = (bundle: string) =>
  JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')).mounts[1].type;
const errorCodes = () => terminal.stderr.match(/(?<=^error )MH_[A-Z_]+/gm);

describe('of a pod whose sandbox has a volume that is missing', () => {
  test.each([
    ['after it', ['sandbox', 'a', 'b']],
    ['before it', ['a', 'b', 'sandbox']],
    ['around it', ['a', 'sandbox', 'b']],
  ])('containers named %s are left as they are, and those of another pod are rewritten', async (_, names) => {
    const bundles = names.map((name) => (name === 'sandbox' ? sandbox(name) : container(name)));
    const before = bundles.map(snapshot);
    const other = container('other', 'another');
    expect(await update([...bundles, other])).toBe(69);
    expect(bundles.map(snapshot)).toEqual(before);
    expect(mountType(other)).toBe('tmpfs');
    expect(errorCodes()?.sort()).toEqual([
      'MH_SANDBOX_NOT_REWRITTEN',
      'MH_SANDBOX_NOT_REWRITTEN',
      'MH_VOLUME_NOT_FOUND',
    ]);
    expect(terminal.stderr).toContain('1 changed, 3 failed');
  });

  test('a container in a directory of the sandbox waits for the sandbox, whatever became of another one there', async () => {
    const broken = place.bundle(`${ID}/a`, '{');
    const fine = container(`${ID}/b`);
    const own = place.bundle(`${ID}/z`, JSON.stringify(withSandboxId(sandboxSpec(), ID)));
    place.volume('scratch');
    expect(await update([broken, fine, own])).toBe(65);
    expect([errorCodes(), mountType(fine)]).toEqual([['MH_SPEC_NOT_JSON'], 'tmpfs']);
  });

  test.each([[['--diff']], [['--check']], [['--dry-run']]])(
    '%j shows no change of its container',
    async (options) => {
      const bundles = [container('a'), sandbox('sandbox')];
      expect(await update([...options, ...bundles])).toBe(69);
      expect(terminal.stdout).toBe('');
      expect(errorCodes()).toEqual(['MH_VOLUME_NOT_FOUND', 'MH_SANDBOX_NOT_REWRITTEN']);
    },
  );

  test('--json has both errors, with the sandbox and its code', async () => {
    const bundles = [container('a'), sandbox('sandbox')];
    expect(await update(['--json', ...bundles])).toBe(69);
    const records = terminal.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records).toMatchObject([
      { path: bundles[1], changed: false, error: { code: 'MH_VOLUME_NOT_FOUND' } },
      {
        path: bundles[0],
        changed: false,
        error: {
          code: 'MH_SANDBOX_NOT_REWRITTEN',
          details: {
            path: bundles[0],
            sandbox: bundles[1],
            sandboxId: ID,
            sandboxCode: 'MH_VOLUME_NOT_FOUND',
          },
        },
      },
    ]);
  });

  test('a container on standard input does not go out', async () => {
    terminal.standardInput = Buffer.from(containerText());
    expect(await update(['-', sandbox('sandbox')])).toBe(69);
    expect(terminal.stdout).toBe('');
    expect(errorCodes()).toEqual(['MH_VOLUME_NOT_FOUND', 'MH_SANDBOX_NOT_REWRITTEN']);
  });

  test('a container that needs no change has no error', async () => {
    const plain = { ociVersion: '1.1.0', annotations: { 'io.kubernetes.cri.container-type': 'container' } };
    const bundle = place.bundle('a', JSON.stringify(withSandboxId(plain, ID)));
    expect(await update([bundle, sandbox('sandbox')])).toBe(69);
    expect(errorCodes()).toEqual(['MH_VOLUME_NOT_FOUND']);
    expect(terminal.stdout).toBe(`${bundle}: unchanged\n`);
  });
});

test('a sandbox that cannot be read is known by the name of its directory', async () => {
  const broken = place.bundle(ID, '{');
  const own = container('a');
  const other = container('other', 'another');
  expect(await update([own, join(broken, 'config.json'), other])).toBe(69);
  expect([mountType(own), mountType(other)]).toEqual(['bind', 'tmpfs']);
  expect(errorCodes()).toEqual(['MH_SPEC_NOT_JSON', 'MH_SANDBOX_NOT_REWRITTEN']);
});

test('a container that comes before its sandbox is rewritten after it', async () => {
  place.volume('scratch');
  const bundles = [container('a'), sandbox('sandbox')];
  expect(await update(bundles)).toBe(0);
  expect(mountType(String(bundles[0]))).toBe('tmpfs');
  expect(terminal.stdout.match(/\w+(?=: changed)/g)).toEqual(['sandbox', 'a']);
});

test('a container that comes before its sandbox on standard output is whole', async () => {
  place.volume('scratch');
  terminal.standardInput = Buffer.from(containerText());
  expect(await update(['-', sandbox('sandbox')])).toBe(0);
  const [, out] = terminal.stdout.split(/changed \(1 edit\)\n/);
  expect(JSON.parse(String(out)).mounts[1].type).toBe('tmpfs');
});

test('a container whose sandbox is not among the bundles is its caller’s affair', async () => {
  const bundles = [container('a'), container('b')];
  expect(await update(bundles)).toBe(0);
  expect(bundles.map(mountType)).toEqual(['tmpfs', 'tmpfs']);
});

/** The real store, whose save of one bundle fails. */
function failingSave(name: string, replaced: boolean): Partial<UpdateWiring> {
  return {
    files(settings) {
      const { hints, store } = updateWiring.files(settings);
      const save: typeof store.save = async (loaded, edits) => {
        if (basename(loaded.location) !== name) return store.save(loaded, edits);
        throw new MountHintsError('MH_WRITE_FAILED', 'no', { path: loaded.location, replaced });
      };
      return {
        hints,
        store: { save, load: (path) => store.load(path), render: (...args) => store.render(...args) },
      };
    },
  };
}

test.each([
  [false, 'bind'],
  [true, 'tmpfs'],
])(
  'after a failed write of the sandbox that replaced its file (%s) the mount is of type %s',
  async (replaced, type) => {
    place.volume('scratch');
    const bundles = [container('a'), sandbox('sandbox')];
    expect(await update(bundles, failingSave('sandbox', replaced))).toBe(74);
    expect(mountType(String(bundles[0]))).toBe(type);
  },
);

test('a link to a bundle of the same directory is no bundle of its own', async () => {
  container('b');
  symlinkSync('b', join(place.root, 'bundles/a'));
  container('c');
  expect(await update([join(place.root, 'bundles')])).toBe(0);
  expect(terminal.stdout.match(/[^/]+(?=: changed)/g)).toEqual(['b', 'c']);
  expect(terminal.stderr).toBe('2 changed\n');
});

describe('a container whose sandbox beside it is not in the run', () => {
  const NOTE = /: the sandbox of this container, (\S+), is not rewritten yet: .*\n/;

  test.each([[[]], [['--dry-run']], [['--json']]])(
    'and not rewritten yet: a note, with %j',
    async (options) => {
      const own = sandbox(ID);
      const before = snapshot(own);
      expect(await update([...options, container('a')])).toBe(0);
      if (options.length === 0) expect(NOTE.exec(terminal.stderr)?.[1]).toBe(own);
      if (options.includes('--json')) {
        const note = { code: 'sandbox-not-rewritten', sandbox: own };
        expect(JSON.parse(terminal.stdout).notes).toContainEqual(expect.objectContaining(note));
      }
      expect(snapshot(own)).toEqual(before);
    },
  );

  test('and not rewritten yet: a note also of several, whose other notes are not told', async () => {
    sandbox(ID);
    expect(await update([container('a'), container('b')])).toBe(0);
    expect(terminal.stderr.match(new RegExp(NOTE, 'g'))).toHaveLength(2);
    expect(terminal.stderr).not.toContain('is of hinted volume');
  });

  test('and not rewritten yet: a note also where the container was rewritten before', async () => {
    const own = sandbox(ID);
    const rewritten = container('a');
    expect(await update([rewritten])).toBe(0);
    for (const inputs of [[rewritten], [rewritten, container('b', 'another')]]) {
      terminal = new RecordingTerminal();
      expect(await update(inputs)).toBe(0);
      expect(terminal.stdout).toContain(`${rewritten}: unchanged`);
      expect(NOTE.exec(terminal.stderr)?.[1]).toBe(own);
      expect(terminal.stderr.match(new RegExp(NOTE, 'g'))).toHaveLength(1);
    }
  });

  test('and not rewritten yet: no note where the rewritten sandbox comes later in the run', async () => {
    place.volume('scratch');
    const rewritten = container('a');
    expect(await update([rewritten])).toBe(0);
    const own = sandbox(ID);
    terminal = new RecordingTerminal();
    expect(await update([rewritten, own])).toBe(0);
    expect(terminal.stderr).toBe('1 changed, 1 unchanged\n');
    expect(terminal.stdout).toBe(`${own}: changed (1 edit)\n${rewritten}: unchanged\n`);
  });

  test.each<[string, boolean, number, string[]]>([
    ['no hinted mount: the sandbox is not read', false, 0, []],
    ['hinted mounts: it is read once for all of them', true, 1, []],
    ['hinted mounts, where no note is told: it is not read', true, 0, ['--quiet']],
    ['hinted mounts, where JSON has the notes: it is read', true, 1, ['--quiet', '--json']],
  ])('and a container that was rewritten before and has %s', async (_, isHinted, reads, options) => {
    const own = sandbox(ID);
    place.volume('scratch');
    expect(await update([own])).toBe(0);
    const { annotations, ...spec } = withSandboxId(containerSpec(place.kubeletDir), ID);
    const kept = Object.entries(annotations).filter(([key]) => isHinted || !key.includes('.spec.mount.'));
    const text = JSON.stringify({ ...spec, annotations: Object.fromEntries(kept) });
    const bundles = [place.bundle('a', text), place.bundle('b', text)];
    expect(await update(bundles)).toBe(0);
    const loaded: string[] = [];
    const files: UpdateWiring['files'] = (settings) => {
      const rewriter = updateWiring.files(settings);
      const { store } = rewriter;
      const load = (path: string) => {
        loaded.push(path);
        return store.load(path);
      };
      const { save, render } = { save: store.save.bind(store), render: store.render.bind(store) };
      return { ...rewriter, store: { load, save, render } };
    };
    terminal = new RecordingTerminal();
    expect(await update([...options, ...bundles], { files })).toBe(0);
    expect(terminal.stderr).toBe(options.length === 0 ? '2 unchanged\n' : '');
    expect(loaded).toEqual(Array.from({ length: reads }, () => own));
  });

  test('and rewritten: no note', async () => {
    place.volume('scratch');
    expect(await update([sandbox(ID)])).toBe(0);
    expect(await update([container('a')])).toBe(0);
    expect(terminal.stderr).not.toMatch(NOTE);
  });

  test.each([
    ['not there', undefined],
    ['broken', '{'],
    ['of another shape', '{"annotations": 1}'],
    ['without hints', JSON.stringify({ ...sandboxSpec(), annotations: { [SANDBOX_ID]: ID } })],
  ])('and %s: no note', async (_, text) => {
    if (text !== undefined) place.bundle(ID, text);
    expect(await update([container('a')])).toBe(0);
    expect(terminal.stderr).not.toMatch(NOTE);
  });

  test('and is another container, or does not know its pod: no note', async () => {
    const { 'io.kubernetes.cri.sandbox-log-directory': _, ...annotations } = sandboxSpec().annotations;
    place.bundle(ID, JSON.stringify({ ...sandboxSpec(), annotations }));
    expect(await update([container('a')])).toBe(0);
    container('b', 'b2');
    place.bundle('b2', containerText('b2'));
    expect(await update([join(place.root, 'bundles/b')])).toBe(0);
    expect(terminal.stderr).not.toMatch(NOTE);
  });

  test('is not looked for from standard input', async () => {
    sandbox(ID);
    terminal.standardInput = Buffer.from(containerText());
    expect(await update(['-'])).toBe(0);
    expect(terminal.stderr).not.toMatch(NOTE);
  });

  test('is rewritten in the same run: no note', async () => {
    place.volume('scratch');
    expect(await update(['-v', container('a'), sandbox(ID)])).toBe(0);
    expect(terminal.stderr).not.toMatch(NOTE);
  });
});
