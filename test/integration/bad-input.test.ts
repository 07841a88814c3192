import { execFileSync, spawnSync } from 'node:child_process';
import nodeFs, {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMountHints, isMountHintsError, type OciSpec } from '../../src/index.ts';
import type { InjectedFileSystem } from '../../src/ports/file-system.ts';
import { runCli } from '../support/built-cli.ts';
import { containerSpec, POD_UID, sandboxSpec, snapshot, Workplace } from '../support/workplace.ts';

const RELEASE = '20260615';

interface Refusal {
  name: string;
  /** Makes the input; gives its path. */
  make(place: Workplace): string;
  code: string;
  exit: number;
  /** What the message must name beside what is in it anyway: a path, a key. */
  names(place: Workplace): string | RegExp;
  details?: object;
}

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

const compact = () => JSON.stringify(containerSpec(place.kubeletDir));

/** A bundle whose text is a good spec's, changed. */
function text(change: (good: string) => string | Uint8Array) {
  return () => place.bundle('bad', change(compact()));
}

/** A bundle whose spec is a good container's, changed. */
function spec(change: (good: Record<string, unknown>) => unknown) {
  return () => place.bundle('bad', JSON.stringify(change(containerSpec(place.kubeletDir))));
}

/** A bundle of a sandbox with changed annotations, so that a lookup is due. */
function sandbox(annotations: Record<string, string>, without: string[] = []) {
  return () => {
    const good = sandboxSpec();
    for (const key of without) delete good.annotations[key];
    return place.bundle(
      'bad',
      JSON.stringify({ ...good, annotations: { ...good.annotations, ...annotations } }),
    );
  };
}

const config = () => join(place.root, 'bundles/bad/config.json');
const LOG_DIRECTORY = 'io.kubernetes.cri.sandbox-log-directory';

const notJson = (name: string, content: string | Uint8Array): Refusal => ({
  name,
  make: () => place.bundle('bad', content),
  code: 'MH_SPEC_NOT_JSON',
  exit: 65,
  names: config,
});

const shape = (name: string, where: string, change: (good: Record<string, unknown>) => unknown): Refusal => ({
  name,
  make: spec(change),
  code: 'MH_SPEC_SHAPE',
  exit: 65,
  names: () => where,
  details: { where },
});

const mount = (change: Record<string, unknown>) => (good: Record<string, unknown>) => ({
  ...good,
  mounts: [{ destination: '/proc' }, { destination: '/a', ...change }],
});

const duplicate = (name: string, key: string, where: string, change: (good: string) => string): Refusal => ({
  name: `duplicate key: ${name}`,
  make: text(change),
  code: 'MH_SPEC_DUPLICATE_KEY',
  exit: 65,
  names: () => JSON.stringify(key),
  details: { name: key, where, line: 1 },
});

const variant = (
  spelling: string,
  field: string,
  where: string,
  change: (good: string) => string,
): Refusal => ({
  name: `case variant: ${spelling}`,
  make: text(change),
  code: 'MH_SPEC_CASE_VARIANT',
  exit: 65,
  names: () => JSON.stringify(field),
  details: { field, where, line: 1 },
});

/** The spec in a tower of lists so that the deepest has this many levels around it and itself. */
function levels(depth: number, good: string): string {
  const lists = depth - 1;
  return `{"deep":${'['.repeat(lists)}${']'.repeat(lists)},${good.slice(1)}`;
}

