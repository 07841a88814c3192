import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { type Command, type CommandSpec, textOption } from './command.ts';

/** `mount-hints runtime-config` as its user sees it. */
export const runtimeConfigSpec = {
  name: 'runtime-config',
  summary: 'print the lines that put the OCI runtime wrapper below an engine',
  usage: '[OPTIONS] containerd|cri-o|podman|docker',
  details:
    'Prints the exact configuration lines with which a container engine calls mount-hints-runtime as its OCI runtime, each under the name of the file that it belongs in, and how to roll back. Nothing is written. docs/runtime.md tells what the wrapper does below each engine.',
  choices: ['containerd', 'cri-o', 'podman', 'docker'],
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

/** The programs that the lines name. */
interface Programs {
  readonly wrapper: string;
  readonly runtime: string;
}

/** Lines for a file, and a word about them. */
interface Lines {
  readonly file: string;
  readonly about: string;
  readonly text: (programs: Programs) => string;
}

/** The RuntimeClass and the handler that the other commands take for gVisor's unless they are told otherwise. */
const GVISOR = 'gvisor';

const RUNTIME_CLASS: Lines = {
  file: 'a manifest for kubectl apply',
  about: `pods with runtimeClassName: ${GVISOR} use it`,
  text: () => `apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata:
  name: ${GVISOR}
handler: ${GVISOR}`,
};

function containerdRuntime(plugin: string, { wrapper }: Programs): string {
  return `[plugins.'${plugin}'.containerd.runtimes.${GVISOR}]
  runtime_type = 'io.containerd.runc.v2'
  pod_annotations = ['dev.gvisor.*']
  options = { BinaryName = '${wrapper}' }`;
}

const ENGINES: Readonly<Record<string, { readonly lines: readonly Lines[]; readonly restart: string }>> = {
  containerd: {
    lines: [
      {
        file: '/etc/containerd/config.toml',
        about: 'containerd 1.x (version = 2)',
        text: (programs) => containerdRuntime('io.containerd.grpc.v1.cri', programs),
      },
      {
        file: '/etc/containerd/config.toml',
        about: 'containerd 2.x (version = 3)',
        text: (programs) => containerdRuntime('io.containerd.cri.v1.runtime', programs),
      },
      RUNTIME_CLASS,
    ],
    restart: 'systemctl restart containerd',
  },
  'cri-o': {
    lines: [
      {
        file: '/etc/crio/crio.conf.d/50-gvisor.conf',
        about: 'a runtime handler',
        text: ({ wrapper }) => `[crio.runtime.runtimes.${GVISOR}]
runtime_path = '${wrapper}'
runtime_type = 'oci'
runtime_root = '/run/runsc'`,
      },
      RUNTIME_CLASS,
    ],
    restart: 'systemctl restart crio',
  },
  podman: {
    lines: [
      {
        file: '/etc/containers/containers.conf',
        about: 'podman --runtime gvisor-hints run …',
        text: ({ wrapper }) => `[engine.runtimes]
gvisor-hints = ['${wrapper}']`,
      },
    ],
    restart: 'nothing is to be restarted',
  },
  docker: {
    lines: [
      {
        file: '/etc/docker/daemon.json',
        about: 'docker run --runtime gvisor-hints …; join it with what is there',
        text: ({ wrapper }) =>
          JSON.stringify({ runtimes: { 'gvisor-hints': { path: wrapper } } }, undefined, 2),
      },
    ],
    restart: 'systemctl reload docker',
  },
};

const SETTINGS: Lines = {
  file: '/etc/gvisor-mount-hints/runtime.conf',
  about: "the wrapper's own settings; nobody but root may write the file",
  text: ({ runtime }) => `RUNTIME=${runtime}`,
};

function section(lines: Lines, programs: Programs): string {
  return `# ${lines.file}\n# ${lines.about}\n${lines.text(programs)}\n`;
}

function usageError(positionals: readonly string[]): MountHintsError {
  const engines = Object.keys(ENGINES);
  return new MountHintsError(
    'MH_USAGE',
    `mount-hints runtime-config: name one engine: ${engines.join(', ')}.`,
    {
      engines,
      given: positionals,
    },
  );
}

/** The path that an option names; only what no configuration format could misread. */
function pathOption(value: string | undefined, name: string, fallback: string): string {
  if (value === undefined) return fallback;
  if (/^\/[^\s'"\\]+$/.test(value)) return value;
  throw new MountHintsError(
    'MH_USAGE',
    `mount-hints runtime-config: --${name} must be an absolute path without spaces, quotes or backslashes, and ${JSON.stringify(value)} is not.`,
    { option: name, value },
  );
}

/** `mount-hints runtime-config ENGINE`: the set-up of the OCI runtime wrapper, line by line. */
export function createRuntimeConfigCommand(wiring: RuntimeConfigWiring): Command {
  return {
    ...runtimeConfigSpec,
    async run(invocation) {
      const { positionals, terminal } = invocation;
      const [name = ''] = positionals;
      const engine = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
      if (engine === undefined || positionals.length > 1) throw usageError(positionals);
      const programs = {
        wrapper: pathOption(textOption(invocation, 'path'), 'path', wiring.wrapper),
        runtime: pathOption(textOption(invocation, 'runtime'), 'runtime', '/usr/local/bin/runsc'),
      };
      for (const path of Object.values(programs)) {
        if (wiring.isExecutable(path)) continue;
        terminal.error(
          `warning: ${path} is missing on this machine, or not executable. Install it there on the node, or give its path with --path or --runtime.\n`,
        );
      }
      const sections = [SETTINGS, ...engine.lines].map((lines) => section(lines, programs));
      const end = `# then: ${engine.restart}\n# to roll back: take these lines out again, and do the same; containers\n# that run go on under the real runtime, which is what the wrapper became\n`;
      terminal.out(`${sections.join('\n')}\n${end}`);
      return 0;
    },
  };
}
