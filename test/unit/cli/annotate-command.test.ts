import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type AnnotateWiring,
  createAnnotateCommand,
} from '../../../src/adapters/cli/commands/annotate-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { ManifestFileStore } from '../../../src/adapters/files/manifest-file-store.ts';
import { FastGlobInputFinder } from '../../../src/adapters/host-fs/fast-glob-input-finder.ts';
import { hostFileSystem } from '../../../src/adapters/host-fs/host-file-system.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { MountHintsError } from '../../../src/index.ts';
import type { FileSystem } from '../../../src/ports/file-system.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { snapshot, Workplace } from '../../support/workplace.ts';

let place: Workplace;
let terminal: RecordingTerminal;
beforeEach(() => {
  place = new Workplace();
  terminal = new RecordingTerminal();
});
afterEach(() => place.remove());

const SPEC = `spec:
  runtimeClassName: gvisor
  volumes: [{name: v, emptyDir: {sizeLimit: 1Gi}}]
  containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}]
`;
const POD = `# a pod\nkind: Pod\nmetadata:\n  name: p\n${SPEC}`;
const HINTS = `  annotations:
    dev.gvisor.spec.mount.v.options: rw,rprivate,size=1g
    dev.gvisor.spec.mount.v.share: container
    dev.gvisor.spec.mount.v.type: bind
`;
const ANNOTATED = POD.replace('spec:\n', `${HINTS}spec:\n`);
const OTHER = 'kind: Service\nmetadata:   {name: s}\n';
const BROKEN = 'kind: Pod\nspec: [\n';

function annotate(args: readonly string[], wiring: AnnotateWiring = annotateWiring): Promise<number> {
  return runCommand(createAnnotateCommand(wiring), args, terminal);
}

