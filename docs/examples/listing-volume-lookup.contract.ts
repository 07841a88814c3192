import { test } from '@jest/globals';
import { volumeLookupContract, withKnownDeviations } from 'gvisor-mount-hints/testing';
import { ListingVolumeLookup } from './listing-volume-lookup.ts';

const deviations = {
  'VolumeLookup looks into a plugin directory that is a symlink':
    'a listing does not say where a symlink leads',
};

withKnownDeviations({ test }, deviations, (runner) =>
  volumeLookupContract(runner, async (tree) => {
    const entries = tree.flatMap(({ path }) =>
      path.split('/').map((_, index, all) => `/k/${all.slice(0, index + 1).join('/')}`),
    );
    return {
      lookup: new ListingVolumeLookup([...new Set(entries)].join('\n'), '/k'),
      path: (relative) => `/k/${relative}`,
      dispose: async () => {},
    };
  }),
);
