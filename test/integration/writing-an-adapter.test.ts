import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import '../../docs/examples/listing-volume-lookup.contract.ts';
import { hintsFromContainer } from '../../docs/examples/hints-from-container.ts';
import { hintsFromListing } from '../../docs/examples/hints-from-listing.ts';
import { rewrittenInMemory } from '../../docs/examples/rewritten-in-memory.ts';

const DOCS = new URL('../../docs/', import.meta.url);
/** Files that `npm run check:types` compiles as they stand. */
const EXAMPLES = [
  'listing-volume-lookup.ts',
  'listing-volume-lookup.contract.ts',
  'hints-from-listing.ts',
  'hints-from-container.ts',
].map((name) => readFileSync(new URL(`examples/${name}`, DOCS), 'utf8'));

describe('docs/writing-an-adapter.md', () => {
  test('has no code but that of the examples, as it is', () => {
    const page = readFileSync(new URL('writing-an-adapter.md', DOCS), 'utf8');
    expect([...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code)).toEqual(EXAMPLES);
  });

  test('needs fewer than 60 lines for an adapter', () => {
    expect(EXAMPLES[0]?.split('\n').length).toBeLessThan(60);
  });

  test.each([
    ['plugged in', hintsFromListing],
    ['bound in a container', hintsFromContainer],
  ])('the adapter, %s, serves the rewrite', async (_, hintsFrom) => {
    const path = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~configmap/settings';
    const { spec } = await hintsFrom(path).update({
      annotations: {
        'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/ns_name_u',
        'dev.gvisor.spec.mount.settings.type': 'bind',
      },
      mounts: [],
    });
    expect(spec.annotations).toMatchObject({ 'dev.gvisor.spec.mount.settings.source': path });
  });
});

describe('docs/library.md', () => {
  const page = readFileSync(new URL('library.md', DOCS), 'utf8');

  test('has the example of a node in memory as it is', () => {
    const example = readFileSync(new URL('examples/rewritten-in-memory.ts', DOCS), 'utf8');
    expect(page).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
  });

  test('the example rewrites a bundle in memory', async () => {
    const spec = await rewrittenInMemory('u', {
      annotations: {
        'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/ns_name_u',
        'dev.gvisor.spec.mount.scratch.type': 'bind',
      },
      mounts: [],
    });
    expect(spec.annotations).toMatchObject({ 'dev.gvisor.spec.mount.scratch.type': 'tmpfs' });
  });
});
