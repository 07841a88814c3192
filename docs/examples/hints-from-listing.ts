import { createContainer, type MountHints, TOKENS } from 'gvisor-mount-hints';
import { ListingVolumeLookup } from './listing-volume-lookup.ts';

/** The rewrite, with volumes looked up in a listing. */
export function hintsFromListing(listing: string): MountHints {
  const container = createContainer({ release: '20260615' });
  container.rebind(TOKENS.volumeLookup).toConstantValue(new ListingVolumeLookup(listing));
  return container.get(TOKENS.mountHints);
}
