import { createMountHints, type MountHints } from 'gvisor-mount-hints';
import { ListingVolumeLookup } from './listing-volume-lookup.ts';

/** The rewrite, with volumes looked up in a listing. */
export function hintsFromListing(listing: string): MountHints {
  return createMountHints({
    release: '20260615',
    ports: { volumeLookup: new ListingVolumeLookup(listing) },
  });
}
