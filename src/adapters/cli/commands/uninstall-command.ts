import { engineOf } from '../../../domain/install/engine-files.ts';
import { ENGINES } from '../../../domain/install/engine-lines.ts';
import type { UninstallPlan } from '../../../domain/install/plan-uninstall.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import { formatOption, TEXT_OR_JSON, TEXT_OR_JSON_OPTIONS } from '../options/format-option.ts';
import { nodeRootOf, ROOT_OPTION } from '../options/node-root-option.ts';
import type { UninstallRecord } from '../rendering/json-records.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Command, type CommandSpec, flag } from './command.ts';
import type { InstallWiring } from './install-command.ts';

/** `mount-hints uninstall` as its user sees it. */
export const uninstallSpec = {
  name: 'uninstall',
  summary: 'take back what install did',
  usage: '[OPTIONS]',
  details: `Removes what "mount-hints install" put on a node, and gives the engine's files the bytes that they had before, also where an installation was killed half way. A file that was changed since is the error, and nothing is done, unless --leave-changed is given. End gVisor's containers first where an engine calls the wrapper: it calls it to end them, too.`,
  options: {
    ...ROOT_OPTION,
    'leave-changed': {
      type: 'boolean',
      help: 'leave files that were changed since as they are, and the programs that they name',
    },
    'dry-run': { type: 'boolean', short: 'n', help: 'show what would be taken back; write nothing' },
    ...TEXT_OR_JSON_OPTIONS,
  },
} as const satisfies CommandSpec;

const VERBS = { remove: 'removed', restore: 'restored' } as const;

/** The commands by which engines read anew what was taken out of their files. */
function restartsOf(undoings: UninstallPlan['undoings']): ReadonlySet<string> {
  const engines = undoings.flatMap(({ kind, path }) => (kind === 'nothing' ? [] : (engineOf(path) ?? [])));
  return new Set(engines.flatMap((engine) => ENGINES[engine].restart?.join(' ') ?? []));
}

function tell({ undoings, left, kept }: UninstallPlan, isDry: boolean, terminal: Terminal): void {
  const would = isDry ? 'would be ' : '';
  for (const { kind, path } of undoings) {
    if (kind !== 'nothing') terminal.out(`${would}${VERBS[kind]}: ${oneLine(path)}\n`);
  }
  for (const path of left) terminal.out(`left as it was changed: ${oneLine(path)}\n`);
  for (const path of kept) terminal.out(`kept, for a file that is left names it: ${oneLine(path)}\n`);
  if (kept.length > 0)
    terminal.error(
      'Take the runtime out of the files that are left, restart the engine, and uninstall again with --leave-changed.\n',
    );
  for (const command of restartsOf(undoings)) {
    terminal.errorAsIs(`then${isDry ? ' to be run' : ''}: ${command}\n`);
  }
}

/** `mount-hints uninstall`. */
export function createUninstallCommand(wiring: Pick<InstallWiring, 'installer' | 'isDirectory'>): Command {
  return {
    ...uninstallSpec,
    async run(invocation) {
      const { terminal } = invocation;
      const root = nodeRootOf(invocation, 'uninstall', wiring);
      const isJson = formatOption(invocation, 'uninstall', TEXT_OR_JSON, 'text') === 'json';
      const leaves = flag(invocation, 'leave-changed');
      const isDry = flag(invocation, 'dry-run');
      const installer = wiring.installer(root);
      const undone = isDry ? installer.planUninstall(leaves) : await installer.uninstall(leaves);
      if (isJson) {
        const { undoings = [], left = [], kept = [] } = undone ?? {};
        const changes = undoings.map(({ kind, path }) => ({ path, change: kind }));
        const record: UninstallRecord = { path: root, installed: undone !== undefined, changes, left, kept };
        terminal.out(`${safeJson(record)}\n`);
      } else if (undone) tell(undone, isDry, terminal);
      else terminal.error(`Nothing is installed on the node at ${oneLine(root)}.\n`);
      return 0;
    },
  };
}
