import type { explainPod, PodInput } from '../../../src/domain/runsc/explain-pod.ts';
import type { configuredFlags } from '../../../src/domain/runsc/runsc-flags.ts';
import type { SourceFacts } from '../../../src/domain/runsc/serve-mount.ts';
import type { SizeLimit } from '../../../src/domain/runsc/served-mount.ts';
import { dfKib, isShareOf, isUnlimited } from './check-expectations.ts';
import type { Observation, ObservationRecord, RecordedBundle, RecordedStep, Volume } from './observation.ts';

/** The model of what runsc does with mounts; a parameter, so that a broken one can be tried. */
export interface Model {
  readonly explainPod: typeof explainPod;
  readonly configuredFlags: typeof configuredFlags;
}

/** One thing that the model says and runsc shows. */
export interface Comparison {
  readonly what: string;
  readonly model: string;
  readonly runsc: string;
}

type Explanation = ReturnType<Model['explainPod']>;
type Explained = Explanation['containers'][number];
type ExplainedMount = Explained['mounts'][number];

/** The version that most observations were made with; what is newer is `latest`. */
const NEWEST_OBSERVED = '20260905';
const KUBELET_DIR = '/var/lib/kubelet';
const EMPTY_DIR_PLUGIN = 'kubernetes.io~empty-dir';
const SUFFIXES = ['k', 'm', 'g'];

/** The host directory of a volume, as records name it once `KUBELET_DIR` is an absolute path. */
export function recordedPath({ plugin = EMPTY_DIR_PLUGIN, name }: Volume): string {
  return `${KUBELET_DIR}/pods/UID/volumes/${plugin}/${name}`;
}

/** A recorded bundle with an absolute kubelet directory. */
export function withKubeletDir(bundle: RecordedBundle): RecordedBundle {
  return JSON.parse(JSON.stringify(bundle).replaceAll('KUBELET_DIR', KUBELET_DIR)) as RecordedBundle;
}

/** The size of a volume's host tmpfs, such as `64m`, in bytes. */
export function tmpfsBytes({ size = '' }: Volume): bigint {
  return BigInt(size.slice(0, -1)) * 1024n ** BigInt(SUFFIXES.indexOf(size.slice(-1)) + 1);
}

function factsOf(volume: Volume): SourceFacts {
  if (volume.kind === 'file') return { isDirectory: false };
  if (volume.kind === 'read-only-bind') return { isDirectory: true, isWritable: false };
  if (volume.kind === 'host-tmpfs')
    return { isDirectory: true, onTmpfs: true, tmpfsBytes: tmpfsBytes(volume) };
  return volume.kind === 'link' ? { isSymlink: true } : { isDirectory: true };
}

/** The containers that start before any is deleted, in order; each of them once. */
function startedContainers({ steps }: Observation): readonly string[] {
  const firstDelete = steps.findIndex((step) => step.do === 'delete');
  const names = (firstDelete === -1 ? steps : steps.slice(0, firstDelete)).flatMap((step) =>
    step.do === 'start' && step.container !== 'sandbox' ? [step.container] : [],
  );
  return [...new Set(names)];
}

/** The release that a record's runsc belongs to; a runsc that does not say its version is the newest. */
function releaseOf({ moduleVersion }: ObservationRecord): string {
  const date = /^v0\.0\.0-(\d{8})\d{6}-/.exec(moduleVersion)?.[1];
  return date !== undefined && date < NEWEST_OBSERVED ? date : 'latest';
}

function podOf(observation: Observation, record: ObservationRecord, model: Model): PodInput | undefined {
  const bundles = new Map(record.bundles.map((bundle) => [bundle.name, withKubeletDir(bundle)]));
  const sandboxSpec = bundles.get('sandbox')?.spec;
  if (!sandboxSpec) return undefined;
  const directories = ['/bin', ...(observation.imageDirectories ?? [])];
  const image = (path: string): boolean => directories.some((each) => `${each}/`.startsWith(`${path}/`));
  const sandbox = { name: 'sandbox', spec: { ...sandboxSpec }, image };
  const containers = startedContainers(observation).flatMap((name) => {
    const spec = bundles.get(name)?.spec;
    return spec ? [{ name, spec: { ...spec }, image }] : [];
  });
  const flags = (observation.runscFlags ?? []).map((flag): [string, string] => {
    const [name = '', value = 'true'] = flag.replace(/^--/, '').split(/=(.*)/);
    return [name, value];
  });
  return {
    sandbox,
    containers: observation.sandboxMounts ? [sandbox, ...containers] : containers,
    release: releaseOf(record),
    flags: model.configuredFlags(Object.fromEntries(flags)),
    sources: new Map<string, SourceFacts>(
      observation.volumes.map((volume) => [recordedPath(volume), factsOf(volume)]),
    ),
  };
}

