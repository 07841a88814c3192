import { type FindBundlesPorts, findBundles } from '../../../application/find-bundles.ts';
import type { PlannedBundle, RewrittenBundle } from '../../../application/rewritten-spec.ts';
import { POSTPONED, type Rewriter, UpdateTogether } from '../../../application/update-together.ts';
import { DEFAULT_KUBELET_DIR } from '../../../domain/layouts/kubelet-layout.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import type { Checkpoint } from '../../../domain/restore/checkpoint.ts';
import type { DecideOptions } from '../../../domain/rewrite/decide-options.ts';
import { describeNote, type Note } from '../../../domain/rewrite/notes.ts';
import type { Release } from '../../../domain/rewrite/releases.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import type { RuntimeRelease } from '../../../ports/runtime-release.ts';
import type { SpecStore } from '../../../ports/spec-store.ts';
import { askedKubeletDir } from '../options/asked-kubelet-dir.ts';
import { AskedRelease } from '../options/asked-release.ts';
import { CHANGE_OPTIONS, type ChangeSettings, changeSettingsOf } from '../options/change-options.ts';
import { choiceOption } from '../options/choice-option.ts';
import { RELEASE_OPTIONS } from '../options/release-options.ts';
import { STDIN } from '../options/standard-input.ts';
import { describeEdit } from '../rendering/describe-edit.ts';
import type { UpdateRecord } from '../rendering/json-records.ts';
import { renderDiff } from '../rendering/render-diff.ts';
import { Tally } from '../rendering/tally.ts';
import { VolumesElsewhere } from '../rendering/volumes-elsewhere.ts';
import { adviceOf, asMountHintsError, errorLine, errorRecord, worstStatus } from '../terminal/exit-status.ts';
import { printReport } from '../terminal/print-report.ts';
import { type Command, type CommandSpec, flag, type Invocation, textOption } from './command.ts';
import { eachInput } from './each-input.ts';

/** The exit status of a rewrite that a volume stands in the way of. */
const UNRESOLVED = 69;

/** By what specs are rewritten. */
interface RewriteSettings extends Pick<DecideOptions, 'subPaths' | 'mayBeRewritten'> {
  readonly release: Release;
  readonly kubeletDir?: string;
  readonly checkpoint?: Checkpoint;
}

function rewriteSettingsOf(
  invocation: Invocation,
  release: Release,
  checkpoint: Checkpoint | undefined,
): RewriteSettings {
  const kubeletDir = askedKubeletDir(invocation);
  return {
    release,
    ...(kubeletDir !== undefined && { kubeletDir }),
    ...(checkpoint !== undefined && { checkpoint }),
    subPaths: choiceOption(invocation, 'update', 'sub-paths', SUB_PATHS, 'leave'),
    mayBeRewritten: !flag(invocation, 'again'),
  };
}

const SUB_PATHS = ['leave', 'refuse'] as const;

/** What `update` needs from outside. */
export interface UpdateWiring {
  /** Where bundles are found. */
  readonly bundles: FindBundlesPorts;
  runtime(runsc: string | undefined): RuntimeRelease;
  /** What a checkpoint says: of an image, or of the bundles that it was made of. */
  checkpoint(path: string): Promise<Checkpoint>;
  /** The rewrite of files. */
  files(settings: RewriteSettings): Rewriter;
  /** The rewrite of one text; `bytes` is what it is afterwards. */
  text(settings: RewriteSettings, input: Uint8Array): Rewriter & { bytes(): Uint8Array };
}

/** A note that says that something is left to do, and not why something was done: it is always told. */
function isWarning({ code }: Note): boolean {
  return code === 'sandbox-not-rewritten';
}

/** What there is to say of a bundle that stays as it is. */
function unchangedText(notes: readonly Note[]): string {
  const isSettled = notes.some(({ code }) => code === 'already-settled');
  return isSettled ? 'unchanged: it was rewritten before (--again decides anew)' : 'unchanged';
}

/** The path that an error is about. */
function pathOf({ details }: MountHintsError, fallback: string): string {
  return typeof details.path === 'string' ? details.path : fallback;
}

