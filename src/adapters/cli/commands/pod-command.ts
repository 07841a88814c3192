import type { PodReading, ReadPods, ReadPodsOptions, ReadStep } from '../../../application/read-pods.ts';
import { IgnoredVolumes } from '../../../domain/check/ignored-volumes.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import type { Release } from '../../../domain/rewrite/releases.ts';
import type { RunscFlags } from '../../../domain/runsc/runsc-flags.ts';
import { isSpecText } from '../../../domain/spec/is-spec-text.ts';
import type { InputFinder } from '../../../ports/input-finder.ts';
import type { RuntimeRelease } from '../../../ports/runtime-release.ts';
import { askedKubeletDir } from '../options/asked-kubelet-dir.ts';
import { AskedRelease } from '../options/asked-release.ts';
import { CONFIGURATION_OPTIONS, type ConfigurationWiring } from '../options/configuration-options.ts';
import { IGNORE_OPTIONS, ignoresOf } from '../options/ignore-option.ts';
import { MANIFEST_OPTIONS } from '../options/manifest-options.ts';
import { podFilterOf } from '../options/pod-filter-options.ts';
import { podPathsOf, podSelectionOf } from '../options/pod-selection-options.ts';
import { QUIET_OPTION } from '../options/quiet-option.ts';
import { RELEASE_OPTIONS } from '../options/release-options.ts';
import { openStandardInput, STDIN, STDIN_NAME, type StandardInput } from '../options/standard-input.ts';
import { ReadingNotes } from '../rendering/reading-notes.ts';
import { unknownIgnoredText } from '../rendering/unknown-volumes-text.ts';
import { adviceOf, asMountHintsError, errorLine } from '../terminal/exit-status.ts';
import { SteppedWork } from '../terminal/interruptible-work.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { flag, type Invocation, type OptionSpec, textOption } from './command.ts';

/** What commands that read pods need from outside. */
export interface PodCommandWiring {
  readonly inputs: InputFinder;
  runtime(runsc: string | undefined): RuntimeRelease;
  readonly configuration: ConfigurationWiring;
  /** The flags in a `runsc.toml`. */
  flags(path: string): Promise<RunscFlags>;
  /** Reads pods; `stdin` is what the input `-` stands for. */
  reader(
    options: ReadPodsOptions,
    kubeletDir: string | undefined,
    stdin: StandardInput | undefined,
  ): ReadPods;
}

/** The options that commands on pods have in common. */
export const POD_OPTIONS = {
  ...RELEASE_OPTIONS,
  ...MANIFEST_OPTIONS,
  ...IGNORE_OPTIONS,
  ...CONFIGURATION_OPTIONS,
  ...QUIET_OPTION,
  sandbox: {
    type: 'string',
    value: 'BUNDLE',
    help: "the sandbox's bundle, whose annotations are the hints (default: found beside the container's)",
  },
  'runsc-config': {
    type: 'string',
    value: 'FILE',
    help: "runsc's configuration (runsc.toml), for the flags that change the answer",
  },
} as const satisfies Record<string, OptionSpec>;

/** What the arguments of commands on pods may be, for their help. */
export const POD_INPUTS =
  'INPUT is the bundle directory or config.json of a sandbox or container (several of one pod are put together), a manifest in YAML or JSON (a Pod, or any workload with a pod template), a directory of them, a quoted glob, or "-" for standard input.';

async function optionsOf(
  command: string,
  wiring: PodCommandWiring,
  invocation: Invocation,
  release: Release,
): Promise<ReadPodsOptions> {
  const config = textOption(invocation, 'runsc-config');
  const sandbox = textOption(invocation, 'sandbox');
  return {
    release,
    selection: podSelectionOf(invocation),
    filter: podFilterOf(invocation),
    podPaths: podPathsOf(invocation),
    ignores: ignoresOf(invocation, command),
    heedsPods: !flag(invocation, 'no-pod-ignores'),
    ...(config !== undefined && { flags: await wiring.flags(config) }),
    ...(sandbox !== undefined && { sandbox }),
  };
}

/** What a command has to show: a pod, or an input that is bad. */
export type Outcome = Exclude<PodReading, { readonly kind: 'survey' | 'gone' }>;

function nameOf(path: string): string {
  return path === STDIN ? STDIN_NAME : path;
}

/**
 * The pods of a command line's inputs, and the errors of those that are bad.
 *
 * @param ends says what came of it, at the end and before the process ends by a signal.
 * @throws MH_USAGE if there is no input; MH_RELEASE_…; MH_CONFIG_INVALID.
 */
