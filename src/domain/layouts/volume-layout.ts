/** Which volume a mount's host path belongs to. */
export interface VolumeAt {
  readonly name: string;
  /** The pod whose volume it is; absent where the engine's layout has no pods. */
  readonly podUid?: string;
}

/**
 * How a host path names a volume: kubelet's, Podman's and Docker's are beside this file, and another engine's
 * can be plugged in. `gvisor-mount-hints/testing` has the contract.
 */
export interface VolumeLayout {
  /** The volume whose root directory `source` is, or `undefined` for any other path (below it, beside it). */
  volumeAt(source: string): VolumeAt | undefined;
  /**
   * The volume that `source` is a part of, where the engine mounts a part from a place of its own (kubelet's
   * `subPath`); absent where no engine does.
   */
  subPathAt?(source: string): VolumeAt | undefined;
  /** Whether a volume's host directory is an emptyDir's: made for this pod, and gone with it. */
  isEmptyDir(directory: string): boolean;
  /** The directory of a volume that no mount has shown; absent where the name alone does not tell it. */
  directoryOf?(name: string): string | undefined;
  /** Below which directory a pod's volumes are looked for; absent where the engine's layout has no pods. */
  volumesDir?(podUid: string): string | undefined;
}
