import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FLAGS } from '../../../src/domain/runsc/runsc-flags.ts';
import { configuredFlags } from '../../../src/domain.ts';
import { check } from '../../../src/index.ts';
import { inspectManifest } from '../../../src/manifests.ts';

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
    const filter = { namespaces: [], owners: [], namespace: 'a' };
    refused(() => inspectManifest('a: 1', { ...RELEASE, filter }), 'options.filter.namespace', 'namespaces');
  });

  test('a misspelt field of flags', () => {
    const flags = { ...DEFAULT_FLAGS, directfz: true };
    refused(() => check({ pod: { spec: {} } }, { ...RELEASE, flags }), 'options.flags.directfz', 'directfs');
  });
});
