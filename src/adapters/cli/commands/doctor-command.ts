import { resolve } from 'node:path';
import type { ExamineNode } from '../../../application/examine-node.ts';
import type { FileLines } from '../../../domain/doctor/file-lines.ts';
import type { DoctorCode, NodeFinding } from '../../../domain/doctor/node-finding.ts';
import type { NodeReport } from '../../../domain/doctor/node-report.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import type { Severity } from '../../../domain/severity.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import { formatOption, TEXT_OR_JSON, TEXT_OR_JSON_OPTIONS } from '../options/format-option.ts';
import { nodeRootOf, ROOT_OPTION } from '../options/node-root-option.ts';
import { counted } from '../rendering/counted.ts';
import { wrap } from '../rendering/help.ts';
import type { DoctorRecord } from '../rendering/json-records.ts';
import { type Style, styleOf } from '../terminal/style.ts';
import { type Command, type CommandSpec, textOption } from './command.ts';

/** What `doctor` needs from outside. */
export interface DoctorWiring {
  /**
   * The examination of the node whose file system is at `root`.
   *
   * @param programs the runsc to ask, and the file that containerd was started with.
   */
  examine(root: string, programs: { readonly runsc?: string; readonly config?: string }): ExamineNode;
  isDirectory(path: string): boolean;
}

/** `mount-hints doctor` as its user sees it. */
export const doctorSpec = {
  name: 'doctor',
  summary: 'look on a node for what keeps hints from working',
  usage: '[OPTIONS]',
  details: `Reads the node's configuration of containerd (also of K3s, RKE2, k0s and microk8s) and CRI-O, of Docker and Podman where they start gVisor, of gVisor's shim, the kubelet directory, and the release of runsc; and says what keeps mount hints from working, with the lines to add. Nothing is written. docs/doctor.md has a section for each code.

The exit status is 1 if there is a finding of severity error.`,
  options: {
    ...ROOT_OPTION,
    config: {
      type: 'string',
      value: 'FILE',
      help: "containerd's configuration, where containerd was started with --config (a path of the node)",
    },
    runsc: { type: 'string', value: 'PATH', help: 'the runsc to ask for its release (default: on PATH)' },
    ...TEXT_OR_JSON_OPTIONS,
  },
} as const satisfies CommandSpec;

const COLOURS = { error: 'red', warning: 'yellow', info: 'cyan' } as const;
const NARROWEST = 40;
const WIDEST = 100;

function runtimesOf(names: readonly string[]): string {
  return names.length === 0 ? 'no gVisor runtime' : `gVisor ${names.join(', ')}`;
}

/** What was looked at: a term and its value for each thing. */
function summaryRows({
  containerd,
  crio,
  docker,
  podman,
  kubeletDir,
  runsc,
}: NodeReport): [string, string][] {
  const release = (text: string) => (text === 'latest' ? 'a build without a release: taken as latest' : text);
  return [
    ...containerd.map(({ distribution, files, version, runtimes }): [string, string] => [
      distribution,
      `${files[0] ?? 'not rendered yet'}${files.length > 1 ? ` and ${counted(files.length - 1, 'import')}` : ''}, version ${version}, ${runtimesOf(runtimes)}`,
    ]),
    ...(crio
      ? [['cri-o', `${counted(crio.files.length, 'file')}, ${runtimesOf(crio.handlers)}`] as [string, string]]
      : []),
    ...Object.entries({ docker, podman }).flatMap(([engine, summary]): [string, string][] =>
      summary ? [[engine, `${summary.files.join(', ')}, ${runtimesOf(summary.runtimes)}`]] : [],
    ),
    ...(kubeletDir === undefined ? [] : [['kubelet', kubeletDir] as [string, string]]),
    ...(runsc ? [['runsc', `${release(runsc.release)}, rules of ${runsc.rules}`] as [string, string]] : []),
  ];
}

function indented(text: string, indent: number, width: number): string {
  return wrap(oneLine(text), width - indent)
    .map((line) => ' '.repeat(indent) + line)
    .join('\n');
}

/** What this command has for a finding beside its message. */
const ADVICE: Partial<Record<DoctorCode, string>> = {
  DOCTOR_CRI_DISABLED:
    'If only Docker uses this containerd, leave it as it is: "mount-hints runtime-config docker" has Docker\'s lines.',
  DOCTOR_ENGINE_NO_REWRITE:
    '"mount-hints runtime-config" with the engine\'s name has the lines, and "mount-hints install --engine" writes them.',
  DOCTOR_KUBELET_DIR_LINKED: 'The other commands take the directory with --kubelet-dir.',
  DOCTOR_KUBELET_DIR_ELSEWHERE: 'The other commands take the directory with --kubelet-dir.',
};

function isThisMachine(root: string): boolean {
  return resolve(root) === '/';
}

/** The part of the command line that says where the node is. */
interface Asked {
  readonly root: string;
  readonly config: string | undefined;
}

