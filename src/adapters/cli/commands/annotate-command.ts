import {
  type AnnotatedPod,
  type AnnotateOptions,
  annotateManifest,
} from '../../../application/annotate-manifest.ts';
import { type AnnotatedPart, annotateStream } from '../../../application/annotate-stream.ts';
import { decodeManifest, encodeManifest } from '../../../application/manifest-text.ts';
import { isDoubtful } from '../../../domain/hints/hint-decision.ts';
import { checkHintsOptions } from '../../../domain/hints/hints-options.ts';
import { NamedVolumes } from '../../../domain/hints/named-volumes.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { describeOtherNames } from '../../../domain/rewrite/notes.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import type { LoadedFile, ManifestFiles } from '../../../ports/manifest-files.ts';
import type { StreamingManifestReader } from '../../../ports/manifest-reader.ts';
import type { RuntimeRelease } from '../../../ports/runtime-release.ts';
import { AskedRelease } from '../options/asked-release.ts';
import { CHANGE_OPTIONS, type ChangeSettings, changeSettingsOf } from '../options/change-options.ts';
import {
  CONFIGURATION_OPTIONS,
  type ConfigurationWiring,
  withConfiguration,
} from '../options/configuration-options.ts';
import { HINTS_OPTIONS, hintsOptionsOf } from '../options/hints-options.ts';
import { MANIFEST_OPTIONS } from '../options/manifest-options.ts';
import { podFilterOf } from '../options/pod-filter-options.ts';
import { podPathsOf } from '../options/pod-selection-options.ts';
import { RELEASE_OPTIONS } from '../options/release-options.ts';
import { STDIN, STDIN_NAME } from '../options/standard-input.ts';
import { AnnotatedInput } from '../rendering/annotated-input.ts';
import type { AnnotateRecord } from '../rendering/json-records.ts';
import { ReadingNotes } from '../rendering/reading-notes.ts';
import { renderDiff } from '../rendering/render-diff.ts';
import { unknownVolumesText } from '../rendering/unknown-volumes-text.ts';
import { adviceOf, asMountHintsError, errorLine, errorRecord, worstStatus } from '../terminal/exit-status.ts';
import { ManifestOutput } from '../terminal/manifest-output.ts';
import { printReport } from '../terminal/print-report.ts';
import { type Command, type CommandSpec, flag, type Invocation, textOption } from './command.ts';
import { eachInput, type InputOutcome, type InputSteps } from './each-input.ts';
import { GrowingBytes } from './growing-bytes.ts';

/** What `annotate` needs from outside. */
export interface AnnotateWiring {
  readonly files: ManifestFiles;
  readonly reader: StreamingManifestReader;
  runtime(runsc: string | undefined): RuntimeRelease;
  readonly configuration: ConfigurationWiring;
}

interface Settings extends ChangeSettings {
  readonly write: boolean;
}

/** So many bytes of a file that is in memory are annotated at a time. */
const PIECE_BYTES = 1024 * 1024;

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

async function* eachOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Where the annotated bytes of an input go. */
interface Target {
  add(bytes: Uint8Array): void;
  /** The input is whole. */
  end?(): void;
  /** The input ends before its end; gives whether a part of it has been written. */
  drop?(): boolean;
}

/** What is wrong with a manifest on standard output that ends before its end. */
const INCOMPLETE = 'standard output has the beginning of it, and not the end. Do not use it.';

function sourceOf(path: string): string {
  return path === STDIN ? STDIN_NAME : path;
}

