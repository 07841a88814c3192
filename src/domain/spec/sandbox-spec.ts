import type { VolumeLayout } from '../layouts/volume-layout.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import {
  EMPTY_DIR_PREFIX,
  hintedName,
  isHintKey,
  isReservedKey,
  isTypeKey,
  MOUNT_PREFIX,
} from './annotation-keys.ts';
import { HintFields } from './hint-fields.ts';
import { type Annotations, explicitPodUid, type Role, roleOf } from './identity.ts';
import type { MountKind, OciMount } from './mount.ts';
import { isHostileName, type Volume } from './volume.ts';

/** An OCI runtime spec (`config.json`), as far as the rules read it; everything else is carried along. */
export interface OciSpec {
  readonly annotations?: Annotations | null;
  readonly mounts?: readonly (OciMount | null)[] | null;
  readonly linux?: { readonly cgroupsPath?: unknown; readonly [field: string]: unknown } | null;
  readonly [field: string]: unknown;
}

/** One mount of the spec, read: absent and null fields are empty. `index` is its place in the spec's list. */
export interface Mount extends MountKind {
  readonly index: number;
  readonly destination: string;
  readonly source: string;
}

/**
 * What the rules see of an OCI spec: its role, its hinted volumes in ascending key order, its mounts. What
 * only some rules ask for is found when it is asked for, once.
 */
export class SandboxSpec {
  readonly role: Role;
  readonly annotations: Annotations;
  readonly volumes: readonly Volume[];
  /** Whether an author used the reserved volume name, which is never a volume. */
  readonly reservedNameUsed: boolean;
  /** Whether any emptyDir has an annotation of its own, such as `force-shared`. */
  readonly emptyDirKeyUsed: boolean;
  readonly mounts: readonly Mount[];
  readonly #document: OciSpec;
  #hints: ReadonlyMap<string, Readonly<HintFields>> | undefined;
  #mountsOf:
    | { readonly layout: VolumeLayout; readonly byVolume: ReadonlyMap<string, readonly Mount[]> }
    | undefined;

  constructor(
    document: OciSpec,
    parts: Pick<
      SandboxSpec,
      'role' | 'annotations' | 'volumes' | 'reservedNameUsed' | 'emptyDirKeyUsed' | 'mounts'
    >,
    hints?: ReadonlyMap<string, Readonly<HintFields>>,
  ) {
    this.role = parts.role;
    this.annotations = parts.annotations;
    this.volumes = parts.volumes;
    this.reservedNameUsed = parts.reservedNameUsed;
    this.emptyDirKeyUsed = parts.emptyDirKeyUsed;
    this.mounts = parts.mounts;
    this.#document = document;
    this.#hints = hints;
  }

  /** `linux.cgroupsPath`; empty where there is none. */
  get cgroupsPath(): string {
    const { linux } = this.#document;
    const path = isObject(linux) ? linux.cgroupsPath : undefined;
    return typeof path === 'string' ? path : '';
  }

  /** The hints by volume name, the reserved one's too. */
  get hints(): ReadonlyMap<string, Readonly<HintFields>> {
    this.#hints ??= hintsByName(this.annotations);
    return this.#hints;
  }

  /** The mounts whose source is a hinted volume's root directory, by the volume's name. */
  mountsOf(layout: VolumeLayout): ReadonlyMap<string, readonly Mount[]> {
    if (this.#mountsOf?.layout !== layout) {
      this.#mountsOf = { layout, byVolume: findMounts(this, layout) };
    }
    return this.#mountsOf.byVolume;
  }
}

function findMounts(
  { annotations, volumes, mounts }: SandboxSpec,
  layout: VolumeLayout,
): ReadonlyMap<string, readonly Mount[]> {
  const byVolume = new Map<string, Mount[]>();
  for (const { name } of volumes) byVolume.set(name, []);
  if (byVolume.size === 0) return byVolume;
  const onlyPod = explicitPodUid(annotations);
  /** What a pod was found to be goes for the mounts behind it, whose UID is the very same text. */
  let podUid: string | undefined;
  for (const mount of mounts) {
    const at = layout.volumeAt(mount.source);
    if (at === undefined) continue;
    if (onlyPod !== undefined && at.podUid !== undefined && at.podUid !== podUid) {
      if (at.podUid !== onlyPod) continue;
      podUid = at.podUid;
    }
    byVolume.get(at.name)?.push(mount);
  }
  return byVolume;
}

type Hints = Map<string, HintFields>;

/** Takes in the annotation of a hint, if it is of a field that rules read or write. */
function addField(hints: Hints, key: string, value: string | undefined): void {
  const dot = key.indexOf('.', MOUNT_PREFIX.length);
  if (dot === -1) return;
  const name = key.slice(MOUNT_PREFIX.length, dot);
  let hint = hints.get(name);
  if (hint === undefined) {
    hint = new HintFields();
    hints.set(name, hint);
  }
  hint.set(key.slice(dot + 1), value);
}

