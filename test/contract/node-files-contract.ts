import type { NodeFiles } from '../../src/ports/node-files.ts';
import { expectEqual, type TestRunner, withFresh } from '../../src/testing/suite.ts';
import { dir, file, link, program, type TreeEntry } from './tree-entry.ts';

/** The files of a node with a tree of its own somewhere. */
interface NodeFilesSubject {
  readonly files: NodeFiles;
  /** The path by which the node itself knows a path of the tree. */
  path(relative: string): string;
  /** Takes the tree away. */
  dispose(): Promise<void>;
}

/** Makes a fresh subject with this tree, isolated from every other. */
export type CreateNodeFiles = (tree: readonly TreeEntry[]) => Promise<NodeFilesSubject>;

const TREE = [
  file('etc/a.toml', 'a = 1 # \u00e4\n'),
  file('etc/b.toml', 'b = "x"\n[t]\nc = [1, 2]\n'),
  file('etc/b[1].toml'),
  file('etc/.hidden.toml'),
  file('etc/c.toml.bak'),
  file('etc/broken.toml', 'a = 1\nb = = 2\n'),
  file('etc/deep.toml', `a = ${'['.repeat(20_000)}`),
  file('etc/names.toml', '__proto__ = 1\nconstructor = 2\n'),
  file('etc/conf.d/z.toml', 'z = 1\n'),
  file('etc/conf.d/sub/y.toml'),
  file('etc/conf.d/sub-2/x.toml'),
  dir('etc/empty'),
  dir('etc/directory.toml'),
  program('bin/program'),
  link('bin/linked', 'bin/program'),
  link('etc/link.toml', 'etc/a.toml'),
  link('etc/linked', 'etc/conf.d'),
  link('etc/dangling.toml', 'nowhere'),
  link('etc/circle', 'etc/circle'),
];

/** Of nothing that is there, by each way to name it. */
const ABSENT = ['nothing', 'etc/nothing', 'etc/a.toml/x', 'etc/a.toml/..', 'etc/dangling.toml', 'nothing/x'];
const HOSTILE = ['etc/a\0b', `etc/${'x'.repeat(5000)}`, 'etc/circle', 'etc/circle/x'];

const GLOBS: readonly { name: string; ask: string; found: readonly string[] }[] = [
  { name: 'names of one directory', ask: 'etc/[ab].toml', found: ['etc/a.toml', 'etc/b.toml'] },
  {
    name: 'a star over several directories',
    ask: 'etc/*/z.toml',
    found: ['etc/conf.d/z.toml', 'etc/linked/z.toml'],
  },
  {
    name: 'whole paths in ascending order',
    ask: 'etc/conf.d/*/*',
    found: ['etc/conf.d/sub-2/x.toml', 'etc/conf.d/sub/y.toml'],
  },
  { name: 'names that begin with a dot', ask: 'etc/*hidden*', found: ['etc/.hidden.toml'] },
  { name: 'a character that is escaped', ask: 'etc/b\\[1].toml', found: ['etc/b[1].toml'] },
  { name: 'directories', ask: 'etc/empt?', found: ['etc/empty'] },
  { name: 'a link that leads nowhere', ask: 'etc/dang*', found: ['etc/dangling.toml'] },
  { name: 'a name without a pattern', ask: 'etc/a.toml', found: ['etc/a.toml'] },
  {
    name: 'a name without a pattern that leads nowhere',
    ask: 'etc/dangling.toml',
    found: ['etc/dangling.toml'],
  },
  { name: 'nothing where nothing is', ask: 'nothing/*', found: [] },
  { name: 'nothing below a file', ask: 'etc/a.toml/*', found: [] },
  { name: 'no braces', ask: 'etc/{a,b}.toml', found: [] },
  { name: 'no globstar', ask: 'etc/**/y.toml', found: [] },
  { name: 'nothing by a malformed pattern', ask: 'etc/[', found: [] },
];