const REFUSALS: Refusal[] = [
  notJson('empty', ''),
  notJson('only white space', ' \n\t'),
  notJson('not JSON', 'ociVersion: 1.1.0\n'),
  notJson('cut short', '{"ociVersion":"1.1.0","mounts":[{"destination":"/pr'),
  notJson('a comment', '{"mounts":[] /* none */}'),
  notJson('a comma too many', '{"mounts":[],}'),
  notJson('two documents', '{}{}'),
  notJson('a zero byte', '{}\0'),
  notJson('UTF-16', Buffer.from('{"mounts":[]}', 'utf16le')),
  ...['[]', 'null', '"text"', '42', 'true'].map(
    (json): Refusal => ({
      name: `not an object: ${json}`,
      make: () => place.bundle('bad', json),
      code: 'MH_SPEC_SHAPE',
      exit: 65,
      names: config,
      details: { where: 'the document' },
    }),
  ),
  ...[[], 'text', 42, true, false, 0, ''].flatMap((value) => [
    shape(`annotations are ${JSON.stringify(value)}`, 'annotations', (good) => ({
      ...good,
      annotations: value,
    })),
  ]),
  ...[{}, 'text', 42, true, false, 0, ''].map((value) =>
    shape(`mounts are ${JSON.stringify(value)}`, 'mounts', (good) => ({ ...good, mounts: value })),
  ),
  ...[1, true, null, [], {}].map((value) =>
    shape(`an annotation is ${JSON.stringify(value)}`, 'annotations["a key"]', (good) => ({
      ...good,
      annotations: { 'a key': value },
    })),
  ),
  ...['text', 1, true, []].map((value) =>
    shape(`a mount is ${JSON.stringify(value)}`, 'mounts[2]', (good) => ({
      ...good,
      mounts: [...(good.mounts as []), value],
    })),
  ),
  ...['destination', 'type', 'source'].map((field) =>
    shape(`a mount's ${field} is a number`, `mounts[1].${field}`, mount({ [field]: 7 })),
  ),
  shape("a mount's options are a text", 'mounts[1].options', mount({ options: 'ro' })),
  shape("a mount's option is a number", 'mounts[1].options[1]', mount({ options: ['ro', 1] })),
  shape("a mount's option is null", 'mounts[1].options[0]', mount({ options: [null] })),

  duplicate('mounts', 'mounts', 'the spec', (good) => `{"mounts":[],${good.slice(1)}`),
  duplicate('any at the top', 'x', 'the spec', (good) => `{"x":1,"x":1,${good.slice(1)}`),
  duplicate(
    'mounts, spelt with an escape',
    'mounts',
    'the spec',
    (good) => `{"mo\\u0075nts":[],${good.slice(1)}`,
  ),
  duplicate('ä in bytes and as an escape', 'ä', 'the spec', (good) => `{"ä":1,"\\u00e4":2,${good.slice(1)}`),
  duplicate(
    'lone surrogates, which Go takes for one',
    '\udc00',
    'the spec',
    (good) => `{"\\ud800":1,"\\udc00":2,${good.slice(1)}`,
  ),
  duplicate('an annotation', 'dev.gvisor.spec.mount.scratch.share', 'annotations', (good) =>
    good.replace('"annotations":{', '"annotations":{"dev.gvisor.spec.mount.scratch.share":"shared",'),
  ),
  duplicate(
    'an annotation, spelt with an escape',
    'dev.gvisor.spec.mount.scratch.type',
    'annotations',
    (good) =>
      good.replace('"annotations":{', '"annotations":{"dev.gvisor.spec.mount.scratch.t\\u0079pe":"bind",'),
  ),
  duplicate('__proto__ among the annotations', '__proto__', 'annotations', (good) =>
    good.replace('"annotations":{', '"annotations":{"__proto__":"a","__proto__":"b",'),
  ),
  duplicate('within a mount', 'type', 'mounts[1]', (good) =>
    good.replace('"destination":"/scratch"', '"type":"tmpfs","destination":"/scratch"'),
  ),
  duplicate('within a mount, one that nothing reads', 'x', 'mounts[0]', (good) =>
    good.replace('"destination":"/proc"', '"x":1,"x":1,"destination":"/proc"'),
  ),

  variant('Mounts', 'mounts', 'the spec', (good) => `{"Mounts":[],${good.slice(1)}`),
  variant('MOUNTS alone', 'mounts', 'the spec', (good) => good.replace('"mounts"', '"MOUNTS"')),
  variant('mountſ (U+017F)', 'mounts', 'the spec', (good) => `{"mountſ":[],${good.slice(1)}`),
  variant('mount\\u017f', 'mounts', 'the spec', (good) => `{"mount\\u017f":[],${good.slice(1)}`),
  variant('Annotations', 'annotations', 'the spec', (good) => `{"Annotations":null,${good.slice(1)}`),
  variant('annotationſ', 'annotations', 'the spec', (good) => `{"annotationſ":{},${good.slice(1)}`),
  ...['Type', 'TYPE', 't\\u0059pe'].map((spelling) =>
    variant(`a mount's ${spelling}`, 'type', 'mounts[1]', (good) =>
      good.replace('"destination":"/scratch"', `"${spelling}":"tmpfs","destination":"/scratch"`),
    ),
  ),
  ...[
    ['Destination', 'destination'],
    ['ſource', 'source'],
    ['deſtination', 'destination'],
    ['SourcE', 'source'],
    ['Options', 'options'],
    ['optionſ', 'options'],
  ].map(([spelling = '', field = '']) =>
    variant(`a mount's ${spelling}`, field, 'mounts[0]', (good) =>
      good.replace('"type":"proc"', `"${spelling}":null,"type":"proc"`),
    ),
  ),

  {
    name: 'a byte order mark',
    make: text((good) => `\ufeff${good}`),
    code: 'MH_SPEC_BOM',
    exit: 65,
    names: config,
  },
  {
    name: 'depth 10,001',
    make: text((good) => levels(10_001, good)),
    code: 'MH_SPEC_TOO_DEEP',
    exit: 65,
    names: () => 'byte 10007',
    details: { position: 10_007 },
  },
  {
    name: 'depth 10,001 within a mount',
    make: text((good) =>
      good.replace(
        '"destination":"/proc"',
        `"deep":${'['.repeat(9998)}${']'.repeat(9998)},"destination":"/proc"`,
      ),
    ),
    code: 'MH_SPEC_TOO_DEEP',
    exit: 65,
    names: () => '10000',
  },
  {
    name: 'depth 100,000',
    make: text((good) => levels(100_000, good)),
    code: 'MH_SPEC_TOO_DEEP',
    exit: 65,
    names: () => '10000',
  },
  {
    name: 'over 64 MiB',
    make: () => {
      const bundle = place.bundle('bad', compact());
      const fd = openSync(join(bundle, 'config.json'), 'r+');
      ftruncateSync(fd, 64 * 1024 * 1024 + 1);
      closeSync(fd);
      return bundle;
    },
    code: 'MH_INPUT_TOO_LARGE',
    exit: 65,
    names: config,
    details: { size: 64 * 1024 * 1024 + 1, limit: 64 * 1024 * 1024 },
  },

  {
    name: 'no such bundle',
    make: () => join(place.root, 'none'),
    code: 'MH_INPUT_NOT_FOUND',
    exit: 66,
    names: () => join(place.root, 'none'),
  },
  {
    name: 'no config.json in the bundle',
    make: () => place.bundle('bad'),
    code: 'MH_INPUT_NOT_FOUND',
    exit: 66,
    names: config,
    details: { errno: 'ENOENT' },
  },
  {
    name: 'a file where a directory should be',
    make: () => join(place.bundle('bad', compact()), 'config.json', 'config.json'),
    code: 'MH_INPUT_NOT_FOUND',
    exit: 66,
    names: config,
  },
  {
    name: 'config.json is a directory',
    make: () => {
      mkdirSync(join(place.bundle('bad'), 'config.json'));
      return place.bundle('bad');
    },
    code: 'MH_INPUT_NOT_REGULAR',
    exit: 65,
    names: config,
  },
  {
    name: 'config.json is a FIFO',
    make: () => {
      const bundle = place.bundle('bad');
      execFileSync('mkfifo', [config()]);
      return bundle;
    },
    code: 'MH_INPUT_NOT_REGULAR',
    exit: 65,
    names: config,
  },
  {
    name: 'config.json is a socket',
    make: () => {
      const bundle = place.bundle('bad');
      const listen =
        "require('net').createServer().listen('config.json', () => process.kill(process.pid, 9))";
      spawnSync(process.execPath, ['-e', listen], { cwd: bundle });
      return bundle;
    },
    code: 'MH_INPUT_NOT_REGULAR',
    exit: 65,
    names: config,
  },
  {
    name: 'config.json is a device',
    make: () => '/dev/null',
    code: 'MH_INPUT_NOT_REGULAR',
    exit: 65,
    names: () => '/dev/null',
  },
  {
    name: 'config.json is a dangling symbolic link',
    make: () => {
      const bundle = place.bundle('bad');
      symlinkSync('nowhere.json', config());
      return bundle;
    },
    code: 'MH_INPUT_NOT_FOUND',
    exit: 66,
    names: config,
  },
  {
    name: 'config.json is a symbolic link to itself',
    make: () => {
      const bundle = place.bundle('bad');
      symlinkSync('config.json', config());
      return bundle;
    },
    code: 'MH_INPUT_UNREADABLE',
    exit: 66,
    names: config,
    details: { errno: 'ELOOP' },
  },
  {
    name: 'config.json is a symbolic link out of the bundle',
    make: () => {
      const elsewhere = place.bundle('elsewhere', compact());
      const bundle = place.bundle('bad');
      symlinkSync(join(elsewhere, 'config.json'), config());
      return bundle;
    },
    code: 'MH_INPUT_OUTSIDE_BUNDLE',
    exit: 65,
    names: config,
  },
  {
    name: 'config.json is a symbolic link to a neighbour whose name begins like the bundle',
    make: () => {
      const elsewhere = place.bundle('bad-neighbour', compact());
      const bundle = place.bundle('bad');
      symlinkSync(join(elsewhere, 'config.json'), config());
      return bundle;
    },
    code: 'MH_INPUT_OUTSIDE_BUNDLE',
    exit: 65,
    names: () => join(place.root, 'bundles/bad-neighbour/config.json'),
  },
  {
    name: 'config.json leads out of the bundle through a linked directory in it',
    make: () => {
      const elsewhere = place.bundle('elsewhere', compact());
      const bundle = place.bundle('bad');
      symlinkSync(elsewhere, join(bundle, 'inside'));
      symlinkSync('inside/config.json', config());
      return bundle;
    },
    code: 'MH_INPUT_OUTSIDE_BUNDLE',
    exit: 65,
    names: config,
  },

  {
    name: 'a volume that is missing',
    make: sandbox({}),
    code: 'MH_VOLUME_NOT_FOUND',
    exit: 69,
    names: () => 'dev.gvisor.spec.mount.scratch.type',
    details: { name: 'scratch', podUid: POD_UID, paths: [] },
  },
  {
    name: 'a volume that is there twice',
    make: () => {
      place.volume('scratch', 'kubernetes.io~empty-dir');
      place.volume('scratch', 'kubernetes.io~csi');
      return sandbox({})();
    },
    code: 'MH_VOLUME_AMBIGUOUS',
    exit: 69,
    names: () => `${place.kubeletDir}/pods/${POD_UID}/volumes/kubernetes.io~csi/scratch`,
    details: { name: 'scratch', podUid: POD_UID },
  },
  ...['*', '?', '[a]', 'a/b', 'a\\b', ''].map((name): Refusal => {
    const key = `dev.gvisor.spec.mount.${name}.type`;
    return {
      name: `a volume named ${JSON.stringify(name)}`,
      make: () => {
        place.volume('scratch');
        return sandbox({ [key]: 'tmpfs' })();
      },
      code: 'MH_VOLUME_NAME_HOSTILE',
      exit: 69,
      names: () => JSON.stringify(key),
      details: { key },
    };
  }),
  ...['*', '..', '.', 'a?', '[u]', 'a\\b'].map(
    (uid): Refusal => ({
      name: `a pod UID that is ${JSON.stringify(uid)}`,
      make: () => {
        place.volume('scratch');
        return sandbox({ [LOG_DIRECTORY]: `/var/log/pods/shop_web_${uid}` })();
      },
      code: 'MH_POD_UID_HOSTILE',
      exit: 69,
      names: () => JSON.stringify(uid),
      details: { podUid: uid },
    }),
  ),
  {
    name: 'a pod UID with a slash, from the explicit annotation',
    make: sandbox({ 'io.kubernetes.cri.sandbox-uid': '../../etc' }, [LOG_DIRECTORY]),
    code: 'MH_POD_UID_HOSTILE',
    exit: 69,
    names: () => '"../../etc"',
    details: { podUid: '../../etc' },
  },
];

