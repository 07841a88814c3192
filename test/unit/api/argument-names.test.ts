import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FLAGS } from '../../../src/domain/runsc/runsc-flags.ts';
import { NO_FACTS } from '../../../src/domain.ts';
import {
  admit,
  check,
  createContainer,
  createMountHints,
  explain,
  hintsForPod,
  inspectBundles,
  isMountHintsError,
  rewrite,
} from '../../../src/index.ts';
import { annotateManifest, inspectManifest, YamlManifestReader } from '../../../src/manifests.ts';
import { createMemoryFileSystem } from '../../../src/testing/index.ts';

const RELEASE = { release: 'latest' };
const flags = (more: object) => ({ ...RELEASE, flags: { ...DEFAULT_FLAGS, ...more } });
const overlay2 = (more: object) => flags({ overlay2: { ...DEFAULT_FLAGS.overlay2, ...more } });

type Call = (...given: never[]) => unknown;
type Row = readonly [argument: string, given: readonly unknown[]];

/** What a call with arguments of the wrong type says of them. */
async function blamed(call: Call, given: readonly unknown[]): Promise<unknown> {
  try {
    await (call as (...all: readonly unknown[]) => unknown)(...given);
  } catch (error) {
    return isMountHintsError(error) ? { ...error.details, code: error.code, message: error.message } : error;
  }
  return 'no error';
}

/** Calls that name the argument that is wrong, and themselves. */
function naming(name: string, call: Call, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows)('%s', async (argument, given) => {
      expect(await blamed(call, given)).toMatchObject({
        code: 'MH_ARGUMENT_INVALID',
        function: name,
        argument,
        message: expect.stringContaining(`${name}(): ${argument} must be `),
      });
    });
  });
}

const FLAGS: readonly (readonly [string, object])[] = [
  ['options.flags', { ...RELEASE, flags: 'overlay2=none' }],
  ['options.flags.overlay2', flags({ overlay2: 'none' })],
  ['options.flags.overlay2.medium', overlay2({ medium: 'disk' })],
  ['options.flags.overlay2.mounts', overlay2({ mounts: 'yes' })],
  ['options.flags.fileAccessMounts', flags({ fileAccessMounts: true })],
  ['options.flags.directfs', flags({ directfs: 'true' })],
  ['options.flags.hostUds', flags({ hostUds: 7 })],
];

const POD_PATHS: readonly (readonly [string, object])[] = [
  ['options.podPaths', { podPaths: { Rollout: [['spec']] } }],
  ['options.podPaths of Rollout', { podPaths: new Map([['Rollout', 'spec.template']]) }],
  ['a path in options.podPaths of Rollout', { podPaths: new Map([['Rollout', ['spec.template']]]) }],
];

naming('inspectManifest', inspectManifest, [
  ['text', [Buffer.from('a: 1'), RELEASE]],
  ['text', [undefined, RELEASE]],
  ['options', ['a: 1']],
  ['options', ['a: 1', 'latest']],
  ['options.release', ['a: 1', {}]],
  ['options.release', ['a: 1', { release: 20260914 }]],
  ['options.source', ['a: 1', { ...RELEASE, source: new URL('file:///a') }]],
  ['options.layout', ['a: 1', { ...RELEASE, layout: '/var/lib/kubelet' }]],
  ['options.selection', ['a: 1', { ...RELEASE, selection: 'gvisor' }]],
  ['options.selection.runtimeClasses', ['a: 1', { ...RELEASE, selection: { runtimeClasses: 'gvisor' } }]],
  ['options.selection.all', ['a: 1', { ...RELEASE, selection: { all: 'yes' } }]],
  ...POD_PATHS.map(([argument, options]): Row => [argument, ['a: 1', { ...RELEASE, ...options }]]),
  ...FLAGS.map(([argument, options]): Row => [argument, ['a: 1', options]]),
]);

naming('inspectBundles', inspectBundles, [
  ['paths', ['/b', RELEASE]],
  ['paths', [undefined, RELEASE]],
  ['paths', [[Buffer.from('/b')], RELEASE]],
  ['options', [['/b']]],
  ['options.release', [['/b'], {}]],
  ['options.kubeletDir', [['/b'], { ...RELEASE, kubeletDir: 5 }]],
  ['options.sandbox', [['/b'], { ...RELEASE, sandbox: ['/s'] }]],
  ['options.fs', [['/b'], { ...RELEASE, fs: '/' }]],
  ...FLAGS.map(([argument, options]): Row => [argument, [['/b'], options]]),
]);

naming(
  'check',
  check,
  FLAGS.map(([argument, options]): Row => [argument, [{ pod: {} }, options]]),
);

const reader = new YamlManifestReader();
naming('annotateManifest', (...rest: never[]) => (annotateManifest as Call)(reader as never, ...rest), [
  ['text', [1, 'm']],
  ['source', ['a: 1', 1]],
  ['options', ['a: 1', 'm', 'safe']],
  ['options.hints', ['a: 1', 'm', { hints: 'safe' }]],
  ...POD_PATHS.map(([argument, options]): Row => [argument, ['a: 1', 'm', options]]),
]);