function hintsByName(annotations: Annotations): Hints {
  const hints: Hints = new Map();
  for (const key of Object.keys(annotations)) if (isHintKey(key)) addField(hints, key, annotations[key]);
  return hints;
}

const NO_ANNOTATIONS: Annotations = {};
const NO_OPTIONS: readonly string[] = [];

/** What says that a part of a spec has the wrong shape: MH_SPEC_SHAPE. */
export function shapeError(where: string, found: unknown, wanted: string): MountHintsError {
  const what = found === null ? 'null' : Array.isArray(found) ? 'a list' : `a value of type ${typeof found}`;
  return new MountHintsError(
    'MH_SPEC_SHAPE',
    `The spec is not an OCI runtime spec: ${where} is ${what} and should be ${wanted}. Look at what wrote the file; runsc would refuse it too.`,
    { where },
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown, field: 'destination' | 'type' | 'source', index: number): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  throw shapeError(`mounts[${index}].${field}`, value, 'a string');
}

function optionsField(mount: OciMount, index: number): readonly string[] {
  const value: unknown = mount.options;
  if (value === undefined || value === null) return NO_OPTIONS;
  if (!Array.isArray(value)) throw shapeError(`mounts[${index}].options`, value, 'a list of strings');
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] !== 'string')
      throw shapeError(`mounts[${index}].options[${i}]`, value[i], 'a string');
  }
  return value;
}

function readMount(mount: OciMount | null, index: number): Mount {
  if (mount === null)
    return {
      index,
      destination: '',
      type: '',
      source: '',
      options: NO_OPTIONS,
    };
  if (!isObject(mount)) throw shapeError(`mounts[${index}]`, mount, 'an object');
  return {
    index,
    destination: text(mount.destination, 'destination', index),
    type: text(mount.type, 'type', index),
    source: text(mount.source, 'source', index),
    options: optionsField(mount, index),
  };
}

/** Also of a list with holes, which `map` would pass over. */
function readMounts(list: readonly (OciMount | null)[]): Mount[] {
  const mounts: Mount[] = [];
  for (const mount of list) mounts.push(readMount(mount, mounts.length));
  return mounts;
}

function hintedVolume(key: string, type: string): Volume {
  const name = hintedName(key);
  return { name, key, type, isHostile: isHostileName(name) };
}

function byKey(a: Volume, b: Volume): number {
  return a.key < b.key ? -1 : 1;
}

/**
 * Refuses a Kubernetes manifest, which would be read as a spec without annotations and mounts, and be found to
 * be fine. An OCI spec must have `ociVersion`.
 */
function refuseManifest({ apiVersion, kind, ociVersion }: Record<string, unknown>): void {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || ociVersion !== undefined) return;
  throw new MountHintsError(
    'MH_SPEC_SHAPE',
    `This is a Kubernetes manifest (kind ${JSON.stringify(kind)}), not an OCI runtime spec. Give a bundle's config.json; manifests are for "mount-hints annotate", "explain" and "check", and for hintsForPod().`,
    { where: 'the document', apiVersion, kind },
  );
}

/**
 * Reads a parsed `config.json` (or any object of that shape) without changing it.
 *
 * @throws MH_SPEC_SHAPE if the value is not an object, or its annotations or mounts have the wrong shape;
 *   and if it is a Kubernetes manifest.
 */
export function readSandboxSpec(spec: unknown): SandboxSpec {
  if (!isObject(spec)) throw shapeError('the document', spec, 'an object');
  refuseManifest(spec);
  const annotations = spec.annotations ?? NO_ANNOTATIONS;
  if (!isObject(annotations)) throw shapeError('annotations', annotations, 'an object of strings');
  const mounts = spec.mounts ?? [];
  if (!Array.isArray(mounts)) throw shapeError('mounts', mounts, 'a list');

  const role = roleOf(annotations as Annotations);
  // In a container they are hardly ever asked for.
  const hints: Hints | undefined = role === 'sandbox' ? new Map() : undefined;
  const volumes: Volume[] = [];
  let reservedNameUsed = false;
  let emptyDirKeyUsed = false;
  for (const key of Object.keys(annotations)) {
    const value = annotations[key];
    if (typeof value !== 'string') throw shapeError(`annotations[${JSON.stringify(key)}]`, value, 'a string');
    if (isHintKey(key)) {
      if (hints) addField(hints, key, value);
      if (isReservedKey(key)) reservedNameUsed = true;
      else if (isTypeKey(key)) volumes.push(hintedVolume(key, value));
    } else if (key.startsWith(EMPTY_DIR_PREFIX)) emptyDirKeyUsed = true;
  }
  const parts = {
    role,
    annotations: annotations as Annotations,
    volumes: volumes.sort(byKey),
    reservedNameUsed,
    emptyDirKeyUsed,
    mounts: readMounts(mounts),
  };
  return new SandboxSpec(spec, parts, hints);
}
