import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FLAGS } from '../../../src/domain/runsc/runsc-flags.ts';
import { check, inspectBundles, isMountHintsError } from '../../../src/index.ts';
import { annotateManifest, inspectManifest, YamlManifestReader } from '../../../src/manifests.ts';

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
