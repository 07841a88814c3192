import { forceSharedKey, HOST_UDS } from '../spec/annotation-keys.ts';
import { GCS_FUSE_VOLUME, type TypeHint, type Volume } from '../spec/volume.ts';
import { parseGoBoolean } from '../text/go-boolean.ts';
import { limitToHostTmpfs } from './host-tmpfs-size.ts';
import type { OpenDecision } from './open-decision.ts';

/** What a release does to emptyDirs. */
export interface EmptyDirFlags {
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

/**
 * What happens to a hinted volume whose directory kubelet's emptyDir plugin made.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go`: lifecycle in release-20230517.0, tmpfs since
 * release-20231023.0, data since release-20250611.0, host-uds for `gke-gcsfuse-tmp` since
 * release-20250915.0, force-shared since release-20260615.0.
 */
export class EmptyDirPolicy implements EmptyDirFlags {
  readonly lifecycle: boolean;
  readonly becomesTmpfs: boolean;
  readonly keepsData: boolean;
  readonly forceShared: boolean;
  readonly opensHostUds: boolean;
  readonly sized: boolean;

  constructor(flags: EmptyDirFlags) {
    this.lifecycle = flags.lifecycle;
    this.becomesTmpfs = flags.becomesTmpfs;
    this.keepsData = flags.keepsData;
    this.forceShared = flags.forceShared;
    this.opensHostUds = flags.opensHostUds;
    this.sized = flags.sized;
  }

  /** The policy of a later release, which differs in these flags. */
  with(flags: Partial<EmptyDirFlags>): EmptyDirPolicy {
    return new EmptyDirPolicy({ ...this, ...flags });
  }

  /**
   * Completes the sandbox's hint of an emptyDir, whose source is named already.
   *
   * @internal
   */
  complete(decision: OpenDecision, hint: TypeHint, directory: string): void {
    const { volume } = hint;
    const draft = decision.draft.hint(volume);
    if (this.lifecycle && draft.currentLifecycle() === undefined) {
      draft.lifecycle = 'pod';
      decision.note({ code: 'lifecycle-set', volume: volume.name });
    }
    if (!this.becomesTmpfs) return;
    const onHost = this.staysOnHost(decision, volume, directory);
    if (onHost === undefined) return;
    if (onHost) {
      decision.draft.setType(hint, 'bind');
      draft.share = 'shared';
      return;
    }
    decision.draft.setType(hint, 'tmpfs');
    decision.note({ code: 'empty-dir-in-sandbox', volume: volume.name, was: hint.type });
    if (this.sized && hint.type === 'tmpfs') limitToHostTmpfs(decision, volume, directory);
  }

  /**
   * Whether the emptyDir in `directory` must stay a host directory that everyone shares: because it is
   * force-shared, or holds data that a tmpfs would hide. `undefined` when that is not known yet.
   *
   * @internal
   */
  staysOnHost(decision: OpenDecision, volume: Volume, directory: string): boolean | undefined {
    if (!this.keepsData) return false;
    const forced = this.forceShared && isForceShared(decision, volume.name);
    const empty = forced ? false : decision.isEmpty(directory);
    if (empty !== false) return empty === undefined ? undefined : false;
    const isFirst = decision.noteOfVolume({
      code: forced
        ? 'empty-dir-force-shared'
        : decision.spec.role === 'container'
          ? 'holds-data-by-now'
          : 'empty-dir-holds-data',
      volume: volume.name,
      path: directory,
    });
    if (isFirst && this.opensHostUds && volume.name === GCS_FUSE_VOLUME) openHostUds(decision, volume.name);
    return true;
  }
}

function isForceShared(decision: OpenDecision, volume: string): boolean {
  if (!decision.spec.emptyDirKeyUsed) return false;
  const value = decision.draft.annotation(forceSharedKey(volume));
  if (value === undefined) return false;
  const forced = parseGoBoolean(value);
  if (forced === undefined) decision.noteOfVolume({ code: 'force-shared-ignored', volume, value });
  return forced === true;
}

function openHostUds(decision: OpenDecision, volume: string): void {
  const value = decision.draft.annotation(HOST_UDS);
  if (value) {
    decision.note({ code: 'host-uds-kept', volume, value });
    return;
  }
  decision.draft.setAnnotation(HOST_UDS, 'open');
  decision.note({ code: 'host-uds-opened', volume });
}
