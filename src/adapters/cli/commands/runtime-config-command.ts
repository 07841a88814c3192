import { CONTAINERD_LAYOUTS } from '../../../domain/doctor/node-layouts.ts';
import {
  ENGINE_NAMES,
  ENGINES,
  type EngineLines,
  type Programs,
  RUNSC,
  WRAPPER_SETTINGS,
} from '../../../domain/install/engine-lines.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { didYouMean } from '../../../domain/text/did-you-mean.ts';
import { sentences } from '../../../domain/text/sentences.ts';
import { oneOf } from '../options/choice-option.ts';
import { nearestWord } from '../options/nearest-word.ts';
import { pathOption } from '../options/path-option.ts';
import { type Command, type CommandSpec, textOption } from './command.ts';

/** `mount-hints runtime-config` as its user sees it. */
export const runtimeConfigSpec = {
  name: 'runtime-config',
  summary: 'print the lines that put the OCI runtime wrapper below an engine',
  usage: '[OPTIONS] containerd|cri-o|podman|docker',
  details:
    'Prints the exact configuration lines with which a container engine calls mount-hints-runtime as its OCI runtime, each under the name of the file that it belongs in, and how to roll back. Nothing is written. docs/runtime.md tells what the wrapper does below each engine.',
  choices: ENGINE_NAMES,
  options: {
    path: {
      type: 'string',
      value: 'PATH',
      help: 'where mount-hints-runtime is (default: where it was installed with this command)',
    },
    runtime: {
      type: 'string',
      value: 'PATH',
      help: 'the real runtime (default /usr/local/bin/runsc)',
    },
  },
} as const satisfies CommandSpec;

/** What `runtime-config` needs from outside. */
export interface RuntimeConfigWiring {
  /** The path of the wrapper that was installed with this command. */
  readonly wrapper: string;
  isExecutable(path: string): boolean;
}

function section(lines: EngineLines, programs: Programs): string {
  return `# ${lines.file}\n# ${lines.about}\n${lines.text(programs)}\n`;
}

/** Whether a distribution of Kubernetes brings its own containerd. */
function isContainerd(given: string | undefined): boolean {
  return CONTAINERD_LAYOUTS.some(({ distribution }) => distribution === given);
}

function usageError(positionals: readonly string[]): MountHintsError {
  const engines = ENGINE_NAMES;
  const [given] = positionals;
  const meant = given === undefined ? undefined : nearestWord(given, engines);
  const not = given === undefined ? '' : `, not ${positionals.map((word) => JSON.stringify(word)).join(' ')}`;
  return new MountHintsError(
    'MH_USAGE',
    sentences(
      `mount-hints runtime-config: name one engine, ${oneOf(engines)}${not}.`,
      isContainerd(given)
        ? `The containerd of ${given} takes the lines of containerd; "mount-hints doctor" names the file.`
        : undefined,
      didYouMean(meant === given ? undefined : meant),
    ),
    {
      engines,
      given: positionals,
    },
  );
}

/** `mount-hints runtime-config ENGINE`: the set-up of the OCI runtime wrapper, line by line. */
export function createRuntimeConfigCommand(wiring: RuntimeConfigWiring): Command {
  return {
    ...runtimeConfigSpec,
    async run(invocation) {
      const { positionals, terminal } = invocation;
      const [name = ''] = positionals;
      const engine = ENGINE_NAMES.find((each) => each === name);
      if (engine === undefined || positionals.length > 1) throw usageError(positionals);
      const programs = {
        wrapper: pathOption('runtime-config', 'path', textOption(invocation, 'path') ?? wiring.wrapper),
        runtime: pathOption('runtime-config', 'runtime', textOption(invocation, 'runtime') ?? RUNSC),
      };
      for (const path of Object.values(programs)) {
        if (wiring.isExecutable(path)) continue;
        terminal.error(
          `warning: ${path} is missing on this machine, or not executable. Install it there on the node, or give its path with --path or --runtime.\n`,
        );
      }
      const { lines: own, note, restart } = ENGINES[engine];
      const sections = [WRAPPER_SETTINGS, ...own].map((lines) => section(lines, programs));
      const end = `${note === undefined ? '' : `# ${note}\n`}# then: ${restart?.join(' ') ?? 'nothing is to be restarted'}\n# to roll back: take these lines out again, and do the same; containers\n# that run go on under the real runtime, which is what the wrapper became.\n# Keep the wrapper until they are gone: the engine calls it to end them\n`;
      terminal.out(`${sections.join('\n')}\n${end}`);
      return 0;
    },
  };
}
