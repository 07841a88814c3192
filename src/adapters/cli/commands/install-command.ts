import type { InstallOnNode, Program } from '../../../application/install-on-node.ts';
import { WRAPPER_CONFIG } from '../../../domain/doctor/check-wrapper.ts';
import type { NodeFinding } from '../../../domain/doctor/node-finding.ts';
import { ENGINE_NAMES, ENGINES, type EngineName, RUNSC } from '../../../domain/install/engine-lines.ts';
import type { Change, InstallPlan } from '../../../domain/install/plan-install.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import { choiceOption } from '../options/choice-option.ts';
import { formatOption, TEXT_OR_JSON, TEXT_OR_JSON_OPTIONS } from '../options/format-option.ts';
import { nodeRootOf, ROOT_OPTION } from '../options/node-root-option.ts';
import { pathOption } from '../options/path-option.ts';
import type { InstallRecord } from '../rendering/json-records.ts';
import { renderDiff } from '../rendering/render-diff.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Command, type CommandSpec, flag, type Invocation, textOption } from './command.ts';

/** What `install` and `uninstall` need from outside. */
export interface InstallWiring {
  readonly version: string;
  /** The installer of the node whose file system is at `root`. */
  installer(root: string): InstallOnNode;
  isDirectory(path: string): boolean;
  /**
   * The executable and the wrapper beside it; this program's own if no path is given.
   *
   * @throws MH_INSTALL_SOURCE_MISSING
   */
  programs(executable: string | undefined): readonly Program[];
  /** What doctor finds on the node. */
  examine(root: string): Promise<readonly NodeFinding[]>;
  /** Runs a command of the node; gives its exit status. */
  run(root: string, command: readonly string[]): number;
}

/** `mount-hints install` as its user sees it. */
export const installSpec = {
  name: 'install',
  summary: 'put the executable and the OCI runtime wrapper on a node',
  usage: '[OPTIONS]',
  details: `Puts mount-hints and mount-hints-runtime into a directory of the node and, with --engine, the lines of "runtime-config" where that engine reads them. All of it is done or nothing; a file that somebody else wrote is never replaced, and "mount-hints uninstall" takes everything back. Then looks at the node as doctor does: the exit status is 1 if that finds an error. docs/install.md tells more.`,
  options: {
    ...ROOT_OPTION,
    dir: {
      type: 'string',
      value: 'DIR',
      help: 'where the programs go on the node (default /usr/local/bin, or /opt/mount-hints/bin where that cannot be written)',
    },
    engine: {
      type: 'string',
      value: 'ENGINE',
      choices: ENGINE_NAMES,
      help: `the engine that is to call the wrapper: ${ENGINE_NAMES.join(', ')} (default: none)`,
    },
    runtime: { type: 'string', value: 'PATH', help: 'the real runtime (default /usr/local/bin/runsc)' },
    executable: {
      type: 'string',
      value: 'FILE',
      help: 'the executable to install, with the wrapper beside it (default: this program)',
    },
    restart: { type: 'boolean', help: 'let the engine read its configuration again' },
    'dry-run': { type: 'boolean', short: 'n', help: 'show what would change; write nothing' },
    diff: { type: 'boolean', help: 'show the changes of text files as a unified diff; write nothing' },
    ...TEXT_OR_JSON_OPTIONS,
  },
} as const satisfies CommandSpec;

function verbOf({ before }: Change): 'created' | 'changed' {
  return before.kind === 'absent' ? 'created' : 'changed';
}

const ANY_EXECUTES = 0o111;

async function tellDiff(changes: readonly Change[], terminal: Terminal): Promise<void> {
  for (const change of changes) {
    const { path, before, bytes, mode } = change;
    const was = before.kind === 'file' ? (before.text ?? '') : '';
    const isProgram = (mode & ANY_EXECUTES) !== 0;
    if (isProgram)
      terminal.out(`program ${oneLine(path)} would be ${verbOf(change)} (${bytes.length} bytes)\n`);
    else terminal.out(await renderDiff(path, was, Buffer.from(bytes).toString('utf8'), terminal));
  }
}

