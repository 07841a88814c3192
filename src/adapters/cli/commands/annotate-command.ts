import {
  type AnnotatedManifest,
  type AnnotatedPod,
  type AnnotateOptions,
  annotateManifest,
} from '../../../application/annotate-manifest.ts';
import { decodeManifest, encodeManifest } from '../../../application/manifest-text.ts';
import { describeDecision, isDoubtful } from '../../../domain/hints/hint-decision.ts';
import { checkHintsOptions } from '../../../domain/hints/hints-options.ts';
import { NamedVolumes } from '../../../domain/hints/named-volumes.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { describeOtherNames } from '../../../domain/rewrite/notes.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import type { LoadedFile, ManifestFiles } from '../../../ports/manifest-files.ts';
import type { ManifestReader } from '../../../ports/manifest-reader.ts';
import type { RuntimeRelease } from '../../../ports/runtime-release.ts';
import { AskedRelease } from '../options/asked-release.ts';
import { CHANGE_OPTIONS, type ChangeSettings, changeSettingsOf } from '../options/change-options.ts';
import {
  CONFIGURATION_OPTIONS,
  type ConfigurationWiring,
  withConfiguration,
} from '../options/configuration-options.ts';
import { HINTS_OPTIONS, hintsOptionsOf } from '../options/hints-options.ts';
import { POD_PATH_OPTION, podPathsOf } from '../options/pod-selection-options.ts';
import { RELEASE_OPTIONS } from '../options/release-options.ts';
import { STDIN, STDIN_NAME } from '../options/standard-input.ts';
import { counted } from '../rendering/counted.ts';
import type { AnnotateRecord } from '../rendering/json-records.ts';
import { leftOutText, ReadingNotes } from '../rendering/reading-notes.ts';
import { renderDiff } from '../rendering/render-diff.ts';
import { unknownVolumesText } from '../rendering/unknown-volumes-text.ts';
import { adviceOf, asMountHintsError, errorLine, errorRecord, worstStatus } from '../terminal/exit-status.ts';
import { type Command, type CommandSpec, flag, type Invocation, textOption } from './command.ts';
import { eachInput } from './each-input.ts';

/** What `annotate` needs from outside. */
export interface AnnotateWiring {
  readonly files: ManifestFiles;
  readonly reader: ManifestReader;
  runtime(runsc: string | undefined): RuntimeRelease;
  readonly configuration: ConfigurationWiring;
}

interface Settings extends ChangeSettings {
  readonly write: boolean;
}

function summaryOf(result: AnnotatedManifest, verb: string): string {
  const left = leftOutText(result.otherPods);
  return [changesText(result, verb), ...(left === '' ? [] : [left])].join('; ');
}

function changesText({ changed, pods }: AnnotatedManifest, verb: string): string {
  if (!changed)
    return pods.length === 0 ? 'no gVisor pod' : `unchanged (${counted(pods.length, 'gVisor pod')})`;
  const annotations = pods.reduce((sum, pod) => sum + pod.changes.length, 0);
  const touched = pods.filter((pod) => pod.changes.length > 0).length;
  return `${verb} (${counted(annotations, 'annotation')} in ${counted(touched, 'pod')})`;
}

function nameOf({ workload }: AnnotatedPod): string {
  return [workload.kind, workload.name || '(unnamed)'].join(' ');
}

/** Whether a release had a say: none can be asked to force-share a volume before 20260615. */
function dependsOnRelease({ decisions }: AnnotatedPod): boolean {
  return decisions.some(
    (decision) =>
      decision.code === 'force-shared' ||
      (decision.code === 'skipped' && decision.reason === 'sub-path' && decision.existing.length > 0),
  );
}

/** One run of `annotate` over its inputs. */
class AnnotateRun {
  readonly #wiring: AnnotateWiring;
  readonly #invocation: Invocation;
  readonly #settings: Settings;
  readonly #options: AnnotateOptions;
  readonly #statuses = new Set<number>();
  readonly #release: AskedRelease | undefined;
  readonly #notes: ReadingNotes;
  readonly #named: NamedVolumes;
  /** What went to standard output last, where that is the manifests. */
  #printed: string | undefined;