describe('bad input ends in a code, an exit status, and an untouched file', () => {
  test('has every row under a name of its own', () => {
    expect(new Set(REFUSALS.map(({ name }) => name)).size).toBe(REFUSALS.length);
    expect(REFUSALS.length).toBeGreaterThan(90);
  });

  test.each(REFUSALS)('$name: $code, $exit', async ({ make, code, exit, names, details }) => {
    const path = make(place);
    const before = snapshot(place.root);
    const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir });
    const error = await hints.updateBundle(path).then(
      () => 'no error',
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, exitCode: exit, details: details ?? {} });
    expect((error as Error).message).toMatch(names(place));
    expect(snapshot(place.root)).toEqual(before);

    const args = ['update', '--release', RELEASE, '--kubelet-dir', place.kubeletDir, path];
    const plain = runCli(args);
    expect(plain.stderr).toContain(`error ${code}: `);
    expect(plain.stderr).toContain(path);
    expect(plain).toMatchObject({ status: exit, stdout: '' });
    expect(snapshot(place.root)).toEqual(before);
  });

  test.each(REFUSALS.filter(({ code }) => code === 'MH_SPEC_SHAPE'))(
    '$name, in memory',
    async ({ make, details }) => {
      const parsed = JSON.parse(readFileSync(join(make(place), 'config.json'), 'utf8')) as OciSpec;
      const before = JSON.stringify(parsed);
      const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir });
      await expect(hints.update(parsed)).rejects.toMatchObject({ code: 'MH_SPEC_SHAPE', details });
      expect(JSON.stringify(parsed)).toBe(before);
    },
  );

  test.each([undefined, 7, 'text', null])('update(%p) is refused', async (value) => {
    const hints = createMountHints({ release: RELEASE });
    await expect(hints.update(value as never)).rejects.toMatchObject({ code: 'MH_SPEC_SHAPE' });
  });
});

