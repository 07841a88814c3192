import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { CommandResult } from './command.ts';
import type {
  Observation,
  ObservationRecord,
  PlannedMount,
  RecordedBundle,
  RecordedStep,
  Step,
  Volume,
} from './observation.ts';
import { type BackgroundExec, type OciMount, Pod, type SpecParts, volumePath } from './pod.ts';
import { PREPARED } from './prepared.ts';
import type { Toolbox } from './toolbox.ts';

/** What carrying an observation out came to. */
export interface ObservationOutcome {
  readonly record: ObservationRecord;
  readonly seconds: number;
  /** What could not be undone; empty if all is well. */
  readonly cleanupProblems: readonly string[];
}

/** Owner and mode that a volume's directory has on the host, so that it can be told from a tmpfs's root. */
const VOLUME_OWNER = 1000;
const VOLUME_MODE = 0o777;

const OUTPUT_LIMIT = 1_200;
/** On a disk: a temporary directory may be a tmpfs, whose size the rewrite would take into hints. */
const PODS_BELOW = '/var/tmp';
const EMPTY_DIR_PLUGIN = 'kubernetes.io~empty-dir';

/** Replaces `{NAME}` by the host directory of volume NAME, in whatever holds it. */
class Expander {
  readonly #paths: ReadonlyMap<string, string>;

  constructor(volumes: readonly Volume[], podDir: string) {
    this.#paths = new Map(volumes.map((volume) => [volume.name, this.pathOf(volume, podDir)]));
  }

  pathOf({ plugin = EMPTY_DIR_PLUGIN, name }: Volume, podDir: string): string {
    return volumePath(podDir, plugin, name);
  }

  text(text: string): string {
    return text.replace(/\{([\w-]+)\}/g, (whole, name: string) => this.#paths.get(name) ?? whole);
  }

  annotations(record: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, this.text(value)]));
  }

  mounts(mounts: readonly PlannedMount[] = []): OciMount[] {
    return mounts.map((mount) => ({ ...mount, source: this.text(mount.source) }));
  }
}

/** A mount as containerd writes it for kubelet, before any rewrite: always a bind. */
function asContainerdWrites(mount: OciMount): OciMount {
  return mount.type === 'bind' ? mount : { ...mount, type: 'bind', options: ['rbind', ...mount.options] };
}

/** The bundles of one pod: written by hand just before they start, or all prepared beforehand by the rewrite. */
class Bundles {
  readonly recorded: RecordedBundle[] = [];
  readonly #pod: Pod;
  readonly #ready = new Map<string, string>();

  constructor(pod: Pod) {
    this.#pod = pod;
  }

