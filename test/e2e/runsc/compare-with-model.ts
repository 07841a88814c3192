import type { explainPod, PodInput } from '../../../src/domain/runsc/explain-pod.ts';
import type { configuredFlags } from '../../../src/domain/runsc/runsc-flags.ts';
import type { SourceFacts } from '../../../src/domain/runsc/serve-mount.ts';
import type { SizeLimit } from '../../../src/domain/runsc/served-mount.ts';
import { dfKib, isShareOf, isUnlimited } from './check-expectations.ts';
import type { Observation, ObservationRecord, RecordedBundle, Volume } from './observation.ts';

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

const RELEASE = 'latest';
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
  return { isDirectory: true };
}

/** The containers that start before any is deleted, in order; each of them once. */
function startedContainers({ steps }: Observation): readonly string[] {
  const firstDelete = steps.findIndex((step) => step.do === 'delete');
  const names = (firstDelete === -1 ? steps : steps.slice(0, firstDelete)).flatMap((step) =>
    step.do === 'start' && step.container !== 'sandbox' ? [step.container] : [],
  );
  return [...new Set(names)];
}

function podOf(observation: Observation, record: ObservationRecord, model: Model): PodInput | undefined {
  const bundles = new Map(record.bundles.map((bundle) => [bundle.name, withKubeletDir(bundle)]));
  const sandboxSpec = bundles.get('sandbox')?.spec;
  if (!sandboxSpec) return undefined;
  const sandbox = { name: 'sandbox', spec: { ...sandboxSpec } };
  const containers = startedContainers(observation).flatMap((name) => {
    const spec = bundles.get(name)?.spec;
    return spec ? [{ name, spec: { ...spec } }] : [];
  });
  const flags = (observation.runscFlags ?? []).map((flag): [string, string] => {
    const [name = '', value = 'true'] = flag.replace(/^--/, '').split(/=(.*)/);
    return [name, value];
  });
  return {
    sandbox,
    containers: observation.sandboxMounts ? [sandbox, ...containers] : containers,
    release: RELEASE,
    flags: model.configuredFlags(Object.fromEntries(flags)),
    sources: new Map<string, SourceFacts>(
      observation.volumes.map((volume) => [recordedPath(volume), factsOf(volume)]),
    ),
  };
}

function starts(isRefused: boolean): string {
  return isRefused ? 'refused' : 'starts';
}

function isRefused({ flagRefusals, mounts }: Explained): boolean {
  return flagRefusals.length > 0 || mounts.some(({ failures }) => failures.length > 0);
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
  ['after', ({ hostChangesSeen }) => hostChangesSeen, { late: true, ABSENT: false }],
  ['inotify', ({ inotify }) => inotify, { 'event new.txt': true, 'event new': true, 'no event': false }],
  ['after-restart', ({ survivesRestart }) => survivesRestart, { 'from-c1': true, kept: true, LOST: false }],
];

class Comparisons {
  readonly made: Comparison[] = [];
  readonly #outputs: ReadonlyMap<string, string>;
  readonly #record: ObservationRecord;

  constructor(record: ObservationRecord) {
    this.#record = record;
    this.#outputs = new Map(record.steps.map(({ as, output }) => [as, output]));
  }

  add(what: string, model: string | undefined, runsc: string | undefined): void {
    if (model !== undefined && runsc !== undefined) this.made.push({ what, model, runsc });
  }

  addStart(container: string, model: string): void {
    const output = this.#outputs.get(`start-${container}`);
    this.add(`start of ${container}`, model, output && starts(output !== 'started'));
  }

  #ran(as: string): string | undefined {
    const output = this.#outputs.get(as);
    return output?.startsWith('skipped') ? undefined : output;
  }

  addMount(mount: ExplainedMount): void {
    const seen = /^none \S+ (\S+) (r[ow])/.exec(this.#ran('mounted-as') ?? '');
    this.add('file system', fileSystemOf(mount), seen?.[1]);
    this.add('read-only', yes(mount.readOnly), seen?.[2] && yes(seen[2] === 'ro'));
    for (const [as, says, shows] of PROPERTIES) {
      const shown = shows[this.#ran(as) ?? ''];
      this.add(as, yes(says(mount)), shown === undefined ? undefined : yes(shown));
    }
    const socket = this.#ran('socket');
    this.add('socket', yes(mount.sockets), socket && yes(!socket.startsWith('error')));
    this.#addSize(mount);
    this.#addFilestore(mount);
  }

  #addSize(mount: ExplainedMount): void {
    const df = this.#ran('df');
    const says = fileSystemOf(mount) === 'tmpfs' ? sizeText(this.#visibleSize(mount)) : undefined;
    this.add('size', says, df && says && seenSize(df, says, this.#record.memoryKib));
  }

  /** df inside the sandbox does not know of the host tmpfs below a filestore. */
  #visibleSize({ size }: ExplainedMount): SizeLimit {
    return size.kind === 'bytes' && size.from === 'host-tmpfs' ? { kind: 'none' } : size;
  }

  /** Of 8 MiB written, a filestore holds at least as much; an unused one is no filestore to the model. */
  #addFilestore(mount: ExplainedMount): void {
    const wrote = ['fill-8-mib', 'fill'].some((as) => this.#ran(as) === 'wrote 8192 KiB');
    const kib = Number(/, (\d+) KiB$/.exec(this.#ran('filestores') ?? '')?.[1] ?? Number.NaN);
    const isFile = mount.filestore !== undefined;
    if (wrote && !Number.isNaN(kib)) this.add('filestore', yes(isFile), yes(kib >= 8000));
  }
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

/** The container whose mount the steps look at: the first that starts; a later one is looked at under its own names. */
function observedMount({ containers }: Explanation): ExplainedMount | undefined {
  return containers.find((container) => !isRefused(container) && container.mounts.length > 0)?.mounts[0];
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
  const comparisons = new Comparisons(record);
  const explanation = model.explainPod(pod);
  const { refusals, sandboxFlagRefusals, containers } = explanation;
  const own = containers.find(({ name }) => name === 'sandbox');
  const refused =
    refusals.length > 0 || sandboxFlagRefusals.length > 0 || (own !== undefined && isRefused(own));
  const byChance = refusals.some((refusal) => refusal.kind === 'source-twice' && refusal.byChance);
  if (!byChance) comparisons.addStart('sandbox', starts(refused));
  if (refused) return comparisons.made;
  compareContainers(explanation, comparisons);
  const mount = observedMount(explanation);
  if (mount) comparisons.addMount(mount);
  return comparisons.made;
}