describe('standard input is refused alike', () => {
  const contents = REFUSALS.filter(({ code }) => code.startsWith('MH_SPEC_'));

  test('covers the documents of the matrix', () => expect(contents.length).toBeGreaterThan(60));

  test('every one', () => {
    const wrong: unknown[] = [];
    // One in four: each costs a process, and the reader is the one that the files above went through.
    for (const { name, make, code, exit } of contents.filter((_, index) => index % 4 === 0)) {
      const input = readFileSync(join(make(place), 'config.json'));
      const run = runCli(['update', '--release', RELEASE, '--kubelet-dir', place.kubeletDir, '-'], { input });
      const isRight = run.status === exit && run.stdout === '' && run.stderr.includes(`error ${code}: `);
      if (!isRight) wrong.push({ name, run });
    }
    expect(wrong).toEqual([]);
  });

  test('over 64 MiB', () => {
    const input = Buffer.alloc(64 * 1024 * 1024 + 1, ' ');
    const run = runCli(['update', '--release', RELEASE, '-'], { input });
    expect(run).toMatchObject({ status: 65, stdout: '' });
    expect(run.stderr).toContain('MH_INPUT_TOO_LARGE');
  });

  test('a directory as standard input', () => {
    const fd = openSync(place.root, 'r');
    try {
      const run = runCli(['update', '--release', RELEASE, '-'], { stdio: [fd, 'pipe', 'pipe'] });
      expect(run).toMatchObject({ status: 66, stdout: '' });
      expect(run.stderr).toContain('MH_INPUT_UNREADABLE');
    } finally {
      closeSync(fd);
    }
  });
});