const NOWHERE: Target = { add: () => undefined };

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
  readonly #output: ManifestOutput;

  constructor(wiring: AnnotateWiring, invocation: Invocation, release: AskedRelease | undefined) {
    this.#wiring = wiring;
    this.#invocation = invocation;
    this.#settings = { ...changeSettingsOf(invocation, 'annotate'), write: flag(invocation, 'write') };
    this.#release = release;
    const hints = { ...hintsOptionsOf(invocation), ...(release && { release: release.release }) };
    checkHintsOptions(hints);
    this.#options = { hints, filter: podFilterOf(invocation), podPaths: podPathsOf(invocation) };
    this.#named = new NamedVolumes(hints);
    this.#notes = new ReadingNotes(this.#options.podPaths ?? new Map());
    this.#output = new ManifestOutput(invocation.terminal);
  }

  async run(): Promise<number> {
    const { terminal, positionals } = this.#invocation;
    await eachInput(terminal, positionals, {
      find: (argument) => this.#wiring.files.find(argument, (path, error) => this.#failed(path, error)),
      one: (input, steps) => this.#one(input, steps),
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

  /** Does one input, and says how it ended. */
  async #one(path: string, steps: InputSteps): Promise<InputOutcome> {
    const { write, dryRun, diff, json } = this.#settings;
    if (dryRun && diff && !json) return this.#showDiff(path);
    if (write && !dryRun && path !== STDIN) return this.#replace(path);
    const { files } = this.#wiring;
    const chunks = path === STDIN ? this.#invocation.terminal.inputChunks() : eachOf(files.chunks(path));
    return this.#stream(path, chunks, dryRun ? NOWHERE : this.#output, steps);
  }

  async #showDiff(path: string): Promise<'done'> {
    const { terminal } = this.#invocation;
    const bytes = path === STDIN ? terminal.input() : this.#wiring.files.load(path).bytes;
    const before = decodeManifest(bytes, sourceOf(path));
    const result = annotateManifest(this.#wiring.reader, before, sourceOf(path), this.#options);
    const input = this.#newInput();
    this.#take(path, result, input);
    if (result.changed) terminal.out(await renderDiff(path, before, result.text, terminal));
    this.#report(path, input);
    return 'done';
  }

  /** Annotates a file in place: all of it, or nothing. */
  async #replace(path: string): Promise<'done'> {
    const loaded = this.#wiring.files.load(path);
    const result = new GrowingBytes(loaded.bytes.length);
    const input = this.#newInput();
    for await (const part of this.#partsOf(path, piecesOf(loaded.bytes))) {
      this.#take(path, part, input);
      result.add(encodeManifest(part.text));
    }
    if (input.changed) this.#save(loaded, result.bytes);
    this.#report(path, input);
    return 'done';
  }

  #save(loaded: LoadedFile, bytes: Uint8Array): void {
    this.#wiring.files.save(loaded, bytes);
    const { otherNames = 0, path } = loaded;
    if (otherNames === 0 || this.#settings.quiet) return;
    this.#invocation.terminal.error(`${oneLine(path)}: ${describeOtherNames(otherNames)}\n`);
  }

  /** Annotates an input as it comes. */
  async #stream(
    path: string,
    chunks: AsyncIterable<Uint8Array>,
    target: Target,
    steps: InputSteps,
  ): Promise<InputOutcome> {
    const input = this.#newInput();
    let objects = 0;
    try {
      for await (const part of this.#partsOf(path, chunks)) {
        this.#take(path, part, input);
        target.add(encodeManifest(part.text));
        if (await steps.stopsAfter(++objects)) return this.#stopped(path, input, target);
      }
    } catch (thrown) {
      // What a signal cuts short is not invalid for that.
      if (await steps.isStopped()) return this.#stopped(path, input, target);
      this.#failed(path, thrown, target.drop?.() === true);
      return 'done';
    }
    if (path === STDIN && (await steps.isStopped())) return this.#stopped(path, input, target);
    target.end?.();
    this.#report(path, input);
    return 'done';
  }

  #stopped(path: string, input: AnnotatedInput, target: Target): 'stopped' {
    const isPartly = target.drop?.() === true;
    const rest = isPartly ? INCOMPLETE : 'nothing of it was written';
    const text = input.summary(this.#verbFor(path));
    this.#invocation.terminal.error(`${oneLine(path)}: stopped by a signal: ${text} so far; ${rest}\n`);
    return 'stopped';
  }

  #partsOf(path: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<AnnotatedPart> {
    return annotateStream(this.#wiring.reader, chunks, sourceOf(path), this.#options);
  }

  #newInput(): AnnotatedInput {
    const { dryRun, diff, json, quiet } = this.#settings;
    const tells = !dryRun || diff ? isDoubtful : () => true;
    return new AnnotatedInput({ keepsPods: json, tells: json || quiet ? undefined : tells });
  }

  /** Takes what is to be said of a part, for its input and for the run. */
  #take(path: string, part: AnnotatedPart, input: AnnotatedInput): void {
    input.add(part);
    for (const { decisions } of part.pods) this.#named.add(decisions);
    for (const survey of part.surveys) this.#notes.add(sourceOf(path), survey);
    this.#notes.addClasses(sourceOf(path), part);
    if (part.pods.some(dependsOnRelease)) this.#release?.tellAssumption();
  }

  /** What is done to an input. A file that goes to standard output stays as it is. */
  #verbFor(path: string): string {
    const { dryRun, write } = this.#settings;
    if (dryRun) return 'would change';
    return write || path === STDIN ? 'changed' : 'changed on standard output';
  }

  #report(path: string, input: AnnotatedInput): void {
    const { check, json, quiet } = this.#settings;
    if (check && input.changed) this.#statuses.add(1);
    if (json) this.#print(`${safeJson(input.record(path))}\n`);
    else if (!quiet) {
      this.#print(`${oneLine(path)}: ${input.summary(this.#verbFor(path))}\n${input.lines}`);
    }
  }

  /** Standard output belongs to the manifest, or to its diff, when that goes there. */
  #print(text: string): void {
    const { terminal } = this.#invocation;
    const { write, dryRun, diff, json } = this.#settings;
    const documentGoesOut = dryRun ? diff && !json : !write || this.#output.isUsed;
    printReport(terminal, text, { documentGoesOut, isJson: json });
  }

  /** @param isPartly whether standard output has the beginning of the input. */
  #failed(path: string, thrown: unknown, isPartly = false): void {
    const error = asMountHintsError(thrown);
    this.#statuses.add(error.exitCode);
    if (this.#settings.json) {
      const partly = isPartly && { partly: true as const };
      const record: AnnotateRecord = { path, changed: false, ...partly, error: errorRecord(error) };
      this.#print(`${safeJson(record)}\n`);
      return;
    }
    const { terminal } = this.#invocation;
    terminal.error(errorLine(error, undefined, adviceOf(annotateSpec.options)));
    if (isPartly) terminal.error(`note: ${oneLine(path)}: ${INCOMPLETE}\n`);
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
    ...MANIFEST_OPTIONS,
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
