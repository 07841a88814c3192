import type { SharedFinding } from '../../../application/finding-summary.ts';
import type { FileLocation, LocatedFinding } from '../../../application/pod-report.ts';
import type { ManyAlike } from '../../../application/repeated-findings.ts';
import { DIAGNOSTICS } from '../../../domain/check/diagnostics.ts';
import type { Suppression } from '../../../domain/check/heed-ignores.ts';
import type { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import type { Style } from '../terminal/style.ts';
import { counted } from './counted.ts';
import { wrap } from './help.ts';

/** A finding with the pod that it is about. */
export interface PodFinding extends Omit<LocatedFinding, 'place'> {
  readonly pod: string;
  /** That it is not reported, by whose wish, and why. */
  readonly ignored?: Suppression;
}

/** An input that could not be checked. */
export interface FailedInput {
  readonly path: string;
  readonly error: MountHintsError;
}

const COLOURS = { error: 'red', warning: 'yellow', info: 'cyan' } as const;

/** Where a code is explained, in this package and in its repository. */
export function docsOf(code: string): string {
  return `docs/diagnostics.md#${code}`;
}

function indented(text: string, columns: number): string {
  return wrap(oneLine(text), Math.max(columns - 4, 20))
    .map((line) => `    ${line}\n`)
    .join('');
}

/** One finding for people. */
export function renderFinding(finding: PodFinding, columns: number, style: Style): string {
  const { code, severity, message, fix, location, pod } = finding;
  const where = style('bold', `${oneLine(location.file)}:${location.line}:${location.column}`);
  const head = `${where} ${style(COLOURS[severity], severity)} ${code} ${style('dim', oneLine(pod))}`;
  return `${head}\n${indented(message, columns)}${style('dim', indented(`fix: ${fix}`, columns).trimEnd())}\n`;
}

/** A finding of one or many pods of a workload, as one. */
export function shownOnce({ finding, pod, pods }: SharedFinding): PodFinding {
  const { place: _, ...shown } = finding;
  const { title, namespace, owner } = pod;
  if (pods === 1 || owner === undefined) return { ...shown, pod: title };
  const name = namespace === undefined ? owner.name : `${namespace}/${owner.name}`;
  return { ...shown, pod: `${owner.kind} ${name} (${counted(pods, 'pod')})` };
}

/** How many more pods have a finding of which the first were shown. */
export function renderManyAlike({ code, message, more }: ManyAlike, columns: number): string {
  const head = `${code}: the same in ${counted(more, 'more pod')} (--ungroup shows each)`;
  return `${head}\n${indented(message, columns)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

const GITHUB_LEVELS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** One finding as a workflow command of GitHub Actions. */
export function renderGithub({ code, severity, message, fix, location }: PodFinding): string {
  const { file, line, column } = location;
  const where = `file=${escapeProperty(oneLine(file))},line=${line},col=${column},title=${escapeProperty(code)}`;
  return `::${GITHUB_LEVELS[severity]} ${where}::${escapeData(oneLine(`${message}. ${fix} (${docsOf(code)})`))}\n`;
}

const SARIF_LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

function sarifSuppression({ by, reason }: Suppression) {
  return {
    kind: by === 'annotation' ? 'inSource' : 'external',
    ...(reason !== undefined && { justification: reason }),
  };
}

function sarifLocation({ file, line, column }: FileLocation) {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: line, startColumn: column } },
  };
}

/** All findings as one SARIF 2.1.0 log; inputs that could not be checked are notifications in it. */
export function renderSarif(findings: readonly PodFinding[], failed: readonly FailedInput[]): string {
  const codes = [...new Set(findings.map(({ code }) => code))];
  const rules = DIAGNOSTICS.filter(({ code }) => codes.includes(code));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        columnKind: 'utf16CodeUnits',
        tool: {
          driver: {
            name: 'mount-hints',
            rules: rules.map(({ code, severity, what, why, fix, source }) => ({
              id: code,
              shortDescription: { text: what },
              fullDescription: { text: why },
              help: { text: `${fix} Source: ${source}. See ${docsOf(code)}.` },
              defaultConfiguration: { level: SARIF_LEVELS[severity] },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: failed.length === 0,
            toolExecutionNotifications: failed.map(({ error }) => ({
              level: 'error',
              descriptor: { id: error.code },
              message: { text: error.message },
            })),
          },
        ],
        results: findings.map(({ code, severity, message, fix, location, ignored }) => ({
          ruleId: code,
          ruleIndex: rules.findIndex((rule) => rule.code === code),
          level: SARIF_LEVELS[severity],
          message: { text: `${message}. ${fix}` },
          locations: [sarifLocation(location)],
          ...(ignored && { suppressions: [sarifSuppression(ignored)] }),
        })),
      },
    ],
  };
  return `${safeJson(log, 2)}\n`;
}