function starts(isRefused: boolean): string {
  return isRefused ? 'refused' : 'starts';
}

function isRefused({ flagRefusals, malformedKeys, mounts }: Explained): boolean {
  const refusals = flagRefusals.length + malformedKeys.length;
  return refusals > 0 || mounts.some(({ failures }) => failures.length > 0);
}

/** What a file system inside the sandbox is called there. */
function fileSystemOf({ serving }: ExplainedMount): string {
  if (serving === 'gofer') return '9p';
  return serving === 'overlay' ? 'overlay' : 'tmpfs';
}

function yes(holds: boolean): string {
  return holds ? 'yes' : 'no';
}

function sizeText(size: SizeLimit): string | undefined {
  if (size.kind === 'bytes') return `${size.bytes / 1024n} KiB`;
  if (size.kind === 'percent') return `${size.percent} % of memory`;
  if (size.kind === 'half-of-memory') return '50 % of memory';
  return size.kind === 'none' ? 'unlimited' : undefined;
}

/** The size that df shows, in the model's words if they fit it. */
function seenSize(output: string, said: string, memoryKib: number): string {
  const kib = dfKib(output);
  if (isUnlimited(kib)) return 'unlimited';
  const percent = Number(/^(\d+) % of memory$/.exec(said)?.[1] ?? Number.NaN);
  return isShareOf(kib, percent / 100, memoryKib) ? said : `${kib} KiB`;
}

/** What a mount's answers to the steps of the same name show, and what the model says of it. */
const PROPERTIES: readonly (readonly [
  string,
  (mount: ExplainedMount) => boolean,
  Readonly<Record<string, boolean>>,
])[] = [
  ['host-data', ({ hostData }) => hostData === 'seen', { 'from-host': true, HIDDEN: false }],
  ['seen-by-c2', ({ sharedBy }) => sharedBy !== 'mount', { 'from-c1': true, ABSENT: false }],
  ['seen-by-host', ({ hostSeesWrites }) => hostSeesWrites, { 'from-c1': true, x: true, ABSENT: false }],
  ['host-creation-seen', ({ hostChangesSeen }) => hostChangesSeen, { late: true, ABSENT: false }],
  ['creation-of-c2-seen', ({ othersChangesSeen }) => othersChangesSeen, { late: true, ABSENT: false }],
  ['after', ({ hostChangesSeen }) => hostChangesSeen, { late: true, ABSENT: false }],
  ['inotify', ({ inotify }) => inotify, { 'event new.txt': true, 'event new': true, 'no event': false }],
  ['after-restart', ({ survivesRestart }) => survivesRestart, { 'from-c1': true, kept: true, LOST: false }],
];

class Comparisons {
  readonly made: Comparison[] = [];
  readonly #steps: ReadonlyMap<string, RecordedStep>;
  readonly #record: ObservationRecord;
  /** The mount that each container's steps look at, its first that nothing hides, by the container's name; those of refused ones are not there. */
  readonly #mounts: ReadonlyMap<string, ExplainedMount>;

