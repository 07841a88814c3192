import { rulesOf } from '../rewrite/releases.ts';
import { isSafeMountPoint } from '../runsc/mount-point.ts';
import { forceSharedKey, hintKey, SHM_VOLUME } from '../spec/annotation-keys.ts';
import { GCS_FUSE_VOLUME } from '../spec/volume.ts';
import { parseGoBoolean } from '../text/go-boolean.ts';
import { HINT_FIELDS, type HintRemark, type MountHint, type SkipReason } from './hint-decision.ts';
import type { HintsOptions } from './hints-options.ts';
import { annotationsOf, containersOf, type Pod, type PodVolume, type PodVolumeMount } from './pod.ts';
import { parseQuantity } from './quantity.ts';
import { formatTmpfsSize, parseSlack, takeSlack } from './tmpfs-size.ts';

/** A Kubernetes annotation key without a slash has at most this many characters. */
const MAX_KEY_LENGTH = 63;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Where kubelet keeps an emptyDir of this medium; `undefined` for one that gets no hint. */
function typeOfMedium(medium: string): MountHint['type'] | undefined {
  if (medium === '') return 'bind';
  return medium === 'Memory' || medium === 'HugePages' ? 'tmpfs' : undefined;
}

/**
 * The emptyDir of a volume. One without any source is an emptyDir too: the API server makes it one
 * (Kubernetes `pkg/apis/core/v1/defaults.go`, SetDefaults_Volume).
 */
function emptyDirOf(volume: PodVolume): PodVolume['emptyDir'] {
  if (volume.emptyDir) return volume.emptyDir;
  const sources = Object.entries(volume).filter(([key, value]) => key !== 'name' && value != null);
  return sources.length === 0 ? {} : undefined;
}

/** The mounts of a pod by volume, grouped by container. */
function mountsByVolume(pod: Pod): ReadonlyMap<string, readonly PodVolumeMount[][]> {
  const byVolume = new Map<string, PodVolumeMount[][]>();
  for (const container of containersOf(pod)) {
    const own = new Map<string, PodVolumeMount[]>();
    for (const mount of container.volumeMounts ?? []) {
      const mounts = own.get(mount.name);
      if (mounts) mounts.push(mount);
      else own.set(mount.name, [mount]);
    }
    for (const [name, mounts] of own) {
      const groups = byVolume.get(name);
      if (groups) groups.push(mounts);
      else byVolume.set(name, [mounts]);
    }
  }
  return byVolume;
}

function propagationOf({ mountPropagation }: PodVolumeMount): 'rslave' | 'rprivate' {
  return mountPropagation === 'HostToContainer' ? 'rslave' : 'rprivate';
}

/** What is computed for one volume: a hint, or why there is none. */
export type Outcome = { readonly hint: MountHint; readonly remarks: readonly HintRemark[] } | SkipReason;

/** The rules by which the volumes of one pod get hints. */
export class HintRules {
  readonly #annotations: Readonly<Record<string, string>>;
  readonly #mounts: ReadonlyMap<string, readonly PodVolumeMount[][]>;
  readonly #decided = new Map<PodVolume, Outcome>();
  readonly #options: HintsOptions;
  readonly #safe: boolean;

  constructor(pod: Pod, options: HintsOptions) {
    this.#annotations = annotationsOf(pod);
    this.#mounts = mountsByVolume(pod);
    this.#options = options;
    this.#safe = options.rules !== 'gke';
  }

  /** The outcome for a volume; one that an alias repeats is decided once. */
  decide(volume: PodVolume): Outcome {
    const outcome = this.#decided.get(volume) ?? this.#decide(volume);
    this.#decided.set(volume, outcome);
    return outcome;
  }