function file(name: string, text: string | Uint8Array): string {
  const path = join(place.root, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const read = (path: string) => readFileSync(path, 'utf8');

describe('to standard output', () => {
  test('goes the manifest, and nothing else; the report goes to standard error', async () => {
    const path = file('p.yaml', POD);
    expect(await annotate([path])).toBe(0);
    expect(terminal.stdout).toBe(ANNOTATED);
    expect(terminal.stderr).toBe(`${path}: changed on standard output (3 annotations in 1 pod)\n`);
    expect(read(path)).toBe(POD);
  });

  test('several become one stream, whatever they begin and end with', async () => {
    const paths = [POD, OTHER.trimEnd(), `---\n${OTHER}`, `%YAML 1.2\n---\n${OTHER}`].map((text, index) =>
      file(`${index}.yaml`, text),
    );
    expect(await annotate(['--quiet', ...paths])).toBe(0);
    expect(terminal.stdout).toBe(`${ANNOTATED}---\n${OTHER}---\n${OTHER}...\n%YAML 1.2\n---\n${OTHER}`);
    expect(terminal.stderr).toBe('');
  });

  test('standard input', async () => {
    terminal.standardInput = Buffer.from(POD);
    expect(await annotate(['-'])).toBe(0);
    expect(terminal.stdout).toBe(ANNOTATED);
    expect(terminal.stderr).toBe('-: changed (3 annotations in 1 pod)\n');
  });

  test('says how pods of another runtime class get hints', async () => {
    const path = file('runc.yaml', POD.replace('runtimeClassName: gvisor', 'runtimeClassName: kata'));
    expect(await annotate(['--check', path])).toBe(0);
    expect(terminal.stdout).toMatch(/no gVisor pod; 1 pod .*--runtime-class/);
    expect(await annotate(['--check', '--runtime-class', 'kata', path])).toBe(1);
  });

  test('what has no gVisor pod, byte for byte', async () => {
    terminal.standardInput = Buffer.from(`\uFEFF${OTHER}\r\n`);
    expect(await annotate(['-', '-q'])).toBe(0);
    expect(terminal.stdout).toBe(`\uFEFF${OTHER}\r\n`);
  });
});

describe('--write', () => {
  test('changes files in place, mode kept, through a symbolic link, and only if anything changes', async () => {
    const path = file('p.yaml', POD);
    const other = file('s.yaml', OTHER);
    const link = join(place.root, 'link.yaml');
    symlinkSync(path, link);
    chmodSync(path, 0o640);
    const before = snapshot(place.root)['s.yaml'];
    expect(await annotate(['-w', link, other])).toBe(0);
    expect(read(path)).toBe(ANNOTATED);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(snapshot(place.root)['s.yaml']).toBe(before);
    expect(terminal.stdout).toBe(
      `${link}: changed (3 annotations in 1 pod)\n${other}: no gVisor pod: no object in it is a pod, or makes pods\n`,
    );
    expect(await annotate(['-w', path])).toBe(0);
    expect(terminal.stdout).toMatch(/unchanged \(1 gVisor pod\)\n$/);
  });

  test('with --check, --diff or --dry-run is refused', async () => {
    const path = file('p.yaml', POD);
    const before = snapshot(place.root);
    for (const still of ['--check', '--diff', '-n']) expect(await annotate(['-w', still, path])).toBe(2);
    expect(terminal.stderr).toContain('--write writes files, and --check writes nothing');
    expect(snapshot(place.root)).toEqual(before);
  });

  test('one bad file does not stop the others', async () => {
    const paths = [file('bad.yaml', BROKEN), join(place.root, 'gone.yaml'), file('p.yaml', POD)];
    expect(await annotate(['-w', ...paths])).toBe(66);
    expect(read(paths[2] as string)).toBe(ANNOTATED);
    expect(terminal.stderr).toMatch(/error MH_MANIFEST_INVALID: .*bad\.yaml:3:1: /);
    expect(terminal.stderr).toMatch(/error MH_INPUT_NOT_FOUND: /);
  });

  test('a failed write is 74, and the file is what it was', async () => {
    const path = file('p.yaml', POD);
    const save = () => {
      throw new MountHintsError('MH_WRITE_FAILED', 'no space', { path });
    };
    const { files } = annotateWiring;
    const wiring = {
      ...annotateWiring,
      files: {
        find: files.find.bind(files),
        load: files.load.bind(files),
        chunks: files.chunks.bind(files),
        save,
      },
    };
    expect(await annotate(['-w', path], wiring)).toBe(74);
    expect(read(path)).toBe(POD);
  });
});

describe('directories', () => {
  test('the manifests below are taken, in order; hidden names and links left out', async () => {
    file('d/b.yaml', POD);
    file('d/a/z.yml', POD);
    file('d/a/k.json', '{}');
    file('d/notes.txt', BROKEN);
    file('d/.git/x.yaml', BROKEN);
    symlinkSync(file('elsewhere.yaml', BROKEN), join(place.root, 'd/link.yaml'));
    expect(await annotate(['--check', '--json', join(place.root, 'd')])).toBe(1);
    const paths = terminal.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).path.slice(place.root.length));
    expect(paths).toEqual(['/d/a/k.json', '/d/a/z.yml', '/d/b.yaml']);
  });

  test('empty ones are no input', async () => {
    mkdirSync(join(place.root, 'empty'));
    expect(await annotate([join(place.root, 'empty')])).toBe(66);
  });
});

