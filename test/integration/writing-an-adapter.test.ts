import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createContainer, TOKENS } from 'gvisor-mount-hints';
import { type CreateLookup, volumeLookupContract } from 'gvisor-mount-hints/testing';
import { ListingVolumeLookup } from '../../docs/examples/listing-volume-lookup.ts';
import { RecordingRunner } from '../support/recording-runner.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const EXAMPLE = readFileSync(new URL('examples/listing-volume-lookup.ts', DOCS), 'utf8');

const create: CreateLookup = async (tree) => {
  const paths = tree.flatMap(({ path }) =>
    path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/')),
  );
  const listing = [...new Set(paths)].map((path) => `/k/${path}`).join('\n');
  return {
    lookup: new ListingVolumeLookup(listing, '/k'),
    path: (relative) => `/k/${relative}`,
    dispose: async () => {},
  };
};

describe('docs/writing-an-adapter.md', () => {
  test('shows the adapter as it is, in fewer than 60 lines', () => {
    expect(readFileSync(new URL('writing-an-adapter.md', DOCS), 'utf8')).toContain(EXAMPLE);
    expect(EXAMPLE.split('\n').length).toBeLessThan(60);
  });

  test('the adapter keeps the contract, but for what a listing cannot tell', async () => {
    const runner = new RecordingRunner();
    volumeLookupContract(runner, create);
    expect(await runner.failures()).toEqual(['VolumeLookup looks into a plugin directory that is a symlink']);
  });

  test('the adapter serves the rewrite', async () => {
    const path = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~configmap/settings';
    const container = createContainer({ release: '20260615' });
    container.rebind(TOKENS.volumeLookup).toConstantValue(new ListingVolumeLookup(path));
    const { spec } = await container.get(TOKENS.mountHints).update({
      annotations: {
        'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/ns_name_u',
        'dev.gvisor.spec.mount.settings.type': 'bind',
      },
      mounts: [],
    });
    expect(spec.annotations).toMatchObject({ 'dev.gvisor.spec.mount.settings.source': path });
  });
});
