import { checkContainerd } from '../domain/doctor/check-containerd.ts';
import {
  type CrioHandler,
  checkCrioHandler,
  crioBinaryMissing,
  crioHandlers,
} from '../domain/doctor/check-crio.ts';
import {
  checkKubeletDir,
  type KubeletFacts,
  kubeletDirOf,
  rootDirIn,
} from '../domain/doctor/check-kubelet-dir.ts';
import { checkRunsc, type RunscFacts, ruleSetOf } from '../domain/doctor/check-runsc.ts';
import { checkShimConfig } from '../domain/doctor/check-shim-config.ts';
import { tableAt, textOf } from '../domain/doctor/config-value.ts';
import type { GvisorRuntime } from '../domain/doctor/containerd-config.ts';
import { runtimeLines } from '../domain/doctor/containerd-lines.ts';
import { RUNSC_RUNTIME_TYPE, RUNSC_SHIM } from '../domain/doctor/gvisor-runtime.ts';
import { finding, type NodeFinding } from '../domain/doctor/node-finding.ts';
import {
  adviceFile,
  CONTAINERD_LAYOUTS,
  type ContainerdLayout,
  CRIO_CONFIG,
  CRIO_DROP_INS,
  KUBELET_ARGUMENT_FILES,
  KUBELET_DIRS,
  PROGRAM_DIRS,
} from '../domain/doctor/node-layouts.ts';
import type { ContainerdSummary, NodeReport } from '../domain/doctor/node-report.ts';
import { type ConfigFile, readingFindings, unreadable } from '../domain/doctor/reading.ts';
import { isMountHintsError } from '../domain/mount-hints-error.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { NodeFiles } from '../ports/node-files.ts';
import type { RuntimeRelease } from '../ports/runtime-release.ts';
import { loadContainerd } from './load-containerd.ts';

interface Examined<T> {
  readonly summary: T;
  readonly findings: readonly NodeFinding[];
}

interface ContainerdExamined {
  readonly layout: ContainerdLayout;
  readonly summary: ContainerdSummary;
}

/** Looks at a node and tells what stands between its pods and their mount hints. Reads only. */
export class ExamineNode {
  readonly #files: NodeFiles;
  readonly #release: RuntimeRelease;
  /** Programs that were looked for, and shim configurations that were checked, in this examination. */
  readonly #programs = new Map<string, string | undefined>();
  readonly #shimConfigs = new Set<string>();

  /** @param release the runsc of the machine that this runs on; asked only where that is the node itself. */
  constructor(files: NodeFiles, release: RuntimeRelease) {
    this.#files = files;
    this.#release = release;
  }

