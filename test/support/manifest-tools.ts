import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The tools that build manifests, as far as they are installed here. */
export type Tool = 'helm3' | 'helm4' | 'kustomize';

/** Each with the program's name, the variable that names it, how it tells its version, and what that begins with. */
const TOOLS: Readonly<Record<Tool, readonly [string, string, readonly string[], RegExp]>> = {
  helm3: ['helm', 'MOUNT_HINTS_HELM3', ['version', '--short'], /^v3\./],
  helm4: ['helm', 'MOUNT_HINTS_HELM4', ['version', '--short'], /^v4\./],
  kustomize: ['kustomize', 'MOUNT_HINTS_KUSTOMIZE', ['version'], /^v5\./],
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program of a tool: what its variable names, or the one on PATH of the right version. */
export function findTool(tool: Tool): string | undefined {
  const [name, variable, versionArgs, version] = TOOLS[tool];
  const named = process.env[variable];
  const candidates = named
    ? [named]
    : (process.env.PATH ?? '').split(delimiter).map((path) => join(path, name));
  return candidates
    .filter(isProgram)
    .find((path) =>
      version.test(spawnSync(path, versionArgs, { encoding: 'utf8', timeout: 30_000 }).stdout ?? ''),
    );
}

/** What a test says of a tool that is not here. */
export function absence(tool: Tool): string {
  const [name, variable] = TOOLS[tool];
  return `${tool} is not installed: neither $${variable} nor PATH has a ${name} of that version. Its examples are not run; the protocol is tested without it.`;
}