describe('an impossible release', () => {
  test.each([
    ['', 'MH_RELEASE_INVALID'],
    ['newest', 'MH_RELEASE_INVALID'],
    ['2026', 'MH_RELEASE_INVALID'],
    ['20261301', 'MH_RELEASE_INVALID'],
    ['20260230', 'MH_RELEASE_INVALID'],
    ['20260615.0.1', 'MH_RELEASE_INVALID'],
    ['release-latest', 'MH_RELEASE_INVALID'],
    ['20200803', 'MH_RELEASE_TOO_OLD'],
    ['release-20190301.0', 'MH_RELEASE_TOO_OLD'],
  ])('%j is %s', (release, code) => {
    const bundle = place.bundle('good', compact());
    const before = snapshot(place.root);
    let error: unknown;
    try {
      createMountHints({ release });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code, exitCode: 2, details: { release } });
    const run = runCli(['update', '--release', release, '--kubelet-dir', place.kubeletDir, bundle]);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain(`error ${code}: `);
    expect(snapshot(place.root)).toEqual(before);
  });

  test.each(['var/lib/kubelet', '', './x'])('kubelet directory %j is not absolute', (kubeletDir) => {
    const bundle = place.bundle('good', compact());
    expect(() => createMountHints({ release: RELEASE, kubeletDir })).toThrow(
      expect.objectContaining({ code: 'MH_KUBELET_DIR_INVALID', exitCode: 2 }),
    );
    const run = runCli(['update', '--release', RELEASE, '--kubelet-dir', kubeletDir, bundle]);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain('MH_KUBELET_DIR_INVALID');
  });
});

describe('what the file system refuses', () => {
  const failing = (
    method: 'openSync' | 'statSync' | 'realpathSync' | 'readSync',
    errno: string,
    only: RegExp,
  ) => ({
    ...nodeFs,
    [method]: (...args: unknown[]) => {
      if (method === 'readSync' || only.test(String(args[0]))) {
        throw Object.assign(new Error(`${errno}: refused`), { code: errno });
      }
      return (nodeFs[method] as (...all: unknown[]) => unknown)(...args);
    },
  });

  test.each([
    ['openSync', 'EACCES', /config\.json$/],
    ['statSync', 'EACCES', /./],
    ['realpathSync', 'EACCES', /config\.json$/],
    ['readSync', 'EIO', /./],
  ] as const)('%s fails with %s', async (method, errno, only) => {
    const bundle = place.bundle('good', compact());
    const before = snapshot(place.root);
    const fs = failing(method, errno, only);
    const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir, fs });
    const error = await hints.updateBundle(bundle).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MH_INPUT_UNREADABLE', exitCode: 66, details: { errno } });
    expect((error as Error).message).toMatch(bundle);
    expect((error as Error).cause).toMatchObject({ code: errno });
    expect(snapshot(place.root)).toEqual(before);
  });

  test('a directory that cannot be listed does not matter where nothing changes', async () => {
    const bundle = place.bundle('good', '{"ociVersion":"1.1.0"}');
    const fs = {
      ...nodeFs,
      readdirSync: () => {
        throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
      },
    };
    const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir, fs });
    expect(await hints.updateBundle(bundle)).toMatchObject({ changed: false });
  });

  test('an injected file system that lacks a method', () => {
    const { renameSync: _, ...fs } = nodeFs;
    expect(() => createMountHints({ release: RELEASE, fs: fs as unknown as InjectedFileSystem })).toThrow(
      expect.objectContaining({
        code: 'MH_FS_INCOMPLETE',
        exitCode: 2,
        details: { missing: ['renameSync'] },
      }),
    );
  });
});

