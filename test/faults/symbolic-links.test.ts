import {
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { thisWriter } from '../../src/adapters/files/writer-identity.ts';
import { isMountHintsError } from '../../src/index.ts';
import { snapshot } from '../support/workplace.ts';
import { report, Tally } from './support/scale.ts';
import { Victim } from './support/victim.ts';

let victim: Victim;
let outside: string;
beforeEach(async () => {
  victim = await new Victim().prepare();
  outside = victim.place.bundle('outside', victim.before);
});
afterEach(() => victim.remove());

const realPath = (path: string) => {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
};
const volumes = () => `${victim.place.volume('scratch')}/../..`;
const replaceBy = (path: string, target: string) => {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
};

interface Case {
  readonly name: string;
  arrange(): void;
  readonly code: string;
  /** Where the rewritten spec is, if anywhere. */
  readonly rewritten?: () => string;
}

const CASES: readonly Case[] = [
  {
    name: 'config.json to a file in the bundle',
    arrange() {
      renameSync(victim.file, join(victim.bundle, 'real.json'));
      symlinkSync('real.json', victim.file);
    },
    code: 'done',
    rewritten: () => join(victim.bundle, 'real.json'),
  },
  {
    name: 'config.json to a file below the bundle, by an absolute path',
    arrange() {
      mkdirSync(join(victim.bundle, 'deep'));
      renameSync(victim.file, join(victim.bundle, 'deep/real.json'));
      symlinkSync(join(victim.bundle, 'deep/real.json'), victim.file);
    },
    code: 'done',
    rewritten: () => join(victim.bundle, 'deep/real.json'),
  },
  {
    name: 'config.json out of the bundle',
    arrange: () => replaceBy(victim.file, join(outside, 'config.json')),
    code: 'MH_INPUT_OUTSIDE_BUNDLE',
  },
  {
    name: 'config.json out of the bundle, relative',
    arrange: () => replaceBy(victim.file, '../outside/config.json'),
    code: 'MH_INPUT_OUTSIDE_BUNDLE',
  },
  {
    name: 'config.json out of the bundle by a directory in it',
    arrange() {
      symlinkSync('../outside', join(victim.bundle, 'inner'));
      replaceBy(victim.file, 'inner/config.json');
    },
    code: 'MH_INPUT_OUTSIDE_BUNDLE',
  },
  {
    name: 'config.json to a bundle whose name begins with ours',
    arrange() {
      mkdirSync(`${victim.bundle}-2`);
      writeFileSync(`${victim.bundle}-2/config.json`, victim.before);
      replaceBy(victim.file, '../victim-2/config.json');
    },
    code: 'MH_INPUT_OUTSIDE_BUNDLE',
  },
  {
    name: 'config.json to itself',
    arrange: () => replaceBy(victim.file, 'config.json'),
    code: 'MH_INPUT_UNREADABLE',
  },
  {
    name: 'config.json to nothing',
    arrange: () => replaceBy(victim.file, 'nothing'),
    code: 'MH_INPUT_NOT_FOUND',
  },
  {
    name: 'config.json to a directory in the bundle',
    arrange() {
      mkdirSync(join(victim.bundle, 'dir'));
      replaceBy(victim.file, 'dir');
    },
    code: 'MH_INPUT_NOT_REGULAR',
  },
  {
    name: 'the bundle to another bundle, which is then the one meant',
    arrange: () => replaceBy(victim.bundle, 'outside'),
    code: 'done',
    rewritten: () => join(outside, 'config.json'),
  },
  {
    name: 'the bundle to itself',
    arrange: () => replaceBy(victim.bundle, 'victim'),
    code: 'MH_INPUT_UNREADABLE',
  },
  {
    name: 'a plugin directory out of the tree',
    arrange() {
      const plugin = join(volumes(), 'kubernetes.io~empty-dir');
      mkdirSync(join(outside, 'plugin/scratch'), { recursive: true });
      replaceBy(plugin, join(outside, 'plugin'));
    },
    code: 'done',
    rewritten: () => victim.file,
  },
  {
    name: 'a plugin directory to itself',
    arrange: () => replaceBy(join(volumes(), 'kubernetes.io~empty-dir'), 'kubernetes.io~empty-dir'),
    code: 'MH_VOLUME_NOT_FOUND',
  },
  {
    name: 'a second plugin directory to the first',
    arrange: () => symlinkSync('kubernetes.io~empty-dir', join(volumes(), 'again')),
    code: 'MH_VOLUME_AMBIGUOUS',
  },
  {
    name: 'the volume out of the tree',
    arrange: () => replaceBy(victim.place.volume('scratch'), outside),
    code: 'done',
    rewritten: () => victim.file,
  },
  {
    name: 'the volume to nothing',
    arrange: () => replaceBy(victim.place.volume('scratch'), '/nowhere'),
    code: 'done',
    rewritten: () => victim.file,
  },
  {
    name: 'the volume to itself',
    arrange: () => replaceBy(victim.place.volume('scratch'), 'scratch'),
    code: 'done',
    rewritten: () => victim.file,
  },
  {
    name: 'a temporary name of ours, of a dead writer, to a file outside',
    arrange: () =>
      symlinkSync(
        join(outside, 'config.json'),
        join(
          victim.bundle,
          `.config.json.mount-hints.999999999.1.${thisWriter().home}.${'0'.repeat(32)}.tmp`,
        ),
      ),
    code: 'done',
    rewritten: () => victim.file,
  },
];

test.each(CASES)('$name: $code', async ({ name, arrange, code, rewritten }) => {
  arrange();
  const target = rewritten?.();
  const all = () => {
    const files = Object.entries(snapshot(victim.place.root));
    const mayChange = (path: string) =>
      realPath(join(victim.place.root, path)) === target || path.endsWith('.tmp');
    return files.filter(([path]) => !mayChange(path) && !/^bundles\/\w+(?:\/deep)?$/.test(path));
  };
  const before = all();
  const came = await victim.update().then(
    () => 'done',
    (error) => (isMountHintsError(error) ? error.code : Promise.reject(error)),
  );
  expect(came).toBe(code);
  const changed = all().filter(([path, print]) => before.find(([each]) => each === path)?.[1] !== print);
  expect(changed.map(([path]) => path)).toEqual([]);
  expect(all()).toHaveLength(before.length);
  if (target) expect(readFileSync(target, 'utf8')).not.toBe(victim.before);
  const tally = new Tally();
  tally.add(code);
  report(`a symbolic link: ${name}`, 1, tally.counts);
});

test('the cases are all there', () => {
  expect(CASES).toHaveLength(18);
});