  async examine(): Promise<NodeReport> {
    this.#programs.clear();
    this.#shimConfigs.clear();
    const containerd = await this.#containerd();
    const crio = await this.#crio();
    const kubelet = await this.#kubelet();
    const isConfigured =
      containerd.summary.some(({ summary }) => summary.runtimes.length > 0) ||
      (crio.summary?.handlers.length ?? 0) > 0;
    const runsc = await this.#runsc(isConfigured);
    const findings = [
      ...containerd.findings,
      ...crio.findings,
      ...this.#noRuntime(containerd.summary, crio.summary !== undefined, isConfigured, containerd.findings),
      ...kubelet.findings,
      ...runsc.findings,
    ];
    return {
      containerd: containerd.summary.map(({ summary }) => summary),
      ...(crio.summary && { crio: crio.summary }),
      ...(kubelet.summary !== undefined && { kubeletDir: kubelet.summary }),
      ...(runsc.summary && { runsc: runsc.summary }),
      findings: findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)),
    };
  }

  async #containerd(): Promise<Examined<readonly ContainerdExamined[]>> {
    const summary: ContainerdExamined[] = [];
    const findings: NodeFinding[] = [];
    for (const layout of CONTAINERD_LAYOUTS) {
      const loaded = await loadContainerd(this.#files, layout);
      findings.push(...loaded.findings);
      if (!loaded.config) continue;
      const verdict = checkContainerd(loaded.config);
      findings.push(...verdict.findings);
      for (const runtime of verdict.runtimes) findings.push(...(await this.#shim(runtime)));
      const names = [...new Set(verdict.runtimes.map(({ name }) => name))];
      const files = loaded.config.files.map(({ path }) => path);
      const { distribution } = layout;
      summary.push({ layout, summary: { distribution, files, version: verdict.version, runtimes: names } });
    }
    return { summary, findings };
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
          `runtime ${name} needs ${binary}, which is not in ${binary.startsWith('/') ? 'its place' : PROGRAM_DIRS.join(':')}. Install it with runsc, of the same release.`,
          { path: file, runtime: name },
        ),
      );
    }
    return findings;
  }

  async #crio(): Promise<Examined<NodeReport['crio']>> {
    const findings: NodeFinding[] = [];
    const files: ConfigFile[] = [];
    const dropIns = await this.#files.walk(CRIO_DROP_INS);
    findings.push(...dropIns.unreadable.map(({ path, reason }) => unreadable(path, reason)));
    if (dropIns.tooMany !== undefined)
      findings.push(unreadable(CRIO_DROP_INS, `more than ${dropIns.tooMany} files`));
    for (const path of [CRIO_CONFIG, ...dropIns.paths]) {
      const reading = await this.#files.readConfig(path);
      findings.push(...readingFindings(path, reading));
      if (reading.kind === 'config') files.push({ path, config: reading.config });
    }
    if (files.length === 0) return { summary: undefined, findings };
    const handlers = crioHandlers(files);
    for (const handler of handlers) {
      findings.push(...checkCrioHandler(handler), ...(await this.#crioBinary(handler)));
    }
    const names = handlers.map(({ name }) => name);
    return { summary: { files: files.map(({ path }) => path), handlers: names }, findings };
  }

  async #crioBinary(handler: CrioHandler): Promise<NodeFinding[]> {
    const binary = textOf(handler.table.runtime_path) || handler.name;
    return (await this.#program(binary)) === undefined ? [crioBinaryMissing(handler, binary)] : [];
  }

  #noRuntime(
    containerd: readonly ContainerdExamined[],
    hasCrio: boolean,
    isConfigured: boolean,
    found: readonly NodeFinding[],
  ): NodeFinding[] {
    const isUnknown = found.some(({ code }) =>
      [
        'DOCTOR_UNREADABLE',
        'DOCTOR_MALFORMED',
        'DOCTOR_TEMPLATE_NOT_RENDERED',
        'DOCTOR_PLUGIN_PATH',
      ].includes(code),
    );
    if (isConfigured || isUnknown) return [];
    const first = containerd[0];
    if (!first && !hasCrio) {
      return [
        finding(
          'DOCTOR_NO_RUNTIME_CONFIG',
          `no configuration of containerd or CRI-O is here (${[...CONTAINERD_LAYOUTS.map(({ config }) => config), CRIO_CONFIG].join(', ')}): this is no node, or its root is elsewhere (--root).`,
          { lines: { file: '/etc/containerd/config.toml', text: ['version = 2', ...runtimeLines(2)] } },
        ),
      ];
    }
    const version = first && first.summary.version > 1 ? first.summary.version : 2;
    const lines = first && { file: adviceFile(first.layout, version), text: runtimeLines(version) };
    return [
      finding('DOCTOR_NO_GVISOR_RUNTIME', 'no runtime here starts gVisor.', {
        ...(first && { path: first.layout.config }),
        ...(lines && { lines }),
      }),
    ];
  }

  async #kubelet(): Promise<Examined<string | undefined>> {
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
    return { summary: kubeletDirOf(facts), findings: [...findings, ...checkKubeletDir(facts)] };
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
    for (const path of paths) if ((await this.#files.realPath(path)) !== undefined) return path;
    return undefined;
  }
}