naming(
  'documents',
  (...given: never[]) => [
    ...(reader.documents as (...all: never[]) => Iterable<unknown>).apply(reader, given),
  ],
  [
    ['text', [1, 'm']],
    ['source', ['a: 1', 1]],
    ['options', ['a: 1', 'm', 'x']],
    ...POD_PATHS.map(([argument, options]): Row => [argument, ['a: 1', 'm', options]]),
  ],
);

naming('annotateManifest', annotateManifest, [
  ['reader', [undefined, 'a: 1', 'm']],
  ['reader', [YamlManifestReader, 'a: 1', 'm']],
  ['reader.documents', [{}, 'a: 1', 'm']],
]);

const MEDIA: readonly (readonly [string, unknown])[] = [
  ['options.medium', new Map([['scratch', 'memory']])],
  ['options.medium["scratch"]', { scratch: 'ssd' }],
  ['options.medium["scratch"]', { scratch: 1 }],
];

naming(
  'hintsForPod',
  hintsForPod,
  MEDIA.map(([argument, medium]): Row => [argument, [{}, { medium }]]),
);

// Whatever is asked: an option that is wrong is told at the first review, and not at the first pod that is created.
const DELETE = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'u', operation: 'DELETE' },
};
naming('admit', admit, [
  ['options', [DELETE, 'safe']],
  ['options.remember', [DELETE, { remember: 'yes' }]],
  ['options.existing', [DELETE, { existing: 'merge' }]],
  ...MEDIA.map(([argument, medium]): Row => [argument, [DELETE, { medium }]]),
]);

naming('createMemoryFileSystem', createMemoryFileSystem, [
  ['content.pods', [{ pods: new Map() }]],
  ['content.pods["u"]', [{ pods: { u: ['scratch'] } }]],
  ['content.pods["u"]["v"].files["a"]', [{ pods: { u: { v: { files: { a: 5 } } } } }]],
  ['content.bundles["/b"]', [{ bundles: { '/b': '{}' } }]],
  ['content.files["/a"]', [{ files: { '/a': Buffer.from('text') } }]],
  ['content.links["/a"]', [{ links: { '/a': null } }]],
  ['content.tmpfs["/a"]', [{ tmpfs: { '/a': '64Mi' } }]],
  ['content.tmpfs["/a"]', [{ tmpfs: { '/a': 0.5 } }]],
]);

test.each<[string, readonly unknown[], string]>([
  ['a Map', [{}, { medium: new Map() }], 'must be a plain object, and is a Map.'],
  [
    'an element',
    [{}, { noHint: ['a', 5] }],
    'must be a list of strings, and has an element that is a number.',
  ],
])('%s of the wrong type is called what it is', async (_, given, message) => {
  expect(await blamed(hintsForPod as Call, given)).toMatchObject({
    message: expect.stringContaining(message),
  });
});

test.each(['bundles', 'files', 'links', 'tmpfs', 'directories'])(
  'createMemoryFileSystem refuses a relative path in %s',
  async (part) => {
    const here = { bundles: {}, files: '', links: '/a', tmpfs: 1 }[part];
    const given = part === 'directories' ? ['a/b'] : { 'a/b': here };
    expect(await blamed(createMemoryFileSystem, [{ [part]: given }])).toMatchObject({
      code: 'MH_ARGUMENT_INVALID',
      argument: `content.${part}`,
      message: expect.stringContaining('"a/b"'),
    });
  },
);