  constructor(wiring: AnnotateWiring, invocation: Invocation, release: AskedRelease | undefined) {
    this.#wiring = wiring;
    this.#invocation = invocation;
    this.#settings = { ...changeSettingsOf(invocation, 'annotate'), write: flag(invocation, 'write') };
    this.#release = release;
    const hints = { ...hintsOptionsOf(invocation), ...(release && { release: release.release }) };
    checkHintsOptions(hints);
    this.#options = { hints, podPaths: podPathsOf(invocation) };
    this.#named = new NamedVolumes(hints);
    this.#notes = new ReadingNotes(this.#options.podPaths ?? new Map());
  }

  async run(): Promise<number> {
    const { terminal, positionals } = this.#invocation;
    await eachInput(terminal, positionals, {
      find: (argument) => this.#wiring.files.find(argument, (path, error) => this.#failed(path, error)),
      one: async (input) => {
        await (input === STDIN ? this.#standardInput() : this.#file(input));
        return 'done';
      },
      failed: (input, thrown) => this.#failed(input, thrown),
    });
    if (!this.#settings.quiet) terminal.error(`${this.#notes.text()}${this.#unknownVolumes()}`);
    return worstStatus(this.#statuses);
  }

  /** Nothing where an input failed: its pods may have the volumes. */
  #unknownVolumes(): string {
    const isPartial = [...this.#statuses].some((status) => status !== 1);
    return isPartial ? '' : unknownVolumesText(this.#named.unknown);
  }

  async #file(path: string): Promise<void> {
    const loaded = this.#wiring.files.load(path);
    const { before, result } = this.#annotate(path, loaded.bytes);
    if (this.#settings.write && !this.#settings.dryRun) {
      if (result.changed) this.#save(loaded, result.text);
    } else await this.#show(path, before, result);
    this.#report(path, result);
  }

  #save(loaded: LoadedFile, text: string): void {
    this.#wiring.files.save(loaded, encodeManifest(text));
    const { otherNames = 0, path } = loaded;
    if (otherNames === 0 || this.#settings.quiet) return;
    this.#invocation.terminal.error(`${oneLine(path)}: ${describeOtherNames(otherNames)}\n`);
  }

  async #standardInput(): Promise<void> {
    const { before, result } = this.#annotate(STDIN, this.#invocation.terminal.input());
    await this.#show(STDIN, before, result);
    this.#report(STDIN, result);
  }

  #annotate(path: string, bytes: Uint8Array): { before: string; result: AnnotatedManifest } {
    const source = path === STDIN ? STDIN_NAME : path;
    const before = decodeManifest(bytes, source);
    const result = annotateManifest(this.#wiring.reader, before, source, this.#options);
    for (const { decisions } of result.pods) this.#named.add(decisions);
    for (const survey of result.surveys) this.#notes.add(source, survey, 0);
    if (result.pods.some(dependsOnRelease)) this.#release?.tellAssumption();
    return { before, result };
  }

  /** The manifest or its diff, on standard output. */
  async #show(path: string, before: string, { changed, text }: AnnotatedManifest): Promise<void> {
    const { terminal } = this.#invocation;
    const { dryRun, diff, json } = this.#settings;
    if (!dryRun) this.#printManifest(text);
    else if (diff && changed && !json) terminal.out(await renderDiff(path, before, text, terminal));
  }

  /** Several manifests become one stream. */
  #printManifest(text: string): void {
    const { terminal } = this.#invocation;
    const before = this.#printed;
    if (before !== undefined && !before.endsWith('\n') && before !== '') terminal.out('\n');
    if (before !== undefined && !text.startsWith('---'))
      terminal.out(text.startsWith('%') ? '...\n' : '---\n');
    terminal.outBytes(encodeManifest(text));
    this.#printed = text;
  }

