import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Owner, mode and content of one file. */
function describeFile(path: string): string {
  const stat = lstatSync(path);
  const owner = `${stat.uid}:${stat.gid} ${stat.mode.toString(8)}`;
  if (stat.isSymbolicLink()) return `${owner} -> ${readlinkSync(path)}`;
  if (!stat.isFile()) return owner;
  return `${owner} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

/** Every file and directory below `root`, as `PATH OWNER MODE CONTENT`, but for those that `isIgnored` names. */
export function fileListing(root: string, isIgnored: (path: string) => boolean): string[] {
  const lines: string[] = [];
  const visit = (directory: string) => {
    for (const name of readdirSync(join(root, directory)).sort()) {
      const path = `${directory}/${name}`;
      if (isIgnored(path)) continue;
      lines.push(`${path} ${describeFile(join(root, path))}`);
      if (lstatSync(join(root, path)).isDirectory()) visit(path);
    }
  };
  visit('');
  return lines;
}
