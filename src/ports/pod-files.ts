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
   * What `path` is: a bundle, a file of manifests, or a directory with any number of both below it (of
   * manifests `.yaml`, `.yml` and `.json`, in any letter case; names that begin with a dot left out, and symbolic links to
   * nothing that are not named as manifests). In ascending order; no directory is looked into twice, and no bundle
   * directory is found twice, by however many links it is reached. One that has a name of its own below `path` is found
   * by that.
   *
   * @throws MH_INPUT_… if it cannot be looked at.
   */
  find(path: string): readonly PodFile[];
  /**
   * The bytes of a file of manifests, piece by piece.
   *
   * @throws MH_INPUT_…
   */
  chunks(path: string): AsyncIterable<Uint8Array>;
  /** The other bundles that the engine keeps beside this one, each once, in ascending order. Empty if that cannot be told. */
  siblings(bundle: string): readonly string[];
  /**
   * Where the engine that made a bundle keeps the one with this id (containerd's layout, CRI-O's), be it there
   * or not; `undefined` for an id that cannot be a file's name, whatever the spec says that it comes from.
   */
  siblingWithId(bundle: string, id: string): string | undefined;
}
