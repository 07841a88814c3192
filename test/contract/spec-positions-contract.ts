import type { KeyPath } from '../../src/domain/text/key-path.ts';
import type { SpecPositions } from '../../src/ports/spec-positions.ts';
import type { LoadedSpec } from '../../src/ports/spec-store.ts';
import { markedText } from '../../src/testing/marked-text.ts';
import { expectEqual, type TestRunner, withFresh } from '../../src/testing/suite.ts';

/** Positions, and a spec that a store they know has loaded. */
interface SpecPositionsSubject {
  readonly positions: SpecPositions;
  readonly loaded: LoadedSpec;
  /** Takes it away. */
  dispose(): Promise<void>;
}

/** Loads a spec from its JSON text. */
export type CreateSpecPositions = (text: string) => Promise<SpecPositionsSubject>;

const SPEC = markedText(
  [
    '<1>{',
    '  <2>"ociVersion": "1.1.0",',
    '  "\u00e4\u{1f600}": 1, <3>"process": {"args": ["a", <4>"b"], "once": 1, <5>"once": 2},\r',
    '  <6>"annotations": {<7>"k/with \\"quotes\\"": "v", <8>"constructor": "w"},',
    '\t<9>"mounts": [',
    '    <10>{<11>"destination": "/a"},',
    '    <12>{"destination": "/b", <13>"options": [<14>"rw"]}',
    '  ]',
    '}',
  ].join('\n'),
);

const CASES: readonly { name: string; path: KeyPath; mark: number }[] = [
  { name: 'the spec itself', path: [], mark: 1 },
  { name: 'a key', path: ['ociVersion'], mark: 2 },
  { name: 'a key behind characters of several units', path: ['process'], mark: 3 },
  { name: 'an element of a list in a field that no rule reads', path: ['process', 'args', 1], mark: 4 },
  {
    name: 'of a key that stands twice the last, which is the one that counts',
    path: ['process', 'once'],
    mark: 5,
  },
  { name: 'a key behind a carriage return', path: ['annotations'], mark: 6 },
  { name: 'a key with escapes', path: ['annotations', 'k/with "quotes"'], mark: 7 },
  { name: 'a key that Object.prototype has', path: ['annotations', 'constructor'], mark: 8 },
  { name: 'a key behind a tab', path: ['mounts'], mark: 9 },
  { name: 'a mount', path: ['mounts', 0], mark: 10 },
  { name: 'a key of a mount', path: ['mounts', 0, 'destination'], mark: 11 },
  { name: 'the last mount', path: ['mounts', 1], mark: 12 },
  { name: 'a key of the last mount', path: ['mounts', 1, 'options'], mark: 13 },
  { name: 'an option', path: ['mounts', 1, 'options', 0], mark: 14 },
  { name: 'of a key that is not there what it would be in', path: ['mounts', 1, 'type'], mark: 12 },
  { name: 'of an element that is not there its list', path: ['mounts', 2, 'type'], mark: 9 },
  { name: 'of an element before the first its list', path: ['mounts', -1], mark: 9 },
  { name: 'of a key into a list the list', path: ['mounts', ''], mark: 9 },
  { name: 'of a step into a text the text', path: ['ociVersion', 'x', 0], mark: 2 },
  {
    name: 'of names that only Object.prototype has the object',
    path: ['annotations', '__proto__', 'x'],
    mark: 6,
  },
  { name: 'of a path that begins nowhere the spec', path: ['hooks', 'prestart', 0], mark: 1 },
];

/** The contract of {@link SpecPositions}: run it against any adapter, with each store that it knows. */
export function specPositionsContract({ test }: TestRunner, create: CreateSpecPositions): void {
  const withSpec = (name: string, body: (subject: SpecPositionsSubject) => void) =>
    test(`SpecPositions ${name}`, () => withFresh(() => create(SPEC.text), body));

  for (const { name, path, mark } of CASES) {
    withSpec(`finds ${name}`, ({ positions, loaded }) => {
      expectEqual('position', positions.positionOf(loaded, path), SPEC.positionOf(mark));
    });
  }
  withSpec('says the same twice, and leaves the spec as it was', ({ positions, loaded }) => {
    const first = positions.positionOf(loaded, ['mounts', 1]);
    expectEqual('position', positions.positionOf(loaded, ['mounts', 1]), first);
    expectEqual('spec', loaded.spec, JSON.parse(SPEC.text));
  });
}
