import type { Note } from '../../../domain/rewrite/notes.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { counted } from './counted.ts';

/** So many directories are named: one kubelet has one. */
const MOST = 3;

/** The bundles of a run whose hinted volumes are mounted from another directory than the one that is taken for kubelet's. */
export class VolumesElsewhere {
  readonly #dirs = new Set<string>();
  #bundles = 0;

  /** Takes the notes on a bundle. */
  add(notes: readonly Note[]): void {
    let isElsewhere = false;
    for (const note of notes) {
      if (note.code !== 'no-mount-of-volume' || note.kubeletDir === undefined) continue;
      this.#dirs.add(note.kubeletDir);
      isElsewhere = true;
    }
    if (isElsewhere) this.#bundles++;
  }

  /** One line that names both directories; empty where there is no such bundle. @param taken for kubelet's directory. */
  text(taken: string): string {
    const [first] = this.#dirs;
    if (first === undefined) return '';
    const dirs = [...this.#dirs];
    const more = dirs.length > MOST ? ` and ${dirs.length - MOST} more` : '';
    const shown = `${dirs.slice(0, MOST).join(', ')}${more}`;
    const what = `hinted volumes of ${counted(this.#bundles, 'bundle')} were looked for below ${taken}, and are mounted from below ${shown}`;
    return `note: ${oneLine(`${what}. If that is kubelet's directory: --kubelet-dir ${first}`)}\n`;
  }
}
