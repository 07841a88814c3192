import type { Shape } from '../arguments/check-arguments.ts';
import type { MountHintsError } from '../mount-hints-error.ts';

/** What becomes of mounts of a part of a hinted volume. */
export type SubPaths = 'leave' | 'refuse';

/** The kinds of its fields. */
export const DECIDE_OPTIONS = {
  standalone: 'boolean?',
  mayBeRewritten: 'boolean?',
  cgroupParent: 'boolean?',
  sandboxVolumes: 'set?',
  subPaths: ['leave', 'refuse'],
} as const satisfies Shape;

/** What a decision goes by beside spec, release, facts and layout. Everything is off where it is absent. */
export interface DecideOptions {
  /**
   * A spec without any CRI annotation is a sandbox and its only container at once: both halves of the
   * rewrite apply to it. For engines that call runsc without a pod (Podman, Docker, bundles made by hand).
   */
  readonly standalone?: boolean;
  /**
   * gVisor's shim, or an earlier run, may have rewritten the spec already: what looks settled is left
   * alone, so that a second rewrite changes nothing. Without it the rewrite is the shim's to the letter,
   * which does not recognise its own work (docs/runtime.md, "Below gVisor's own shim").
   */
  readonly mayBeRewritten?: boolean;
  /** A sandbox gets `dev.gvisor.spec.cgroup-parent`, as gVisor's containerd shim sets it. */
  readonly cgroupParent?: boolean;
  /**
   * The volumes, /dev/shm's own among them, that the spec of this container's sandbox has hints for; all
   * of them if absent. A mount of another one is left alone: as tmpfs without a hint it would be private.
   */
  readonly sandboxVolumes?: ReadonlySet<string>;
  /**
   * A container that mounts a part of a hinted volume (kubelet's `subPath`) would see another copy than the
   * sandbox has. `leave` (the default): it is left so, with a note, as gVisor's shim leaves it. `refuse`: it is
   * the error MH_SUB_PATH_REFUSED.
   */
  readonly subPaths?: SubPaths;
  /**
   * Takes the errors of hints that the rewrite would fail on, and the other hints are decided: for who wants
   * to know all of them. Without it the first one is thrown.
   */
  readonly onFaultyHint?: (error: MountHintsError, volume: string) => void;
}