/** One run of `update` over its inputs. */
class UpdateRun {
  readonly #wiring: UpdateWiring;
  readonly #invocation: Invocation;
  readonly #settings: ChangeSettings;
  readonly #release: AskedRelease;
  readonly #rewriteSettings: RewriteSettings;
  readonly #statuses = new Set<number>();
  readonly #tally: Tally;
  readonly #elsewhere = new VolumesElsewhere();
  #files: Rewriter | undefined;
  #standardInput: ReturnType<UpdateWiring['text']> | undefined;
  #together = new UpdateTogether(true);
  /** Whether each input's notes are told: of a single one, and wherever they are asked for. */
  #tellsNotes = true;

  constructor(
    wiring: UpdateWiring,
    invocation: Invocation,
    release: AskedRelease,
    checkpoint: Checkpoint | undefined,
  ) {
    this.#wiring = wiring;
    this.#invocation = invocation;
    this.#release = release;
    this.#settings = changeSettingsOf(invocation, 'update');
    this.#tally = new Tally(this.#settings.dryRun ? 'would change' : 'changed');
    this.#rewriteSettings = rewriteSettingsOf(invocation, release.release, checkpoint);
  }

  async run(): Promise<number> {
    const { terminal, positionals } = this.#invocation;
    await eachInput(terminal, positionals, {
      find: (argument) =>
        findBundles(this.#wiring.bundles, argument, (error) => this.#failed(pathOf(error, argument), error)),
      one: (input) => this.#rewrite(input),
      failed: (input, thrown) => this.#failed(input, thrown),
      begins: (total) => {
        this.#together = new UpdateTogether(total < 2);
        this.#tellsNotes = total < 2 || flag(this.#invocation, 'verbose');
      },
      ends: (done, total) => this.#summarize(done, total),
    });
    return worstStatus(this.#statuses);
  }

  async #rewrite(path: string): Promise<'done' | 'later'> {
    const rewriter = path === STDIN ? this.#text() : this.#bundles();
    const { dryRun } = this.#settings;
    const result = await (dryRun
      ? this.#together.plan(rewriter, path)
      : this.#together.update(rewriter, path));
    if (result === POSTPONED) return 'later';
    if (dryRun) await this.#showDiff(rewriter.store, result);
    else if (path === STDIN) this.#invocation.terminal.outBytes(this.#text().bytes());
    this.#report(result);
    return 'done';
  }

  #bundles(): Rewriter {
    this.#files ??= this.#filesRewriter();
    return this.#files;
  }

  /** Where no note is told, no sandbox is read for one: a hook in front of runsc asks for --quiet. */
  #filesRewriter(): Rewriter {
    const { siblingWithId, ...rewriter } = this.#wiring.files(this.#rewriteSettings);
    const { quiet, json } = this.#settings;
    return siblingWithId === undefined || (quiet && !json) ? rewriter : { ...rewriter, siblingWithId };
  }

  #text(): ReturnType<UpdateWiring['text']> {
    this.#standardInput ??= this.#wiring.text(this.#rewriteSettings, this.#invocation.terminal.input());
    return this.#standardInput;
  }

  async #showDiff(store: SpecStore, { loaded, path, edits }: PlannedBundle): Promise<void> {
    if (!this.#settings.diff || this.#settings.json || edits.length === 0) return;
    const { terminal } = this.#invocation;
    const before = await store.render(loaded, []);
    const after = await store.render(loaded, edits);
    terminal.out(await renderDiff(loaded.file ?? path, before, after, terminal));
  }

  /** Says what became of several inputs, and where their volumes were looked for in vain. */
  #summarize(done: number, total: number): void {
    if (this.#settings.quiet || this.#settings.json) return;
    const tally = total < 2 ? '' : `${this.#tally.text(done, total)}\n`;
    const elsewhere = this.#elsewhere.text(this.#rewriteSettings.kubeletDir ?? DEFAULT_KUBELET_DIR);
    this.#invocation.terminal.error(tally + elsewhere);
  }

  #report(result: RewrittenBundle): void {
    this.#tally.add(result.changed);
    this.#elsewhere.add(result.notes);
    this.#release.tellAssumption();
    if (this.#settings.check && result.changed) this.#statuses.add(1);
    if (this.#settings.json) {
      const { path, release, changed, edits } = result;
      const notes = result.notes.map((note) => ({ ...note, text: describeNote(note) }));
      const record: UpdateRecord = { path, release, changed, edits, notes };
      this.#print(path, `${safeJson(record)}\n`);
    } else if (!this.#settings.quiet) this.#tell(result);
  }

  #tell({ path, changed, edits, notes }: RewrittenBundle): void {
    const { terminal } = this.#invocation;
    const { dryRun, diff } = this.#settings;
    const verb = dryRun ? 'would change' : 'changed';
    const count = edits.length === 1 ? '1 edit' : `${edits.length} edits`;
    const shown = oneLine(path);
    const told = this.#tellsNotes ? notes : notes.filter(isWarning);
    terminal.error(told.map((note) => `${shown}: ${describeNote(note)}\n`).join(''));
    const lines = dryRun && !diff ? edits.map((edit) => `  ${describeEdit(edit)}\n`).join('') : '';
    this.#print(path, `${shown}: ${changed ? `${verb} (${count})` : unchangedText(notes)}\n${lines}`);
  }

  /** Standard output belongs to the document when that goes there. */
  #print(path: string, text: string): void {
    const { terminal } = this.#invocation;
    const { dryRun, diff, json } = this.#settings;
    const documentGoesOut = path === STDIN && (!dryRun || (diff && !json));
    printReport(terminal, text, { documentGoesOut, isJson: json });
  }

  #failed(path: string, thrown: unknown): void {
    const error = asMountHintsError(thrown);
    this.#statuses.add(error.exitCode);
    this.#tally.addFailed();
    if (this.#settings.json) {
      const { date: release } = this.#release;
      const record: UpdateRecord = { path, release, changed: false, error: errorRecord(error) };
      this.#print(path, `${safeJson(record)}\n`);
    } else this.#invocation.terminal.error(errorLine(error, path, adviceOf(updateSpec.options)));
    if (error.exitCode === UNRESOLVED) this.#release.tellAssumption();
  }
}

