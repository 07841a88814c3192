import type { SourceFacts } from '../../src/domain/runsc/serve-mount.ts';
import type { SourceLookup } from '../../src/ports/source-lookup.ts';
import { expectEqual, freshTests, type TestRunner } from '../../src/testing/suite.ts';
import { closed, dir, file, link, type TreeEntry } from './tree-entry.ts';

/** A lookup over a tree of its own. */
interface SourceLookupSubject {
  readonly lookup: SourceLookup;
  /** The absolute path by which the lookup knows a path of the tree. */
  path(relative: string): string;
  /** Takes the tree away. */
  dispose(): Promise<void>;
}

/** Makes a fresh subject with this tree, isolated from every other. */
export type CreateSourceLookup = (tree: readonly TreeEntry[]) => Promise<SourceLookupSubject>;

const FILESTORE = '.gvisor.filestore.7d1c';

interface FactsCase {
  readonly name: string;
  readonly tree: readonly TreeEntry[];
  /** Of `v`; what a host may answer either way is not in it. */
  readonly facts: SourceFacts;
}

const DIRECTORY = { isDirectory: true, isSymlink: false };

const FACTS: readonly FactsCase[] = [
  { name: 'an empty directory', tree: [dir('v')], facts: { ...DIRECTORY, holdsData: false } },
  { name: 'a directory with a file', tree: [file('v/x')], facts: { ...DIRECTORY, holdsData: true } },
  { name: 'a directory with a hidden file', tree: [file('v/.x')], facts: { ...DIRECTORY, holdsData: true } },
  {
    name: 'a directory with nothing but a filestore',
    tree: [file(`v/${FILESTORE}`)],
    facts: { ...DIRECTORY, holdsData: false },
  },
  {
    name: 'a directory with a filestore and a file',
    tree: [file(`v/${FILESTORE}`), file('v/x')],
    facts: { ...DIRECTORY, holdsData: true },
  },
  { name: 'a directory that may not be listed', tree: [closed('v')], facts: DIRECTORY },
  { name: 'a file', tree: [file('v')], facts: { isDirectory: false, isSymlink: false } },
  {
    name: 'a link to a directory',
    tree: [file('target/x'), link('v', 'target')],
    facts: { isDirectory: true, isSymlink: true, holdsData: true },
  },
  {
    name: 'a link to a link to a directory',
    tree: [dir('target'), link('between', 'target'), link('v', 'between')],
    facts: { isDirectory: true, isSymlink: true, holdsData: false },
  },
  {
    name: 'a link to a file',
    tree: [file('target'), link('v', 'target')],
    facts: { isDirectory: false, isSymlink: false },
  },
];

/** The contract of {@link SourceLookup}: run it against any adapter. */
export function sourceLookupContract(runner: TestRunner, create: CreateSourceLookup): void {
  const withTree = freshTests('SourceLookup', runner, create);

  for (const { name, tree, facts } of FACTS) {
    withTree(`tells what is there: ${name}`, tree, ({ lookup, path }) => {
      const { isDirectory, isSymlink, holdsData } = lookup.factsOf(path('v'));
      const found = { isDirectory, isSymlink, ...(holdsData !== undefined && { holdsData }) };
      expectEqual('facts', found, facts);
    });
  }
  withTree(
    'takes a directory behind a link for a directory',
    [dir('target/v'), link('l', 'target')],
    (subject) => {
      expectEqual('isSymlink', subject.lookup.factsOf(subject.path('l/v')).isSymlink, false);
    },
  );
  withTree('knows a size of a tmpfs only', [dir('v')], ({ lookup, path }) => {
    const { onTmpfs, tmpfsBytes } = lookup.factsOf(path('v'));
    if (!onTmpfs) expectEqual('tmpfsBytes', tmpfsBytes, undefined);
  });
  withTree('answers the same twice', [file('v/x')], ({ lookup, path }) => {
    expectEqual('facts', lookup.factsOf(path('v')), lookup.factsOf(path('v')));
  });
  const nothing: readonly [string, string][] = [
    ['a path that is not there', 'nothing'],
    ['a path below a file', 'file/x'],
    ['a dangling link', 'dangling'],
    ['a link to itself', 'circle'],
    ['a name with a NUL', 'v\0'],
    ['a name that is too long', 'v'.repeat(5000)],
  ];
  const tree = [file('file'), link('dangling', 'nowhere'), link('circle', 'circle')];
  for (const [name, ask] of nothing) {
    withTree(`knows nothing, and throws nothing, of ${name}`, tree, ({ lookup, path }) => {
      expectEqual('facts', lookup.factsOf(path(ask)), {});
    });
  }
  withTree('knows nothing, and throws nothing, of the empty path', [], ({ lookup }) => {
    expectEqual('facts', lookup.factsOf(''), {});
  });
}
