import { forceSharedKey, HOST_UDS } from '../spec/annotation-keys.ts';
import { GCS_FUSE_VOLUME, type Volume } from '../spec/volume.ts';
import type { Deciding } from './deciding.ts';

/** What happens to a hinted volume whose directory kubelet's emptyDir plugin made. */
export interface EmptyDirPolicy {
  /** The sandbox gets `.lifecycle = pod`, where the author set none. */
  readonly lifecycle: boolean;
  /** The sandbox's hint becomes `tmpfs`, whatever the author wrote. */
  readonly becomesTmpfs: boolean;
  /** One that holds data already stays a shared host directory. */
  readonly keepsData: boolean;
  /** `dev.gvisor.empty-dir.NAME.force-shared` makes it count as one that holds data. */
  readonly forceShared: boolean;
  /** One that holds data and is named `gke-gcsfuse-tmp` opens host sockets. */
  readonly opensHostUds: boolean;
  /** The size of the host tmpfs below it goes into the hint's options. */
  readonly sized: boolean;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** A boolean as Go's `strconv.ParseBool` reads it; `undefined` for any other text. */
export function parseGoBoolean(text: string): boolean | undefined {
  return BOOLEANS.get(text);
}

function isForceShared(deciding: Deciding, volume: Volume): boolean {
  if (!deciding.spec.emptyDirKeyUsed) return false;
  const value = deciding.draft.annotation(forceSharedKey(volume.name));
  if (value === undefined) return false;
  const forced = parseGoBoolean(value);
  if (forced === undefined)
    deciding.note({
      code: 'force-shared-ignored',
      volume: volume.name,
      value,
    });
  return forced === true;
}

function openHostUds(deciding: Deciding, volume: string): void {
  const value = deciding.draft.annotation(HOST_UDS);
  if (value) {
    deciding.note({ code: 'host-uds-kept', volume, value });
    return;
  }
  deciding.draft.setAnnotation(HOST_UDS, 'open');
  deciding.note({ code: 'host-uds-opened', volume });
}

/**
 * Whether the emptyDir in `directory` must stay a host directory that everyone shares: because it is
 * force-shared, or holds data that a tmpfs would hide. `undefined` when that is not known yet.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go`: data since release-20250611.0, host-uds for
 * `gke-gcsfuse-tmp` since release-20250915.0, force-shared since release-20260615.0.
 */
export function staysOnHost(
  deciding: Deciding,
  volume: Volume,
  directory: string,
  policy: EmptyDirPolicy,
): boolean | undefined {
  if (!policy.keepsData) return false;
  const forced = policy.forceShared && isForceShared(deciding, volume);
  const empty = forced ? false : deciding.isEmpty(directory);
  if (empty !== false) return empty === undefined ? undefined : false;
  deciding.note({
    code: forced ? 'empty-dir-force-shared' : 'empty-dir-holds-data',
    volume: volume.name,
    path: directory,
  });
  if (policy.opensHostUds && volume.name === GCS_FUSE_VOLUME) openHostUds(deciding, volume.name);
  return true;
}
