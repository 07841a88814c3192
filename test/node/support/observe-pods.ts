import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../cluster/support/apply.ts';
import { must } from '../../e2e/containerd/oci-image.ts';
import { CLI } from '../../support/built-cli.ts';
import { type Compared, compareWithExplanation, type ExplainedPod } from './compare-with-explanation.ts';
import type { KubernetesNode } from './kubernetes-node.ts';
import { SOCKET } from './node-files.ts';
import { podOf, type Scenario } from './scenarios.ts';
import { type ApiPod, lookAt, namesInside, type SeenPod, type SettledPod, settled } from './seen-pod.ts';

const BUNDLES = '/run/containerd/io.containerd.runtime.v2.task/k8s.io';
const AT_ONCE = 6;
const OPT_OUT = { 'gvisor-mount-hints/policy': 'off' };
const RESTART_LIMIT_MS = 90_000;
const EXPLAIN_ATTEMPTS = 5;
const REMOVAL_LIMIT_MS = 30_000;

/** Everything about one pod: what was said beforehand and of the bundles, what was seen, and how the two compare. */
export interface ObservedPod {
  readonly scenario: Scenario;
  readonly seen: SeenPod;
  /** Of the pod as the API server has it, before anything runs. */
  readonly manifest: ExplainedPod;
  /** Of the bundles that run; absent where there is no sandbox. */
  readonly bundles: ExplainedPod | undefined;
  readonly codes: readonly string[];
  readonly compared: { readonly manifest: readonly Compared[]; readonly bundles: readonly Compared[] };
  /** What `update --check` says of the bundles that the shim has written; empty if it leaves them alone. */
  readonly updateCheck: string;
  /** Bundles that our rewrite makes from containerd's spec in another way than the shim did. */
  readonly rewrittenOtherwise: readonly string[];
  /** How many bundles were compared so. */
  readonly rewritten: number;
}

/** The text of a pod's manifest with hints by `mount-hints annotate`. */
async function annotated(node: KubernetesNode, pod: Manifest): Promise<Manifest> {
  const file = join(node.directory, 'scratch', `annotate-${pod.metadata.name}.json`);
  writeFileSync(file, JSON.stringify(pod));
  return JSON.parse((await must(node.mountHints('annotate', '--quiet', file))).stdout);
}

function withLabels(pod: Manifest, labels: object): Manifest {
  return { ...pod, metadata: { ...pod.metadata, labels } as Manifest['metadata'] };
}

async function create(node: KubernetesNode, scenario: Scenario, runtimeClass: string): Promise<void> {
  const pod = podOf(scenario, runtimeClass);
  if (scenario.hintedBy === 'policy') await node.create(pod);
  else {
    const own = scenario.hintedBy === 'annotate' ? await annotated(node, podOf(scenario)) : pod;
    await node.create({ ...withLabels(own, OPT_OUT), spec: pod.spec });
  }
}

async function addEphemeral(node: KubernetesNode, { name, ephemeral }: Scenario): Promise<void> {
  const { image, imagePullPolicy } = { image: 'local.test/observed:1', imagePullPolicy: 'Never' };
  const answer = await node.plane.client.send(
    'PATCH',
    `/api/v1/namespaces/default/pods/${name}/ephemeralcontainers`,
    { spec: { ephemeralContainers: [{ ...ephemeral, image, imagePullPolicy }] } },
    'application/strategic-merge-patch+json',
  );
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

async function settle(node: KubernetesNode, scenario: Scenario): Promise<SettledPod> {
  const first = await settled(node, scenario.name);
  if (scenario.ephemeral === undefined) return first;
  await addEphemeral(node, scenario);
  return settled(node, scenario.name);
}

function isStarted({ sandboxRefused }: SettledPod): boolean {
  return sandboxRefused === undefined;
}

function isOver({ pod }: SettledPod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

function jsonLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The manifests' reports, by the pods' names; the least of severities is reported too. */
async function explainManifests(
  node: KubernetesNode,
  pods: readonly ApiPod[],
): Promise<ReadonlyMap<string, { report: ExplainedPod; codes: string[] }>> {
  const files = pods.map((pod) => {
    const file = join(node.directory, 'scratch', `pod-${pod.metadata.name}.json`);
    const { status: _status, ...rest } = pod;
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...rest }));
    return file;
  });
  const explained = await node.mountHints('explain', '--all', '--format', 'json', ...files);
  const checked = await node.mountHints(
    ...['check', '--all', '--format', 'json', '--severity', 'info', ...files],
  );
  const codesOf = new Map(
    jsonLines<{ file: string; findings: { code: string }[] }>(checked.stdout).map(({ file, findings }) => [
      file,
      findings.map(({ code }) => code),
    ]),
  );
  const reports = new Map(jsonLines<ExplainedPod>(explained.stdout).map((report) => [report.file, report]));
  return new Map(
    pods.map(({ metadata }, index) => {
      const report = reports.get(files[index] ?? '');
      if (report === undefined) throw new Error(`explain ${metadata.name}: ${explained.stderr}`);
      return [metadata.name, { report, codes: codesOf.get(files[index] ?? '') ?? [] }];
    }),
  );
}

