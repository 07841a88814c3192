import { notMountedWords } from '../explain/mount-words.ts';
import type { PodVolumeSummary } from '../explain/pod-volumes.ts';
import { describeDecision } from '../hints/hint-decision.ts';
import type { ServedMount } from '../runsc/served-mount.ts';
import type { Kept, PictureChange, PictureFinding } from './picture.ts';

/** Where a volume is kept: how it is drawn, in a word, and in a clause. */
export interface KeptWords {
  readonly kept: Kept;
  readonly keptIn: string;
  readonly keptHow: string;
}

function hostWords(volume: PodVolumeSummary | undefined): KeptWords {
  if (volume?.kind !== 'emptyDir' || (volume.medium !== '' && volume.medium !== 'Memory')) {
    return { kept: 'host', keptIn: 'Host directory', keptHow: 'the directory of the node itself' };
  }
  return volume.medium === 'Memory'
    ? { kept: 'host', keptIn: 'Host memory', keptHow: "a tmpfs of the node, outside the sandbox's memory" }
    : { kept: 'host', keptIn: 'Host disk', keptHow: 'a directory of the node, read through the gofer' };
}

/** Memory or disk. */
export function keptWords(mount: ServedMount, volume: PodVolumeSummary | undefined): KeptWords {
  const { serving, storage } = mount;
  if (serving === 'ignored') {
    return { kept: 'none', keptIn: 'Not mounted', keptHow: notMountedWords(mount) };
  }
  if (serving === 'overlay') {
    const where = storage === 'memory' ? 'memory' : 'a file';
    return {
      kept: 'layer',
      keptIn: 'Host + layer',
      keptHow: `writes go to ${where}, over the node's directory`,
    };
  }
  if (storage === 'host') return hostWords(volume);
  if (storage === 'disk')
    return { kept: 'disk', keptIn: 'Disk', keptHow: "a file on the node's disk that the sandbox keeps" };
  if (storage === 'host-tmpfs') {
    return { kept: 'memory', keptIn: 'Memory', keptHow: "a file on a tmpfs of the node: the node's memory" };
  }
  return { kept: 'memory', keptIn: 'Memory', keptHow: "the sandbox's own memory" };
}

/** Names as people list them: `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], most = 4): string {
  const shown =
    names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** Who sees the files of a volume. */
export function sharingWords({ sharedBy }: ServedMount, containers: readonly string[]): string {
  const names = listed(containers);
  if (sharedBy === 'host')
    return containers.length > 1 ? `${names} and the host share it` : `${names} and the host`;
  if (sharedBy === 'mount') return `${names} alone, with this mount`;
  return containers.length > 1 ? `${names} share it` : `${names} alone`;
}

/** What the host sees of a volume, and the pod of the host. */
export function hostWordsOf({ readOnly, hostSeesWrites, hostData, storage }: ServedMount): string {
  if (hostSeesWrites) return 'host sees writes';
  if (storage === 'host' && readOnly) return 'read-only';
  return hostData === 'seen' ? 'host sees no writes' : 'host sees nothing';
}

/** What to do about a volume: its worst finding, or a hint that it could have. */
export function changeOf(
  findings: readonly PictureFinding[],
  volume: PodVolumeSummary | undefined,
): PictureChange {
  const worst =
    findings.find(({ severity }) => severity === 'error') ??
    findings.find(({ severity }) => severity === 'warning');
  if (worst) return { kind: 'fix', severity: worst.severity, text: worst.fix };
  if (volume === undefined || volume.hinted)
    return { kind: 'none', severity: 'info', text: 'Nothing to change.' };
  if (volume.kind !== 'emptyDir') {
    return {
      kind: 'none',
      severity: 'info',
      text: `Nothing to change: a ${volume.kind} is served by the host.`,
    };
  }
  const { decision } = volume;
  if (decision?.code === 'hinted') {
    const { type, share } = decision.hint;
    return {
      kind: 'add',
      severity: 'info',
      text: `Add a hint, type ${type} and share ${share}: faster, with the same medium.`,
    };
  }
  if (decision === undefined) return { kind: 'none', severity: 'info', text: 'No hint: the host serves it.' };
  return { kind: 'none', severity: 'info', text: `Nothing to change: ${describeDecision(decision)}.` };
}
