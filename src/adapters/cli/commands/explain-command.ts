import type { PodReport } from '../../../application/pod-report.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import type { Picture } from '../../../domain/picture/picture.ts';
import { pictureOf } from '../../../domain/picture/picture-of.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import { withConfiguration } from '../options/configuration-options.ts';
import { formatOption, JSON_OPTION } from '../options/format-option.ts';
import { drawPage } from '../picture/draw-page.ts';
import { drawSvg } from '../picture/draw-svg.ts';
import type { ExplainRecord } from '../rendering/json-records.ts';
import { renderExplanation } from '../rendering/render-explanation.ts';
import { renderMermaid } from '../rendering/render-mermaid.ts';
import { FEW_PODS } from '../rendering/render-summary.ts';
import { asMountHintsError, errorRecord, worstStatus } from '../terminal/exit-status.ts';
import { styleOf } from '../terminal/style.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Command, type CommandSpec, flag, type Invocation } from './command.ts';
import { POD_INPUTS, POD_OPTIONS, type PodCommandWiring, readInputs, tellError } from './pod-command.ts';

const FORMATS = ['table', 'json', 'mermaid', 'svg', 'html'] as const;
type TextFormat = Exclude<(typeof FORMATS)[number], 'svg' | 'html'>;

function shown(pod: PodReport): PodReport {
  return { ...pod, findings: pod.findings.filter(({ severity }) => severity !== 'info') };
}

/**
 * The pictures of a run as one file.
 *
 * @throws MH_USAGE for several pods as SVG: a file of SVG is one picture.
 */
function draw(pictures: readonly Picture[], format: 'svg' | 'html'): string {
  const [first] = pictures;
  if (format === 'html' || first === undefined) return drawPage(pictures);
  if (pictures.length === 1) return `${drawSvg(first, { shape: 'wide', standalone: true })}\n`;
  throw new MountHintsError(
    'MH_USAGE',
    `mount-hints explain: --format svg draws one pod, and there are ${pictures.length}. Name one, or use --format html.`,
    { pods: pictures.length },
  );
}

function render(pod: PodReport, format: TextFormat, terminal: Terminal): string {
  if (format === 'json') {
    const record: ExplainRecord = { path: pod.file, ...pod };
    return `${safeJson(record)}\n`;
  }
  if (format === 'mermaid') return renderMermaid(pod);
  return renderExplanation(pod, { columns: terminal.columns, style: styleOf(terminal) });
}

/** The tables of a run. They wait until it is known that the pods are few, unless every one is asked for. */
class Tables {
  readonly #terminal: Terminal;
  readonly #waits: boolean;
  #tables: string[] = [];

  constructor(invocation: Invocation) {
    this.#terminal = invocation.terminal;
    this.#waits = !flag(invocation, 'every-pod');
  }

  /** @throws MH_USAGE if there are more pods than anyone reads. */
  add(table: string): void {
    if (!this.#waits) this.#terminal.out(table);
    else if (this.#tables.push(table) > FEW_PODS) {
      throw new MountHintsError(
        'MH_USAGE',
        `mount-hints explain: there are more than ${FEW_PODS} pods. Name fewer inputs, narrow down with --namespace or --owner, or ask for --every-pod; "mount-hints check" counts what is wrong in many pods.`,
        { most: FEW_PODS },
      );
    }
  }

  show(): void {
    this.#terminal.out(this.#tables.join(''));
    this.#tables = [];
  }
}

/** `mount-hints explain` as its user sees it. */
export const explainSpec = {
  name: 'explain',
  summary: 'say what each volume becomes in gVisor, and why',
  usage: '[OPTIONS] INPUT…',
  details: `Says for each mount of a pod whether runsc keeps it in memory, on disk or in the host's directory, who shares it, whether it survives a restart, what limits it, and which annotations and mounts led there. A spec that has not been rewritten yet is explained as it will be after the rewrite of --release.

${POD_INPUTS}`,
  options: {
    ...POD_OPTIONS,
    format: {
      type: 'string',
      value: 'FORMAT',
      help: 'table (default), json (one line a pod), mermaid, svg (a picture of one pod) or html (a page with pictures)',
      choices: FORMATS,
    },
    ...JSON_OPTION,
    'every-pod': {
      type: 'boolean',
      help: `show the tables of more than ${FEW_PODS} pods too`,
    },
  },
} as const satisfies CommandSpec;

async function explainPods(wiring: PodCommandWiring, invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  const format = formatOption(invocation, 'explain', FORMATS, 'table');
  const isDrawn = format === 'svg' || format === 'html';
  const statuses: number[] = [];
  const tables = new Tables(invocation);
  // A page has all pods, and a file of SVG one: they wait until all are known.
  const pictures: Picture[] = [];
  let pods = 0;
  for await (const reading of readInputs('explain', wiring, invocation)) {
    if (reading.kind === 'pod') {
      pods++;
      const pod = shown(reading.pod);
      if (isDrawn) pictures.push(pictureOf(pod));
      else if (format === 'table') tables.add(render(pod, format, terminal));
      else terminal.out(render(pod, format, terminal));
    } else if (format === 'json') {
      const error = asMountHintsError(reading.error);
      const { path } = reading;
      const record: ExplainRecord = { path, file: path, error: errorRecord(error) };
      terminal.out(`${safeJson(record)}\n`);
      statuses.push(error.exitCode);
    } else statuses.push(tellError(invocation, reading.path, reading.error));
  }
  tables.show();
  if (pods === 0 && statuses.length === 0 && !flag(invocation, 'quiet'))
    terminal.error('nothing to explain\n');
  if (isDrawn && pictures.length > 0) terminal.out(draw(pictures, format));
  return worstStatus(statuses);
}

/** `mount-hints explain`: what a pod's mounts become, and why. */
export function createExplainCommand(wiring: PodCommandWiring): Command {
  return {
    ...explainSpec,
    run: (given) =>
      withConfiguration(explainSpec, wiring.configuration, given, (invocation) =>
        explainPods(wiring, invocation),
      ),
  };
}
