import { createContainer, type MountHints, TOKENS } from 'gvisor-mount-hints';
import { ListingVolumeLookup } from './listing-volume-lookup.ts';

/** Likewise, from an inversify container, in which everything else can be rebound too. */
export function hintsFromContainer(listing: string): MountHints {
  const container = createContainer({ release: '20260615' });
  container.rebind(TOKENS.volumeLookup).toConstantValue(new ListingVolumeLookup(listing));
  return container.get(TOKENS.mountHints);
}