/** What to try where no configuration was found: never an option that was given already, and led here. */
function whereElse({ root, config }: Asked): string {
  const isHere = isThisMachine(root);
  if (config === undefined) {
    return isHere
      ? "If the node's file system is mounted elsewhere, give its directory with --root; if containerd was started with --config, give --config here too."
      : `Below ${root} there has to be the node's whole file system, its etc and var. If that is so, and containerd was started with --config, give --config here too.`;
  }
  if (isHere) {
    return `There is no ${config} on this machine: look at containerd's command line. If the node's file system is mounted elsewhere, give its directory with --root.`;
  }
  return `There is no ${config} below ${root}: look at containerd's command line on the node.`;
}

/** @throws MH_USAGE for a file that cannot be a path of the node. */
function checkConfig({ root, config }: Asked): void {
  if (config === undefined) return;
  const begin = 'mount-hints doctor: --config takes a file by its absolute path on the node, ';
  if (!config.startsWith('/'))
    throw new MountHintsError('MH_USAGE', `${begin}not ${JSON.stringify(config)}.`);
  if (isThisMachine(root) || !config.startsWith(`${resolve(root)}/`)) return;
  const own = config.slice(resolve(root).length);
  throw new MountHintsError('MH_USAGE', `${begin}without the directory of --root: --config ${own}.`);
}

/** What the options can do about findings. */
function adviceFor(asked: Asked): Partial<Record<DoctorCode, string>> {
  return {
    ...ADVICE,
    DOCTOR_NO_RUNTIME_CONFIG: `${whereElse(asked)} Without Kubernetes, "mount-hints runtime-config" has the lines for Docker and Podman.`,
    // No program of another root is run.
    ...(isThisMachine(asked.root) && {
      DOCTOR_RUNSC_NOT_FOUND: 'If runsc is not on PATH, give it with --runsc.',
    }),
  };
}

function placeOf({ file, below, replaces = [] }: FileLines): string {
  const where = below === '' ? ', at the top' : '';
  return `in ${file}${where}${replaces.length === 0 ? '' : `, in place of ${replaces.join(', ')}`}:`;
}

/** A block as it is to be pasted; a heading that the file has already is dimmed. */
function describeLines(block: FileLines, width: number, style: Style): string[] {
  const { file, text, below = '', replaces = [] } = block;
  if (text.length === 0) return [indented(`in ${file}, remove ${replaces.join(', ')}`, 2, width)];
  return [
    indented(placeOf(block), 2, width),
    ...(below === '' ? [] : [`    ${style('dim', oneLine(below))}`]),
    ...text.map((line) => `    ${style('green', oneLine(line))}`),
  ];
}

function describe(each: NodeFinding, advice: string | undefined, width: number, style: Style): string {
  const heading = `${style([COLOURS[each.severity], 'bold'], each.severity)} ${style('bold', each.code)}`;
  const place = each.path === undefined ? [] : [`  ${style('dim', oneLine(each.path))}`];
  const lines = (each.lines ?? []).flatMap((block) => describeLines(block, width, style));
  const more = advice === undefined ? [] : [indented(advice, 2, width)];
  return [heading, ...place, indented(each.message, 2, width), ...more, ...lines, ''].join('\n');
}

function verdict(findings: readonly NodeFinding[], style: Style): string {
  const of = (severity: Severity) => findings.filter((each) => each.severity === severity).length;
  if (of('error') + of('warning') === 0) return style('green', 'Nothing here keeps hints from working.');
  return `${counted(of('error'), 'error')}, ${counted(of('warning'), 'warning')}. "mount-hints help CODE" explains each.`;
}

function render(report: NodeReport, asked: Asked, columns: number, style: Style): string {
  const width = Math.min(Math.max(columns, NARROWEST), WIDEST) - 1;
  const rows = summaryRows(report).map(([term, value]) => {
    const [first = '', ...rest] = wrap(oneLine(value), width - 12);
    return [`${style('bold', term.padEnd(12))}${first}`, ...rest.map((line) => ' '.repeat(12) + line)].join(
      '\n',
    );
  });
  const advice = adviceFor(asked);
  const findings = report.findings.map((each) => describe(each, advice[each.code], width, style));
  const end = [verdict(report.findings, style), ''];
  return [`Node at ${oneLine(asked.root)}`, ...rows, '', ...findings, ...end].join('\n');
}

/** `mount-hints doctor`: looks at a node; the status is 1 if hints cannot work there. */
export function createDoctorCommand(wiring: DoctorWiring): Command {
  return {
    ...doctorSpec,
    async run(invocation) {
      const { terminal } = invocation;
      const isJson = formatOption(invocation, 'doctor', TEXT_OR_JSON, 'text') === 'json';
      const root = nodeRootOf(invocation, 'doctor', wiring);
      const runsc = textOption(invocation, 'runsc');
      const config = textOption(invocation, 'config');
      if (runsc !== undefined && !isThisMachine(root)) {
        throw new MountHintsError(
          'MH_USAGE',
          'mount-hints doctor: no program of another root is run, so --runsc has no use together with --root. Leave one of them out.',
        );
      }
      checkConfig({ root, config });
      const programs = { ...(runsc !== undefined && { runsc }), ...(config !== undefined && { config }) };
      const report = await wiring.examine(root, programs).examine();
      const style = styleOf(terminal);
      const record: DoctorRecord = { path: root, root, ...report };
      terminal.out(
        isJson ? `${safeJson(record)}\n` : render(report, { root, config }, terminal.columns, style),
      );
      return report.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
    },
  };
}
