import { checkContainerd } from '../domain/doctor/check-containerd.ts';
import {
  type CrioHandler,
  checkCrioHandler,
  crioBinaryMissing,
  crioHandlerMissing,
  crioHandlers,
} from '../domain/doctor/check-crio.ts';
import {
  checkKubeletDir,
  type KubeletFacts,
  kubeletDirOf,
  rootDirIn,
} from '../domain/doctor/check-kubelet-dir.ts';
import {
  checkRewrite,
  dockerRuntimes,
  type EngineRuntime,
  podmanRuntimes,
  readDockerConfig,
  wrapperOf,
} from '../domain/doctor/check-oci-engine.ts';
import { checkRunsc, type RunscFacts, ruleSetOf } from '../domain/doctor/check-runsc.ts';
import { binaryOf } from '../domain/doctor/check-runtime.ts';
import { checkShimConfig } from '../domain/doctor/check-shim-config.ts';
import {
  isWrapper,
  nodeMissing,
  readWrapperSettings,
  WRAPPER,
  WRAPPER_CONFIG,
  WRAPPER_HOME,
  type WrapperSettings,
  wrappedRuntimeMissing,
  wrapperMissing,
} from '../domain/doctor/check-wrapper.ts';
import { unreadable } from '../domain/doctor/config-reading.ts';
import { tableAt, textOf } from '../domain/doctor/config-value.ts';
import type { ContainerdConfig, GvisorRuntime } from '../domain/doctor/containerd-config.ts';
import { newRuntimeLines, runtimeText } from '../domain/doctor/containerd-lines.ts';
import { RUNSC_RUNTIME_TYPE, RUNSC_SHIM } from '../domain/doctor/gvisor-runtime.ts';
import { type DoctorCode, finding, type NodeFinding } from '../domain/doctor/node-finding.ts';
import {
  CONTAINERD_LAYOUTS,
  type ContainerdLayout,
  CRIO_CONFIG,
  DOCKER_CONFIG,
  KUBELET_ARGUMENT_FILES,
  KUBELET_DIRS,
  PROGRAM_DIRS,
} from '../domain/doctor/node-layouts.ts';
import type { ContainerdSummary, EngineSummary, NodeReport } from '../domain/doctor/node-report.ts';
import { isMountHintsError } from '../domain/mount-hints-error.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { NodeFiles } from '../ports/node-files.ts';
import type { RuntimeRelease } from '../ports/runtime-release.ts';
import { loadContainerd } from './load-containerd.ts';
import { readCrioConfigs, readPodmanConfigs } from './read-engine-configs.ts';

interface Examined<T> {
  readonly summary: T;
  readonly findings: readonly NodeFinding[];
}

interface WithWrappers<T> extends Examined<T> {
  /** For each gVisor runtime this package's wrapper, as the configuration names it, if that starts it. */
  readonly wrappers: readonly (string | undefined)[];
}

interface ContainerdExamined {
  readonly config: ContainerdConfig;
  readonly summary: ContainerdSummary;
}