describe('what a real small file system refuses', () => {
  const mounted: string[] = [];
  const mountTmpfs = (options: string): string | undefined => {
    const at = join(place.root, 'tmpfs');
    mkdirSync(at);
    const run = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]);
    if (run.status !== 0) {
      process.stdout.write(
        `skipped, because mount is not permitted here: ${String(run.stderr ?? run.error)}\n`,
      );
      return undefined;
    }
    mounted.push(at);
    return at;
  };
  const unmountAll = () => {
    for (const at of mounted.splice(0)) execFileSync('umount', [at]);
  };
  afterEach(unmountAll);
  afterAll(unmountAll);

  const refuses = async (bundle: string, errno: string) => {
    const before = snapshot(bundle);
    const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir });
    const error = await hints.updateBundle(bundle).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MH_WRITE_FAILED', exitCode: 74, details: { errno } });
    expect((error as Error).message).toMatch(join(bundle, 'config.json'));
    const run = runCli(['update', '--release', RELEASE, '--kubelet-dir', place.kubeletDir, bundle]);
    expect(run).toMatchObject({ status: 74, stdout: '' });
    expect(run.stderr).toContain('error MH_WRITE_FAILED: ');
    expect(snapshot(bundle)).toEqual(before);
  };

  test('one that is full', async () => {
    const at = mountTmpfs('size=64k');
    if (!at) return;
    writeFileSync(join(at, 'config.json'), compact());
    const fd = openSync(join(at, 'filler'), 'w');
    const block = Buffer.alloc(1024, 'x');
    try {
      for (let written = 0; written < 1024; written++) writeSync(fd, block);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    } finally {
      closeSync(fd);
    }
    await refuses(at, 'ENOSPC');
    expect(JSON.parse(readFileSync(join(at, 'config.json'), 'utf8'))).toEqual(
      containerSpec(place.kubeletDir),
    );
  });

  test('one that takes only a part of the file', async () => {
    const at = mountTmpfs('size=64k');
    if (!at) return;
    const large = { ...containerSpec(place.kubeletDir), padding: 'x'.repeat(40_000) };
    writeFileSync(join(at, 'config.json'), JSON.stringify(large));
    await refuses(at, 'ENOSPC');
    expect(JSON.parse(readFileSync(join(at, 'config.json'), 'utf8'))).toEqual(large);
  });

  test('one without a free inode', async () => {
    const at = mountTmpfs('size=64k,nr_inodes=2');
    if (!at) return;
    writeFileSync(join(at, 'config.json'), compact());
    await refuses(at, 'ENOSPC');
  });

  test('one that is read-only', async () => {
    const at = mountTmpfs('size=64k');
    if (!at) return;
    writeFileSync(join(at, 'config.json'), compact());
    execFileSync('mount', ['-o', 'remount,ro', at]);
    await refuses(at, 'EROFS');
    writeFileSync(join(place.bundle('good'), 'config.json'), '{}');
  });

  test('one that is read-only is fine where nothing changes', async () => {
    const at = mountTmpfs('size=64k');
    if (!at) return;
    writeFileSync(join(at, 'config.json'), '{"ociVersion":"1.1.0"}');
    execFileSync('mount', ['-o', 'remount,ro', at]);
    const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir });
    expect(await hints.updateBundle(at)).toMatchObject({ changed: false });
  });
});