describe('a field that is misspelt', () => {
  const reader = new YamlManifestReader();
  const pod = { spec: { containers: [{ name: 'c' }] } };
  const spec = { ociVersion: '1.1.0' };
  test.each<readonly [Call, readonly unknown[], string, string]>([
    [createMountHints, [{ ...RELEASE, kubletDir: '/x' }], 'options.kubletDir', 'kubeletDir'],
    [createContainer, [{ ...RELEASE, kubletDir: '/x' }], 'options.kubletDir', 'kubeletDir'],
    [
      createMountHints,
      [{ ...RELEASE, ports: { volumeLokup: {} } }],
      'options.ports.volumeLokup',
      'volumeLookup',
    ],
    [inspectManifest, ['', { ...RELEASE, sorce: 'm' }], 'options.sorce', 'source'],
    [
      inspectManifest,
      ['', { ...RELEASE, selection: { runtimeClass: [] } }],
      'options.selection.runtimeClass',
      'runtimeClasses',
    ],
    [
      inspectManifest,
      ['', { ...RELEASE, ignores: [{ code: 'c', volum: 'v' }] }],
      'options.ignores[0].volum',
      'volume',
    ],
    [inspectBundles, [[], { ...RELEASE, kubletDir: '/x' }], 'options.kubletDir', 'kubeletDir'],
    [hintsForPod, [pod, { sizeSlak: '5%' }], 'options.sizeSlak', 'sizeSlack'],
    [admit, [DELETE, { rember: true }], 'options.rember', 'remember'],
    [check, [{ pod }, { ...RELEASE, flag: {} }], 'options.flag', 'flags'],
    [explain, [{ pod }, { ...RELEASE, flag: {} }], 'options.flag', 'flags'],
    [annotateManifest, [reader, '', 'm', { hint: {} }], 'options.hint', 'hints'],
    [
      annotateManifest,
      [reader, 'kind: Pod', 'm', { hints: { sizeSlak: '5%' } }],
      'options.sizeSlak',
      'sizeSlack',
    ],
    [rewrite, [spec, '20260914', NO_FACTS, { standalon: true }], 'options.standalon', 'standalone'],
    [createMemoryFileSystem, [{ pod: {} }], 'content.pod', 'pods'],
    [
      createMemoryFileSystem,
      [{ pods: { u: { v: { plugn: 'p' } } } }],
      'content.pods["u"]["v"].plugn',
      'plugin',
    ],
  ] as never)('of %p is told with the one that was meant (%#)', async (call, given, argument, meant) => {
    expect(await blamed(call, given)).toMatchObject({
      code: 'MH_ARGUMENT_INVALID',
      argument,
      message: expect.stringContaining(`Did you mean "${meant}"?`),
    });
  });

  test('and a checkpoint without specs is told before anything is rewritten', async () => {
    expect(await blamed(createMountHints, [{ ...RELEASE, checkpoint: { specs: [] } }])).toMatchObject({
      code: 'MH_ARGUMENT_INVALID',
      argument: 'options.checkpoint.specs',
    });
  });

  test('and is undefined is absent', async () => {
    expect(await blamed(createMountHints, [{ ...RELEASE, kubletDir: undefined }])).toBe('no error');
  });
});

test.each([
  ['volumeLookup', 'find'],
  ['volumeLayout', 'volumeAt'],
  ['specStore', 'load'],
])('a port %s without its methods is refused when it is given', async (port, method) => {
  expect(await blamed(createMountHints, [{ ...RELEASE, ports: { [port]: {} } }])).toMatchObject({
    code: 'MH_ARGUMENT_INVALID',
    argument: `options.ports.${port}.${method}`,
  });
});

test.each([
  ['check', check, (pod: object) => [{ pod }, RELEASE]],
  ['explain', explain, (pod: object) => [{ pod }, RELEASE]],
  ['hintsForPod', hintsForPod, (pod: object) => [pod]],
] as const)('%s refuses a workload in place of a pod', async (_, call, given) => {
  const template = { spec: { runtimeClassName: 'gvisor', containers: [{ name: 'c' }] } };
  const found = await blamed(call, given({ kind: 'Deployment', spec: { template } }));
  expect(found).toMatchObject({ code: 'MH_MANIFEST_INVALID', path: 'kind' });
  expect(await blamed(call, given({ spec: { template } }))).toMatchObject({ code: 'MH_MANIFEST_INVALID' });
  expect(await blamed(call, given({ kind: 'Pod', ...template }))).toBe('no error');
});

test.each([
  ['check', check, (pod: object) => [{ pod }, RELEASE]],
  ['explain', explain, (pod: object) => [{ pod }, RELEASE]],
  ['hintsForPod', hintsForPod, (pod: object) => [pod]],
] as const)('%s refuses what has nothing of a pod', async (_, call, given) => {
  const pod = { spec: { runtimeClassName: 'gvisor', containers: [{ name: 'c' }] } };
  const unlike: readonly object[] = [
    Promise.resolve(pod),
    new Map(),
    Buffer.from('kind: Pod'),
    { body: pod, response: {} },
    { pod },
    pod.spec,
    { ociVersion: '1.1.0', mounts: [] },
  ];
  for (const each of unlike)
    expect(await blamed(call, given(each))).toMatchObject({ code: 'MH_MANIFEST_INVALID', path: '' });
  for (const each of [pod, { metadata: {} }, { kind: 'Pod' }, Object.create(null)])
    expect(await blamed(call, given(each))).toBe('no error');
});

test('update refuses what is not made of fields, and would be a spec without any', async () => {
  const hints = createMountHints(RELEASE);
  const spec = { ociVersion: '1.1.0' };
  const update = (given: object) => hints.update(given as never);
  for (const each of [Promise.resolve(spec), Buffer.from('{}'), new Map(), new Date()])
    expect(await blamed(update as Call, [each])).toMatchObject({ code: 'MH_SPEC_SHAPE' });
  for (const each of [spec, Object.assign(Object.create(null), spec), structuredClone(spec)])
    expect(await blamed(update as Call, [each])).toBe('no error');
});

test('of a manifest, a pod path that leads to something else keeps no other object from its report', () => {
  const text =
    'kind: Widget\nspec: {containers: [{name: c}]}\n---\nkind: Pod\nspec: {containers: [{name: c}]}\n';
  const podPaths = new Map([['Widget', [['spec']]]]);
  expect(inspectManifest(text, { release: 'latest', podPaths }).length).toBeGreaterThan(0);
  const hints = { all: true };
  expect(annotateManifest(reader, text, 'm', { podPaths, hints }).pods.length).toBeGreaterThan(0);
});
