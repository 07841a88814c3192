import type { InputFinder } from '../../src/ports/input-finder.ts';
import { expectCode, expectEqual, freshTests, type TestRunner } from '../../src/testing/suite.ts';

/** A finder over directories of its own. */
interface InputFinderSubject {
  readonly finder: InputFinder;
  /** The absolute path of a relative one. */
  path(relative: string): string;
  /** Takes it away. */
  dispose(): Promise<void>;
}

/** Makes a fresh place with these directories. */
export type CreateInputFinder = (directories: readonly string[]) => Promise<InputFinderSubject>;

/** The contract of {@link InputFinder}: run it against any adapter. */
export function inputFinderContract(runner: TestRunner, create: CreateInputFinder): void {
  const withSubject = freshTests('InputFinder', runner, create);
  const finds = (name: string, directories: string[], ask: string, expected: string[]) =>
    withSubject(name, directories, async ({ finder, path }) => {
      expectEqual('found', await finder.find(path(ask)), expected.map(path));
    });
  const rejects = (name: string, ask: string) =>
    withSubject(name, ['a', 'b'], ({ finder, path }) =>
      expectCode('find', 'MH_INPUT_NOT_FOUND', () => finder.find(ask === '' ? '' : path(ask))),
    );

  finds('finds what is named', ['a', 'b'], 'a', ['a']);
  finds('takes a name before a pattern', ['a*', 'ab'], 'a*', ['a*']);
  finds('takes a name with brackets before a pattern', ['a[1]', 'a1'], 'a[1]', ['a[1]']);
  finds('gives what a pattern matches in ascending order', ['c', 'b1', 'b0', 'a'], 'b*', ['b0', 'b1']);
  finds('matches in the middle of a path', ['x/one/bundle', 'x/two/bundle', 'x/two/other'], 'x/*/bundle', [
    'x/one/bundle',
    'x/two/bundle',
  ]);
  rejects('rejects a name that nothing has', 'nothing');
  rejects('rejects a pattern that nothing matches', 'z*');
  rejects('rejects the empty name', '');
}
