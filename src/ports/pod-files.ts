import type { MountHintsError } from '../domain/mount-hints-error.ts';

/** A file or directory that says something of a pod. */
export type PodFile =
  /** A bundle directory, or a spec's file. */
  | { readonly kind: 'bundle'; readonly path: string }
  /** A stream of manifests. */
  | { readonly kind: 'manifest'; readonly path: string }
  /** Something below a directory that could not be looked at. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly error: MountHintsError };

/** The files that pods are read from. */
export interface PodFiles {
  /**
   * What `path` is: a bundle, a file of manifests, or a directory with any number of both below it, in
   * ascending order.
   *
   * @throws MH_INPUT_… if it cannot be looked at.
   */
  find(path: string): readonly PodFile[];
  /**
   * The text of a file of manifests.
   *
   * @throws MH_INPUT_…
   */
  read(path: string): string;
  /** The other bundles that the engine keeps beside this one. Empty if that cannot be told. */
  siblings(bundle: string): readonly string[];
  /** Where the engine that made a bundle keeps the one with this id (containerd's layout, CRI-O's). */
  siblingWithId(bundle: string, id: string): string;
}