interface Bundle {
  readonly id: string;
  readonly text: string;
  readonly isSandbox: boolean;
  readonly podUid: string;
}

/** Every bundle that containerd has, as the shim has left it. */
async function readBundles(node: KubernetesNode): Promise<Bundle[]> {
  const listed = await node.run('/bin/sh', ['-c', `cd ${BUNDLES} 2>/dev/null && ls`]);
  const ids = listed.stdout.split('\n').filter(Boolean);
  const bundles: Bundle[] = [];
  for (const id of ids) {
    const { code, stdout: text } = await node.run('/bin/cat', [`${BUNDLES}/${id}/config.json`]);
    if (code !== 0) continue;
    const { annotations = {} } = JSON.parse(text) as OciAnnotations;
    const isSandbox = annotations['io.kubernetes.cri.container-type'] === 'sandbox';
    bundles.push({ id, text, isSandbox, podUid: annotations['io.kubernetes.cri.sandbox-uid'] ?? '' });
  }
  return bundles;
}

interface OciAnnotations {
  readonly annotations?: Readonly<Record<string, string>>;
}

type BundleReport = ExplainedPod & { readonly error?: { readonly message: string } };

/** The bundles' reports, by the pods' UIDs. */
async function explainBundles(
  node: KubernetesNode,
  bundles: readonly Bundle[],
): Promise<ReadonlyMap<string, ExplainedPod>> {
  const wanted = new Set(bundles.map(({ podUid }) => podUid));
  const explained = new Map<string, ExplainedPod>();
  const unexplained = (all: readonly Bundle[]) =>
    all.filter(({ isSandbox, podUid }) => isSandbox && wanted.has(podUid) && !explained.has(podUid));
  let sandboxes = unexplained(bundles);
  let reports: readonly BundleReport[] = [];
  // The bundle of a container that is refused comes and goes while it is read, and that of a sandbox that crashes too.
  for (let attempt = 0; attempt < EXPLAIN_ATTEMPTS && sandboxes.length > 0; attempt++) {
    const paths = sandboxes.map(({ id }) => `${BUNDLES}/${id}`);
    const { stdout } = await node.mountHints('explain', '--format', 'json', ...paths);
    reports = jsonLines<BundleReport>(stdout);
    for (const { id, podUid } of sandboxes) {
      const report = reports.find(({ file, error }) => error === undefined && file.includes(id));
      if (report !== undefined) explained.set(podUid, report);
    }
    sandboxes = unexplained(await readBundles(node));
  }
  if (sandboxes.length > 0) {
    throw new Error(`explain: ${reports.map(({ error }) => error?.message ?? '').join('\n')}`);
  }
  return explained;
}

/**
 * Our rewrite of the specs that containerd made, before the shim. Filestores that runsc has put into the volumes since
 * are hidden from it, by an empty directory on each, in a mount namespace of its own.
 */
const REWRITE = `for volume in /var/lib/kubelet/pods/*/volumes/kubernetes.io~empty-dir/*; do
  case $(ls -A "$volume") in .gvisor.filestore.*) mount --bind "$1" "$volume" ;; esac
done
shift
exec "$@"
`;

