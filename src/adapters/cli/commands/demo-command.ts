import type { MountHints } from '../../../application/mount-hints.ts';
import type { RewrittenBundle } from '../../../application/rewritten-spec.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { describeNote } from '../../../domain/rewrite/notes.ts';
import type { Edit } from '../../../domain/spec/edits.ts';
import { describeEdit } from '../rendering/describe-edit.ts';
import { wrap } from '../rendering/help.ts';
import { type Style, styleOf } from '../terminal/style.ts';
import type { Command, CommandSpec } from './command.ts';

/** What the demo needs from outside: a rewrite over an example pod, and the pod's bundles. */
export interface DemoWiring {
  readonly hints: MountHints;
  readonly bundles: readonly string[];
  readonly release: string;
}

/** `mount-hints demo` as its user sees it. */
export const demoSpec = {
  name: 'demo',
  summary: 'show a rewrite on an example pod in memory',
  usage: '',
  details:
    'Rewrites a containerd pod that stands on an in-memory file system (a sandbox and two containers with a memory emptyDir, a disk emptyDir, a configMap and /dev/shm) and shows what changed and why. Nothing on this machine is read or written.',
  options: {},
} as const satisfies CommandSpec;

function signOf(edit: Edit): string {
  if (edit.kind === 'remove-mount') return '-';
  return edit.kind === 'set-annotation' && edit.was === undefined ? '+' : '~';
}

function bullet(mark: string, text: string): string {
  return wrap(text, 74)
    .map((line, index) => `${index === 0 ? `  ${mark} ` : '    '}${line}`)
    .join('\n');
}

function bundleReport({ path, edits, notes }: RewrittenBundle, style: Style): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [
    style('bold', `${name}/config.json`),
    ...edits.map((edit) =>
      bullet(style(edit.kind === 'remove-mount' ? 'red' : 'green', signOf(edit)), describeEdit(edit)),
    ),
    style('dim', '  why:'),
    ...notes.map((note) => style('dim', bullet('·', describeNote(note)))),
    '',
  ].join('\n');
}

/** `mount-hints demo`: the main job on an embedded example. */
export function createDemoCommand({ hints, bundles, release }: DemoWiring): Command {
  return {
    ...demoSpec,
    async run({ terminal, positionals }) {
      if (positionals.length > 0) {
        throw new MountHintsError(
          'MH_USAGE',
          'mount-hints demo takes no arguments: its pod is an example in memory. Use mount-hints update for a bundle.',
        );
      }
      const style = styleOf(terminal);
      terminal.out(
        `A pod on a node, before runsc sees it: a sandbox and two containers that share\nemptyDir "scratch" (memory), one that has emptyDir "work" (disk), a configMap\nand /dev/shm. Rewritten by the rules of gVisor release ${release}:\n\n`,
      );
      for (const bundle of bundles)
        terminal.out(`${bundleReport(await hints.updateBundle(bundle), style)}\n`);
      terminal.out('Your own bundle: mount-hints update --diff /path/to/bundle\n');
      return 0;
    },
  };
}
