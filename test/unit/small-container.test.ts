import 'reflect-metadata/lite';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Container as InversifyContainer, ContainerModule as InversifyModule } from 'inversify';
import { Container, ContainerModule } from '../../src/composition/small-container.ts';
import { CLI } from '../support/built-cli.ts';

const FIRST = Symbol('first');
const SECOND = Symbol('second');
const LIST = Symbol('list');
const UNBOUND = Symbol('unbound');

/** The same container of the same modules, of inversify and of what the programs have in its place. */
interface Subject {
  load(...modules: unknown[]): void;
  get(token: symbol): unknown;
  rebind(token: symbol): { toConstantValue(value: unknown): unknown };
}

type Bind = (token: symbol) => {
  toConstantValue(value: unknown): unknown;
  toResolvedValue(factory: (...made: never[]) => unknown, dependencies?: symbol[]): unknown;
};

type Loader = (options: { bind: Bind }) => void;

const subjects = [
  [
    'inversify',
    (...loads: Loader[]) => {
      const container = new InversifyContainer({ defaultScope: 'Singleton' }) as unknown as Subject;
      container.load(...loads.map((load) => new InversifyModule(load as never)));
      return container;
    },
  ],
  [
    'the programs’ container',
    (...loads: Loader[]) => {
      const container = new Container() as unknown as Subject;
      container.load(...loads.map((load) => new ContainerModule(load as never)));
      return container;
    },
  ],
] as const;

describe.each(subjects)('%s', (_, make) => {
  test('gives constants, and makes what is asked for of what it needs, in any order of modules', () => {
    const container = make(
      ({ bind }) => {
        bind(LIST).toResolvedValue((one: string, two: number) => [one, two], [FIRST, SECOND]);
      },
      ({ bind }) => {
        bind(FIRST).toConstantValue('one');
        bind(SECOND).toResolvedValue(() => 2);
      },
    );
    expect(container.get(LIST)).toEqual(['one', 2]);
  });

  test('makes everything once, and only when it is asked for', () => {
    let made = 0;
    const container = make(({ bind }) => {
      bind(FIRST).toResolvedValue(() => ({ number: ++made }));
      bind(SECOND).toResolvedValue((first: unknown) => [first], [FIRST]);
    });
    expect(made).toBe(0);
    expect((container.get(SECOND) as unknown[])[0]).toBe(container.get(FIRST));
    expect(made).toBe(1);
  });

  test('can be told otherwise before it is asked', () => {
    const container = make(({ bind }) => {
      bind(FIRST).toConstantValue('one');
      bind(SECOND).toResolvedValue((first: string) => `${first}!`, [FIRST]);
    });
    container.rebind(FIRST).toConstantValue('other');
    expect(container.get(SECOND)).toBe('other!');
  });

  test('refuses what is not bound, and what is bound twice', () => {
    const twice: Loader = ({ bind }) => {
      bind(FIRST).toConstantValue('one');
      bind(FIRST).toConstantValue('other');
    };
    expect(() => make().get(UNBOUND)).toThrow('unbound');
    expect(() => make(twice).get(FIRST)).toThrow('first');
  });
});

test('the programs have nothing of inversify in them', () => {
  const bundle = readFileSync(CLI.replace('mount-hints.cjs', 'commands/update.cjs'), 'utf8');
  // Keys of its metadata.
  expect(bundle).not.toContain('@inversifyjs');
});
