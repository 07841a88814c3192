import { FindingSummary, type SharedFinding } from '../../../application/finding-summary.ts';
import type { LocatedFinding, PodReport } from '../../../application/pod-report.ts';
import { MANY_ALIKE, RepeatedFindings, SHOWN_ALIKE } from '../../../application/repeated-findings.ts';
import { DIAGNOSTICS } from '../../../domain/check/diagnostics.ts';
import type { IgnoredFinding } from '../../../domain/check/heed-ignores.ts';
import { SEVERITIES, type Severity } from '../../../domain/severity.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import { choiceOption } from '../options/choice-option.ts';
import { withConfiguration } from '../options/configuration-options.ts';
import { formatOption, JSON_OPTION } from '../options/format-option.ts';
import { checkCodes } from '../options/ignore-option.ts';
import { counted, grouped } from '../rendering/counted.ts';
import type { CheckRecord, FindingRecord } from '../rendering/json-records.ts';
import {
  docsOf,
  type FailedInput,
  type PodFinding,
  renderFinding,
  renderGithub,
  renderManyAlike,
  renderSarif,
  shownOnce,
} from '../rendering/render-findings.ts';
import { renderSummary } from '../rendering/render-summary.ts';
import { adviceOf, asMountHintsError, errorLine, errorRecord, worstStatus } from '../terminal/exit-status.ts';
import { styleOf } from '../terminal/style.ts';
import { type Command, type CommandSpec, flag, type Invocation, textOptions } from './command.ts';
import { POD_INPUTS, POD_OPTIONS, type PodCommandWiring, readInputs } from './pod-command.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
type CheckFormat = (typeof FORMATS)[number];

interface Settings {
  readonly format: CheckFormat;
  readonly severity: Severity;
  /** The codes that alone are reported; every code if empty. */
  readonly codes: ReadonlySet<string>;
  readonly isGrouped: boolean;
  /** Whether findings alone are told. */
  readonly isQuiet: boolean;
}

/** @throws MH_USAGE for a code that no diagnostic has. */
function codesOf(invocation: Invocation): ReadonlySet<string> {
  const codes = textOptions(invocation, 'code').flatMap((text) => text.split(','));
  checkCodes('check', codes, 'report');
  return new Set(codes);
}

function settingsOf(invocation: Invocation): Settings {
  return {
    format: formatOption(invocation, 'check', FORMATS, 'text'),
    severity: choiceOption(invocation, 'check', 'severity', SEVERITIES, 'warning'),
    codes: codesOf(invocation),
    isGrouped: !flag(invocation, 'ungroup'),
    isQuiet: flag(invocation, 'quiet'),
  };
}

/** The findings of a pod, as far as they were asked for. */
interface Sifted {
  readonly reported: readonly LocatedFinding[];
  /** How many more there are below the least severity. */
  readonly unshown: number;
  /** Those that would be reported if they were not ignored. */
  readonly ignored: readonly IgnoredFinding<LocatedFinding>[];
}

function sift(pod: PodReport, { severity, codes }: Settings): Sifted {
  const least = SEVERITIES.indexOf(severity);
  const isAsked = ({ code }: LocatedFinding) => codes.size === 0 || codes.has(code);
  const isSevere = (finding: LocatedFinding) => SEVERITIES.indexOf(finding.severity) <= least;
  const asked = pod.findings.filter(isAsked);
  const reported = asked.filter(isSevere);
  return {
    reported,
    unshown: asked.length - reported.length,
    ignored: pod.ignored.filter((finding) => isAsked(finding) && isSevere(finding)),
  };
}

