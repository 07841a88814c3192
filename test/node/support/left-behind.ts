import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Nodes keep their files here: not on a tmpfs, which would make every volume one in memory. */
const BELOW = '/var/tmp';
const PREFIX = 'mount-hints-kubernetes-';
const OWNER = 'owner';
const CGROUPS = '/sys/fs/cgroup';

/**
 * When a living process began, in clock ticks since boot: with its id, it is this process and no later one. A process
 * that has ended and that nobody has waited for (state Z) does not live.
 */
export function begun(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.replace(/^.*\) /s, '').split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function hierarchies(): string[] {
  if (existsSync(join(CGROUPS, 'cgroup.controllers'))) return [CGROUPS];
  return readdirSync(CGROUPS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(CGROUPS, name));
}

/** A cgroup; version 1 gives a new one no processors and no memory nodes of its parent's. */
function makeCgroup(hierarchy: string, name: string): void {
  mkdirSync(join(hierarchy, name), { recursive: true });
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const parent = join(hierarchy, file);
    if (existsSync(parent)) writeFileSync(join(hierarchy, name, file), readFileSync(parent));
  }
}

function removeCgroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removeCgroup(join(path, entry.name));
  rmdirSync(path);
}

/** Makes a directory for a node, and a cgroup of the same name in every hierarchy. */
export function makePlace(): { readonly directory: string; readonly cgroupRoot: string } {
  const directory = join(BELOW, `${PREFIX}${process.pid}-${Date.now().toString(36)}`);
  mkdirSync(directory, { mode: 0o755 });
  writeFileSync(join(directory, OWNER), `${process.pid} ${begun(process.pid)}`);
  const name = basename(directory);
  for (const hierarchy of hierarchies()) makeCgroup(hierarchy, name);
  return { directory, cgroupRoot: `/${name}` };
}

/** Takes away what a node has left: its processes and mounts have ended with its namespaces. */
export function removePlace(directory: string): void {
  for (const hierarchy of hierarchies()) removeCgroup(join(hierarchy, basename(directory)));
  rmSync(directory, { recursive: true, force: true });
}

/** The directories of nodes that run, or were killed. */
export function placesLeft(): string[] {
  return readdirSync(BELOW)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(BELOW, name));
}

/** The cgroups of such nodes. */
export function cgroupsLeft(): string[] {
  return hierarchies().flatMap((hierarchy) =>
    readdirSync(hierarchy)
      .filter((name) => name.startsWith(PREFIX))
      .map((name) => join(hierarchy, name)),
  );
}

/** Takes away what killed tests have left behind, and says what that was. */
export function removeLeftBehind(): string[] {
  return placesLeft().filter((place) => {
    const owner = join(place, OWNER);
    const [pid = '0', start] = existsSync(owner) ? readFileSync(owner, 'utf8').split(' ') : [];
    if (start !== undefined && begun(Number(pid)) === start) return false;
    removePlace(place);
    return true;
  });
}