function tellPlan({ changes, unchanged, left }: InstallPlan, isDry: boolean, terminal: Terminal): void {
  const would = isDry ? 'would be ' : '';
  for (const change of changes) terminal.out(`${would}${verbOf(change)}: ${oneLine(change.path)}\n`);
  for (const path of unchanged) terminal.out(`unchanged: ${oneLine(path)}\n`);
  for (const path of left) terminal.out(`kept as it is: ${oneLine(path)}\n`);
}

function recordOf(root: string, { changes, unchanged, left }: InstallPlan): InstallRecord {
  return {
    path: root,

    changes: changes.map((change) => ({ path: change.path, change: verbOf(change) })),
    unchanged,
    left,
  };
}

function hasErrors(findings: readonly NodeFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** What doctor says of the node. */
function tellFindings(findings: readonly NodeFinding[], terminal: Terminal): void {
  for (const { severity, code, message } of findings) {
    terminal.error(`${severity} ${code}: ${oneLine(message)}\n`);
  }
  if (hasErrors(findings)) {
    terminal.error(
      'The files are installed, and an error is left on this node, which may be of another runtime. "mount-hints doctor" has the lines to add.\n',
    );
  }
}

/** Restarts the engine where that was asked for, or says what is to be restarted; the exit status of that. */
function restartEngine(
  engine: EngineName | undefined,
  isAsked: boolean,
  { run }: Pick<InstallWiring, 'run'>,
  root: string,
  terminal: Terminal,
): number {
  const restart = engine === undefined ? undefined : ENGINES[engine].restart;
  if (restart === undefined) return 0;
  const command = restart.join(' ');
  if (!isAsked) {
    terminal.errorAsIs(`then: ${command}\n`);
    return 0;
  }
  const status = run(root, restart);
  if (status !== 0) terminal.error(`"${command}" ended with status ${status}: look at the engine's log.\n`);
  return status === 0 ? 0 : 1;
}

/** `mount-hints install`. */
export function createInstallCommand(wiring: InstallWiring): Command {
  return {
    ...installSpec,
    async run(invocation) {
      const { terminal } = invocation;
      const root = nodeRootOf(invocation, 'install', wiring);
      const isJson = formatOption(invocation, 'install', TEXT_OR_JSON, 'text') === 'json';
      const engine = engineOf(invocation);
      const directory = textOption(invocation, 'dir');
      const request = {
        version: wiring.version,
        programs: wiring.programs(textOption(invocation, 'executable')),
        ...(directory !== undefined && { directory: pathOption('install', 'dir', directory) }),
        ...(engine !== undefined && { engine }),
        runtime: pathOption('install', 'runtime', textOption(invocation, 'runtime') ?? RUNSC),
      };
      const isDry = flag(invocation, 'dry-run') || flag(invocation, 'diff');
      const installer = wiring.installer(root);
      const plan = isDry ? await installer.plan(request) : await installer.install(request);
      if (flag(invocation, 'diff') && !isJson) await tellDiff(plan.changes, terminal);
      else if (!isJson) tellPlan(plan, isDry, terminal);
      if (isDry) {
        if (isJson) terminal.out(`${safeJson(recordOf(root, plan))}\n`);
        return 0;
      }
      const isRead = plan.changes.some(
        ({ mode, path }) => (mode & ANY_EXECUTES) === 0 && path !== WRAPPER_CONFIG,
      );
      const restarted = isRead
        ? restartEngine(engine, flag(invocation, 'restart'), wiring, root, terminal)
        : 0;
      const findings = await wiring.examine(root);
      if (isJson)
        terminal.out(`${safeJson({ ...recordOf(root, plan), findings } satisfies InstallRecord)}\n`);
      else tellFindings(findings, terminal);
      return hasErrors(findings) ? 1 : restarted;
    },
  };
}

function engineOf(invocation: Invocation): EngineName | undefined {
  if (textOption(invocation, 'engine') === undefined) return undefined;
  return choiceOption(invocation, 'install', 'engine', ENGINE_NAMES, 'containerd');
}