describe('what looks odd and works', () => {
  const update = async (content: string | Uint8Array, release = RELEASE) => {
    const bundle = place.bundle('odd', content);
    const hints = createMountHints({ release, kubeletDir: place.kubeletDir });
    const result = await hints.updateBundle(bundle);
    return { result, bytes: readFileSync(join(bundle, 'config.json')) };
  };
  const retyped = (good: string | Buffer) =>
    String(good)
      .replace('"destination":"/scratch","type":"bind"', '"destination":"/scratch","type":"tmpfs"')
      .replace('["rbind","rprivate","rw"]', '["rprivate","rw"]');

  test('depth 10,000', async () => {
    const deep = levels(10_000, compact());
    expect(String((await update(deep)).bytes)).toBe(retyped(deep));
  });

  test('exactly 64 MiB', async () => {
    const padded = Buffer.alloc(64 * 1024 * 1024, ' ');
    padded.write(compact());
    const { bytes } = await update(padded);
    expect(bytes.length).toBe(64 * 1024 * 1024 - '"rbind",'.length + 'tmpfs'.length - 'bind'.length);
  });

  test('invalid UTF-8, a NUL escape and every other byte are kept', async () => {
    const [head = '', tail = ''] = compact().split('"/proc"');
    const odd = Buffer.concat([
      Buffer.from(head),
      Buffer.from([0x22, 0x2f, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x22]),
      Buffer.from(',"x\\u0000":"\\u0000\\/"'),
      Buffer.from(tail),
    ]);
    const { bytes } = await update(odd);
    expect(bytes.toString('latin1')).toBe(retyped(odd.toString('latin1')));
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s as an annotation and as a volume',
    async (name) => {
      const path = place.volume(name);
      const annotations = `"${name}":"a","dev.gvisor.spec.mount.${name}.type":"bind","io.kubernetes.cri.sandbox-log-directory":"/var/log/pods/${POD_UID}"`;
      const { result, bytes } = await update(`{"annotations":{${annotations}}}`);
      expect(result.edits).toEqual([
        { kind: 'set-annotation', key: `dev.gvisor.spec.mount.${name}.source`, value: path },
        { kind: 'set-annotation', key: `dev.gvisor.spec.mount.${name}.type`, was: 'bind', value: 'tmpfs' },
      ]);
      const after = JSON.parse(String(bytes)).annotations;
      expect(Object.getOwnPropertyDescriptor(after, name)?.value).toBe('a');
    },
  );

  test('none of them is taken for an annotation that is there', async () => {
    const hints = createMountHints({ release: RELEASE });
    const result = await hints.update({
      annotations: {
        'dev.gvisor.spec.mount.constructor.type': 'tmpfs',
        'io.kubernetes.cri.container-type': 'container',
      },
      mounts: [],
    });
    expect(result).toMatchObject({
      changed: false,
      notes: [{ code: 'no-mount-of-volume', volume: 'constructor' }],
    });
  });

  const SHM = '{"destination":"/dev/shm","type":"bind","source":"/run/shm"}';
  test.each([
    ['null annotations', `{"annotations":null,"mounts":[${SHM}]}`],
    ['no annotations', `{"mounts":[${SHM}]}`],
    ['null mounts beside', `{"annotations":{},"mounts":[null,${SHM},null]}`],
  ])('%s: they are made', async (_, content) => {
    const { result, bytes } = await update(content, '20260615');
    expect(result.changed).toBe(true);
    const after = JSON.parse(String(bytes));
    expect(after.annotations).toEqual({
      'dev.gvisor.spec.mount.gvisorinternaldevshm.options': 'rw',
      'dev.gvisor.spec.mount.gvisorinternaldevshm.share': 'pod',
      'dev.gvisor.spec.mount.gvisorinternaldevshm.source': '/run/shm',
      'dev.gvisor.spec.mount.gvisorinternaldevshm.type': 'tmpfs',
    });
    expect(after.mounts.filter(Boolean)).toEqual([{ ...JSON.parse(SHM), type: 'tmpfs' }]);
  });

  test.each([
    '{"annotations":null,"mounts":null}',
    '{"mounts":null}',
    '{"annotations":null}',
    '{}',
    ' {\n} \n',
  ])('%j stays as it is', async (content) => {
    const bundle = place.bundle('odd', content);
    const before = snapshot(bundle);
    const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir });
    expect(await hints.updateBundle(bundle)).toMatchObject({ changed: false, edits: [] });
    expect(snapshot(bundle)).toEqual(before);
  });

  test('10,000 mounts', async () => {
    const good = containerSpec(place.kubeletDir);
    const mounts = Array.from({ length: 10_000 }, (_, index) => ({
      ...good.mounts[1],
      destination: `/m/${index}`,
    }));
    const { result, bytes } = await update(JSON.stringify({ ...good, mounts }));
    expect(result.edits).toHaveLength(10_000);
    const after = JSON.parse(String(bytes)).mounts as { type: string; options: string[] }[];
    expect(after.filter((mount) => mount.type === 'tmpfs' && !mount.options.includes('rbind'))).toHaveLength(
      10_000,
    );
  });

  test('unknown fields and numbers that JavaScript cannot hold', async () => {
    const odd = `{"future":{"Mounts":[1e400,-0,1.0,18446744073709551615]},"linux":{"x":1,"x":2},${compact().slice(1)}`;
    expect(String((await update(odd)).bytes)).toBe(retyped(odd));
  });

  test('annotation keys that differ only by case, and K (U+212A) in a name', async () => {
    const odd = compact().replace(
      '"annotations":{',
      '"annotations":{"A":"1","a":"2","\u212aey":"3","Type":"4",',
    );
    const kelvin = `{"\u212aind":1,"kind":2,${odd.slice(1)}`;
    expect(String((await update(kelvin)).bytes)).toBe(retyped(kelvin));
  });

  test.each([
    ['tabs', JSON.stringify(JSON.parse('{}'), null, '\t'), '\t', '\n'],
    ['CRLF', '', '  ', '\r\n'],
    ['one space', '', ' ', '\n'],
  ])('%s', async (_name, _content, indent, newline) => {
    const good = containerSpec(place.kubeletDir);
    const layout = (value: unknown) =>
      `${JSON.stringify(value, null, indent).replaceAll('\n', newline)}${newline}`;
    const { bytes } = await update(layout(good));
    const [proc, scratch] = good.mounts;
    const after = { ...good, mounts: [proc, { ...scratch, type: 'tmpfs', options: ['rprivate', 'rw'] }] };
    expect(String(bytes)).toBe(layout(after));
  });

  test('a symbolic link within the bundle: the file that it leads to is rewritten, the link stays', async () => {
    const bundle = place.bundle('linked');
    writeFileSync(join(bundle, 'real.json'), compact(), { mode: 0o640 });
    symlinkSync('real.json', join(bundle, 'config.json'));
    const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir });
    expect(await hints.updateBundle(bundle)).toMatchObject({ changed: true, path: bundle });
    expect(nodeFs.readlinkSync(join(bundle, 'config.json'))).toBe('real.json');
    expect(readFileSync(join(bundle, 'real.json'), 'utf8')).toBe(retyped(compact()));
    expect(nodeFs.statSync(join(bundle, 'real.json')).mode & 0o777).toBe(0o640);
    expect(nodeFs.readdirSync(bundle).sort()).toEqual(['config.json', 'real.json']);
  });

  test('a bundle that is itself a symbolic link', async () => {
    const bundle = place.bundle('real', compact());
    symlinkSync(bundle, join(place.root, 'link'));
    const hints = createMountHints({ release: RELEASE, kubeletDir: place.kubeletDir });
    expect(await hints.updateBundle(join(place.root, 'link'))).toMatchObject({ changed: true });
    expect(readFileSync(join(bundle, 'config.json'), 'utf8')).toBe(retyped(compact()));
  });

  test('a volume of any file type, a dangling symbolic link included', async () => {
    const volumes = `${place.kubeletDir}/pods/${POD_UID}/volumes/kubernetes.io~csi`;
    mkdirSync(volumes, { recursive: true });
    symlinkSync('/nowhere', `${volumes}/scratch`);
    const { result } = await update(JSON.stringify(sandboxSpec()));
    expect(result.edits).toContainEqual({
      kind: 'set-annotation',
      key: 'dev.gvisor.spec.mount.scratch.source',
      value: `${volumes}/scratch`,
    });
  });

  test('hostile names in a container: they match nothing', async () => {
    const good = containerSpec(place.kubeletDir);
    const annotations = {
      ...good.annotations,
      'dev.gvisor.spec.mount.*.type': 'bind',
      'dev.gvisor.spec.mount..type': 'bind',
    };
    const { result } = await update(JSON.stringify({ ...good, annotations }));
    expect(result.edits.map((edit) => edit.kind)).toEqual(['change-mount']);
    expect(result.notes.filter((note) => note.code === 'hostile-name')).toHaveLength(2);
  });
});

test('errors are recognised by their brand', async () => {
  const error = await createMountHints({ release: RELEASE })
    .updateBundle('/nowhere/at/all')
    .catch((e: unknown) => e);
  expect(isMountHintsError(error)).toBe(true);
});