/** `mount-hints update` as its user sees it. */
export const updateSpec = {
  name: 'update',
  summary: "rewrite OCI specs as gVisor's containerd shim does",
  usage: '[OPTIONS] BUNDLE…',
  details: `Rewrites the volume annotations and mounts of each BUNDLE: a bundle directory, a config.json, "-" (standard input to standard output), a directory of bundles, or a quoted glob. The file keeps every byte that the rewrite does not name, is replaced in one step, and is not touched when nothing changes.

One bad input does not stop the others; notes and errors go to standard error.`,
  options: {
    ...RELEASE_OPTIONS,
    again: {
      type: 'boolean',
      help: 'decide anew on bundles that were rewritten before, by what their volumes hold now; by default they are left alone',
    },
    ...CHANGE_OPTIONS,
    verbose: {
      type: 'boolean',
      short: 'v',
      help: 'say of each of several bundles why it was changed; of a single one, that is always said',
    },
    'for-restore': {
      type: 'string',
      value: 'CHECKPOINT',
      help: 'rewrite for a restore from this checkpoint (an image directory, or the bundle that it was made of): what runsc compares becomes what it was, and the hints get their sources here',
    },
    'sub-paths': {
      type: 'string',
      value: 'POLICY',
      choices: SUB_PATHS,
      help: 'a container that mounts a part (subPath) of a hinted volume, which is a second copy: leave (default) or refuse',
    },
  },
} as const satisfies CommandSpec;

/** @throws MH_USAGE for options that would have no effect beside others. */
function checkContradictions(invocation: Invocation): void {
  if (textOption(invocation, 'for-restore') === undefined) return;
  const given = ['again', 'sub-paths'].find((name) => invocation.values[name] !== undefined);
  if (given === undefined) return;
  throw new MountHintsError(
    'MH_USAGE',
    `mount-hints update: --for-restore takes what the checkpoint has, so --${given} has no use beside it. Leave one of them out.`,
  );
}

async function checkpointOf(invocation: Invocation, wiring: UpdateWiring): Promise<Checkpoint | undefined> {
  const path = textOption(invocation, 'for-restore');
  return path === undefined ? undefined : await wiring.checkpoint(path);
}

/** `mount-hints update`: rewrites bundles on disk, or a spec on standard input. */
export function createUpdateCommand(wiring: UpdateWiring): Command {
  return {
    ...updateSpec,
    async run(invocation) {
      if (invocation.positionals.length === 0) {
        throw new MountHintsError(
          'MH_USAGE',
          'mount-hints update: no BUNDLE is given. Name a bundle directory, a config.json, or "-" for standard input.',
        );
      }
      checkContradictions(invocation);
      const release = await AskedRelease.of(invocation, wiring.runtime);
      const checkpoint = await checkpointOf(invocation, wiring);
      return new UpdateRun(wiring, invocation, release, checkpoint).run();
    },
  };
}