  #decide(volume: PodVolume): Outcome {
    const emptyDir = emptyDirOf(volume);
    if (!emptyDir) return 'not-empty-dir';
    const declared = typeOfMedium(emptyDir.medium ?? '');
    if (declared === undefined) return 'medium';
    const all = this.#mounts.get(volume.name) ?? [];
    const containers = this.#safe ? all : all.map((mounts) => mounts.slice(0, 1));
    const mounts = containers.flat();
    const reason = this.#skipForMounts(mounts) ?? (this.#safe ? this.#skipForSafety(volume) : undefined);
    if (reason !== undefined) return reason;
    const remarks: HintRemark[] = [];
    const hint: MountHint = {
      type: this.#typeOf(volume.name, declared, remarks),
      share: containers.length > 1 ? 'pod' : 'container',
      options: [this.#access(mounts), ...this.#size(emptyDir, remarks)].join(','),
    };
    return { hint, remarks };
  }

  /** Whether the release can keep a hinted emptyDir a host directory, and the author has not said whether it is to. */
  canForceShared(name: string): boolean {
    const key = forceSharedKey(name);
    if (!this.#safe || key.length > MAX_KEY_LENGTH || !DNS_LABEL.test(name)) return false;
    if (this.#annotations[key] !== undefined) return false;
    return rulesOf(this.#options.release ?? 'latest').emptyDir.forceShared;
  }

  #skipForMounts(mounts: readonly PodVolumeMount[]): SkipReason | undefined {
    if (mounts.length === 0) return 'not-mounted';
    if (mounts.some((mount) => mount.subPath || mount.subPathExpr)) return 'sub-path';
    if (this.#safe && mounts.some((mount) => mount.mountPropagation === 'Bidirectional'))
      return 'bidirectional';
    if (this.#safe && mounts.some((mount) => !isSafeMountPoint(mount.mountPath ?? '/'))) return 'mount-path';
    return new Set(mounts.map(propagationOf)).size > 1 ? 'propagation-differs' : undefined;
  }

  #skipForSafety({ name }: PodVolume): SkipReason | undefined {
    if (this.#options.noHint?.includes(name)) return 'asked';
    if (parseGoBoolean(this.#annotations[forceSharedKey(name)] ?? '') === true) return 'force-shared';
    if (name === GCS_FUSE_VOLUME) return 'gcs-fuse';
    if (name === SHM_VOLUME) return 'reserved-name';
    if (!DNS_LABEL.test(name)) return 'name-invalid';
    const tooLong = HINT_FIELDS.some((field) => hintKey(name, field).length > MAX_KEY_LENGTH);
    return tooLong ? 'name-too-long' : undefined;
  }

  #typeOf(name: string, declared: MountHint['type'], remarks: HintRemark[]): MountHint['type'] {
    const media = this.#options.medium ?? {};
    const asked = Object.hasOwn(media, name) ? media[name] : 'declared';
    if (asked === 'memory') return 'tmpfs';
    if (asked !== 'disk') return declared;
    if (declared === 'tmpfs') remarks.push('disk-is-memory');
    return 'bind';
  }

  #access(mounts: readonly PodVolumeMount[]): string {
    const readOnly = mounts.every((mount) => mount.readOnly === true);
    const propagation = mounts.some((mount) => propagationOf(mount) === 'rslave') ? 'rslave' : 'rprivate';
    return `${readOnly ? 'ro' : 'rw'},${propagation}`;
  }

  /** The sizeLimit as an option; a limit of 0 is none to kubelet either (`pkg/kubelet/eviction`). */
  #size({ sizeLimit }: NonNullable<PodVolume['emptyDir']>, remarks: HintRemark[]): string[] {
    if (!this.#safe || this.#options.size === false || sizeLimit == null) return [];
    const declared = parseQuantity(String(sizeLimit));
    if (declared === undefined) remarks.push('size-unreadable');
    if (!declared) return [];
    const slack = parseSlack(this.#options.sizeSlack ?? '0');
    if (!slack) return [`size=${formatTmpfsSize(declared)}`];
    const { size, isTooMuch } = takeSlack(declared, slack);
    if (isTooMuch) remarks.push('slack-too-large');
    return [`size=${formatTmpfsSize(size)}`];
  }
}
