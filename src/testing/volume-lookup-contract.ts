import type { VolumeLookup } from '../ports/volume-lookup.ts';
import { expectEqual, freshTests, type TestRunner } from './suite.ts';

/** What a contract test wants to stand below a fresh kubelet directory; parents are made as needed. */
export interface LookupEntry {
  /** Relative to the kubelet directory. */
  readonly path: string;
  readonly kind: 'dir' | 'file' | 'symlink';
  /** Of a symlink: relative to the kubelet directory, or absolute and dangling. */
  readonly target?: string;
}

/** A lookup over a tree of its own. */
export interface LookupSubject {
  readonly lookup: VolumeLookup;
  /** The absolute path by which the lookup knows a path of the tree. */
  path(relative: string): string;
  /** Takes the tree away. */
  dispose(): Promise<void>;
}

/** Makes a fresh subject with this tree, isolated from every other. */
export type CreateLookup = (tree: readonly LookupEntry[]) => Promise<LookupSubject>;

const POD = 'pods/0b1e-uid/volumes';
const dir = (path: string): LookupEntry => ({ path, kind: 'dir' });
const file = (path: string): LookupEntry => ({ path, kind: 'file' });

interface FindCase {
  readonly name: string;
  readonly tree: readonly LookupEntry[];
  readonly ask: readonly string[];
  /** By volume name, relative paths. */
  readonly found: Readonly<Record<string, readonly string[]>>;
}

const FINDS: readonly FindCase[] = [
  {
    name: 'finds the one directory of each volume asked for, and no other volume',
    tree: [
      dir(`${POD}/kubernetes.io~empty-dir/a`),
      dir(`${POD}/kubernetes.io~configmap/b`),
      dir(`${POD}/p/c`),
    ],
    ask: ['b', 'a'],
    found: { a: [`${POD}/kubernetes.io~empty-dir/a`], b: [`${POD}/kubernetes.io~configmap/b`] },
  },
  {
    name: 'gives every directory of a volume that is there twice, in ascending order',
    tree: [dir(`${POD}/z/a`), dir(`${POD}/b/a`), dir(`${POD}/m/a`)],
    ask: ['a'],
    found: { a: [`${POD}/b/a`, `${POD}/m/a`, `${POD}/z/a`] },
  },
  {
    name: 'gives an empty list for a volume that is not there',
    tree: [dir(`${POD}/p/a`)],
    ask: ['b'],
    found: { b: [] },
  },
  {
    name: 'gives empty lists for a pod that is not there',
    tree: [],
    ask: ['a', 'b'],
    found: { a: [], b: [] },
  },
  {
    name: 'counts entries of any file type, a dangling symlink included',
    tree: [file(`${POD}/p/f`), { path: `${POD}/p/l`, kind: 'symlink', target: '/nowhere/at/all' }],
    ask: ['f', 'l'],
    found: { f: [`${POD}/p/f`], l: [`${POD}/p/l`] },
  },
  {
    name: 'looks into a plugin directory that is a symlink',
    tree: [dir('elsewhere/a'), { path: `${POD}/p`, kind: 'symlink', target: 'elsewhere' }],
    ask: ['a'],
    found: { a: [`${POD}/p/a`] },
  },
  {
    name: 'passes over plugins that are not directories',
    tree: [
      file('a'),
      file(`${POD}/file`),
      { path: `${POD}/link-to-file`, kind: 'symlink', target: 'a' },
      { path: `${POD}/dangling`, kind: 'symlink', target: '/nowhere/at/all' },
      dir(`${POD}/p/a`),
    ],
    ask: ['a'],
    found: { a: [`${POD}/p/a`] },
  },
  {
    name: 'sorts whole paths, also where one plugin begins with the name of another',
    tree: [dir(`${POD}/p/a`), dir(`${POD}/p-2/a`), dir(`${POD}/p.io/a`)],
    ask: ['a'],
    found: { a: [`${POD}/p-2/a`, `${POD}/p.io/a`, `${POD}/p/a`] },
  },
  {
    name: 'sees names that begin with a dot',
    tree: [dir(`${POD}/.p/.a`), dir(`${POD}/p/..data`)],
    ask: ['.a', '..data'],
    found: { '.a': [`${POD}/.p/.a`], '..data': [`${POD}/p/..data`] },
  },
  {
    name: 'takes names by the letter, not as patterns, and minds their case',
    tree: [dir(`${POD}/p/{a,b}`), dir(`${POD}/p/!(a)`), dir(`${POD}/p/a`), dir(`${POD}/p/B`)],
    ask: ['{a,b}', '!(a)', 'b'],
    found: { '{a,b}': [`${POD}/p/{a,b}`], '!(a)': [`${POD}/p/!(a)`], b: [] },
  },
  {
    name: 'looks one level below the plugins, no deeper and no higher',
    tree: [dir(`${POD}/p/x/a`), dir(`${POD}/a`), file(`${POD}/stray`)],
    ask: ['a', 'stray'],
    found: { a: [], stray: [] },
  },
  {
    name: 'sees the volumes of the pod asked for only',
    tree: [dir('pods/other/volumes/p/a')],
    ask: ['a'],
    found: { a: [] },
  },
  {
    name: 'treats names from Object.prototype as names',
    tree: [dir(`${POD}/p/constructor`)],
    ask: ['constructor', '__proto__', 'toString'],
    found: { constructor: [`${POD}/p/constructor`], ['__proto__']: [], toString: [] },
  },
];

