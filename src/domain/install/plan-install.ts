import { MountHintsError } from '../mount-hints-error.ts';
import { type Installation, type InstalledFile, STATE_DIRECTORY } from './installation.ts';

/** A file that others write in too. */
export interface Joined {
  /** The text without the installation's part; absent where there was no file. */
  readonly base?: string;
  /** The installation's lines, where they stand together; absent where they were merged into the whole. */
  readonly block?: string;
}

/** A file as it is to be. */
export interface WantedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  /** Absent for a file of the installation's own. */
  readonly joins?: Joined;
  /** Whether one that is there stays as it is, whoever wrote it. */
  readonly yields?: boolean;
}

/** What stands at a path. */
export type Found =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'file';
      readonly bytes: Uint8Array;
      /** Absent where the bytes are not UTF-8. */
      readonly text?: string;
      readonly mode: number;
      readonly sha256: string;
    }
  | { readonly kind: 'directory' }
  /** Anything else: a symbolic link, a socket … */
  | { readonly kind: 'other'; readonly what: string };

/** One file to be written. */
export interface Change {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly before: Found;
  /** Whether owner, mode and attributes of the file that is there are kept. */
  readonly keepsAttributes: boolean;
}

/** What an installation does, and its record during and after it. */
export interface InstallPlan {
  readonly changes: readonly Change[];
  /** Files that stay as they are. */
  readonly unchanged: readonly string[];
  /** Files of others that stay as they are, though they differ. */
  readonly left: readonly string[];
  readonly during: Installation;
  readonly after: Installation;
}

/** What a plan goes by. */
export interface InstallInput {
  readonly version: string;
  readonly wanted: readonly (WantedFile & { readonly sha256: string })[];
  readonly found: ReadonlyMap<string, Found>;
  /** The directories that are missing, each behind the one that it is in. */
  readonly missingDirectories: readonly string[];
  readonly installed: Installation | undefined;
}

function foreign(path: string, what: string): MountHintsError {
  return new MountHintsError(
    'MH_INSTALL_FOREIGN_FILE',
    `${path} is ${what}, and is left alone; nothing was changed. Move it away; only programs can go into another directory.`,
    { path },
  );
}

function isSame(found: Found, { sha256, mode, joins }: WantedFile & { readonly sha256: string }): boolean {
  if (found.kind !== 'file') return false;
  if (joins === undefined) return found.sha256 === sha256 && (found.mode & 0o7777) === mode;
  return (
    found.sha256 === sha256 || (joins.block !== undefined && found.text?.split(joins.block).length === 2)
  );
}

function checkOwn(wanted: WantedFile, found: Found, known: InstalledFile | undefined): void {
  const { path } = wanted;
  if (found.kind === 'directory') throw foreign(path, 'a directory');
  if (found.kind === 'other') throw foreign(path, found.what);
  if (found.kind === 'absent' || wanted.joins !== undefined) return;
  if (known === undefined) throw foreign(path, 'a file that this installation did not write');
  if (!known.sha256.includes(found.sha256)) throw foreign(path, 'changed since it was installed');
}

/** Plans one file; `undefined` for one that others keep. */
function planFile(
  wanted: WantedFile & { readonly sha256: string },
  found: Found,
  known: InstalledFile | undefined,
): { readonly change?: Change; readonly during: InstalledFile; readonly after: InstalledFile } | undefined {
  const { path, bytes, mode, joins, yields, sha256 } = wanted;
  if (yields && known === undefined && found.kind === 'file') return undefined;
  checkOwn(wanted, found, known);
  const entry = {
    path,
    ...(joins?.base !== undefined && { original: joins.base }),
    ...(joins?.block !== undefined && { block: joins.block }),
  };
  const after = { ...entry, sha256: [sha256] };
  if (isSame(found, wanted)) return { during: after, after };
  const during = { ...entry, sha256: [...new Set([...(known?.sha256 ?? []), sha256])] };
  return {
    change: {
      path,
      bytes,
      mode,
      before: found,
      keepsAttributes: joins !== undefined && found.kind === 'file',
    },
    during,
    after,
  };
}

/**
 * What must be done so that a node has the wanted files: only what is missing or older is written, and nothing that
 * another program or person wrote is replaced.
 *
 * @throws MH_INSTALL_FOREIGN_FILE
 */
export function planInstall({
  version,
  wanted,
  found,
  missingDirectories,
  installed,
}: InstallInput): InstallPlan {
  const changes: Change[] = [];
  const unchanged: string[] = [];
  const left: string[] = [];
  const known = new Map(installed?.files.map((file) => [file.path, file]));
  const during = new Map(known);
  const after = new Map(known);
  for (const each of wanted) {
    const { path } = each;
    const plan = planFile(each, found.get(path) ?? { kind: 'absent' }, known.get(path));
    if (plan === undefined) {
      left.push(path);
      continue;
    }
    if (plan.change) changes.push(plan.change);
    else unchanged.push(path);
    during.set(path, plan.during);
    after.set(path, plan.after);
  }
  const directories = [...new Set([...(installed?.directories ?? []), ...missingDirectories])];
  const record = (files: ReadonlyMap<string, InstalledFile>): Installation => ({
    format: 1,
    version,
    directories: directories.filter((path) => path !== STATE_DIRECTORY),
    files: [...files.values()],
  });
  return { changes, unchanged, left, during: record(during), after: record(after) };
}
