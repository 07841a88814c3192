import type { PodReport } from '../../../application/pod-report.ts';
import type { ServedMount } from '../../../domain/runsc/served-mount.ts';
import type { Serving } from '../../../domain/runsc/serving-table.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';

/**
 * What Mermaid would not show as it is: entities (`#` and a name, `&`), quotes, marks of HTML, a back quote, which
 * begins Markdown, and `%%`, which begins a directive wherever it stands.
 */
const MARKS: Readonly<Record<string, string>> = {
  '#': '#35;',
  '&': '&amp;',
  '"': '&quot;',
  '<': '&lt;',
  '`': '#96;',
  '%%': '#37;#37;',
};

/** Quotes a label so that nothing in it ends it, or is more than text (Mermaid's entity codes). */
function label(text: string): string {
  return `"${oneLine(text).replaceAll(/[#&"<`]|%%/g, (mark) => MARKS[mark] ?? mark)}"`;
}

const KINDS: Readonly<Record<Serving, string>> = {
  gofer: 'host directory',
  overlay: 'private layer over the host directory',
  'private-memory': 'memory, this mount alone',
  'shared-memory': 'memory, one for the pod',
  'shared-file': 'file on the host, one for the pod',
  'private-file': 'file on the host, this mount alone',
  special: '',
  ignored: '',
};

/** The node that a mount leads to: one for all who share it, else one of its own. */
function nodeKey(mount: ServedMount, container: number): string {
  const own = mount.sharedBy === 'mount' ? ` ${container} ${mount.mount.destination}` : '';
  return `${mount.serving} ${mount.mount.source}${own}`;
}

function nodeText(mount: ServedMount): string {
  return `${mount.hint?.name ?? mount.mount.source}: ${KINDS[mount.serving]}`;
}

/** A pod as a Mermaid flow chart: containers to the left, what their mounts become to the right. */
export function renderMermaid({ title, explanation }: PodReport): string {
  const nodes = new Map<string, string>();
  // A comment shows no entities: what could begin a directive is taken apart.
  const comment = oneLine(title).replaceAll(/%(?=%)|%$/g, '% ');
  const lines = [`%% ${comment}, gVisor ${explanation.release}`, 'flowchart LR'];
  for (const [index, { name, mounts }] of explanation.containers.entries()) {
    lines.push(`  c${index}[${label(name)}]`);
    for (const mount of mounts) {
      if (mount.serving === 'special' || mount.serving === 'ignored') continue;
      const key = nodeKey(mount, index);
      let node = nodes.get(key);
      if (node === undefined) {
        node = `v${nodes.size}`;
        nodes.set(key, node);
        lines.push(`  ${node}[(${label(nodeText(mount))})]`);
      }
      const arrow = mount.failures.length > 0 ? '--x' : '-->';
      lines.push(`  c${index} ${arrow}|${label(mount.mount.destination)}| ${node}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
