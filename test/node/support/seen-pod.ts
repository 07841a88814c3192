import { posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesNode } from './kubernetes-node.ts';

/** A pod as the API server has it, as far as the suite reads it. */
export interface ApiPod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly restartPolicy?: string;
    readonly containers: readonly ApiContainer[];
    readonly initContainers?: readonly ApiContainer[];
    readonly ephemeralContainers?: readonly ApiContainer[];
    readonly volumes?: readonly { readonly name: string; readonly [source: string]: unknown }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ApiContainer {
  readonly name: string;
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
  }[];
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly state?: {
    readonly running?: object;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
  };
}

/** What a container shows of one mount. */
export interface SeenMount {
  /** Clean, as /proc/mounts has it. */
  readonly destination: string;
  /** The volume and the part of it, such as `data` or `data/sub`; `/dev/shm` for the pod's own. */
  readonly place: string;
  readonly fileSystem: string;
  readonly isReadOnly: boolean;
  /** `df`'s last line. */
  readonly df: string;
  /** Of a small tmpfs, bytes that fit into a file of one more MiB than its size; `undefined` where that was not tried. */
  readonly holds: number | undefined;
  /** Names in it after every container has written its own. */
  names: readonly string[];
}

/** What became of a container. */
export interface SeenContainer {
  readonly name: string;
  readonly id: string;
  readonly fate: 'runs' | 'ended' | 'refused';
  /** What kubelet says of a refused one. */
  readonly message: string;
  readonly mounts: SeenMount[];
}

/** A pair of containers, and what passes between them in a place that both can write. */
interface SeenPair {
  readonly place: string;
  readonly containers: readonly [string, string];
  readonly socket: string;
  readonly inotify: string;
}

/** Everything that was seen of a pod. */
export interface SeenPod {
  readonly pod: ApiPod;
  /** Why there is no sandbox, in kubelet's words. */
  readonly sandboxRefused: string | undefined;
  readonly containers: readonly SeenContainer[];
  /** Names in each place on the host, before anything was written there by the host. */
  readonly host: ReadonlyMap<string, readonly string[]>;
  readonly pairs: readonly SeenPair[];
}

/** What the host writes into a place when all containers run. */
export const LATE = 'late-from-host';
const SETTLE_LIMIT_MS = 150_000;
const SHM = '/dev/shm';

/** The file that a container writes into each of its mounts. */
export function markOf(container: string): string {
  return `from-${container}`;
}

function cleanPath(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}

function containersOf({ spec }: ApiPod): readonly ApiContainer[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

function statusesOf({ status }: ApiPod): readonly ContainerStatus[] {
  const {
    initContainerStatuses = [],
    containerStatuses = [],
    ephemeralContainerStatuses = [],
  } = status ?? {};
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
}

const WAITS = [undefined, 'ContainerCreating', 'PodInitializing'];

/** What became of a container; `undefined` while it is on its way. */
function fateOf({
  state = {},
}: ContainerStatus): { fate: SeenContainer['fate']; message: string } | undefined {
  const { running, waiting, terminated } = state;
  if (running) return { fate: 'runs', message: '' };
  if (terminated) {
    const isRefused = terminated.exitCode !== 0;
    const message = `${terminated.reason}: ${terminated.message ?? ''}`;
    return isRefused ? { fate: 'refused', message } : { fate: 'ended', message: '' };
  }
  if (WAITS.includes(waiting?.reason)) return undefined;
  return { fate: 'refused', message: `${waiting?.reason}: ${waiting?.message ?? ''}` };
}

/** A pod with the fates of its containers. */
export interface SettledPod {
  readonly pod: ApiPod;
  readonly sandboxRefused: string | undefined;
  readonly fates: ReadonlyMap<string, { fate: SeenContainer['fate']; message: string; id: string }>;
}

async function sandboxRefusal(node: KubernetesNode, name: string): Promise<string | undefined> {
  const { body } = await node.plane.client.send(
    'GET',
    `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name=${name}`,
  );
  const events: { reason: string; message: string }[] = body.items ?? [];
  return events.find(({ reason }) => reason === 'FailedCreatePodSandBox')?.message;
}

/** Waits until every container of a pod runs, has ended or is refused, or its sandbox is. */
export async function settled(node: KubernetesNode, name: string): Promise<SettledPod> {
  const deadline = Date.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const { body } = await node.plane.client.send('GET', `/api/v1/namespaces/default/pods/${name}`);
    const pod = body as ApiPod;
    const fates = new Map(
      statusesOf(pod).flatMap((status) => {
        const fate = fateOf(status);
        const id = (status.containerID ?? '').replace('containerd://', '');
        return fate === undefined ? [] : [[status.name, { ...fate, id }] as const];
      }),
    );
    const isRefused = [...fates.values()].some(({ fate }) => fate === 'refused');
    // A pod that is to end may run for a moment before it does.
    const isWhole =
      containersOf(pod).every((container) => fates.has(container.name)) &&
      (pod.spec.restartPolicy !== 'Never' || pod.status?.phase === 'Succeeded');
    if (isWhole || (isRefused && pod.status?.phase === 'Failed'))
      return { pod, sandboxRefused: undefined, fates };
    const sandboxRefused = fates.size === 0 ? await sandboxRefusal(node, name) : undefined;
    if (sandboxRefused !== undefined) return { pod, sandboxRefused, fates };
    if (Date.now() > deadline) {
      throw new Error(`pod ${name} does not settle: ${JSON.stringify(pod.status)}\n${node.log('kubelet')}`);
    }
    await sleep(500);
  }
}

