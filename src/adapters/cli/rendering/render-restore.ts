import type { RestoreReport } from '../../../application/check-restore.ts';
import type { ContainerComparison, RestoreProblem } from '../../../domain/restore/compare-pod-for-restore.ts';
import {
  describeRestoreDifference,
  type RestoreOutcome,
} from '../../../domain/restore/restore-difference.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import type { Style } from '../terminal/style.ts';
import { counted } from './counted.ts';
import { wrap } from './help.ts';

const COLOURS = { refused: 'red', warned: 'yellow', ignored: 'dim', accepted: 'green' } as const;
const WIDEST = 100;
const OUTCOME_WIDTH = 9;

/** How a report is shown. */
export interface ShowRestore {
  readonly columns: number;
  readonly style: Style;
  /** Whether what may differ is shown too. */
  readonly all: boolean;
}

/** A problem in plain words. */
export function describeRestoreProblem(problem: RestoreProblem): string {
  switch (problem.code) {
    case 'container-unknown':
      return oneLine(
        `container ${problem.name} is not in the checkpoint, which has ${problem.known.join(', ')}: restore the pod that it was made of, or map the name with dev.gvisor.container-name-remap.1: NOW=BEFORE`,
      );
    case 'container-twice':
      return oneLine(`container ${problem.name} is given twice`);
    case 'container-missing':
      return oneLine(
        `container ${problem.name} of the checkpoint is not restored: runsc waits for it, and none starts`,
      );
    default:
      return oneLine(
        `runsc of ${problem.checkpoint} made the checkpoint, and only the same can restore it, not that of ${problem.restore}`,
      );
  }
}

function row(outcome: RestoreOutcome, text: string, { columns, style }: ShowRestore): string {
  const width = Math.max(Math.min(columns, WIDEST) - OUTCOME_WIDTH - 3, 30);
  const [first = '', ...rest] = wrap(text, width);
  const lines = rest.map((line) => ' '.repeat(OUTCOME_WIDTH + 2) + line);
  return [`  ${style(COLOURS[outcome], outcome.padEnd(OUTCOME_WIDTH))}${first}`, ...lines].join('\n');
}

function containerText(container: ContainerComparison, path: string, show: ShowRestore): string {
  const { name, verdict, differences } = container;
  const shown = differences.filter(({ outcome }) => show.all || outcome !== 'ignored');
  const hidden = differences.length - shown.length;
  const { style } = show;
  return [
    `${style('bold', oneLine(name))} ${style('dim', oneLine(path))}: ${style(COLOURS[verdict], verdict)}`,
    ...shown.map((each) => row(each.outcome, describeRestoreDifference(each), show)),
    ...(hidden > 0
      ? [`  ${style('dim', `${counted(hidden, 'difference')} that runsc ignores (--all shows them)`)}`]
      : []),
    '',
  ].join('\n');
}

/** A report for people. */
export function renderRestore(checkpoint: string, report: RestoreReport, show: ShowRestore): string {
  const { verdict, problems, containers, paths, runscVersion } = report;
  const version = runscVersion === undefined ? '' : ` of runsc ${runscVersion}`;
  return [
    ...problems.map((problem) => row('refused', describeRestoreProblem(problem), show)),
    ...containers.map((each) => containerText(each, paths[each.index] ?? '', show)),
    `The restore from ${oneLine(checkpoint + version)} is ${show.style(COLOURS[verdict], verdict)}.`,
    '',
  ].join('\n');
}
