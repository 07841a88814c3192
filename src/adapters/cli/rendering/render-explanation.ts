import type { PodReport } from '../../../application/pod-report.ts';
import type { Finding } from '../../../domain/check/finding.ts';
import type { ContainerExplanation, Explanation } from '../../../domain/explain/explanation.ts';
import {
  isNotMounted,
  isOwnFileSystem,
  isPlainShm,
  limitText,
  volumeKind,
} from '../../../domain/explain/mount-words.ts';
import type { PodVolumeSummary } from '../../../domain/explain/pod-volumes.ts';
import { describeDecision } from '../../../domain/hints/hint-decision.ts';
import { describeFailure } from '../../../domain/runsc/describe-failure.ts';
import type { ServedMount } from '../../../domain/runsc/served-mount.ts';
import { describeChain, hasRewrittenMount } from '../../../domain/runsc/why.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import type { Style } from '../terminal/style.ts';
import { wrap } from './help.ts';

type Format = Parameters<Style>[0];

/** A cell of the table. */
interface Cell {
  readonly text: string;
  readonly format?: Format;
}

/** How it is shown. */
export interface ShowOptions {
  readonly columns: number;
  readonly style: Style;
}

const HEAD = ['MOUNT', 'KEPT IN', 'SHARED WITH', 'RESTART', 'LIMIT', 'HOST SEES', 'ACROSS CONTAINERS'];
/** From these widths on there is room for the last columns, one more each. */
const WIDTHS = [100, 120];
const GAP = 2;
const INDENT = 2;

/** Memory or disk, in two words. */
function keptIn(mount: ServedMount): Cell {
  const { serving, storage, hiddenBy } = mount;
  if (isNotMounted(mount)) return { text: 'not mounted', format: 'red' };
  if (hiddenBy !== undefined) return { text: 'hidden', format: 'red' };
  if (serving === 'overlay') {
    return { text: storage === 'memory' ? 'host + memory' : 'host + layer', format: 'magenta' };
  }
  if (storage === 'host') return { text: 'host dir', format: 'cyan' };
  if (storage === 'disk') return { text: 'disk (file)', format: 'green' };
  if (storage === 'host-tmpfs') return { text: 'memory (file)', format: 'yellow' };
  return { text: 'memory', format: 'yellow' };
}

function sharedWith({ sharedBy, alsoMountedBy, furtherMounters }: ServedMount): string {
  if (sharedBy === 'mount') return 'nobody';
  const names = alsoMountedBy.join(', ');
  const others = furtherMounters ? `${names} and ${furtherMounters} more` : names;
  if (sharedBy === 'sandbox') return others || 'nobody else';
  return others === '' ? 'the host' : `host, ${others}`;
}

/** What of inotify and unix sockets works from one container to another. */
function across({ inotify, sockets }: ServedMount): string {
  if (inotify) return sockets ? 'inotify, sockets' : 'inotify';
  return sockets ? 'sockets' : 'no events, no sockets';
}

function row(mount: ServedMount): Cell[] {
  const mark = hasRewrittenMount(mount.why) ? '*' : '';
  const destination = `${oneLine(mount.mount.destination)}${mark}`;
  const fails = mount.failures.length > 0;
  return [
    { text: destination, format: fails ? ['red', 'bold'] : mount.hint === undefined ? 'reset' : 'bold' },
    keptIn(mount),
    { text: oneLine(sharedWith(mount)) },
    { text: mount.survivesRestart ? 'kept' : 'lost', ...(!mount.survivesRestart && { format: 'yellow' }) },
    { text: limitText(mount.size) },
    { text: mount.readOnly ? 'read-only' : mount.hostSeesWrites ? 'writes' : 'nothing' },
    { text: across(mount) },
  ];
}