/** The places of a container's mounts; `/dev/shm` is always one. */
function placesOf(container: ApiContainer): { destination: string; place: string }[] {
  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, subPath }) => ({
    destination: cleanPath(mountPath),
    place: subPath ? `${name}/${subPath}` : name,
  }));
  const hasShm = mounts.some(({ destination }) => destination === SHM);
  return hasShm ? mounts : [...mounts, { destination: SHM, place: SHM }];
}

/** The parts of an output that each begin with a line `#`. */
function parts(output: string): string[][] {
  return output
    .split(/^#\n/m)
    .slice(1)
    .map((part) => part.split('\n').filter((line) => line !== ''));
}

const LOOK = (container: string, destination: string): string => `echo '#'
l=none; while read -r s d t o r; do [ "$d" = '${destination}' ] && l="$t \${o%%,*}"; done </proc/mounts; echo "$l"
if touch '${destination}/${markOf(container)}' 2>/dev/null; then echo wrote; else echo refused; fi
df -P -k '${destination}'
`;

async function look(node: KubernetesNode, id: string, container: ApiContainer): Promise<SeenMount[]> {
  const places = placesOf(container);
  const script = places.map(({ destination }) => LOOK(container.name, destination)).join('');
  const { stdout, stderr } = await node.exec(id, script);
  const seen = parts(stdout);
  if (seen.length !== places.length) throw new Error(`${container.name}: ${stdout}${stderr}`);
  return places.map(({ destination, place }, index) => {
    const [mounted = '', written = '', ...df] = seen[index] ?? [];
    const [fileSystem = '', access = ''] = mounted.split(' ');
    const isReadOnly = access === 'ro' || written === 'refused';
    return { destination, place, fileSystem, isReadOnly, df: df.at(-1) ?? '', holds: undefined, names: [] };
  });
}

/** Above this size a tmpfs is not filled. */
const FILLED_KIB = 64 * 1024;

/** A tmpfs with a size of its own that can be written. */
function isSmall({ fileSystem, isReadOnly, df }: SeenMount): boolean {
  const kib = Number(df.split(/\s+/)[1]);
  return fileSystem === 'tmpfs' && !isReadOnly && kib > 0 && kib <= FILLED_KIB;
}

/** Writes more into each small tmpfs of a container than it has room for, and takes it away again. */
async function fill(node: KubernetesNode, { id, mounts }: SeenContainer): Promise<SeenMount[]> {
  const filled: SeenMount[] = [];
  for (const mount of mounts) {
    const mib = Number(mount.df.split(/\s+/)[1]) / 1024 + 1;
    const file = `${mount.destination}/more-than-fits`;
    const script = `dd if=/dev/zero of='${file}' bs=1M count=${Math.ceil(mib)} 2>/dev/null; stat -c %s '${file}'; rm '${file}'`;
    const holds = isSmall(mount) ? Number((await node.exec(id, script)).stdout) : undefined;
    filled.push({ ...mount, holds });
  }
  return filled;
}

/** The names in each of a container's mounts. */
export async function namesInside(node: KubernetesNode, { id, mounts }: SeenContainer): Promise<string[][]> {
  const script = mounts.map(({ destination }) => `echo '#'; ls -a '${destination}'\n`).join('');
  return parts((await node.exec(id, script)).stdout);
}

const PLUGINS = {
  emptyDir: 'empty-dir',
  configMap: 'configmap',
  secret: 'secret',
  projected: 'projected',
  downwardAPI: 'downward-api',
};

/** Where a place is on the host; `undefined` for one that kubelet does not keep. */
function hostPath({ metadata, spec }: ApiPod, place: string): string | undefined {
  const [name, ...sub] = place.split('/');
  const volume = spec.volumes?.find((each) => each.name === name);
  const source = Object.keys(PLUGINS).find((key) => volume?.[key] !== undefined) as
    | keyof typeof PLUGINS
    | undefined;
  if (source === undefined) return undefined;
  const plugin = `kubernetes.io~${PLUGINS[source]}`;
  return posix.join('/var/lib/kubelet/pods', metadata.uid, 'volumes', plugin, name ?? '', ...sub);
}

async function listHost(
  node: KubernetesNode,
  pod: ApiPod,
  places: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const paths = places.flatMap((place) => {
    const path = hostPath(pod, place);
    return path === undefined ? [] : [{ place, path }];
  });
  const script = paths.map(({ path }) => `echo '#'; ls -a '${path}'\n`).join('');
  const seen = parts((await node.run('/bin/sh', ['-c', script])).stdout);
  return new Map(paths.map(({ place }, index) => [place, seen[index] ?? []]));
}

async function writeLate(node: KubernetesNode, pod: ApiPod, places: readonly string[]): Promise<void> {
  const paths = places.map((place) => hostPath(pod, place)).filter((path) => path?.includes('~empty-dir/'));
  const script = paths.map((path) => `[ -d '${path}' ] && touch '${path}/${LATE}'`).join('\n');
  await node.run('/bin/sh', ['-c', script]);
}

/** What a probe prints when nothing reached it in time: on a busy machine that may be chance. */
const UNREACHED = ['no event', 'no connection'];
const ATTEMPTS = 2;

async function pass(
  node: KubernetesNode,
  waits: SeenContainer,
  acts: SeenContainer,
  waiting: (attempt: number) => string,
  acting: (attempt: number) => string,
): Promise<{ waited: string; acted: string }> {
  for (let attempt = 1; ; attempt++) {
    const begun = await node.execInBackground(waits.id, waiting(attempt));
    const acted = (await node.exec(acts.id, acting(attempt))).stdout.trim();
    const waited = (await begun.finished).stdout.replace(/^ready\n/, '').trim();
    if (!UNREACHED.includes(waited) || attempt === ATTEMPTS) return { waited, acted };
  }
}

/** Sockets and inotify between the first two running containers that can write to a place. */
async function pairsOf(node: KubernetesNode, containers: readonly SeenContainer[]): Promise<SeenPair[]> {
  const running = containers.filter(({ fate }) => fate === 'runs');
  const places = [...new Set(running.flatMap(({ mounts }) => mounts.map(({ place }) => place)))];
  const pairs: SeenPair[] = [];
  for (const place of places) {
    const writers = running.flatMap((container) => {
      const mount = container.mounts.find((each) => each.place === place && !each.isReadOnly);
      return mount === undefined ? [] : [{ container, at: mount.destination }];
    });
    const [one, other] = writers;
    if (one === undefined || other === undefined) continue;
    const { waited } = await pass(
      node,
      one.container,
      other.container,
      () => `probe inotify '${one.at}'`,
      (attempt) => `touch '${other.at}/new${attempt}'`,
    );
    const { acted } = await pass(
      node,
      one.container,
      other.container,
      (attempt) => `probe listen '${one.at}/socket${attempt}' hello`,
      (attempt) => `probe connect '${other.at}/socket${attempt}'`,
    );
    pairs.push({
      place,
      containers: [one.container.name, other.container.name],
      inotify: waited,
      socket: acted,
    });
  }
  return pairs;
}

/** Looks at everything that a settled pod shows, inside and on the host. */
export async function lookAt(
  node: KubernetesNode,
  { pod, sandboxRefused, fates }: SettledPod,
): Promise<SeenPod> {
  const containers: SeenContainer[] = [];
  for (const container of containersOf(pod)) {
    const { fate = 'refused', message = 'never started', id = '' } = fates.get(container.name) ?? {};
    const mounts = fate === 'runs' ? await look(node, id, container) : [];
    containers.push({ name: container.name, id, fate, message, mounts });
  }
  const places = [
    ...new Set(containersOf(pod).flatMap((container) => placesOf(container).map(({ place }) => place))),
  ];
  const host = await listHost(node, pod, places);
  await writeLate(node, pod, places);
  for (const container of containers) {
    if (container.fate !== 'runs') continue;
    const names = await namesInside(node, container);
    for (const [index, mount] of container.mounts.entries()) mount.names = names[index] ?? [];
  }
  const pairs = await pairsOf(node, containers);
  const filled: SeenContainer[] = [];
  for (const container of containers) filled.push({ ...container, mounts: await fill(node, container) });
  return { pod, sandboxRefused, containers: filled, host, pairs };
}