async function rewriteAnew(
  node: KubernetesNode,
  bundles: readonly Bundle[],
): Promise<ReadonlyMap<string, unknown>> {
  const scratch = join(node.directory, 'scratch');
  const empty = join(scratch, 'empty');
  mkdirSync(empty, { recursive: true });
  const dirs = new Map<string, string>();
  for (const { id } of bundles) {
    const info = await must(node.run('ctr', ['-a', SOCKET, '-n', 'k8s.io', 'containers', 'info', id]));
    const dir = join(scratch, 'anew', id);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'config.json'), JSON.stringify(JSON.parse(info.stdout).Spec));
    dirs.set(id, dir);
  }
  if (dirs.size === 0) return new Map();
  const command = [process.execPath, CLI, 'update', '--quiet', '--again'];
  const words = [...command, ...dirs.values()];
  await must(node.run('unshare', ['--mount', '/bin/sh', '-c', REWRITE, 'sh', empty, ...words]));
  const made = [...dirs].map(
    ([id, dir]) => [id, JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'))] as const,
  );
  rmSync(join(scratch, 'anew'), { recursive: true });
  return new Map(made);
}

/** A spec as text that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Kills a container's process, and lists its mounts when kubelet has started it again. */
async function restart(node: KubernetesNode, seen: SeenPod, name: string): Promise<Compared[]> {
  const before = seen.containers.find((container) => container.name === name);
  if (before === undefined) throw new Error(`no container ${name}`);
  await must(node.run('ctr', ['-a', SOCKET, '-n', 'k8s.io', 'tasks', 'kill', '-s', 'SIGKILL', before.id]));
  const deadline = Date.now() + RESTART_LIMIT_MS;
  for (;;) {
    await sleep(1000);
    const { fates } = await settled(node, seen.pod.metadata.name);
    const now = fates.get(name);
    if (now?.fate === 'runs' && now.id !== before.id) {
      const names = await namesInside(node, { ...before, id: now.id });
      return before.mounts.map((mount, index) => ({
        what: mount.destination,
        says: '',
        sees: names[index]?.includes(`from-${name}`) ? 'yes' : 'no',
      }));
    }
    if (Date.now() > deadline) throw new Error(`${name} is not started again`);
  }
}

/** What a restart showed, beside what an explanation says of it. */
function compareRestart(explained: ExplainedPod, name: string, shown: readonly Compared[]): Compared[] {
  const container = explained.explanation.containers.find((each) => each.name === name);
  return shown.map(({ what, sees }) => {
    const mount = container?.mounts.find((each) => each.mount.destination === what);
    return {
      what: `${name}:${what} is kept after a restart`,
      says: mount?.survivesRestart ? 'yes' : 'no',
      sees,
    };
  });
}