describe('reports', () => {
  test('--json: one object an input, errors too', async () => {
    const paths = [file('p.yaml', POD), file('bad.yaml', BROKEN)];
    expect(await annotate(['--json', '--check', ...paths])).toBe(65);
    const [good, bad] = terminal.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(good).toMatchObject({
      path: paths[0],
      changed: true,
      documents: 1,
      pods: [
        {
          kind: 'Pod',
          name: 'p',
          document: 0,
          path: '',
          line: 2,
          column: 1,
          changes: [{ value: 'rw,rprivate,size=1g' }, { value: 'container' }, { value: 'bind' }],
          decisions: [{ code: 'hinted', volume: 'v', text: expect.any(String) }],
        },
      ],
    });
    expect(bad).toMatchObject({ path: paths[1], changed: false, error: { code: 'MH_MANIFEST_INVALID' } });
  });

  test('a hint that stands against the rules is told also where the manifest goes out', async () => {
    terminal.standardInput = Buffer.from(
      POD.replace('  name: p', '  annotations: {dev.gvisor.spec.mount.v.type: tmpfs}'),
    );
    expect(await annotate(['-'])).toBe(0);
    expect(terminal.stderr).toMatch(
      /^-: unchanged \(1 gVisor pod\)\n {2}line 2, Pod \(unnamed\): volume v keeps/,
    );
  });

  test('--diff of one-line JSON and of one-line YAML', async () => {
    const line = `{kind: Pod, ${SPEC.replace('spec:', 'spec: {')
      .replaceAll(/\n {2}(?=[vc])/g, ', ')
      .replaceAll('\n', '')
      .replace('{  ', '{')}}}`;
    terminal.standardInput = Buffer.from(line);
    expect(await annotate(['--diff', '-'])).toBe(0);
    expect(terminal.stdout).toMatch(/^--- -\n\+\+\+ -\n/);
  });
});

describe('options', () => {
  const KATA = POD.replace('gvisor', 'kata');

  test.each<[string[], string, string | undefined]>([
    [[], POD, 'rw,rprivate,size=1g bind'],
    [['--gke'], POD, 'rw,rprivate bind'],
    [['--no-size'], POD, 'rw,rprivate bind'],
    [['--size-slack', '24Mi'], POD, 'rw,rprivate,size=1000m bind'],
    [['--medium', 'v=memory'], POD, 'rw,rprivate,size=1g tmpfs'],
    [['--no-hint', 'v'], POD, undefined],
    [[], KATA, undefined],
    [['--all'], KATA, 'rw,rprivate,size=1g bind'],
    [['--runtime-class', 'kata', '--runtime-class', 'x'], KATA, 'rw,rprivate,size=1g bind'],
    [
      ['--pod-path', 'Rollout=spec.template'],
      `kind: Rollout\nspec:\n  template:\n${SPEC.replace(/^/gm, '    ')}`,
      'rw,rprivate,size=1g bind',
    ],
    [
      ['--existing', 'overwrite'],
      POD.replace('  name: p', '  annotations: {dev.gvisor.spec.mount.v.type: tmpfs}'),
      'rw,rprivate,size=1g bind',
    ],
  ])('%j', async (args, text, expected) => {
    terminal.standardInput = Buffer.from(text);
    expect(await annotate(['--json', '--dry-run', ...args, '-'])).toBe(0);
    const { changed, pods } = JSON.parse(terminal.stdout);
    const values = pods[0]?.changes.map(({ value }: { value: string }) => value);
    expect(changed ? `${values[0]} ${values.at(-1)}` : undefined).toBe(expected);
  });

  test('--existing reject is 65 and says where', async () => {
    terminal.standardInput = Buffer.from(
      POD.replace('  name: p', '  annotations: {dev.gvisor.spec.mount.w.type: tmpfs}'),
    );
    expect(await annotate(['--existing', 'reject', '-'])).toBe(65);
    expect(terminal.stderr).toMatch(/^error MH_HINTS_CONFLICT: standard input:4:3: /);
    expect(terminal.stdout).toBe('');
  });

  test.each([
    [[]],
    [['--existing', 'x', '-']],
    [['--medium', 'v', '-']],
    [['--medium', 'v=tape', '-']],
    [['--medium', 'v=disk=x', '-']],
    [['--pod-path', 'x', '-']],
    [['--size-slack', 'much', '-']],
    [['--gke', '--no-hint', 'v', '-']],
    [['--unknown', '-']],
  ])('%j is wrong usage', async (args) => {
    expect(await annotate(args)).toBe(2);
    expect(terminal.stdout).toBe('');
  });

  test.each([
    ['UTF-16', Buffer.from(`\uFEFF${POD}`, 'utf16le')],
    ['Latin-1', Buffer.from('kind: Pod # é', 'latin1')],
  ])('%s is refused', async (_, bytes) => {
    terminal.standardInput = bytes;
    expect(await annotate(['-'])).toBe(65);
    expect(terminal.stderr).toMatch(/MH_MANIFEST_INVALID: standard input is not UTF-8/);
  });
});