function binaryOfHandler({ name, table }: CrioHandler): string {
  return textOf(table.runtime_path) || name;
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** Where to look on a node. */
export interface ExamineNodeOptions {
  /** The file that containerd was started with (its `--config`), instead of the usual places. */
  readonly containerdConfig?: string;
}

/** What is amiss only on a node of Kubernetes. */
const OF_KUBERNETES: readonly DoctorCode[] = [
  'DOCTOR_NO_RUNTIME_CONFIG',
  'DOCTOR_NO_GVISOR_RUNTIME',
  'DOCTOR_CRI_DISABLED',
  'DOCTOR_KUBELET_DIR_NOT_FOUND',
];

function layoutsFor({ containerdConfig }: ExamineNodeOptions): readonly ContainerdLayout[] {
  if (containerdConfig === undefined) return CONTAINERD_LAYOUTS;
  const known = CONTAINERD_LAYOUTS.find(({ config }) => config === containerdConfig);
  return [known ?? { distribution: 'containerd', config: containerdConfig, templates: [] }];
}

/** Looks at a node and tells what stands between its pods and their mount hints. Reads only. */
export class ExamineNode {
  readonly #files: NodeFiles;
  readonly #release: RuntimeRelease;
  /** Programs that were looked for, and shim configurations that were checked, in this examination. */
  readonly #programs = new Map<string, string | undefined>();
  readonly #shimConfigs = new Set<string>();
  readonly #layouts: readonly ContainerdLayout[];
  /** Whether somebody named containerd's file, and so means this node to have one. */
  readonly #isNamed: boolean;

  /** @param release the runsc of the machine that this runs on; asked only where that is the node itself. */
  constructor(files: NodeFiles, release: RuntimeRelease, options: ExamineNodeOptions = {}) {
    this.#files = files;
    this.#release = release;
    this.#layouts = layoutsFor(options);
    this.#isNamed = options.containerdConfig !== undefined;
  }

  async examine(): Promise<NodeReport> {
    this.#programs.clear();
    this.#shimConfigs.clear();
    const containerd = await this.#containerd();
    const crio = await this.#crio();
    const isConfigured =
      containerd.summary.some(({ summary }) => summary.runtimes.length > 0) ||
      (crio.summary?.handlers.length ?? 0) > 0;
    const wrappers = [...containerd.wrappers, ...crio.wrappers];
    const docker = await this.#docker();
    const podman = await this.#podman();
    const engineWrappers = [...docker.wrappers, ...podman.wrappers];
    const wrapper = await this.#wrapper(
      [...wrappers, ...engineWrappers].filter((each) => each !== undefined),
    );
    const isWrapped = wrappers.length > 0 && wrappers.every((each) => each !== undefined);
    const kubelet = await this.#kubelet(isWrapped ? wrapper.summary : undefined);
    const hasEngine = docker.summary !== undefined || podman.summary !== undefined;
    const runsc = await this.#runsc(isConfigured || hasEngine);
    const isWithoutKubernetes = hasEngine && !this.#isNamed && kubelet.summary === undefined;
    const findings = [
      ...containerd.findings,
      ...crio.findings,
      ...(await this.#noRuntime(
        containerd.summary,
        crio.summary !== undefined,
        isConfigured,
        containerd.findings,
      )),
      ...docker.findings,
      ...podman.findings,
      ...wrapper.findings,
      ...kubelet.findings,
      ...runsc.findings,
    ].filter(({ code }) => !isWithoutKubernetes || !OF_KUBERNETES.includes(code));
    return {
      containerd: containerd.summary.map(({ summary }) => summary),
      ...(crio.summary && { crio: crio.summary }),
      ...(docker.summary && { docker: docker.summary }),
      ...(podman.summary && { podman: podman.summary }),
      ...(kubelet.summary !== undefined && { kubeletDir: kubelet.summary }),
      ...(runsc.summary && { runsc: runsc.summary }),
      findings: findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)),
    };
  }

  async #containerd(): Promise<WithWrappers<readonly ContainerdExamined[]>> {
    const summary: ContainerdExamined[] = [];
    const wrappers: (string | undefined)[] = [];
    const findings: NodeFinding[] = [];
    for (const layout of this.#layouts) {
      const loaded = await loadContainerd(this.#files, layout);
      findings.push(...loaded.findings);
      if (!loaded.config) continue;
      const verdict = checkContainerd(loaded.config);
      findings.push(...verdict.findings);
      for (const runtime of verdict.runtimes) {
        findings.push(...(await this.#shim(runtime)), ...(await this.#binary(runtime)));
        const binary = binaryOf(runtime.table);
        wrappers.push(binary !== undefined && isWrapper(binary) ? binary : undefined);
      }
      const names = [...new Set(verdict.runtimes.map(({ name }) => name))];
      const files = loaded.config.files.map(({ path }) => path);
      const { distribution } = layout;
      const { config } = loaded;
      summary.push({ config, summary: { distribution, files, version: verdict.version, runtimes: names } });
    }
    return { summary, findings, wrappers };
  }

  /** The binary that a runtime's shim calls by name; gVisor's own shim is told by its file. */
  async #binary({ name, file, table }: GvisorRuntime): Promise<NodeFinding[]> {
    const binary = binaryOf(table);
    if (binary === undefined || binary === '' || textOf(table.runtime_type) === RUNSC_RUNTIME_TYPE) return [];
    return (await this.#program(binary)) === undefined
      ? [wrapperMissing(name, file, binary, 'BinaryName')]
      : [];
  }

  /** What the wrapper needs to start a container: its settings, the real runtime and Node.js. */
  async #wrapper(wrappers: readonly string[]): Promise<Examined<WrapperSettings | undefined>> {
    const places = await Promise.all(wrappers.map((each) => this.#program(each)));
    const [wrapper] = places.filter((place) => place !== undefined);
    if (wrapper === undefined) return { summary: undefined, findings: [] };
    const reading = await this.#files.readText(WRAPPER_CONFIG);
    if (reading.kind === 'unreadable')
      return { summary: undefined, findings: [unreadable(WRAPPER_CONFIG, reading.reason)] };
    const text = reading.kind === 'text' ? reading.text : '';
    const summary = readWrapperSettings(WRAPPER_CONFIG, text);
    const { findings } = summary;
    return { summary, findings: findings.length > 0 ? findings : await this.#wrapped(wrapper, summary) };
  }

  /** The programs that a wrapper starts. */
  async #wrapped(wrapper: string, { runtime, node }: WrapperSettings): Promise<NodeFinding[]> {
    const hasNode =
      (node === undefined && (await this.#files.isExecutable(`${directoryOf(wrapper)}/node`))) ||
      (await this.#isExecutableForm(wrapper)) ||
      (await this.#program(node ?? 'node')) !== undefined;
    return [
      ...((await this.#program(runtime)) === undefined
        ? [wrappedRuntimeMissing(WRAPPER_CONFIG, runtime)]
        : []),
      ...(hasNode ? [] : [nodeMissing(WRAPPER_CONFIG, node)]),
    ];
  }

  /** Whether a wrapper calls the executable beside it, which has Node.js in it; by the rule of the wrapper's script. */
  async #isExecutableForm(wrapper: string): Promise<boolean> {
    const home = directoryOf((await this.#files.realPath(wrapper)) ?? wrapper);
    const program = await this.#files.realPath(`${home}/mount-hints-runtime.cjs`);
    return program === undefined && (await this.#files.isExecutable(`${home}/mount-hints`));
  }

  async #shim({ name, file, table }: GvisorRuntime): Promise<NodeFinding[]> {
    const findings: NodeFinding[] = [];
    const configPath = textOf(tableAt(table, 'options').ConfigPath);
    if (configPath?.startsWith('/') && !this.#shimConfigs.has(configPath)) {
      this.#shimConfigs.add(configPath);
      findings.push(...checkShimConfig(configPath, name, await this.#files.readConfig(configPath)));
    }
    if (textOf(table.runtime_type) !== RUNSC_RUNTIME_TYPE) return findings;
    const binary = textOf(table.runtime_path) || RUNSC_SHIM;
    if ((await this.#program(binary)) === undefined) {
      findings.push(
        finding(
          'DOCTOR_SHIM_NOT_FOUND',
          `runtime ${name} needs ${binary}, which is ${binary.startsWith('/') ? 'missing or not executable' : `not in ${PROGRAM_DIRS.join(':')}`}. Install it with runsc, of the same release.`,
          { path: file, runtime: name },
        ),
      );
    }
    return findings;
  }

  async #crio(): Promise<WithWrappers<NodeReport['crio']>> {
    const { files, findings: unread } = await readCrioConfigs(this.#files);
    const findings = [...unread];
    if (files.length === 0) return { summary: undefined, findings, wrappers: [] };
    const handlers = crioHandlers(files);
    const wrapper = await this.#wrapperPath();
    for (const handler of handlers) {
      findings.push(...checkCrioHandler(handler, wrapper), ...(await this.#crioBinary(handler)));
    }
    const names = handlers.map(({ name }) => name);
    const wrappers = handlers.map(binaryOfHandler).map((each) => (isWrapper(each) ? each : undefined));
    return { summary: { files: files.map(({ path }) => path), handlers: names }, findings, wrappers };
  }

  async #crioBinary(handler: CrioHandler): Promise<NodeFinding[]> {
    const binary = binaryOfHandler(handler);
    return (await this.#program(binary)) === undefined ? [crioBinaryMissing(handler, binary)] : [];
  }

  async #docker(): Promise<WithWrappers<EngineSummary | undefined>> {
    const reading = await this.#files.readText(DOCKER_CONFIG);
    if (reading.kind === 'absent') return this.#engine([DOCKER_CONFIG], [], []);
    if (reading.kind === 'unreadable')
      return this.#engine([DOCKER_CONFIG], [], [unreadable(DOCKER_CONFIG, reading.reason)]);
    const { config, findings } = readDockerConfig(DOCKER_CONFIG, reading.text);
    return this.#engine([DOCKER_CONFIG], dockerRuntimes(DOCKER_CONFIG, config), findings);
  }

  async #podman(): Promise<WithWrappers<EngineSummary | undefined>> {
    const { files, findings } = await readPodmanConfigs(this.#files);
    const paths = files.map(({ path }) => path);
    return this.#engine(paths, podmanRuntimes(files), findings);
  }

  /** What an engine without Kubernetes has of gVisor's. */
  async #engine(
    files: readonly string[],
    runtimes: readonly EngineRuntime[],
    unread: readonly NodeFinding[],
  ): Promise<WithWrappers<EngineSummary | undefined>> {
    if (runtimes.length === 0) return { summary: undefined, findings: unread, wrappers: [] };
    const missing = await Promise.all(runtimes.map((each) => this.#engineBinary(each)));
    return {
      summary: { files, runtimes: runtimes.map(({ name }) => name) },
      findings: [...unread, ...checkRewrite(runtimes, await this.#wrapperPath()), ...missing.flat()],
      wrappers: runtimes.map(wrapperOf),
    };
  }

  async #engineBinary({ engine, name, file, binaries }: EngineRuntime): Promise<NodeFinding[]> {
    const [first] = binaries;
    if (first === undefined) return [];
    const places = await Promise.all(binaries.map((binary) => this.#program(binary)));
    if (places.some((place) => place !== undefined)) return [];
    return [wrapperMissing(name, file, first, `its path in ${engine}'s file`)];
  }

  /** Where this package's wrapper is, or where it belongs. */
  async #wrapperPath(): Promise<string> {
    return (await this.#program(WRAPPER)) ?? WRAPPER_HOME;
  }

  async #noRuntime(
    containerd: readonly ContainerdExamined[],
    hasCrio: boolean,
    isConfigured: boolean,
    found: readonly NodeFinding[],
  ): Promise<NodeFinding[]> {
    const isUnknown = found.some(
      ({ code, runtime }) =>
        runtime !== undefined || code === 'DOCTOR_UNREADABLE' || code === 'DOCTOR_MALFORMED',
    );
    if (isConfigured || isUnknown) return [];
    const first = containerd[0];
    if (!first && !hasCrio) {
      const places = [...this.#layouts.map(({ config }) => config), CRIO_CONFIG].join(', ');
      const [{ config: file } = { config: '/etc/containerd/config.toml' }] = this.#layouts;
      return [
        finding(
          'DOCTOR_NO_RUNTIME_CONFIG',
          `no configuration of containerd or CRI-O was found (${places}): this is not a node, or its files are elsewhere.`,
          { lines: [{ file, text: ['version = 2', ...runtimeText(2)] }] },
        ),
      ];
    }
    if (!first) return [crioHandlerMissing(await this.#wrapperPath())];
    return [
      finding('DOCTOR_NO_GVISOR_RUNTIME', 'no runtime here starts gVisor.', {
        path: first.config.layout.config,
        lines: newRuntimeLines(first.config),
      }),
    ];
  }

  /** @param settings those of the wrapper, where it rewrites for every gVisor runtime. */
  async #kubelet(settings: WrapperSettings | undefined): Promise<Examined<string | undefined>> {
    const findings: NodeFinding[] = [];
    const configured: { file: string; path: string }[] = [];
    for (const file of KUBELET_ARGUMENT_FILES) {
      const reading = await this.#files.readText(file);
      if (reading.kind === 'unreadable') findings.push(unreadable(file, reading.reason));
      const path = reading.kind === 'text' ? rootDirIn(reading.text) : undefined;
      if (path !== undefined) configured.push({ file, path });
    }
    const paths = new Set([...KUBELET_DIRS, ...configured.map(({ path }) => path)]);
    const candidates = await Promise.all([...paths].map((path) => this.#candidate(path)));
    const facts: KubeletFacts = { candidates, configured: configured[0] };
    return { summary: kubeletDirOf(facts), findings: [...findings, ...checkKubeletDir(facts, settings)] };
  }

  async #candidate(path: string): Promise<KubeletFacts['candidates'][number]> {
    const hasPods = (await this.#files.realPath(`${path}/pods`)) !== undefined;
    return { path, realPath: await this.#files.realPath(path), hasPods };
  }

  async #runsc(isConfigured: boolean): Promise<Examined<NodeReport['runsc']>> {
    const facts = await this.#runscFacts();
    if (facts.kind === 'absent' && !isConfigured) return { summary: undefined, findings: [] };
    const findings = checkRunsc(facts);
    if (facts.kind !== 'release') return { summary: undefined, findings };
    const rules = ruleSetOf(facts.release);
    return { summary: rules === undefined ? undefined : { release: facts.release, rules }, findings };
  }

  async #runscFacts(): Promise<RunscFacts> {
    if (!this.#files.isLive) {
      const path = await this.#program('runsc');
      return path === undefined ? { kind: 'absent' } : { kind: 'not-run', path };
    }
    try {
      const release = await this.#release.installed();
      return release === undefined ? { kind: 'absent' } : { kind: 'release', release };
    } catch (error) {
      if (!isMountHintsError(error)) throw error;
      return { kind: 'unusable', reason: error.message };
    }
  }

  /** Where a program is, on the node: by its path, or by its name in the usual directories. */
  async #program(name: string): Promise<string | undefined> {
    if (!this.#programs.has(name)) this.#programs.set(name, await this.#lookUp(name));
    return this.#programs.get(name);
  }

  async #lookUp(name: string): Promise<string | undefined> {
    const paths = name.startsWith('/') ? [name] : PROGRAM_DIRS.map((directory) => `${directory}/${name}`);
    for (const path of paths) if (await this.#files.isExecutable(path)) return path;
    return undefined;
  }
}
