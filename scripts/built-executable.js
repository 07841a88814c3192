/** The executable that packages are made of. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './bundle-settings.js';

/** What Debian calls each architecture. */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** The directory of an executable that was built before, with the sums of its files checked, and Debian's name of its architecture. */
export function builtExecutable({ arch, executable }) {
  const debian = ARCHITECTURES[arch];
  if (debian === undefined) throw new Error(`No architecture of Debian is known for --arch ${arch}.`);
  const built = resolve(executable ?? join(root, `dist/executable/linux-${arch}`));
  if (!existsSync(join(built, 'SHA256SUMS'))) {
    throw new Error(`${built} has no executable. Build it first: npm run build:executable -- --arch ${arch}`);
  }
  execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: built });
  return { built, debian };
}