const FILESTORE = '.gvisor.filestore.7d1c';

const EMPTINESS: readonly { name: string; tree: readonly LookupEntry[]; empty: boolean }[] = [
  { name: 'a directory without entries is empty', tree: [dir('v')], empty: true },
  { name: 'a directory with one filestore is empty', tree: [file(`v/${FILESTORE}`)], empty: true },
  { name: 'two filestores are data', tree: [file(`v/${FILESTORE}`), file(`v/${FILESTORE}2`)], empty: false },
  { name: 'a filestore beside a file is data', tree: [file(`v/${FILESTORE}`), file('v/x')], empty: false },
  { name: 'a file is data', tree: [file('v/x')], empty: false },
  { name: 'a hidden file is data', tree: [file('v/.x')], empty: false },
  { name: 'a subdirectory is data', tree: [dir('v/d')], empty: false },
  { name: 'what is not there is empty', tree: [], empty: true },
  { name: 'what is not a directory is empty', tree: [file('v')], empty: true },
];

/** The contract of {@link VolumeLookup}: run it against any adapter. */
export function volumeLookupContract(runner: TestRunner, create: CreateLookup): void {
  const withSubject = freshTests('VolumeLookup', runner, create);

  for (const { name, tree, ask, found } of FINDS) {
    withSubject(name, tree, async ({ lookup, path }) => {
      const { directories, unreadable } = await lookup.find('0b1e-uid', ask);
      const expected = Object.entries(found).map(([volume, paths]) => [volume, paths.map(path)]);
      expectEqual('directories', [...directories].sort(), expected.sort());
      expectEqual('unreadable', unreadable, []);
    });
  }
  for (const { name, tree, empty } of EMPTINESS) {
    withSubject(`says whether a directory holds data: ${name}`, tree, async ({ lookup, path }) => {
      expectEqual('isEmpty', await lookup.isEmpty(path('v')), empty);
    });
  }
  withSubject('knows no tmpfs size of a path that is not there', [], async ({ lookup, path }) => {
    expectEqual('tmpfsSize', await lookup.tmpfsSize(path('nothing')), undefined);
  });
  withSubject('answers the same twice', [dir(`${POD}/p/a`)], async ({ lookup }) => {
    const ask = async () => [...(await lookup.find('0b1e-uid', ['a'])).directories];
    expectEqual('directories', await ask(), await ask());
  });
}
