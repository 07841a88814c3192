import { MountHintsError } from '../mount-hints-error.ts';
import type { Installation, InstalledFile } from './installation.ts';
import type { Found } from './plan-install.ts';

/** What becomes of one file. */
export type Undoing =
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'restore'; readonly path: string; readonly text: string }
  /** It is as it was before the installation, or somebody has removed it. */
  | { readonly kind: 'nothing'; readonly path: string };

/** The text without the lines that were put at its end; `undefined` where they are not there just once. */
function withoutBlock(text: string, block: string): string | undefined {
  const [before, after, ...more] = text.split(block);
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  // The lines began with the end of the line before them, where that had none.
  const end = before === '' || after === '' || before.endsWith('\n') ? '' : '\n';
  return before + end + after;
}

/** `undefined` for a file that somebody has changed so that the installation's part cannot be told any more. */
function undo(file: InstalledFile, found: Found): Undoing | undefined {
  const { path, sha256, block, original } = file;
  if (found.kind === 'absent') return { kind: 'nothing', path };
  if (found.kind !== 'file') return undefined;
  const isOurs = sha256.includes(found.sha256);
  if (original === undefined) return isOurs ? { kind: 'remove', path } : undefined;
  if (isOurs) return { kind: 'restore', path, text: original };
  if (found.text === original) return { kind: 'nothing', path };
  const rest = block === undefined || found.text === undefined ? undefined : withoutBlock(found.text, block);
  return rest === undefined ? undefined : { kind: 'restore', path, text: rest };
}

/** What takes an installation back. */
export interface UninstallPlan {
  readonly undoings: readonly Undoing[];
  /** Files that were changed since, and stay. */
  readonly left: readonly string[];
  /** Files that the installation made and that stay, because one that is left names one of them. */
  readonly kept: readonly string[];
  /** What is installed afterwards; absent where nothing of use to anybody is. */
  readonly after?: Installation;
}

/** Whether a file that stays calls a program of the installation: an engine that reads it would start no container. */
function isNamedBy(
  left: readonly string[],
  files: readonly InstalledFile[],
  found: ReadonlyMap<string, Found>,
) {
  const texts = left.map((path) => {
    const file = found.get(path);
    return (file?.kind === 'file' && file.text) || '';
  });
  return files.some(({ path }) => !left.includes(path) && texts.some((text) => text.includes(path)));
}

/**
 * What takes an installation back: files that it made are removed, those of others get the bytes that they had. Where a
 * file that is left names one that would be removed, all that would be removed stays, and stays in the record.
 *
 * @param leavesChanged whether a file that was changed since stays as it is, instead of being the error.
 * @throws MH_INSTALL_CHANGED
 */
export function planUninstall(
  installed: Installation,
  found: ReadonlyMap<string, Found>,
  leavesChanged: boolean,
): UninstallPlan {
  const { files } = installed;
  const plans = files.map((file) => ({
    path: file.path,
    undoing: undo(file, found.get(file.path) ?? { kind: 'absent' }),
  }));
  const left = plans.filter(({ undoing }) => undoing === undefined).map(({ path }) => path);
  if (left.length > 0 && !leavesChanged) {
    throw new MountHintsError(
      'MH_INSTALL_CHANGED',
      `${left.join(', ')}: changed since the installation, so that it cannot be taken back exactly; nothing was changed. Put back what was there, or have changed files left as they are.`,
      { paths: left },
    );
  }
  const undoings = plans.flatMap(({ undoing }) => (undoing ? [undoing] : [])).reverse();
  if (!isNamedBy(left, files, found)) return { undoings, left, kept: [] };
  const kept = undoings.filter(({ kind }) => kind === 'remove').map(({ path }) => path);
  const stays = new Set([...left, ...kept]);
  return {
    undoings: undoings.filter(({ kind }) => kind !== 'remove'),
    left,
    kept,
    after: { ...installed, files: files.filter(({ path }) => stays.has(path)) },
  };
}
