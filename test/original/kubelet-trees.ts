import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { NAMES, PLUGINS, POD, type World } from '../support/arbitrary-spec.ts';

/** Kubelet directories on disk, one for each world of the generator; made when first asked for. */
export class KubeletTrees {
  #root: string | undefined;
  readonly #made = new Map<string, string>();

  /** The directory that stands for /var/lib/kubelet in this world. */
  of(world: World): string {
    const plugins = NAMES.map((name) =>
      Object.hasOwn(world.plugins, name) ? (world.plugins[name] ?? 0) : 0,
    );
    const full = NAMES.map((name) => Number(world.full.includes(name)));
    const key = [...plugins, ...full].join('');
    const made = this.#made.get(key);
    if (made !== undefined) return made;
    // Not before: where every test is skipped, nothing would remove it.
    this.#root ??= mkdtempSync(path.join(tmpdir(), 'mount-hints-original-'));
    const dir = path.join(this.#root, key);
    for (const [at, name] of [...NAMES, 'type'].entries()) {
      const volume = path.join(dir, 'pods', POD, 'volumes', PLUGINS[plugins[at] ?? 0] ?? '', name);
      mkdirSync(volume, { recursive: true });
      if (full[at]) writeFileSync(path.join(volume, 'held'), '');
    }
    // Another pod, with a name that two plugins have: neither directory can be the volume's.
    for (const plugin of PLUGINS)
      mkdirSync(path.join(dir, 'pods', 'other', 'volumes', plugin, 'scratch'), { recursive: true });
    this.#made.set(key, dir);
    return dir;
  }

  /** Removes all of them. */
  remove(): void {
    if (this.#root !== undefined) rmSync(this.#root, { recursive: true, force: true });
  }
}