describe('what a tenant wrote', () => {
  test.each([
    ['a name', POD.replace('name: p', 'name: "p\\e]0;x\\a\\x9b31m\\nq"')],
    ['an error', `${POD}"\\e[31mq": 1\n"\\e[31mq": 2\n`],
  ])('puts no control character of %s on the terminal', async (_, text) => {
    await annotate(['--dry-run', file('p.yaml', text)]);
    const shown = terminal.stdout + terminal.stderr;
    expect(shown).toContain('\\u001b');
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('below a directory where not all can be read', () => {
  /** The file system, with a failure for `lstat` or `readdir` of some paths. */
  function failing(method: 'lstatSync' | 'readdirSync', suffix: string, code: string): AnnotateWiring {
    const fs: FileSystem = Object.create(hostFileSystem, {
      [method]: {
        value: (path: string) => {
          if (path.endsWith(suffix)) throw Object.assign(new Error(code), { code });
          return hostFileSystem[method](path);
        },
      },
    });
    return { ...annotateWiring, files: new ManifestFileStore(fs, new FastGlobInputFinder(fs)) };
  }

  test.each<[string, 'lstatSync' | 'readdirSync', string, string, string]>([
    ['may be listed and not entered', 'lstatSync', 'c/q.yaml', 'EACCES', 'MH_INPUT_UNREADABLE'],
    ['may not be listed', 'readdirSync', '/c', 'EACCES', 'MH_INPUT_UNREADABLE'],
    ['is gone since its parent was listed', 'readdirSync', '/c', 'ENOENT', ''],
    ['has a file that is gone since', 'lstatSync', 'c/q.yaml', 'ENOENT', ''],
  ])('one that %s does not end the others', async (_, method, suffix, code, told) => {
    const path = file('d/p.yaml', POD);
    file('d/c/q.yaml', POD);
    const status = await annotate(['-w', join(place.root, 'd')], failing(method, suffix, code));
    expect(status).toBe(told === '' ? 0 : 66);
    expect(read(path)).toBe(ANNOTATED);
    if (told === '') expect(terminal.stderr).toBe('');
    else expect(terminal.stderr).toContain(`error ${told}: ${join(place.root, 'd/c')} `);
  });

  test('a name that is not UTF-8 is told, and does not end the others', async () => {
    const path = file('d/p.yaml', POD);
    const latin1 = Buffer.concat([
      Buffer.from(join(place.root, 'd/caf')),
      Buffer.from([0xe9]),
      Buffer.from('.yaml'),
    ]);
    writeFileSync(latin1, POD);
    expect(await annotate(['-w', join(place.root, 'd')])).toBe(66);
    expect(read(path)).toBe(ANNOTATED);
    expect(terminal.stderr).toContain(`error MH_INPUT_UNREADABLE: ${join(place.root, 'd/caf')}`);
    expect(terminal.stderr).toContain('not UTF-8');
  });

  test('a file that two arguments name is worked on once', async () => {
    const path = file('d/p.yaml', POD);
    expect(await annotate(['-w', join(place.root, 'd'), path])).toBe(0);
    expect(terminal.stdout.split('\n').filter((line) => line.startsWith(path))).toHaveLength(1);
  });

  test('a file that goes away between the listing and the reading is one error', async () => {
    const path = file('d/p.yaml', POD);
    const gone = file('d/q.yaml', POD);
    const { files } = annotateWiring;
    const wiring: AnnotateWiring = {
      ...annotateWiring,
      files: {
        find: async (...asked) => {
          const found = await files.find(...asked);
          rmSync(gone);
          return found;
        },
        load: (each) => files.load(each),
        chunks: (each) => files.chunks(each),
        save: (loaded, bytes) => files.save(loaded, bytes),
      },
    };
    expect(await annotate(['-w', join(place.root, 'd')], wiring)).toBe(66);
    expect(read(path)).toBe(ANNOTATED);
    expect(terminal.stderr).toContain(`error MH_INPUT_NOT_FOUND: ${gone} `);
  });
});
