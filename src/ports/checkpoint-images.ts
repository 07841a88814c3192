import type { Checkpoint } from '../domain/restore/checkpoint.ts';

/** The images that `runsc checkpoint` wrote. `gvisor-mount-hints/testing` has the contract. */
export interface CheckpointImages {
  /**
   * What the image at `path` says of its pod: an image directory or its `checkpoint.img`. `undefined` if there is
   * something else, such as a bundle.
   *
   * @throws MH_INPUT_… if it cannot be read; MH_CHECKPOINT_INVALID if it is an image, and broken or without specs.
   */
  read(path: string): Checkpoint | undefined;
}