  #report(path: string, result: AnnotatedManifest): void {
    if (this.#settings.check && result.changed) this.#statuses.add(1);
    if (this.#settings.json) this.#print(`${safeJson(this.#record(path, result))}\n`);
    else if (!this.#settings.quiet) this.#tell(path, result);
  }

  #record(path: string, { changed, documents, pods }: AnnotatedManifest): AnnotateRecord {
    const described = pods.map(({ workload, decisions, ...pod }) => ({
      ...workload,
      ...pod,
      decisions: decisions.map((decision) => ({ ...decision, text: describeDecision(decision) })),
    }));
    return { path, changed, documents, pods: described };
  }

  #tell(path: string, result: AnnotatedManifest): void {
    const { dryRun, diff } = this.#settings;
    const isShort = !dryRun || diff;
    const lines = result.pods.flatMap((pod) =>
      pod.decisions
        .filter((decision) => !isShort || isDoubtful(decision))
        .map(
          (decision) => `  ${oneLine(`line ${pod.line}, ${nameOf(pod)}: ${describeDecision(decision)}`)}\n`,
        ),
    );
    this.#print(
      `${oneLine(path)}: ${summaryOf(result, dryRun ? 'would change' : 'changed')}\n${lines.join('')}`,
    );
  }

  /** Standard output belongs to the manifest, or to its diff, when that goes there. */
  #print(text: string): void {
    const { terminal } = this.#invocation;
    const { write, dryRun, diff, json } = this.#settings;
    if (dryRun ? diff && !json : !write || this.#printed !== undefined) terminal.error(text);
    else terminal.out(text);
  }

  #failed(path: string, thrown: unknown): void {
    const error = asMountHintsError(thrown);
    this.#statuses.add(error.exitCode);
    if (this.#settings.json) {
      const record: AnnotateRecord = { path, changed: false, error: errorRecord(error) };
      this.#print(`${safeJson(record)}\n`);
    } else this.#invocation.terminal.error(errorLine(error, undefined, adviceOf(annotateSpec.options)));
  }
}

const { 'kubelet-dir': _, ...RELEASE } = RELEASE_OPTIONS;

/** `mount-hints annotate` as its user sees it. */
export const annotateSpec = {
  name: 'annotate',
  summary: 'put the right mount hints on the gVisor pods of manifests',
  usage: '[OPTIONS] FILE…',
  details: `Computes the mount hints of every gVisor pod in each FILE: YAML or JSON, with any number of documents and lists, pods and everything that makes pods; of a directory, the .yaml, .yml and .json files below it; "-" is standard input. Writes the manifests to standard output, or in place with --write. Only annotations change: every other byte stays.

Templates of a Helm chart must be rendered first. One bad input does not stop the others; notes and errors go to standard error.`,
  options: {
    write: {
      type: 'boolean',
      short: 'w',
      help: 'change the files in place, in one step, if anything changed',
    },
    ...HINTS_OPTIONS,
    ...RELEASE,
    ...POD_PATH_OPTION,
    ...CONFIGURATION_OPTIONS,
    ...CHANGE_OPTIONS,
    'dry-run': { ...CHANGE_OPTIONS['dry-run'], help: 'say what would change and why; write nothing' },
  },
} as const satisfies CommandSpec;

/** @throws MH_USAGE */
function checkUsage(invocation: Invocation): void {
  if (invocation.positionals.length === 0) {
    throw new MountHintsError(
      'MH_USAGE',
      'mount-hints annotate: no FILE is given. Name a manifest, a directory of them, or "-" for standard input.',
    );
  }
  const still = ['dry-run', 'diff', 'check'].find((name) => flag(invocation, name));
  if (flag(invocation, 'write') && still !== undefined) {
    throw new MountHintsError(
      'MH_USAGE',
      `mount-hints annotate: --write writes files, and --${still} writes nothing. Leave one of them out.`,
    );
  }
}

async function annotateFiles(wiring: AnnotateWiring, invocation: Invocation): Promise<number> {
  checkUsage(invocation);
  const isGke = flag(invocation, 'gke') && textOption(invocation, 'release') === undefined;
  const release = isGke ? undefined : await AskedRelease.of(invocation, wiring.runtime);
  return new AnnotateRun(wiring, invocation, release).run();
}

/** `mount-hints annotate`: puts mount hints into manifests. */
export function createAnnotateCommand(wiring: AnnotateWiring): Command {
  return {
    ...annotateSpec,
    run: (given) =>
      withConfiguration(annotateSpec, wiring.configuration, given, (invocation) =>
        annotateFiles(wiring, invocation),
      ),
  };
}
