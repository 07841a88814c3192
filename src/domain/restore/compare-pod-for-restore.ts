import { checkArgument, checkFields, checkOptions } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
import { type Release, releaseDate } from '../rewrite/releases.ts';
import { roleOf } from '../spec/identity.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { readSpec } from '../spec/read-spec.ts';
import { type Checkpoint, containerNames } from './checkpoint.ts';
import {
  compareForRestore,
  RESTORE_OPTIONS,
  type RestoreComparison,
  type RestoreOptions,
} from './compare-for-restore.ts';

/** What keeps a pod from being restored that is not a difference of two specs. */
export type RestoreProblem =
  /** The checkpoint has no container of this name: the restore is refused, whatever the validation. */
  | { readonly code: 'container-unknown'; readonly name: string; readonly known: readonly string[] }
  /** Two of the containers to restore have one name. */
  | { readonly code: 'container-twice'; readonly name: string }
  /** A container of the checkpoint is not restored: runsc waits for it, and nothing starts. */
  | { readonly code: 'container-missing'; readonly name: string }
  /** The checkpoint was made by another runsc. */
  | { readonly code: 'runsc-differs'; readonly checkpoint: string; readonly restore: string };

/** One container of a pod that is to be restored. */
export interface ContainerComparison extends RestoreComparison {
  /** The name by which runsc pairs it. */
  readonly name: string;
  /** Its place among the specs to restore. */
  readonly index: number;
}

/** Whether runsc restores a pod from a checkpoint. */
export interface PodComparison {
  readonly verdict: 'accepted' | 'refused';
  readonly problems: readonly RestoreProblem[];
  /** Those that the checkpoint has, in the order of the specs. */
  readonly containers: readonly ContainerComparison[];
}

/** The date in a version that names a release; custom builds do not. */
function datedVersion(version: string): string | undefined {
  return /release-(\d{8})/.exec(version)?.[1];
}

function versionProblems({ runscVersion = '' }: Checkpoint, release: Release): readonly RestoreProblem[] {
  const checkpoint = datedVersion(runscVersion);
  if (checkpoint === undefined || release === 'latest') return [];
  const restore = releaseDate(release);
  return checkpoint === restore ? [] : [{ code: 'runsc-differs', checkpoint, restore }];
}

/**
 * Whether runsc restores a pod: each container paired with the checkpoint's by its name and compared, and what of the
 * pod as a whole does not fit.
 *
 * Source: gVisor `runsc/boot/restore.go`, `runsc/specutils/restore.go` (validateSpecs), `runsc/boot/controller.go`
 * (Restore).
 *
 * @param restore the specs to restore, in the order in which the containers are restored, the sandbox first. Without
 *   a sandbox among them they are a part of a pod, and no container counts as missing.
 * @throws as {@link compareForRestore}.
 */
export function comparePodForRestore(
  checkpoint: Checkpoint,
  restore: readonly OciSpec[],
  release: Release,
  options: RestoreOptions = {},
): PodComparison {
  return guardArguments('comparePodForRestore', () => {
    checkFields('comparePodForRestore', 'checkpoint', checkpoint, { specs: 'map' });
    checkArgument('comparePodForRestore', 'restore', restore, 'list');
    checkOptions('comparePodForRestore', 'options', options, RESTORE_OPTIONS);
    const annotations = restore.map((spec) => readSpec(spec).annotations);
    const names = containerNames(annotations);
    const known = [...checkpoint.specs.keys()];
    const isWhole = annotations.some((each) => roleOf(each) === 'sandbox');
    const problems: RestoreProblem[] = [...versionProblems(checkpoint, release)];
    const containers: ContainerComparison[] = [];
    for (const [index, name] of names.entries()) {
      const was = checkpoint.specs.get(name);
      const now = restore[index];
      if (names.indexOf(name) < index) problems.push({ code: 'container-twice', name });
      else if (was === undefined || now === undefined)
        problems.push({ code: 'container-unknown', name, known });
      else containers.push({ name, index, ...compareForRestore(was, now, release, options) });
    }
    const missing = isWhole ? known.filter((name) => !names.includes(name)) : [];
    problems.push(...missing.map((name) => ({ code: 'container-missing' as const, name })));
    const isRefused = problems.length > 0 || containers.some(({ verdict }) => verdict === 'refused');
    return { verdict: isRefused ? 'refused' : 'accepted', problems, containers };
  });
}
