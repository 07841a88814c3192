import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { Checkpoint } from '../../domain/restore/checkpoint.ts';
import type { OciSpec } from '../../domain/spec/oci-spec.ts';
import { readSpec } from '../../domain/spec/read-spec.ts';

/** What a state file begins with, and how long that is with the length behind it. */
const MAGIC = 'gVisorSF';
export const HEAD_BYTES = 16;

/** The longest metadata that runsc writes and reads. */
const MAX_METADATA = 16 * 1024 * 1024;

/** More containers than a pod has. */
const MAX_CONTAINERS = 10_000;

function invalid(path: string, why: string, cause?: unknown): MountHintsError {
  return new MountHintsError(
    'MH_CHECKPOINT_INVALID',
    `${path} is not a checkpoint that runsc can restore: ${why}. Make the checkpoint again, or give the bundles that it was made of.`,
    { path },
    cause,
  );
}

/**
 * How long the metadata is, by the first bytes of a file; `undefined` if it is no state file.
 *
 * Source: gVisor `pkg/state/statefile/statefile.go`. What is behind the metadata may be compressed; they never are.
 *
 * @throws MH_CHECKPOINT_INVALID
 */
export function metadataLength(path: string, head: Buffer): number | undefined {
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  if (head.length < HEAD_BYTES) throw invalid(path, 'it ends within its head');
  const length = head.readBigUInt64BE(MAGIC.length);
  if (length > MAX_METADATA) throw invalid(path, `its metadata are said to have ${length} bytes`);
  return Number(length);
}

function parsed(path: string, text: string, what: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw invalid(path, `${what} are not JSON`, error);
  }
  throw invalid(path, `${what} are not a JSON object`);
}

function textIn(path: string, metadata: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(path, `its ${key} is not a text`);
}

function specIn(path: string, name: string, value: unknown): OciSpec {
  try {
    readSpec(value);
    return value as OciSpec;
  } catch (error) {
    throw invalid(path, `its spec of container ${JSON.stringify(name)} is not an OCI spec`, error);
  }
}

/**
 * What the metadata of a state file say of its pod.
 *
 * Source: gVisor `runsc/boot/restore.go` (VersionKey, ContainerCountKey, ContainerSpecsKey). Before 2025-05-03 runsc
 * kept the specs in the state itself, where only it can read them.
 *
 * @throws MH_CHECKPOINT_INVALID
 */
export function readCheckpoint(path: string, bytes: Uint8Array): Checkpoint {
  const metadata = parsed(path, Buffer.from(bytes).toString('utf8'), 'its metadata');
  const text = textIn(path, metadata, 'container_specs');
  if (text === undefined)
    throw invalid(path, 'it has no container_specs, which runsc keeps there since 2025-05-03');
  const byName = parsed(path, text, 'its container_specs');
  const names = Object.keys(byName);
  if (names.length === 0 || names.length > MAX_CONTAINERS)
    throw invalid(path, `it has the specs of ${names.length} containers`);
  const count = textIn(path, metadata, 'container_count');
  if (count !== undefined && Number(count) !== names.length)
    throw invalid(
      path,
      `it counts ${JSON.stringify(count)} containers, and has the specs of ${names.length}`,
    );
  const runscVersion = textIn(path, metadata, 'runsc_version');
  return {
    specs: new Map(names.map((name) => [name, specIn(path, name, byName[name])])),
    ...(runscVersion !== undefined && { runscVersion }),
  };
}
