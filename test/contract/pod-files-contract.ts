import type { PodFile, PodFiles } from '../../src/ports/pod-files.ts';
import {
  expectCode,
  expectEqual,
  expectInputError,
  freshTests,
  type TestRunner,
} from '../../src/testing/suite.ts';
import { closed, dir, type FindCase, file, link, type TreeEntry } from './tree-entry.ts';

/** Pod files over a tree of their own. */
interface PodFilesSubject {
  readonly files: PodFiles;
  /** The absolute path by which the port knows a path of the tree. */
  path(relative: string): string;
  /** Takes the tree away. */
  dispose(): Promise<void>;
}

/** Makes a fresh subject with this tree, isolated from every other. */
export type CreatePodFiles = (tree: readonly TreeEntry[]) => Promise<PodFilesSubject>;

const SPEC = '{"ociVersion": "1.1.0"}';
const MANIFEST = 'kind: Pod\n';

/** What is found, as `kind path`, and the code of what could not be looked at. */
function summary(found: readonly PodFile[], path: (relative: string) => string): string[] {
  const start = path('').replace(/\/*$/, '/').length;
  return found.map((each) => {
    const code = each.kind === 'unreadable' ? ` ${each.error.code}` : '';
    return `${each.kind} ${each.path.slice(start)}${code}`;
  });
}

const FINDS: readonly FindCase[] = [
  {
    name: 'takes a directory with a config.json for a bundle',
    tree: [file('b/config.json', SPEC)],
    ask: 'b',
    found: ['bundle b'],
  },
  {
    name: 'takes a config.json for a bundle',
    tree: [file('b/config.json', SPEC)],
    ask: 'b/config.json',
    found: ['bundle b/config.json'],
  },
  {
    name: 'takes a JSON file that says it is a spec for a bundle',
    tree: [file('spec.json', SPEC)],
    ask: 'spec.json',
    found: ['bundle spec.json'],
  },
  {
    name: 'takes any other JSON file for manifests',
    tree: [file('pod.json', '{"kind": "Pod"}')],
    ask: 'pod.json',
    found: ['manifest pod.json'],
  },
  {
    name: 'takes a file of any name for manifests',
    tree: [file('pods', MANIFEST)],
    ask: 'pods',
    found: ['manifest pods'],
  },
  {
    name: 'finds bundles and manifests at any depth, and no other files',
    tree: [
      file('d/one/two/b/config.json', SPEC),
      file('d/one/m.yml', MANIFEST),
      file('d/README.md'),
      file('d/spec.json', SPEC),
      dir('d/empty'),
    ],
    ask: 'd',
    found: ['manifest d/one/m.yml', 'bundle d/one/two/b', 'bundle d/spec.json'],
  },
  {
    name: 'takes their endings in any letter case',
    tree: [
      file('d/a.YAML', MANIFEST),
      file('d/b.Yml', MANIFEST),
      file('d/c.JSON', SPEC),
      file('d/d.YAML.bak'),
    ],
    ask: 'd',
    found: ['manifest d/a.YAML', 'manifest d/b.Yml', 'bundle d/c.JSON'],
  },
  {
    name: 'gives whole paths in ascending order, also where one directory begins with the name of another',
    tree: [file('d/a/m.yaml'), file('d/a-b/m.yaml'), file('d/a.yaml'), file('d/B.yaml')],
    ask: 'd',
    found: ['manifest d/B.yaml', 'manifest d/a-b/m.yaml', 'manifest d/a.yaml', 'manifest d/a/m.yaml'],
  },
  {
    name: 'does not look into a bundle',
    tree: [file('d/b/config.json', SPEC), file('d/b/rootfs/app/pod.yaml')],
    ask: 'd',
    found: ['bundle d/b'],
  },
  {
    name: 'leaves out names that begin with a dot',
    tree: [file('d/.m.yaml'), file('d/.git/m.yaml'), file('d/m.yaml')],
    ask: 'd',
    found: ['manifest d/m.yaml'],
  },
  { name: 'finds nothing in an empty directory', tree: [dir('d')], ask: 'd', found: [] },
  {
    name: 'follows links to files and directories',
    tree: [file('elsewhere/m.yaml'), link('d/l', 'elsewhere'), link('d/m.yaml', 'elsewhere/m.yaml')],
    ask: 'd',
    found: ['manifest d/l/m.yaml', 'manifest d/m.yaml'],
  },
  {
    name: 'looks into each directory once, also where links lead in circles',
    tree: [file('d/m.yaml'), link('d/l1', 'd'), link('d/l2', 'd'), link('d/sub/up', 'd')],
    ask: 'd',
    found: ['manifest d/m.yaml'],
  },
  {
    name: 'finds a bundle once, by its own name if that is below the directory, else by the first link',
    tree: [
      file('d/b/config.json', SPEC),
      link('d/a', 'd/b'),
      link('d/sub/c', 'd/b'),
      file('elsewhere/config.json', SPEC),
      link('d/x', 'elsewhere'),
      link('d/y', 'elsewhere'),
    ],
    ask: 'd',
    found: ['bundle d/b', 'bundle d/x'],
  },
  {
    name: 'takes a link that is named for the bundle that it leads to',
    tree: [file('d/b/config.json', SPEC), link('d/a', 'd/b')],
    ask: 'd/a',
    found: ['bundle d/a'],
  },
  {
    name: 'passes over links to nothing that are not named as manifests',
    tree: [link('d/notes.conf', 'nowhere'), link('d/b', 'no/where'), file('d/m.yaml')],
    ask: 'd',
    found: ['manifest d/m.yaml'],
  },
  {
    name: 'says what it could not look at, and goes on',
    tree: [link('d/a.yaml', 'nowhere'), link('d/b.yaml', 'd/b.yaml'), closed('d/c'), file('d/d.yaml')],
    ask: 'd',
    found: [
      'unreadable d/a.yaml MH_INPUT_NOT_FOUND',
      'unreadable d/b.yaml MH_INPUT_UNREADABLE',
      'unreadable d/c MH_INPUT_UNREADABLE',
      'manifest d/d.yaml',
    ],
  },
];

const BUNDLES = [
  file('k/b/config.json', SPEC),
  file('k/a/config.json', SPEC),
  file('k/a-b/config.json', SPEC),
  file('k/c/state.json'),
  file('k/stray'),
];
const CRIO_BUNDLES = [
  file('k/b/userdata/config.json', SPEC),
  file('k/a/userdata/config.json', SPEC),
  file('k/c/config.json', SPEC),
];

/** Other names of a bundle. */
const NAMES: readonly [string, string][] = [
  ['its directory', ''],
  ['its directory with a slash behind it', '/'],
  ['its directory from within', '/.'],
  ['its spec', '/config.json'],
];

/** The contract of {@link PodFiles}: run it against any adapter. */
export function podFilesContract(runner: TestRunner, create: CreatePodFiles): void {
  const withTree = freshTests('PodFiles', runner, create);

  for (const { name, tree, ask, found } of FINDS) {
    withTree(name, tree, ({ files, path }) => {
      expectEqual('found', summary(files.find(path(ask)), path), found);
    });
  }
  withTree(
    'refuses what it cannot look at',
    [file('f'), closed('c'), link('l', 'nowhere')],
    async ({ files, path }) => {
      await expectCode('missing', 'MH_INPUT_NOT_FOUND', async () => files.find(path('nothing')));
      await expectCode('below a file', 'MH_INPUT_NOT_FOUND', async () => files.find(path('f/x')));
      await expectCode('a link to nothing', 'MH_INPUT_NOT_FOUND', async () => files.find(path('l')));
      await expectCode('closed', 'MH_INPUT_UNREADABLE', async () => files.find(path('c')));
      await expectInputError('a NUL', async () => files.find(path('a\0b')));
      await expectInputError('the empty path', async () => files.find(''));
    },
  );

  const read = async (files: PodFiles, path: string): Promise<number[]> => {
    const bytes: number[] = [];
    for await (const chunk of files.chunks(path)) bytes.push(...chunk);
    return bytes;
  };
  const text = '\ufeffkind: Pod # \u00e4 \u{1f600}\r\n\r\n---';
  withTree('reads a text as it is', [file('m', text), link('l', 'm')], async ({ files, path }) => {
    const bytes = [...new TextEncoder().encode(text)];
    expectEqual('bytes', await read(files, path('m')), bytes);
    expectEqual('bytes behind a link', await read(files, path('l')), bytes);
  });
  withTree(
    'refuses to read what is not a file',
    [dir('d'), link('l', 'nowhere')],
    async ({ files, path }) => {
      await expectCode('missing', 'MH_INPUT_NOT_FOUND', () => read(files, path('nothing')));
      await expectCode('dangling', 'MH_INPUT_NOT_FOUND', () => read(files, path('l')));
      await expectCode('directory', 'MH_INPUT_NOT_REGULAR', () => read(files, path('d')));
      await expectInputError('a NUL', () => read(files, path('a\0b')));
      await expectInputError('the empty path', () => read(files, ''));
    },
  );

  for (const [name, end] of NAMES) {
    withTree(`finds the other bundles of one that is named by ${name}`, BUNDLES, ({ files, path }) => {
      expectEqual('siblings', files.siblings(path('k/b') + end), [path('k/a'), path('k/a-b')]);
      expectEqual('with an id', files.siblingWithId(path('k/b') + end, 'x'), path('k/x'));
    });
    withTree(
      `finds CRI-O's other bundles of one that is named by ${name}`,
      CRIO_BUNDLES,
      ({ files, path }) => {
        const own = path('k/b/userdata') + end;
        expectEqual('siblings', files.siblings(own), [path('k/a/userdata')]);
        expectEqual('with an id', files.siblingWithId(own, 'x'), path('k/x/userdata'));
      },
    );
  }
  withTree(
    'finds each other bundle once, whatever links lead to it or to the one that is named',
    [
      ...BUNDLES,
      link('k/0', 'k/a'),
      link('k/l', 'k/b'),
      link('k/m', 'elsewhere'),
      link('k/n', 'elsewhere'),
    ].concat(file('elsewhere/config.json', SPEC)),
    ({ files, path }) => {
      const others = [path('k/a'), path('k/a-b'), path('k/m')];
      expectEqual('siblings', files.siblings(path('k/b')), others);
      expectEqual('siblings of a link', files.siblings(path('k/l')), others);
    },
  );
  withTree(
    "finds CRI-O's bundles once, whatever links lead to them",
    [...CRIO_BUNDLES, link('k/0', 'k/a'), link('k/l', 'k/b')],
    ({ files, path }) => {
      expectEqual('siblings', files.siblings(path('k/b/userdata')), [path('k/a/userdata')]);
    },
  );
  withTree('knows no siblings where it cannot tell', [file('f')], ({ files, path }) => {
    expectEqual('missing', files.siblings(path('nothing/b')), []);
    expectEqual('below a file', files.siblings(path('f/b')), []);
    expectEqual('a NUL', files.siblings(path('a\0b')), []);
  });
  for (const id of ['', '.', '..', '../../etc', 'a/b', '/etc', 'a\0b']) {
    withTree(`gives no path for ${JSON.stringify(id)}, which is not a file name`, BUNDLES, (subject) => {
      const { files, path } = subject;
      expectEqual('with an id', files.siblingWithId(path('k/b'), id), undefined);
    });
  }
}