  constructor(record: ObservationRecord, { containers }: Explanation) {
    this.#record = record;
    this.#steps = new Map(record.steps.map((step) => [step.as, step]));
    this.#mounts = new Map(
      containers.flatMap((container) => {
        const visible = container.mounts.find(({ hiddenBy }) => hiddenBy === undefined);
        const mount = isRefused(container) ? undefined : visible;
        return mount ? [[container.name, mount]] : [];
      }),
    );
  }

  add(what: string, model: string | undefined, runsc: string | undefined): void {
    if (model !== undefined && runsc !== undefined) this.made.push({ what, model, runsc });
  }

  addStart(container: string, model: string): void {
    const step = this.#steps.get(`start-${container}`);
    this.add(`start of ${container}`, model, step && starts(step.output !== 'started'));
  }

  /** A sandbox that the model says is refused by chance: of many starts, some are. */
  addChance(): void {
    const outcomes = this.#steps.get('outcomes');
    this.add(
      'refused by chance',
      'yes',
      outcomes && yes(outcomes.output.includes('have the same mount source')),
    );
  }

  /** A step's output, and the mount that it is about: its container's, or the first one's for a step on the host. */
  #shown(as: string): { readonly output: string; readonly mount: ExplainedMount } | undefined {
    const step = this.#steps.get(as);
    if (!step || step.output.startsWith('skipped')) return undefined;
    const container = /^exec (\w+):/.exec(step.command)?.[1] ?? [...this.#mounts.keys()][0] ?? '';
    const mount = this.#mounts.get(container);
    return mount && { output: step.output, mount };
  }

  addMounts(): void {
    for (const as of ['mounted-as', 'c2-mounted-as']) this.#addFileSystem(as);
    for (const [as, says, shows] of PROPERTIES) {
      const shown = this.#shown(as);
      const seen = shows[shown?.output ?? ''];
      if (shown && seen !== undefined) this.add(as, yes(says(shown.mount)), yes(seen));
    }
    const socket = this.#shown('socket');
    if (socket) this.add('socket', yes(socket.mount.sockets), yes(!socket.output.startsWith('error')));
    this.#addSize();
    this.#addFilestore();
  }

  #addFileSystem(as: string): void {
    const shown = this.#shown(as);
    const [, fileSystem, access] = /^none \S+ (\S+) (r[ow])/.exec(shown?.output ?? '') ?? [];
    if (!shown) return;
    this.add(`file system (${as})`, fileSystemOf(shown.mount), fileSystem);
    const write = as === 'mounted-as' ? this.#shown('write') : undefined;
    const isRefusedWrite = write?.mount === shown.mount && write.output.includes('Read-only file system');
    this.add(
      `read-only (${as})`,
      yes(shown.mount.readOnly),
      access && yes(access === 'ro' || isRefusedWrite),
    );
  }

  #addSize(): void {
    const shown = this.#shown('df');
    if (!shown || fileSystemOf(shown.mount) !== 'tmpfs') return;
    const says = sizeText(visibleSize(shown.mount));
    this.add('size', says, says && seenSize(shown.output, says, this.#record.memoryKib));
  }

  /** Of 8 MiB written, a filestore holds at least as much; an unused one is no filestore to the model. */
  #addFilestore(): void {
    const wrote = ['fill-8-mib', 'fill'].some((as) => this.#steps.get(as)?.output === 'wrote 8192 KiB');
    const shown = this.#shown('filestores');
    const kib = Number(/, (\d+) KiB$/.exec(shown?.output ?? '')?.[1] ?? Number.NaN);
    if (!wrote || !shown || Number.isNaN(kib)) return;
    this.add('filestore', yes(shown.mount.filestore !== undefined), yes(kib >= 8000));
  }
}

/** df inside the sandbox does not know of the host tmpfs below a filestore. */
function visibleSize({ size }: ExplainedMount): SizeLimit {
  return size.kind === 'bytes' && size.from === 'host-tmpfs' ? { kind: 'none' } : size;
}

function compareContainers(explanation: Explanation, comparisons: Comparisons): void {
  let isCrashed = false;
  for (const container of explanation.containers) {
    if (container.name !== 'sandbox')
      comparisons.addStart(container.name, starts(isCrashed || isRefused(container)));
    isCrashed ||= container.mounts.some(({ failures }) =>
      failures.some(({ kind }) => kind === 'second-mount-crashes'),
    );
  }
}

/**
 * Everything that a record shows and the model speaks of, side by side. Nothing, if the observation says why
 * the model is not asked.
 */
export function compareWithModel(
  observation: Observation,
  record: ObservationRecord,
  model: Model,
): readonly Comparison[] {
  const pod = observation.notModelled === undefined ? podOf(observation, record, model) : undefined;
  if (!pod) return [];
  const explanation = model.explainPod(pod);
  const comparisons = new Comparisons(record, explanation);
  const { refusals, sandboxFlagRefusals, containers } = explanation;
  const own = containers.find(({ name }) => name === 'sandbox');
  const refused =
    refusals.length > 0 || sandboxFlagRefusals.length > 0 || (own !== undefined && isRefused(own));
  const byChance = refusals.some((refusal) => refusal.kind === 'source-twice' && refusal.byChance);
  if (byChance) comparisons.addChance();
  else comparisons.addStart('sandbox', starts(refused));
  if (refused) return comparisons.made;
  compareContainers(explanation, comparisons);
  comparisons.addMounts();
  return comparisons.made;
}
