import type { FindingCount, FindingSummary } from '../../../application/finding-summary.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { counted, grouped } from './counted.ts';

/** From how many pods on people get counts, or are asked to narrow down. */
export const FEW_PODS = 20;

const NAMESPACES_SHOWN = 10;
const GAP = '  ';
const HEAD = ['FINDINGS', 'PODS'];

/** Columns beneath one another: the first ones to the left, the last two, which are numbers, to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < row.length - 2 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(GAP),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function numbers({ findings, pods }: FindingCount): string[] {
  return [grouped(findings), grouped(pods)];
}

/** What was found in many pods, by code and by namespace; nothing where the pods are few. */
export function renderSummary(summary: FindingSummary): string {
  if (summary.pods <= FEW_PODS || summary.podsWithFindings === 0) return '';
  const codes = summary.codes.map((each) => [each.code, each.severity, ...numbers(each)]);
  const byCode = table([['CODE', 'SEVERITY', ...HEAD], ...codes]);
  const { namespaces } = summary;
  const shown = namespaces.slice(0, NAMESPACES_SHOWN);
  const rows = shown.map((each) => [oneLine(each.namespace ?? '(none)'), ...numbers(each)]);
  const rest = namespaces.length - shown.length;
  const more = rest > 0 ? `and ${counted(rest, 'more namespace')} (see --namespace)\n` : '';
  return `\n${byCode}\n${table([['NAMESPACE', ...HEAD], ...rows])}${more}\n`;
}
