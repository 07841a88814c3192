import type { OciSpec } from '../../domain/spec/oci-spec.ts';
import type { FileSystem } from '../../ports/file-system.ts';

/** A volume of a pod as kubelet keeps it, at `pods/UID/volumes/PLUGIN/NAME`. */
export interface MemoryVolume {
  /** Kubelet's name of the plugin, such as `kubernetes.io~configmap`; that of an emptyDir if absent. */
  readonly plugin?: string;
  /** Texts by path below the volume; none if absent, so that an emptyDir is empty. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What stands in a file system in memory. Paths are absolute; parents are made as needed. */
export interface MemoryContent {
  /** Kubelet's `--root-dir`; `/var/lib/kubelet` if absent. */
  readonly kubeletDir?: string;
  /** The volumes of pods: by the pod's UID, and by the volume's name. */
  readonly pods?: Readonly<Record<string, Readonly<Record<string, MemoryVolume>>>>;
  /** Specs by the directory of their bundle; each becomes its `config.json`. */
  readonly bundles?: Readonly<Record<string, OciSpec>>;
  readonly directories?: readonly string[];
  /** Texts by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Symbolic links: what they lead to, by path. */
  readonly links?: Readonly<Record<string, string>>;
  /** Size-limited host tmpfs: sizes in bytes, by the path where one is mounted. */
  readonly tmpfs?: Readonly<Record<string, number>>;
}

/** What a test needs beside to change a file system and to look at it, in the shape of `node:fs`. */
interface ChangedByTests {
  chmodSync(path: string, mode: number): void;
  chownSync(path: string, uid: number, gid: number): void;
  existsSync(path: string): boolean;
  mkdirSync(path: string, options: { readonly recursive: true }): unknown;
  readFileSync(path: string, encoding: 'utf8'): string;
  symlinkSync(target: string, path: string): void;
  writeFileSync(path: string, text: string): void;
}

/** A {@link FileSystem} that a test can change and look at, in the shape of `node:fs`. */
export type MemoryFileSystem = FileSystem & ChangedByTests;
