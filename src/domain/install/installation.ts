import { MountHintsError } from '../mount-hints-error.ts';
import { safeJson } from '../text/safe-json.ts';

/** Where an installation keeps its record and its lock; nothing else is in it. */
export const STATE_DIRECTORY = '/var/lib/gvisor-mount-hints';
export const RECORD = `${STATE_DIRECTORY}/installation.json`;

/** A file that an installation made, or changed. */
export interface InstalledFile {
  readonly path: string;
  /** What the installation wrote there, as SHA-256 in hex; two while it replaces its own file by a newer one. */
  readonly sha256: readonly string[];
  /** The text that was there before; absent where nothing was. */
  readonly original?: string;
  /** The lines that were put at the file's end; absent for a file that is the installation's own, or was merged. */
  readonly block?: string;
}

/**
 * What is installed on a node. It is written before the first change and is all that is needed to take every change
 * back, whatever moment the installation was killed at.
 */
export interface Installation {
  readonly format: 1;
  /** The release that was installed. */
  readonly version: string;
  /** The directories that were made, each behind the one that it is in. */
  readonly directories: readonly string[];
  /** In the order in which they are written. */
  readonly files: readonly InstalledFile[];
}

/** The record as it is written. */
export function recordText(installation: Installation): string {
  return `${safeJson(installation, 2)}\n`;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('/') && !/(?:^|\/)\.{1,2}(?:\/|$)|\0/.test(value);
}

function isInstalledFile(value: unknown): value is InstalledFile {
  const { path, sha256, original, block } = (value ?? {}) as Record<string, unknown>;
  const isText = (each: unknown) => each === undefined || typeof each === 'string';
  return isPath(path) && isTextList(sha256) && isText(original) && isText(block);
}

function isInstallation(value: unknown): value is Installation {
  const { format, version, directories, files } = (value ?? {}) as Record<string, unknown>;
  return (
    format === 1 &&
    typeof version === 'string' &&
    isTextList(directories) &&
    directories.every(isPath) &&
    Array.isArray(files) &&
    files.every(isInstalledFile)
  );
}

/**
 * Reads the record of an installation.
 *
 * @throws MH_INSTALL_RECORD_INVALID
 */
export function readRecord(path: string, text: string): Installation {
  try {
    const value: unknown = JSON.parse(text);
    if (isInstallation(value)) return value;
  } catch {
    // Not JSON.
  }
  throw new MountHintsError(
    'MH_INSTALL_RECORD_INVALID',
    `${path} is not the record of an installation that this release understands. Use the release that wrote it, or remove what it lists by hand, and then the file.`,
    { path },
  );
}