export async function* readInputs(
  command: string,
  wiring: PodCommandWiring,
  invocation: Invocation,
  ends: () => void = () => undefined,
): AsyncGenerator<Outcome> {
  const { positionals, terminal } = invocation;
  if (positionals.length === 0) {
    throw new MountHintsError(
      'MH_USAGE',
      `mount-hints ${command}: no INPUT is given. Name a bundle, a manifest, a directory of them, or "-" for standard input.`,
    );
  }
  const release = await AskedRelease.of(invocation, wiring.runtime);
  const kubeletDir = askedKubeletDir(invocation);
  const options = await optionsOf(command, wiring, invocation, release.release);
  const paths: (readonly string[])[] = [];
  const named = new Set(positionals);
  const matched = new Set<string>();
  let stdin: StandardInput | undefined;
  /** Whether every input could be read. */
  let isWhole = true;
  let hasPods = false;
  /** Whether volumes are mounted from below another directory than the one that is taken for kubelet's. */
  let isElsewhere = false;
  for (const argument of positionals) {
    try {
      if (argument === STDIN) stdin ??= await openStandardInput(terminal.inputChunks(), isSpecText);
      const found = argument === STDIN ? [STDIN] : await wiring.inputs.find(argument);
      paths.push(found);
      for (const path of found) if (!named.has(path)) matched.add(path);
    } catch (error) {
      isWhole = false;
      yield { kind: 'error', path: argument, error };
    }
  }
  const ignoredVolumes = new IgnoredVolumes(options.ignores ?? []);
  const notes = new ReadingNotes(options.podPaths ?? new Map());
  const reader = wiring.reader(options, kubeletDir, stdin);
  const end = (isStopped: boolean) => {
    const isEmpty = isWhole && !hasPods && !isStopped;
    const none = isEmpty ? notes.noPodText([...named].map(nameOf)) : '';
    const ignored = isWhole && hasPods && !isStopped ? unknownIgnoredText(ignoredVolumes.unknown) : '';
    const told = flag(invocation, 'quiet')
      ? ''
      : `${notes.text()}${none}${ignored}${isElsewhere ? ELSEWHERE : ''}`;
    terminal.error(`${told}${isStopped ? STOPPED : ''}`);
    ends();
  };
  for await (const reading of readingsOf(reader.read(paths, matched), terminal, end)) {
    if (reading.kind === 'survey') {
      notes.add(nameOf(reading.path), reading.survey);
      notes.addLeftOut(nameOf(reading.path), reading);
    } else if (reading.kind === 'gone') notes.addGone(reading.path);
    else {
      if (reading.kind === 'pod') {
        hasPods = true;
        isElsewhere ||= reading.pod.findings.some(({ code }) => code === 'kubelet-dir-elsewhere');
        ignoredVolumes.add(reading.volumes);
        release.tellAssumption();
      } else isWhole = false;
      yield reading;
    }
  }
}

const ELSEWHERE = 'note: --kubelet-dir DIR names the directory where kubelet keeps its volumes\n';
const STOPPED = 'note: stopped by a signal: what comes behind was not read\n';

/** Readings with a progress line where they take long; a signal waits for the object in hand. */
async function* readingsOf(
  readings: AsyncIterable<PodReading | ReadStep>,
  terminal: Terminal,
  end: (isStopped: boolean) => void,
): AsyncGenerator<PodReading> {
  let work: SteppedWork | undefined;
  let isStopped = false;
  try {
    for await (const reading of readings) {
      if (reading.kind === 'step') {
        if (work === undefined) work = await SteppedWork.begin(terminal, reading.total);
        else isStopped = await work.stopsAfter(reading.done, reading.objects);
        // A stream that a signal cuts short is not invalid for that.
      } else if (reading.kind === 'error') isStopped = (await work?.isStopped()) === true;
      if (isStopped) break;
      if (reading.kind !== 'step') yield reading;
    }
    // A signal that ends a wait for input ends the input too.
    isStopped ||= (await work?.isStopped()) === true;
    end(isStopped);
  } finally {
    work?.end();
  }
}

/** Says on standard error what was wrong with an input; gives the exit status of that. */
export function tellError({ terminal }: Invocation, path: string, thrown: unknown): number {
  const error = asMountHintsError(thrown);
  terminal.error(errorLine(error, path, adviceOf(POD_OPTIONS)));
  return error.exitCode;
}
