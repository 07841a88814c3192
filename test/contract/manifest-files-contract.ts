import type { LoadedFile, ManifestFiles, TellUnreadable } from '../../src/ports/manifest-files.ts';
import {
  expectCode,
  expectEqual,
  expectInputError,
  freshTests,
  type TestRunner,
} from '../../src/testing/suite.ts';
import { closed, dir, type FindCase, file, link, type TreeEntry } from './tree-entry.ts';

/** Manifest files over a tree of their own. */
interface ManifestFilesSubject {
  readonly files: ManifestFiles;
  /** The absolute path by which the port knows a path of the tree. */
  path(relative: string): string;
  /** The permission bits of a file. */
  modeOf(relative: string): number;
  /** Sets them. */
  setMode(relative: string, mode: number): void;
  /** Takes the tree away. */
  dispose(): Promise<void>;
}

/** Makes a fresh subject with this tree, isolated from every other. */
export type CreateManifestFiles = (tree: readonly TreeEntry[]) => Promise<ManifestFilesSubject>;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = ({ bytes }: LoadedFile) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const FINDS: readonly FindCase[] = [
  { name: 'finds the file that is named, whatever its name', tree: [file('m')], ask: 'm', found: ['m'] },
  {
    name: 'finds the file that is named, a hidden one too',
    tree: [file('.m.txt')],
    ask: '.m.txt',
    found: ['.m.txt'],
  },
  {
    name: 'finds the link that is named',
    tree: [file('m.yaml'), link('l.yaml', 'm.yaml')],
    ask: 'l.yaml',
    found: ['l.yaml'],
  },
  {
    name: 'finds the files of a glob in ascending order',
    tree: [file('c.yaml'), file('a.yaml'), file('b.yml')],
    ask: '*.yaml',
    found: ['a.yaml', 'c.yaml'],
  },
  {
    name: 'finds manifests at any depth below a directory, and no other files',
    tree: [file('d/a.yaml'), file('d/x/y/b.yml'), file('d/x/c.json'), file('d/x/README.md'), dir('d/e.yaml')],
    ask: 'd',
    found: ['d/a.yaml', 'd/x/c.json', 'd/x/y/b.yml'],
  },
  {
    name: 'takes their endings in any letter case',
    tree: [file('d/a.YAML'), file('d/b.Yml'), file('d/c.JSON'), file('d/d.YAML.bak')],
    ask: 'd',
    found: ['d/a.YAML', 'd/b.Yml', 'd/c.JSON'],
  },
  {
    name: 'sorts whole paths, also where one directory begins with the name of another',
    tree: [file('d/a/m.yaml'), file('d/a-b/m.yaml'), file('d/a.yaml')],
    ask: 'd',
    found: ['d/a-b/m.yaml', 'd/a.yaml', 'd/a/m.yaml'],
  },
  {
    name: 'sorts whole paths over all that a glob matches',
    tree: [file('a/m.yaml'), file('a-b.yaml')],
    ask: 'a*',
    found: ['a-b.yaml', 'a/m.yaml'],
  },
  {
    name: 'gives a file once that a glob matches with its directory',
    tree: [file('d/x/m.yaml')],
    ask: '**',
    found: ['d/x/m.yaml'],
  },
  {
    name: 'passes over an empty directory beside others of a glob',
    tree: [dir('a'), file('b/m.yaml')],
    ask: '*',
    found: ['b/m.yaml'],
  },
  {
    name: 'leaves out names that begin with a dot, and links',
    tree: [
      file('d/.m.yaml'),
      file('d/.git/m.yaml'),
      file('elsewhere/m.yaml'),
      link('d/l.yaml', 'elsewhere/m.yaml'),
      link('d/l', 'elsewhere'),
      link('d/circle', 'd'),
      file('d/m.yaml'),
    ],
    ask: 'd',
    found: ['d/m.yaml'],
  },
  {
    name: 'looks below a link to a directory that is named itself',
    tree: [file('elsewhere/m.yaml'), link('l', 'elsewhere')],
    ask: 'l',
    found: ['l/m.yaml'],
  },
];

const ignore: TellUnreadable = () => undefined;