/** One run of `check` over its inputs. */
class CheckRun {
  readonly #invocation: Invocation;
  readonly #settings: Settings;
  /** For SARIF, which is one document. */
  readonly #findings: PodFinding[] = [];
  readonly #summary = new FindingSummary();
  readonly #repeated = new RepeatedFindings();
  readonly #failed: FailedInput[] = [];
  /** Findings that are below the least severity. */
  #unshown = 0;
  #ignored = 0;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
    this.#settings = settingsOf(invocation);
  }

  async run(wiring: PodCommandWiring): Promise<number> {
    for await (const reading of readInputs('check', wiring, this.#invocation, () => this.#end())) {
      if (reading.kind === 'pod') this.#pod(reading.pod);
      else this.#fail(reading.path, reading.error);
    }
    const found = this.#summary.podsWithFindings > 0 ? [1] : [];
    return worstStatus([...found, ...this.#failed.map(({ error }) => error.exitCode)]);
  }

  #pod(pod: PodReport): void {
    const { format, isGrouped } = this.#settings;
    const sifted = sift(pod, this.#settings);
    const { reported, unshown, ignored } = sifted;
    this.#unshown += unshown;
    this.#ignored += ignored.length;
    this.#summary.count(pod, reported);
    if (format !== 'text' || !isGrouped) this.#show(pod, sifted);
    else if (pod.owner !== undefined) this.#summary.share(pod, reported);
    else this.#show(pod, { reported: this.#repeated.add(pod, reported), ignored });
  }

  #show(pod: PodReport, { reported, ignored }: Pick<Sifted, 'reported' | 'ignored'>): void {
    const { format } = this.#settings;
    const inPod = ({ place: _, ...finding }: LocatedFinding): PodFinding => ({ ...finding, pod: pod.title });
    const findings = reported.map(inPod);
    if (format === 'sarif') this.#findings.push(...findings, ...ignored.map(inPod));
    const { terminal } = this.#invocation;
    if (format === 'json') {
      const withDocs = (finding: PodFinding): FindingRecord => ({ ...finding, docs: docsOf(finding.code) });
      const { file, title, namespace, owner } = pod;
      const found = { findings: findings.map(withDocs), ignored: ignored.map(inPod).map(withDocs) };
      const record: CheckRecord = {
        path: file,
        file,
        title,
        ...(namespace !== undefined && { namespace }),
        ...(owner !== undefined && { owner }),
        ...found,
      };
      terminal.out(`${safeJson(record)}\n`);
    }
    for (const finding of findings) {
      if (format === 'text') this.#showText(finding);
      if (format === 'github') terminal.out(renderGithub(finding));
    }
  }

  #showText(finding: PodFinding): void {
    const { terminal } = this.#invocation;
    terminal.out(renderFinding(finding, terminal.columns, styleOf(terminal)));
  }

  #fail(path: string, thrown: unknown): void {
    const error = asMountHintsError(thrown);
    this.#failed.push({ path, error });
    const { terminal } = this.#invocation;
    if (this.#settings.format === 'json') {
      const record: CheckRecord = { path, file: path, error: errorRecord(error) };
      terminal.out(`${safeJson(record)}\n`);
    } else terminal.error(errorLine(error, path, adviceOf(checkSpec.options)));
  }

  /** What workloads have in common: the first of them, and how many more there are. */
  #showAlike(alike: readonly SharedFinding[]): void {
    const { terminal } = this.#invocation;
    const isMany = alike.length > MANY_ALIKE;
    for (const shared of isMany ? alike.slice(0, SHOWN_ALIKE) : alike) this.#showText(shownOnce(shared));
    if (!isMany) return;
    const rest = alike.slice(SHOWN_ALIKE);
    const pods = rest.reduce((sum, shared) => sum + shared.pods, 0);
    const code = rest[0]?.finding.code ?? '';
    terminal.out(
      `${code}: the same in ${counted(rest.length, 'more workload')}, ${counted(pods, 'pod')}\n    (--namespace and --owner narrow down, --ungroup shows each pod)\n`,
    );
  }

  /** What pods of no workload have in common: those that were held back, or how many more there are. */
  #showRepeated(): void {
    const { terminal } = this.#invocation;
    for (const { title, finding } of this.#repeated.held) {
      const { place: _, ...shown } = finding;
      this.#showText({ ...shown, pod: title });
    }
    for (const many of this.#repeated.many) terminal.out(renderManyAlike(many, terminal.columns));
  }

  #end(): void {
    const { terminal } = this.#invocation;
    if (this.#settings.format === 'sarif') terminal.out(renderSarif(this.#findings, this.#failed));
    if (this.#settings.format !== 'text') return;
    this.#showRepeated();
    for (const alike of this.#summary.alike) this.#showAlike(alike);
    if (!this.#settings.isQuiet) this.#summarize();
  }

  #summarize(): void {
    const summary = this.#summary;
    const counts = SEVERITIES.map((severity) => [severity, summary.countOf(severity)] as const)
      .filter(([, count]) => count > 0)
      .map(([severity, count]) =>
        severity === 'info' ? `${grouped(count)} info` : counted(count, severity),
      );
    const pods = counted(summary.pods, 'pod');
    const bad =
      this.#failed.length > 0 ? `; ${counted(this.#failed.length, 'input')} could not be checked` : '';
    const text = counts.length > 0 ? `${counts.join(', ')} in ${pods}` : `nothing found in ${pods}`;
    const ignored = this.#ignored > 0 ? `; ${grouped(this.#ignored)} ignored` : '';
    const hint = counts.length > 0 ? ' (mount-hints help CODE explains each)' : '';
    const more = this.#unshown > 0 ? `; ${grouped(this.#unshown)} more with --severity info` : '';
    this.#invocation.terminal.error(`${renderSummary(summary)}${text}${bad}${more}${ignored}${hint}\n`);
  }
}

/** `mount-hints check` as its user sees it. */
export const checkSpec = {
  name: 'check',
  summary: "find what is wrong with a pod's hints",
  usage: '[OPTIONS] INPUT…',
  details: `Finds what keeps a pod from starting in gVisor, loses its data, or is probably not meant, and says where and what to write instead. Exits with 1 if something is found; a bad input outranks that, and does not stop the others.

${POD_INPUTS}`,
  options: {
    ...POD_OPTIONS,
    format: {
      type: 'string',
      value: 'FORMAT',
      help: 'text (default), json (one line a pod), sarif, or github (workflow commands)',
      choices: FORMATS,
    },
    ...JSON_OPTION,
    severity: {
      type: 'string',
      value: 'LEVEL',
      help: 'the least that is reported: error, warning (default) or info',
      choices: SEVERITIES,
    },
    code: {
      type: 'string',
      multiple: true,
      value: 'CODE',
      choices: DIAGNOSTICS.map(({ code }) => code),
      help: 'a diagnostic to report, and no other; may be repeated',
    },
    ungroup: {
      type: 'boolean',
      help: 'show each pod, not once what the pods of a workload or many other pods have in common',
    },
  },
} as const satisfies CommandSpec;

/** `mount-hints check`: what is wrong with pods' hints, for people and for CI. */
export function createCheckCommand(wiring: PodCommandWiring): Command {
  return {
    ...checkSpec,
    run: (given) =>
      withConfiguration(checkSpec, wiring.configuration, given, (invocation) =>
        new CheckRun(invocation).run(wiring),
      ),
  };
}