function fitted(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, Math.max(width - 1, 0))}…`;
}

/** Column widths: what the texts need, with the two that can be long cut down to the terminal. */
function widthsOf(rows: readonly (readonly Cell[])[], columns: number): number[] {
  const shown = HEAD.slice(0, rows[0]?.length ?? 0);
  const widths = shown.map((head, index) =>
    Math.max(head.length, ...rows.map((cells) => cells[index]?.text.length ?? 0)),
  );
  const total = () => INDENT + widths.reduce((sum, width) => sum + width, 0) + GAP * (widths.length - 1);
  for (const [index, least] of [
    [0, 24],
    [2, 14],
    [0, 12],
  ] as const) {
    const excess = total() - columns;
    const width = widths[index] ?? 0;
    if (excess > 0) widths[index] = Math.max(Math.min(width, least), width - excess);
  }
  return widths;
}

function line(cells: readonly Cell[], widths: readonly number[], style: Style): string {
  const texts = cells.map(({ text, format = 'reset' }, index) => {
    const padded = fitted(text, widths[index] ?? 0);
    return format === 'reset' ? padded : style(format, padded);
  });
  return `${' '.repeat(INDENT)}${texts.join(' '.repeat(GAP))}`.trimEnd();
}

/** A paragraph with words before it, wrapped to the terminal; the lines behind the first are indented a little further. */
function labelled(label: string, text: string, { columns }: ShowOptions): string[] {
  const indent = ' '.repeat(label.length - label.trimStart().length + 4);
  const lines = wrap(oneLine(`${label.trim()} ${text}`.trim()), Math.max(columns - indent.length, 20));
  return lines.map((each, index) => (index === 0 ? label.slice(0, indent.length - 4) : indent) + each);
}

/** What the shim makes of /dev/shm is the same for every container, and the mark says it. */
function reasons(mount: ServedMount, options: ShowOptions): string[] {
  const { style } = options;
  const fails = mount.failures.flatMap((failure) =>
    labelled('    does not start:', describeFailure(failure), options),
  );
  const isHidden = mount.hiddenBy !== undefined;
  const isTold =
    mount.hint !== undefined ||
    isHidden ||
    isNotMounted(mount) ||
    hasRewrittenMount(mount.why) ||
    fails.length > 0;
  if (!isTold || isPlainShm(mount)) return [];
  return [
    ...labelled('    why:', describeChain(mount.why), options).map((each) => style('dim', each)),
    ...fails.map((each) => style('red', each)),
  ];
}

function containerLines(container: ContainerExplanation, options: ShowOptions): string[] {
  const { style } = options;
  const shown = container.mounts.filter((mount) => !isOwnFileSystem(mount) || mount.failures.length > 0);
  const own = container.mounts.filter((mount) => !shown.includes(mount));
  const columns = HEAD.length - WIDTHS.filter((width) => options.columns < width).length;
  const rows = shown.map((mount) => row(mount).slice(0, columns));
  const widths = widthsOf(rows, options.columns);
  const head = HEAD.slice(0, columns).map((text): Cell => ({ text, format: 'dim' }));
  return [
    style('bold', oneLine(container.name)) + (container.endsFirst ? style('dim', ' (init)') : ''),
    ...container.problems.flatMap(({ key }) =>
      labelled('  does not start:', key, options).map((each) => style('red', each)),
    ),
    ...(rows.length > 0 ? [line(head, widths, style)] : [style('dim', '  no volumes')]),
    ...shown.flatMap((mount, index) => [line(rows[index] ?? [], widths, style), ...reasons(mount, options)]),
    ...(own.length > 0
      ? labelled("  the sandbox's own:", own.map(({ mount }) => mount.destination).join(' '), options).map(
          (each) => style('dim', each),
        )
      : []),
    '',
  ];
}

const NO_HINT = "no hint: the host's directory serves it";

/** Why a volume is served as it is, and what could be done. */
function volumeAdvice({ kind, hinted, decision }: PodVolumeSummary): string {
  if (hinted) return 'hinted';
  if (kind !== 'emptyDir') return `${NO_HINT}, as it should`;
  const slow = `${NO_HINT}, slower than the sandbox, and without inotify events from one container to another`;
  if (decision?.code === 'hinted') {
    const { type, share, options } = decision.hint;
    return `${slow}. "mount-hints annotate" would write type ${type}, share ${share}, options ${options}`;
  }
  return decision === undefined
    ? `${slow}. Hint it in the pod's manifest ("mount-hints annotate")`
    : `${NO_HINT}. "mount-hints annotate" would leave it so: ${describeDecision(decision)}`;
}

function volumeLines(volumes: readonly PodVolumeSummary[], options: ShowOptions): string[] {
  if (volumes.length === 0) return [];
  const lines = volumes.flatMap((volume) =>
    labelled(`  ${oneLine(volume.name)}:`, `${volumeKind(volume)}; ${volumeAdvice(volume)}`, options),
  );
  return [options.style('bold', 'volumes'), ...lines, ''];
}

/** One line: what is at fault stands among the findings, beneath. */
function problemLines({ sandboxProblems }: Explanation, options: ShowOptions): string[] {
  if (sandboxProblems.length === 0) return [];
  const isRewrite = sandboxProblems.some(({ kind }) => kind === 'rewrite-failed');
  const rest = isRewrite ? ' Shown is what would be without the hints at fault.' : '';
  return labelled('', `The sandbox does not start, for the errors below.${rest}`, options);
}

const COLOURS: Readonly<Record<string, Format>> = { error: 'red', warning: 'yellow', info: 'cyan' };

function findingLines(finding: Finding, options: ShowOptions): string[] {
  const { severity, code, message, fix } = finding;
  const [first = '', ...rest] = labelled(`${severity}:`, `${message} [${code}]`, options);
  const coloured = options.style(COLOURS[severity] ?? 'reset', severity);
  const advice = labelled('  fix:', fix, options).map((each) => options.style('dim', each));
  return [coloured + first.slice(severity.length), ...rest, ...advice];
}

/** A pod for people: a table for each container, the reasons under each hinted mount, warnings beneath. */
export function renderExplanation(pod: PodReport, options: ShowOptions): string {
  const { style } = options;
  const { explanation, findings } = pod;
  const isChanged = explanation.containers.some(({ mounts }) =>
    mounts.some(({ why }) => hasRewrittenMount(why)),
  );
  const lines = [
    ...labelled('', `${pod.title} in ${pod.file}, with gVisor ${explanation.release}`, options).map((each) =>
      style('underline', each),
    ),
    ...problemLines(explanation, options).map((each) => style('red', each)),
    '',
    ...explanation.containers.flatMap((container) => containerLines(container, options)),
    ...volumeLines(explanation.volumes, options),
    ...(isChanged ? [style('dim', "* the shim's rewrite changes this mount"), ''] : []),
    ...findings.flatMap((finding) => findingLines(finding, options)),
    ...(findings.length > 0 ? [''] : []),
  ];
  return `${lines.join('\n')}\n`;
}
