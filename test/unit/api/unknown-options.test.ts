import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FLAGS } from '../../../src/domain/runsc/runsc-flags.ts';
import { configuredFlags } from '../../../src/domain.ts';
import { check, createMountHints, explain } from '../../../src/index.ts';
import { inspectManifest, JsonManifestReader } from '../../../src/manifests.ts';
import { createMemoryFileSystem } from '../../../src/testing/index.ts';

const RELEASE = { release: 'latest' } as const;

function refused(act: () => unknown, argument: string, advice: string): void {
  expect(act).toThrow(
    expect.objectContaining({
      code: 'MH_ARGUMENT_INVALID',
      details: expect.objectContaining({ argument }),
      message: expect.stringContaining(advice),
    }),
  );
}

describe('names and values that nobody knows', () => {
  test('a misspelt flag', () => {
    refused(() => configuredFlags({ 'host-udz': 'all' }), 'config.host-udz', 'host-uds');
  });

  test('a value that runsc refuses', () => {
    refused(() => configuredFlags({ 'host-uds': 'al' }), 'config.host-uds', 'Did you mean all?');
  });

  test('other flags of runsc are passed over', () => {
    expect(configuredFlags({ platform: 'kvm', overlay: 'true', 'host-fifo': 'open' })).toEqual(DEFAULT_FLAGS);
  });

  test('an ignore of no diagnostic', () => {
    const ignores = [{ code: 'nope' }];
    refused(() => inspectManifest('a: 1', { ...RELEASE, ignores }), 'options.ignores[0].code', 'diagnostic');
  });

  test('a misspelt field of a filter', () => {
    expect(inspectManifest('a: 1', { ...RELEASE, filter: { namespaces: ['a'] } })).toEqual([]);
    const filter = { namespaces: [], namespace: 'a' };
    refused(() => inspectManifest('a: 1', { ...RELEASE, filter }), 'options.filter.namespace', 'namespaces');
  });

  test('a misspelt field of flags', () => {
    const flags = { ...DEFAULT_FLAGS, directfz: true };
    refused(() => check({ pod: { spec: {} } }, { ...RELEASE, flags }), 'options.flags.directfz', 'directfs');
  });
});

describe('documents in which there is no pod', () => {
  const POD = { spec: { containers: [] } };
  const SPEC = { ociVersion: '1.1.0', mounts: [] };

  test.each<[string, object, string]>([
    ['pods', { pods: [POD] }, 'Did you mean "pod"?'],
    ['a misspelt sandbox', { sandbx: SPEC, containers: [] }, 'Did you mean "sandbox"?'],
    ['containers alone', { containers: [SPEC] }, 'The spec of the sandbox is given as "sandbox"'],
    ['a Pod itself', POD, 'A Pod is given as { pod }'],
    ['a spec itself', SPEC, 'An OCI spec is given as { sandbox: spec, containers: [] }'],
    ['a list', [{ pod: POD }], 'call it for each'],
  ])('%s', (_, documents, advice) => {
    for (const call of [check, explain])
      refused(() => call(documents as never, RELEASE), 'documents', advice);
  });

  test('beside one, what nobody reads is refused too', () => {
    refused(() => check({ pod: POD, pods: [] } as never, RELEASE), 'documents.pods', 'pod');
    const specs = { sandbox: SPEC, containers: [], source: new Map() };
    refused(() => explain(specs as never, RELEASE), 'documents.source', 'Did you mean "sources"?');
  });
});

test('a reader of JSON without a reader of what is not JSON', () => {
  const made = (other?: unknown) => new JsonManifestReader(other as never);
  refused(() => made(), 'other', 'an object');
  refused(() => made({}), 'other.documents', 'a function');
});

test('a pod that is undefined, beside specs, is not there', () => {
  const specs = { sandbox: { annotations: {} }, containers: [] };
  expect(explain({ pod: undefined, ...specs } as never, RELEASE)).toEqual(explain(specs, RELEASE));
  refused(() => check({ pod: undefined } as never, RELEASE), 'documents', 'has neither');
});

describe('options that a method does not take', () => {
  test('the place in a list and the list are none', async () => {
    const fs = await createMemoryFileSystem({
      bundles: { '/a': { annotations: {} }, '/b': { annotations: {} } },
    });
    const hints = createMountHints({ ...RELEASE, fs });
    const updated = await Promise.all(['/a', '/b'].map(hints.updateBundle.bind(hints)));
    expect(updated.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  test.each(['update', 'updateBundle', 'planBundle'] as const)('%s', async (method) => {
    const spec = { annotations: {} };
    const fs = await createMemoryFileSystem({ bundles: { '/b': spec } });
    const hints = createMountHints({ ...RELEASE, fs });
    const act = hints[method].bind(hints) as (...given: readonly unknown[]) => Promise<unknown>;
    const given = method === 'update' ? spec : '/b';
    await expect(act(given, undefined)).resolves.toBeDefined();
    await expect(act(given, { dryRun: true })).rejects.toMatchObject({
      code: 'MH_ARGUMENT_INVALID',
      details: { function: method },
      message: expect.stringContaining('planBundle()'),
    });
  });
});