  /** Prepares bundles by this package's own command; gives its output. */
  async prepare(wanted: ReadonlyMap<string, SpecParts>): Promise<CommandResult> {
    for (const [name, spec] of wanted) this.#ready.set(name, await this.#pod.makeBundle(name, spec));
    const updated = await this.#pod.updateBundles([...this.#ready.values()]);
    for (const [name, authored] of wanted) {
      const { annotations, mounts } = await readSpec(this.#ready.get(name) ?? '');
      this.recorded.push({ name, spec: { annotations, mounts }, authored });
    }
    return updated;
  }

  /** The bundle to start next under this name; a restarted container gets what it got the first time. */
  async take(name: string, byHand: SpecParts): Promise<string> {
    const prepared = this.#ready.get(name);
    this.#ready.delete(name);
    if (prepared !== undefined) return prepared;
    const before = this.recorded.find((bundle) => bundle.name === name);
    if (before?.authored) return this.#pod.makeBundle(name, before.spec);
    if (!before) this.recorded.push({ name, spec: byHand });
    return this.#pod.makeBundle(name, byHand);
  }
}

async function readSpec(bundle: string): Promise<SpecParts> {
  return JSON.parse(await fs.readFile(path.join(bundle, 'config.json'), 'utf8')) as SpecParts;
}

/** What each container of an observation gets when it is written by hand, by name; of several starts, the first. */
function specsByHand(observation: Observation, pod: Pod, expander: Expander): Map<string, SpecParts> {
  const specs = new Map<string, SpecParts>([
    [
      'sandbox',
      {
        annotations: { ...pod.criAnnotations('sandbox'), ...expander.annotations(observation.hints) },
        mounts: expander.mounts(observation.sandboxMounts),
      },
    ],
  ]);
  for (const step of observation.steps) {
    if (step.do === 'start' && !specs.has(step.container))
      specs.set(step.container, specOf(step, pod, expander));
  }
  return specs;
}

function specOf(step: Extract<Step, { do: 'start' }>, pod: Pod, expander: Expander): SpecParts {
  return {
    annotations: { ...pod.criAnnotations(step.container), ...expander.annotations(step.annotations ?? {}) },
    mounts: expander.mounts(step.mounts),
  };
}

function difference(wanted: ReadonlyMap<string, SpecParts>, got: readonly RecordedBundle[]): string {
  const wrong = got.flatMap(({ name, spec }) => {
    const hand = wanted.get(name);
    const annotations = name === 'sandbox' ? [hand?.annotations, spec.annotations].map(sortedText) : ['', ''];
    const mounts = [hand?.mounts, spec.mounts].map((list) => JSON.stringify(list));
    return annotations[0] === annotations[1] && mounts[0] === mounts[1]
      ? []
      : [name, ...annotations, ...mounts];
  });
  return wrong.length === 0 ? 'as written by hand' : wrong.join('\n');
}

function sortedText(annotations: Readonly<Record<string, string>> | undefined): string {
  return JSON.stringify(Object.entries(annotations ?? {}).sort());
}

async function prepareAll(
  observation: Observation,
  pod: Pod,
  expander: Expander,
  bundles: Bundles,
): Promise<RecordedStep[]> {
  if (observation.authored === undefined) return [];
  const wanted = specsByHand(observation, pod, expander);
  const authored = new Map(
    [...wanted].map(([name, { mounts }]): [string, SpecParts] => [
      name,
      {
        annotations: { ...pod.criAnnotations(name), ...observation.authored },
        mounts: mounts.map(asContainerdWrites),
      },
    ]),
  );
  const updated = await bundles.prepare(authored);
  const command = `mount-hints update --release latest --kubelet-dir KUBELET_DIR ${[...wanted.keys()].join(' ')}`;
  return [
    { as: 'update', command, output: trimmed(pod.withPlaceholders(describe(updated))) },
    {
      as: PREPARED.of,
      command: "compare the sandbox's annotations and all mounts with the row",
      output: pod.withPlaceholders(difference(wanted, bundles.recorded)),
    },
  ];
}

function observedOn(): string {
  const day = new Date().toISOString().slice(0, 10);
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${day}, Linux ${os.release().split('-')[0]} ${os.arch()}, ${os.cpus().length} processors, ${memory} GiB`;
}

/** Carries one observation out on a pod of its own, and undoes all that it did to the machine. */
export async function runObservation(
  observation: Observation,
  toolbox: Toolbox,
): Promise<ObservationOutcome> {
  const dir = await fs.mkdtemp(path.join(PODS_BELOW, 'mh-e2e-'));
  const begun = performance.now();
  const expander = new Expander(observation.volumes, dir);
  const pod = new Pod({
    id: `o${path
      .basename(dir)
      .slice(-6)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, 'x')}`,
    toolbox,
    dir,
    runscFlags: observation.runscFlags ?? [],
    imageDirectories: observation.imageDirectories ?? [],
  });
  const bundles = new Bundles(pod);
  const steps: RecordedStep[] = [];
  let cleanupProblems: readonly string[] = [];
  try {
    await pod.prepare();
    for (const volume of observation.volumes) await makeVolume(pod, volume, expander.pathOf(volume, dir));
    steps.push(...(await prepareAll(observation, pod, expander, bundles)));
    for (const volume of observation.volumes) {
      if (volume.filledLate) await fillVolume(volume, expander.pathOf(volume, dir));
    }
    await takeSteps(pod, observation, expander, bundles, steps);
  } finally {
    cleanupProblems = await pod.destroy();
    if (!cleanupProblems.some((problem) => problem.startsWith('umount'))) await pod.remove();
  }
  return {
    record: {
      id: observation.id,
      runscVersion: toolbox.runsc.version,
      moduleVersion: toolbox.runsc.moduleVersion,
      runscCommand: pod.withPlaceholders(['runsc', ...pod.globalFlags].join(' ')),
      observedOn: observedOn(),
      memoryKib: Math.round(os.totalmem() / 1024),
      bundles: JSON.parse(pod.withPlaceholders(JSON.stringify(bundles.recorded))),
      steps,
    },
    seconds: Math.round((performance.now() - begun) / 10) / 100,
    cleanupProblems: cleanupProblems.map((problem) => pod.withPlaceholders(problem)),
  };
}

async function makeVolume(pod: Pod, volume: Volume, target: string): Promise<void> {
  await fs.mkdir(path.dirname(target), { recursive: true });
  if (volume.kind === 'absent' || volume.kind === 'link') {
    return;
  }
  if (volume.kind === 'file') {
    await fs.writeFile(target, 'a file\n');
    return;
  }
  await fs.mkdir(target, { recursive: true });
  if (volume.kind === 'host-tmpfs') {
    await pod.mountOnHost(['-t', 'tmpfs', '-o', `size=${volume.size ?? '64m'}`, 'tmpfs'], target);
  }
  if (!volume.filledLate) await fillVolume(volume, target);
  await fs.chown(target, VOLUME_OWNER, VOLUME_OWNER);
  await fs.chmod(target, VOLUME_MODE);
  if (volume.kind === 'read-only-bind') {
    await pod.mountOnHost(['--bind', target], target);
    await pod.host('mount', ['-o', 'remount,bind,ro', target]);
  }
}

async function fillVolume(volume: Volume, target: string): Promise<void> {
  for (const [name, content] of Object.entries(volume.files ?? {})) {
    await fs.mkdir(path.dirname(path.join(target, name)), { recursive: true });
    await fs.writeFile(path.join(target, name), `${content}\n`);
  }
}

/** Takes the steps in order; those on a container that is not running are recorded as skipped. */
async function takeSteps(
  pod: Pod,
  { steps, hints, sandboxMounts }: Observation,
  expander: Expander,
  bundles: Bundles,
  outcomes: RecordedStep[],
): Promise<void> {
  const expand = (text: string): string => expander.text(text);
  const sandbox: SpecParts = {
    annotations: { ...pod.criAnnotations('sandbox'), ...expander.annotations(hints) },
    mounts: expander.mounts(sandboxMounts),
  };
  const running = new Set<string>();
  const background = new Map<string, BackgroundExec>();
  const record = (as: string, command: string, output: string): void => {
    outcomes.push({
      as,
      command: pod.withPlaceholders(command),
      output: trimmed(pod.withPlaceholders(output)),
    });
  };

  for (const step of steps) {
    switch (step.do) {
      case 'start': {
        const spec = step.container === 'sandbox' ? sandbox : specOf(step, pod, expander);
        const { mounts } = spec;
        const result = await pod.launch(step.container, await bundles.take(step.container, spec));
        if (result.code === 0) {
          running.add(step.container);
        }
        record(
          step.as,
          `create + start ${step.container}${mounts.length > 0 ? ` with ${mounts.map(describeMount).join('; ')}` : ''}`,
          result.code === 0 ? 'started' : describe(result),
        );
        break;
      }
      case 'exec': {
        const command = `exec ${step.container}: ${expand(step.script)}`;
        record(
          step.as,
          command,
          running.has(step.container)
            ? describe(await pod.exec(step.container, expand(step.script)))
            : 'skipped: not running',
        );
        break;
      }
      case 'background': {
        if (running.has(step.container)) {
          background.set(step.as, await pod.execInBackground(step.container, expand(step.script)));
        }
        break;
      }
      case 'join': {
        const begun = background.get(step.as);
        const source = steps.find((candidate) => candidate.do === 'background' && candidate.as === step.as);
        const command =
          source?.do === 'background' ? `exec ${source.container}: ${expand(source.script)}` : step.as;
        record(
          step.as,
          command,
          begun ? describe(await begun.join()).replace(/^ready\n/, '') : 'skipped: not running',
        );
        break;
      }
      case 'host': {
        record(
          step.as,
          `host: ${expand(step.script)}`,
          describe(await pod.host('/bin/sh', ['-c', expand(step.script)])),
        );
        break;
      }
      case 'delete': {
        const result = await pod.deleteContainer(step.container);
        running.delete(step.container);
        record(step.as, `delete --force ${step.container}`, result.code === 0 ? 'deleted' : describe(result));
        break;
      }
      case 'repeat-sandbox': {
        const seen = new Map<string, number>();
        for (let attempt = 0; attempt < step.times; attempt += 1) {
          const result = await pod.launch('sandbox', await bundles.take('sandbox', sandbox));
          const outcome =
            result.code === 0
              ? 'started'
              : pod.withPlaceholders(describe(result)).replace(/"\w+" and "\w+"/, '"A" and "B"');
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
          await pod.deleteContainer('sandbox');
        }
        record(
          step.as,
          `create + start + delete sandbox, ${step.times} times`,
          [...seen].map(([outcome, count]) => `${count} × ${outcome}`).join('\n'),
        );
        break;
      }
      case 'status': {
        record(step.as, `state ${step.container}`, await pod.status(step.container));
        break;
      }
      case 'log': {
        const lines = await pod.logLines(expand(step.contains));
        record(
          step.as,
          `grep ${JSON.stringify(step.contains)} in runsc's logs`,
          lines.length > 0 ? lines.join('\n') : 'no such line',
        );
        break;
      }
    }
  }
}

function describeMount(mount: OciMount): string {
  return `${mount.type} ${mount.source} on ${mount.destination} (${mount.options.join(',')})`;
}

function describe(result: CommandResult): string {
  const text = `${result.stdout}${result.stderr}`.trim();
  if (result.timedOut) {
    return `TIMED OUT ${text}`;
  }
  if (result.code === 0) {
    return text;
  }
  return text === '' ? `exit ${result.signal ?? result.code}` : text;
}

function trimmed(text: string): string {
  const clean = text.trim();
  return clean.length <= OUTPUT_LIMIT ? clean : `${clean.slice(0, OUTPUT_LIMIT)} …`;
}
