import { CRIO_NEW_FILE, crioHandlerText } from '../doctor/check-crio.ts';
import { WRAPPER_CONFIG } from '../doctor/check-wrapper.ts';
import { CRI_V2, CRI_V3 } from '../doctor/containerd-config.ts';

/** The programs that the lines name. */
export interface Programs {
  readonly wrapper: string;
  readonly runtime: string;
}

/** Lines for a file, and a word about them. */
export interface EngineLines {
  readonly file: string;
  readonly about: string;
  readonly text: (programs: Programs) => string;
}

/** The real runtime, where nothing else is said. */
export const RUNSC = '/usr/local/bin/runsc';

/** The RuntimeClass and the handler that the other commands take for gVisor's unless they are told otherwise. */
export const GVISOR = 'gvisor';

/** The name of the wrapper's runtime below Podman and Docker, whose users choose it. */
export const HINTS_RUNTIME = 'gvisor-hints';

const RUNTIME_CLASS: EngineLines = {
  file: 'a manifest for kubectl apply',
  about: `pods with runtimeClassName: ${GVISOR} use it`,
  text: () => `apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata:
  name: ${GVISOR}
handler: ${GVISOR}`,
};

/** A runtime of containerd's, in the section of its plugins that has them. */
export function containerdRuntime(plugin: string, { wrapper }: Programs): string {
  return `[plugins.'${plugin}'.containerd.runtimes.${GVISOR}]
  runtime_type = 'io.containerd.runc.v2'
  pod_annotations = ['dev.gvisor.*']
  options = { BinaryName = '${wrapper}' }`;
}

/** The engines below which the wrapper can be put. */
export const ENGINE_NAMES = ['containerd', 'cri-o', 'podman', 'docker'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** What an engine has to read. */
export interface EngineSetup {
  readonly lines: readonly EngineLines[];
  /** Whom the files are not for. */
  readonly note?: string;
  /** The command by which it reads that; absent if it reads its files for each container. */
  readonly restart?: readonly string[];
}

export const ENGINES: Readonly<Record<EngineName, EngineSetup>> = {
  containerd: {
    lines: [
      {
        file: '/etc/containerd/config.toml',
        about: 'containerd 1.x (version = 2)',
        text: (programs) => containerdRuntime(CRI_V2, programs),
      },
      {
        file: '/etc/containerd/config.toml',
        about: 'containerd 2.x (version = 3)',
        text: (programs) => containerdRuntime(CRI_V3, programs),
      },
      RUNTIME_CLASS,
    ],
    note: 'K3s, RKE2, k0s and microk8s write config.toml anew: doctor names the file',
    restart: ['systemctl', 'restart', 'containerd'],
  },
  'cri-o': {
    lines: [
      {
        file: CRIO_NEW_FILE,
        about: 'a runtime handler',
        text: ({ wrapper }) => crioHandlerText(wrapper).join('\n'),
      },
      RUNTIME_CLASS,
    ],
    restart: ['systemctl', 'restart', 'crio'],
  },
  podman: {
    lines: [
      {
        file: '/etc/containers/containers.conf',
        about: 'podman --runtime gvisor-hints run …; join it with what is there',
        text: ({ wrapper }) => `[engine.runtimes]
${HINTS_RUNTIME} = ['${wrapper}']`,
      },
    ],
  },
  docker: {
    lines: [
      {
        file: '/etc/docker/daemon.json',
        about: 'docker run --runtime gvisor-hints …; join it with what is there',
        text: ({ wrapper }) =>
          JSON.stringify({ runtimes: { [HINTS_RUNTIME]: { path: wrapper } } }, undefined, 2),
      },
    ],
    restart: ['systemctl', 'reload', 'docker'],
  },
};

/** What the wrapper reads itself, below every engine. */
export const WRAPPER_SETTINGS: EngineLines = {
  file: WRAPPER_CONFIG,
  about: "the wrapper's own settings; nobody but root may write the file",
  text: ({ runtime }) => `RUNTIME=${runtime}`,
};