/** The contract of {@link ManifestFiles}: run it against any adapter. */
export function manifestFilesContract(runner: TestRunner, create: CreateManifestFiles): void {
  const withTree = freshTests('ManifestFiles', runner, create);

  for (const { name, tree, ask, found } of FINDS) {
    withTree(name, tree, async ({ files, path }) => {
      expectEqual('found', await files.find(path(ask), ignore), found.map(path));
    });
  }
  withTree('refuses where no manifest is', [file('d/README.md'), dir('d/e')], async ({ files, path }) => {
    await expectCode('below', 'MH_INPUT_NOT_FOUND', () => files.find(path('d'), ignore));
    await expectCode('missing', 'MH_INPUT_NOT_FOUND', () => files.find(path('nothing'), ignore));
    await expectCode('no match', 'MH_INPUT_NOT_FOUND', () => files.find(path('*.yaml'), ignore));
    await expectCode('the empty name', 'MH_INPUT_NOT_FOUND', () => files.find('', ignore));
  });
  withTree(
    'tells what it cannot list, and finds the rest',
    [file('d/m.yaml'), closed('d/c')],
    async (subject) => {
      const { files, path } = subject;
      const told: [string, string][] = [];
      const tell: TellUnreadable = (where, { code }) => told.push([where, code]);
      expectEqual('found', await files.find(path('d'), tell), [path('d/m.yaml')]);
      expectEqual('nothing else', await files.find(path('d/c'), tell), []);
      expectEqual('told', told, [
        [path('d/c'), 'MH_INPUT_UNREADABLE'],
        [path('d/c'), 'MH_INPUT_UNREADABLE'],
      ]);
    },
  );

  const text = '\ufeffkind: Pod # \u00e4 \u{1f600}\r\n\r\n---';
  withTree('loads the bytes as they are, and says where from', [file('m', text)], ({ files, path }) => {
    const loaded = files.load(path('m'));
    expectEqual('text', textOf(loaded), text);
    expectEqual('path', loaded.path, path('m'));
  });
  withTree('gives the same bytes in pieces', [file('m', text), file('n', ''), link('l', 'm')], (subject) => {
    const { files, path } = subject;
    const pieces = (name: string) => [...files.chunks(path(name))].flatMap((piece) => [...piece]);
    expectEqual('bytes', pieces('m'), [...bytesOf(text)]);
    expectEqual('of a link', pieces('l'), [...bytesOf(text)]);
    expectEqual('of nothing', pieces('n'), []);
  });
  withTree('refuses pieces of what is not a file', [dir('d')], async ({ files, path }) => {
    await expectCode('missing', 'MH_INPUT_NOT_FOUND', async () => [...files.chunks(path('nothing'))]);
    await expectCode('directory', 'MH_INPUT_NOT_REGULAR', async () => [...files.chunks(path('d'))]);
  });
  withTree(
    'refuses to load what is not a file',
    [dir('d'), link('l', 'nowhere')],
    async ({ files, path }) => {
      await expectCode('missing', 'MH_INPUT_NOT_FOUND', async () => files.load(path('nothing')));
      await expectCode('dangling', 'MH_INPUT_NOT_FOUND', async () => files.load(path('l')));
      await expectCode('directory', 'MH_INPUT_NOT_REGULAR', async () => files.load(path('d')));
      await expectInputError('a NUL', async () => files.load(path('a\0b')));
      await expectInputError('the empty path', async () => files.load(''));
    },
  );

  for (const saved of ['kind: Deployment # \u00e4 \u{1f600}\r\n', '', text]) {
    withTree(`saves ${JSON.stringify(saved)}`, [file('d/m', text), file('d/n', 'n')], async (subject) => {
      const { files, path } = subject;
      files.save(files.load(path('d/m')), bytesOf(saved));
      expectEqual('saved', textOf(files.load(path('d/m'))), saved);
      expectEqual('beside it', textOf(files.load(path('d/n'))), 'n');
      expectEqual('files', await files.find(path('d/*'), ignore), [path('d/m'), path('d/n')]);
    });
  }
  withTree('leaves what it loaded as it was', [file('m', 'a')], ({ files, path }) => {
    const loaded = files.load(path('m'));
    files.save(loaded, bytesOf('b'));
    expectEqual('loaded', textOf(loaded), 'a');
  });
  withTree('keeps the mode', [file('m', 'a')], ({ files, path, modeOf, setMode }) => {
    setMode('m', 0o604);
    files.save(files.load(path('m')), bytesOf('b'));
    expectEqual('mode', modeOf('m'), 0o604);
  });
  withTree(
    'replaces the target of a link, and keeps the link',
    [file('x/m', 'a'), link('d/l.yaml', 'x/m')],
    async ({ files, path }) => {
      files.save(files.load(path('d/l.yaml')), bytesOf('b'));
      expectEqual('target', textOf(files.load(path('x/m'))), 'b');
      // Still left out, so it is still a link.
      await expectCode('find', 'MH_INPUT_NOT_FOUND', () => files.find(path('d'), ignore));
    },
  );
  withTree('refuses to save over what was written since the load', [file('m', 'a')], async (subject) => {
    const { files, path } = subject;
    const [first, second] = [files.load(path('m')), files.load(path('m'))];
    files.save(first, bytesOf('first'));
    await expectCode('save', 'MH_SPEC_CHANGED', async () => files.save(second, bytesOf('second')));
    expectEqual('text', textOf(files.load(path('m'))), 'first');
  });
}