async function observeBatch(
  node: KubernetesNode,
  scenarios: readonly Scenario[],
  runtimeClass: string,
  isShim: boolean,
): Promise<ObservedPod[]> {
  for (const scenario of scenarios) await create(node, scenario, runtimeClass);
  const pods = await Promise.all(scenarios.map((scenario) => settle(node, scenario)));
  const manifests = await explainManifests(
    node,
    pods.map(({ pod }) => pod),
  );
  // kubelet takes the volumes of a pod that has ended away; and pods of before may not all be gone.
  const lasts = new Set(pods.filter((pod) => !isOver(pod)).map(({ pod }) => pod.metadata.uid));
  const bundles = (await readBundles(node)).filter(({ podUid }) => lasts.has(podUid));
  const explained = await explainBundles(node, bundles);
  const anew = isShim ? await rewriteAnew(node, bundles) : new Map<string, unknown>();
  const observed: ObservedPod[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const pod = pods[index] as SettledPod;
    const own = bundles.filter(({ podUid }) => podUid === pod.pod.metadata.uid);
    // A container that is refused comes and goes.
    const running = new Set(
      [...pod.fates.values()].filter(({ fate }) => fate === 'runs').map(({ id }) => id),
    );
    const lasting = own.filter(({ id, isSandbox }) => isSandbox || running.has(id));
    const paths = lasting.map(({ id }) => `${BUNDLES}/${id}`);
    const checked = paths.length === 0 ? undefined : await node.mountHints('update', '--check', ...paths);
    const seen = await lookAt(node, pod);
    const { report: manifest, codes } = manifests.get(scenario.name) as {
      report: ExplainedPod;
      codes: string[];
    };
    const live = isStarted(pod) ? explained.get(pod.pod.metadata.uid) : undefined;
    const shown = scenario.restarts === undefined ? [] : await restart(node, seen, scenario.restarts);
    const compared = (explanation: ExplainedPod) => [
      ...compareWithExplanation(explanation, seen, explanation === live),
      ...(scenario.restarts === undefined ? [] : compareRestart(explanation, scenario.restarts, shown)),
    ];
    observed.push({
      scenario,
      seen,
      manifest,
      bundles: live,
      codes,
      compared: { manifest: compared(manifest), bundles: live === undefined ? [] : compared(live) },
      // A bundle that is gone by now (66) was of a container that did not last.
      updateCheck:
        checked === undefined || checked.code === 0 || checked.code === 66
          ? ''
          : `${checked.stdout}${checked.stderr}`,
      rewrittenOtherwise: own.flatMap(({ id, text }) => {
        const ours = anew.get(id);
        if (ours === undefined || scenario.differs?.rewrite !== undefined) return [];
        return difference(ours, JSON.parse(text)).filter((line) => !line.startsWith(CGROUP_PARENT));
      }),
      rewritten: scenario.differs?.rewrite === undefined ? own.filter(({ id }) => anew.has(id)).length : 0,
    });
  }
  await remove(node, scenarios);
  return observed;
}

/**
 * The shim's own place for a pod's cgroup: it is no part of the rewrite of volumes, and `update` leaves it to whoever
 * starts the sandbox (docs/runtime.md, CGROUP_PARENT).
 */
const CGROUP_PARENT = '/annotations/dev.gvisor.spec.cgroup-parent';

/** The values of a spec at the places where it differs from another, each with its path. */
function difference(ours: unknown, theirs: unknown, path = ''): string[] {
  if (canonical(ours ?? null) === canonical(theirs ?? null)) return [];
  const isPlain = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isPlain(ours) || !isPlain(theirs))
    return [`${path}: ours ${JSON.stringify(ours)}, the shim's ${JSON.stringify(theirs)}`];
  const [one, other] = [ours, theirs] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  return [...keys].flatMap((key) => difference(one?.[key], other?.[key], `${path}/${key}`));
}

async function remove(node: KubernetesNode, scenarios: readonly Scenario[]): Promise<void> {
  for (const { name } of scenarios)
    await node.plane.client.send('DELETE', `/api/v1/namespaces/default/pods/${name}?gracePeriodSeconds=0`);
  const deadline = Date.now() + REMOVAL_LIMIT_MS;
  while ((await readBundles(node)).length > 0 && Date.now() < deadline) await sleep(500);
}

/** The statements that do not hold, but for the deliberate differences, in words. */
export function differencesOf(pods: readonly ObservedPod[]): string[] {
  return pods.flatMap(({ scenario, compared }) =>
    Object.entries(compared).flatMap(([of, all]) =>
      all
        .filter(({ what, says, sees }) => says !== sees && scenario.differs?.[what] === undefined)
        .map(({ what, says, sees }) => `${scenario.name}, ${of}: ${what}: said ${says}, seen ${sees}`),
    ),
  );
}

/** How many statements were compared. */
export function countStatements(pods: readonly ObservedPod[]): number {
  return pods.reduce((sum, { compared }) => sum + compared.manifest.length + compared.bundles.length, 0);
}

/** Runs the scenarios' pods, a few at once, and looks at each. */
export async function observeAll(
  node: KubernetesNode,
  scenarios: readonly Scenario[],
  runtimeClass = 'gvisor',
): Promise<ObservedPod[]> {
  const observed: ObservedPod[] = [];
  for (let index = 0; index < scenarios.length; index += AT_ONCE) {
    const batch = scenarios.slice(index, index + AT_ONCE);
    observed.push(...(await observeBatch(node, batch, runtimeClass, runtimeClass === 'gvisor')));
  }
  return observed;
}
