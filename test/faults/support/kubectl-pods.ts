import { spawnSync } from 'node:child_process';
import { WORKLOADS } from '../../../src/domain/hints/workloads.ts';

/** A value of JSON. */
export type Json = null | boolean | number | string | Json[] | JsonMap;
/** An object of JSON. */
export interface JsonMap {
  [key: string]: Json;
}

/** The objects that kubectl gets out of a manifest, and what ended the reading before its end. */
export interface KubectlReading {
  readonly objects: readonly Json[];
  readonly error?: string;
}

/** What kubectl's reader makes of each manifest. */
export function readAsKubectl(reader: string, manifests: readonly Uint8Array[]): KubectlReading[] {
  const input = manifests.map((bytes) => `${Buffer.from(bytes).toString('base64')}\n`).join('');
  const answer = spawnSync(reader, { input, maxBuffer: 1024 ** 3, encoding: 'utf8' });
  const lines = answer.stdout.split('\n').filter(Boolean);
  if (lines.length !== manifests.length) throw new Error(`the reader stopped: ${answer.stderr}`);
  return lines.map((line) => JSON.parse(line));
}

export function isJsonMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, step) => (isJsonMap(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined),
    value,
  );
}

/** The pods of an object, as kubectl and the API server would find them: lists first, whatever their kind. */
export function podsOf(object: Json | undefined, listedKind = ''): JsonMap[] {
  if (!isJsonMap(object)) return [];
  const own = typeof object.kind === 'string' ? object.kind : '';
  if (Array.isArray(object.items)) {
    return object.items.flatMap((item) => podsOf(item, own.replace(/List$/, '')));
  }
  return (WORKLOADS.get(own || listedKind) ?? []).map((path) => at(object, path)).filter(isJsonMap);
}

/** One form for what two readers may write differently: order of keys, and `y`, a boolean to one of them. */
function normal(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(normal);
  if (isJsonMap(value)) {
    const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([key, each]) => [key, normal(each)]));
  }
  if (typeof value === 'boolean' || /^[yn]$/i.test(String(value))) return 'boolean or letter';
  return value ?? null;
}

function mountsOf(containers: Json | undefined): Json {
  if (!Array.isArray(containers)) return containers ?? null;
  return containers.map((container) =>
    isJsonMap(container)
      ? { name: container.name ?? null, volumeMounts: container.volumeMounts ?? null }
      : container,
  );
}

/** All that hints depend on in a pod, as a text to compare: annotations, runtime class, volumes, mounts. */
export function factsOf(pod: JsonMap): string {
  const metadata = isJsonMap(pod.metadata) ? pod.metadata : {};
  const spec = isJsonMap(pod.spec) ? pod.spec : {};
  const facts = [metadata.annotations, spec.runtimeClassName, spec.volumes];
  const containers = [spec.initContainers, spec.containers, spec.ephemeralContainers].map(mountsOf);
  return JSON.stringify([...facts.map(normal), ...containers.map(normal)]);
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || (isJsonMap(value) && Object.keys(value).length === 0);
}

/**
 * A value without mount hints, and without the maps that are empty then. Hints are left out wherever they are: a
 * pod template that an alias repeats has them at every place.
 */
export function withoutHints(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutHints);
  if (!isJsonMap(value)) return value;
  const kept = Object.entries(value)
    .filter(([key]) => !key.startsWith('dev.gvisor.spec.mount.'))
    .map(([key, each]) => [key, withoutHints(each)] as const)
    .filter(([key, each]) => !((key === 'metadata' || key === 'annotations') && isEmpty(each)));
  return Object.fromEntries(kept);
}