/** The contract of {@link NodeFiles}: run it against any adapter. */
export function nodeFilesContract({ test }: TestRunner, create: CreateNodeFiles): void {
  const withNode = (name: string, body: (subject: NodeFilesSubject) => Promise<void>) =>
    test(`NodeFiles ${name}`, () => withFresh(() => create(TREE), body));

  withNode('reads a text, also behind a link', async ({ files, path }) => {
    const text = { kind: 'text', text: 'a = 1 # \u00e4\n' };
    expectEqual('text', await files.readText(path('etc/a.toml')), text);
    expectEqual('text behind a link', await files.readText(path('etc/link.toml')), text);
  });
  withNode('says that a file is absent', async ({ files, path }) => {
    for (const each of ABSENT) {
      expectEqual(`text of ${each}`, await files.readText(path(each)), { kind: 'absent' });
      expectEqual(`config of ${each}`, await files.readConfig(path(each)), { kind: 'absent' });
    }
  });
  withNode('says that it cannot read what is not a file', async ({ files, path }) => {
    for (const each of ['etc', 'etc/directory.toml', 'etc/circle']) {
      expectEqual(`text of ${each}`, (await files.readText(path(each))).kind, 'unreadable');
      expectEqual(`config of ${each}`, (await files.readConfig(path(each))).kind, 'unreadable');
    }
  });
  withNode('reads TOML', async ({ files, path }) => {
    const config = { b: 'x', t: { c: [1, 2] } };
    const headings = [{ path: ['t'], text: '[t]' }];
    expectEqual('config', await files.readConfig(path('etc/b.toml')), { kind: 'config', config, headings });
  });
  withNode('reads names of Object.prototype as names', async ({ files, path }) => {
    const reading = await files.readConfig(path('etc/names.toml'));
    const config = reading.kind === 'config' ? reading.config : {};
    expectEqual('keys', Object.keys(config), ['__proto__', 'constructor']);
  });
  withNode('says where a text is not valid TOML, by line and column from 1', async ({ files, path }) => {
    const reading = await files.readConfig(path('etc/broken.toml'));
    const place = reading.kind === 'malformed' ? [reading.line, reading.column] : reading;
    expectEqual('place', place, [2, 5]);
    expectEqual('nested too deep', (await files.readConfig(path('etc/deep.toml'))).kind, 'malformed');
  });
  for (const { name, ask, found } of GLOBS) {
    withNode(`matches as Go does: ${name}`, async ({ files, path }) => {
      expectEqual('listing', await files.glob(path(ask)), { paths: found.map(path), unreadable: [] });
    });
  }
  withNode('walks in the order of Go, links not followed', async ({ files, path }) => {
    const found = ['etc/conf.d/sub/y.toml', 'etc/conf.d/sub-2/x.toml', 'etc/conf.d/z.toml'].map(path);
    expectEqual('listing', await files.walk(path('etc/conf.d')), { paths: found, unreadable: [] });
    const { paths } = await files.walk(path('etc'));
    expectEqual('a link in it', paths.includes(path('etc/linked')), true);
    expectEqual('behind the link', paths.includes(path('etc/linked/z.toml')), false);
  });
  withNode('finds nothing in what is empty, absent or no directory', async ({ files, path }) => {
    for (const each of ['etc/empty', 'nothing', 'etc/a.toml']) {
      expectEqual(`walk of ${each}`, await files.walk(path(each)), { paths: [], unreadable: [] });
    }
  });
  withNode('names the directories that it could not look into', async ({ files, path }) => {
    const circle = path('etc/circle');
    const [walked, matched] = [await files.walk(circle), await files.glob(`${circle}/*`)];
    for (const { paths, unreadable } of [walked, matched]) {
      expectEqual('paths', paths, []);
      expectEqual(
        'unreadable',
        unreadable.map((each) => each.path),
        [circle],
      );
    }
  });
  withNode('follows all links of a path', async ({ files, path }) => {
    const own = await files.realPath(path('etc/conf.d/z.toml'));
    expectEqual('own', own?.endsWith('etc/conf.d/z.toml'), true);
    expectEqual('behind a link', await files.realPath(path('etc/linked/z.toml')), own);
    expectEqual('up again', await files.realPath(path('etc/linked/../conf.d/z.toml')), own);
    for (const each of ABSENT) expectEqual(each, await files.realPath(path(each)), undefined);
  });
  withNode('tells programs from other files, also behind a link', async ({ files, path }) => {
    for (const each of ['bin/program', 'bin/linked']) {
      expectEqual(each, await files.isExecutable(path(each)), true);
    }
    for (const each of [...ABSENT, 'bin', 'etc/a.toml', 'etc/link.toml']) {
      expectEqual(each, await files.isExecutable(path(each)), false);
    }
  });
  withNode('throws for nothing that it is asked', async ({ files, path }) => {
    for (const each of HOSTILE) {
      const readings = [await files.readText(path(each)), await files.readConfig(path(each))];
      expectEqual(
        'kinds',
        readings.filter(({ kind }) => kind === 'text' || kind === 'config'),
        [],
      );
      expectEqual('real path', await files.realPath(path(each)), undefined);
      expectEqual('executable', await files.isExecutable(path(each)), false);
      expectEqual('walk', (await files.walk(path(each))).paths, []);
      expectEqual('glob', (await files.glob(path(`${each}/*`))).paths, []);
    }
  });
}
