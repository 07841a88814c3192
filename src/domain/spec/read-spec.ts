import { builtInName } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import {
  EMPTY_DIR_PREFIX,
  hintedName,
  isHintKey,
  isReservedKey,
  isSourceKey,
  isTypeKey,
} from './annotation-keys.ts';
import { ContainerSpec } from './container-spec.ts';
import { refuseMountVariants, refuseSpecVariants } from './field-names.ts';
import { type Annotations, roleOf } from './identity.ts';
import type { Mount } from './mount.ts';
import type { OciMount } from './oci-spec.ts';
import type { SpecParts } from './runtime-spec.ts';
import { SandboxSpec } from './sandbox-spec.ts';
import { type TypeHint, Volume } from './volume.ts';

/** The spec of a member of a pod: of its sandbox, or of a container. */
export type MemberSpec = SandboxSpec | ContainerSpec;

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
  if (mount === null) return { index, destination: '', type: '', source: '', options: NO_OPTIONS };
  if (!isObject(mount)) throw shapeError(`mounts[${index}]`, mount, 'an object');
  refuseMountVariants(mount, index);
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

type Annotated = Omit<SpecParts, 'mounts'>;

function byKey(a: TypeHint, b: TypeHint): number {
  return a.key < b.key ? -1 : 1;
}

function readAnnotations(annotations: Annotations): Annotated {
  const volumes = new Map<string, Volume>();
  const typeHints: TypeHint[] = [];
  let reservedNameUsed = false;
  let sourceUsed = false;
  let emptyDirKeyUsed = false;
  for (const key of Object.keys(annotations)) {
    const value: unknown = annotations[key];
    if (typeof value !== 'string') throw shapeError(`annotations[${JSON.stringify(key)}]`, value, 'a string');
    if (isHintKey(key)) {
      if (isReservedKey(key)) reservedNameUsed = true;
      else if (isTypeKey(key)) typeHints.push(readTypeHint(key, value, volumes, annotations));
      if (isSourceKey(key)) sourceUsed = true;
    } else if (key.startsWith(EMPTY_DIR_PREFIX)) emptyDirKeyUsed = true;
  }
  return {
    annotations,
    typeHints: typeHints.sort(byKey),
    volumes,
    reservedNameUsed,
    sourceUsed,
    emptyDirKeyUsed,
  };
}

/** @param volumes those that were met before, by name. */
function readTypeHint(
  key: string,
  type: string,
  volumes: Map<string, Volume>,
  annotations: Annotations,
): TypeHint {
  const name = hintedName(key);
  let volume = volumes.get(name);
  if (volume === undefined) {
    volume = new Volume(name, annotations);
    volumes.set(name, volume);
  }
  return { volume, key, type };
}

/** Refuses a promise that was not awaited, a file's bytes that were not parsed: it would be read as a spec without any field. */
function refuseBuiltIn(spec: object): void {
  const name = builtInName(spec);
  if (name === undefined) return;
  throw new MountHintsError(
    'MH_SPEC_SHAPE',
    `The spec is a ${name}, and must be an object such as JSON.parse makes.${name === 'Promise' ? ' Await it first.' : ''}`,
    { where: 'the document' },
  );
}

/**
 * Refuses a Kubernetes manifest, which would be read as a spec without annotations and mounts, and be found to
 * be fine. Pods out of a list have neither `apiVersion` nor `kind`; an OCI spec must have `ociVersion`.
 */
function refuseManifest({ apiVersion, kind, ociVersion, metadata, spec }: Record<string, unknown>): void {
  const isNamed = typeof apiVersion === 'string' && typeof kind === 'string';
  if (ociVersion !== undefined || !(isNamed || (isObject(metadata) && isObject(spec)))) return;
  const what = isNamed ? `kind ${JSON.stringify(kind)}` : 'with metadata and spec';
  throw new MountHintsError(
    'MH_SPEC_SHAPE',
    `This is a Kubernetes manifest (${what}), not an OCI runtime spec. Give a bundle's config.json. A manifest's text is for inspectManifest() and annotateManifest(), a Pod for hintsForPod() and check(); on the command line, for "mount-hints annotate", "explain" and "check".`,
    { where: 'the document', ...(isNamed && { apiVersion, kind }) },
  );
}

/**
 * Reads a parsed `config.json` (or any object of that shape) without changing it: as a sandbox's or as a
 * container's, by its annotations.
 *
 * @throws MH_SPEC_SHAPE if the value is not an object, or its annotations or mounts have the wrong shape;
 *   and if it is a Kubernetes manifest. MH_SPEC_CASE_VARIANT for one of these fields in another case.
 */
export function readSpec(spec: unknown): MemberSpec {
  return guardArguments('readSpec', () => readDocument(spec, readAnnotations));
}

/**
 * A {@link readSpec} for the members of one pod, whose specs do not change meanwhile: annotations that several of
 * them share, as one object, are read once.
 */
export function podSpecReader(): (spec: unknown) => MemberSpec {
  const known = new Map<Annotations, Annotated>();
  const readOnce = (annotations: Annotations): Annotated => {
    const read = known.get(annotations) ?? readAnnotations(annotations);
    known.set(annotations, read);
    return read;
  };
  return (spec) => guardArguments('readSpec', () => readDocument(spec, readOnce));
}

function readDocument(spec: unknown, read: (annotations: Annotations) => Annotated): MemberSpec {
  if (!isObject(spec)) throw shapeError('the document', spec, 'an object');
  refuseBuiltIn(spec);
  refuseManifest(spec);
  refuseSpecVariants(spec);
  const annotations = spec.annotations ?? NO_ANNOTATIONS;
  if (!isObject(annotations)) throw shapeError('annotations', annotations, 'an object of strings');
  const mounts = spec.mounts ?? [];
  if (!Array.isArray(mounts)) throw shapeError('mounts', mounts, 'a list');
  const parts: SpecParts = { ...read(annotations as Annotations), mounts: readMounts(mounts) };
  return roleOf(parts.annotations) === 'sandbox' ? new SandboxSpec(parts, spec) : new ContainerSpec(parts);
}
