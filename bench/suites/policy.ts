import { setTimeout as sleep } from 'node:timers/promises';
import { admit } from '../../src/index.ts';
import { AdmissionServer } from '../../test/cluster/support/admission-server.ts';
import type { ApiClient } from '../../test/cluster/support/api-client.ts';
import { apply, type Manifest, manifestsOf, runtimeClass } from '../../test/cluster/support/apply.ts';
import { ControlPlane } from '../../test/cluster/support/control-plane.ts';
import { findControlPlane, VERSIONS } from '../../test/cluster/support/find-control-plane.ts';
import type { Figure } from '../figure.ts';
import { distribution } from '../measure.ts';
import { policyPod } from '../policy-pods.ts';
import type { PolicyPoint, Suite } from './suite.ts';

/** Namespaces by what the API server asks about pods in them. */
const NAMESPACES = ['plain', 'policy', 'webhook', 'constant'] as const;
type Namespace = (typeof NAMESPACES)[number];

/** Volumes, containers, and the most that the policy may add to the median, in milliseconds. */
const SIZES: readonly (readonly [volumes: number, containers: number, limit: number])[] = [
  [2, 2, 1],
  [10, 3, 3],
  [50, 20, 40],
];

const PLOT: readonly (readonly [volumes: readonly number[], containers: number])[] = [
  [[1, 2, 5, 10, 20, 50, 100, 200, 500], 2],
  [[1, 2, 5, 10, 20, 50, 100, 200, 500], 10],
  [[1, 2, 5, 10, 20, 50, 100, 200, 500], 50],
];

const BUDGET = { volumes: 500, containers: 50, mounts: 30 } as const;

/** A webhook that does what the policy does. */
function patchOf(pod: unknown): readonly object[] {
  const request = { uid: 'u', kind: { group: '', kind: 'Pod' }, operation: 'CREATE', object: pod };
  const { response } = admit(
    { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request },
    { remember: true },
  );
  return response.patch === undefined
    ? []
    : JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8'));
}

function webhookIn(namespace: Namespace, server: AdmissionServer): Manifest {
  const manifest = server.configuration('bench');
  const [hook] = manifest.webhooks as object[];
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  return { ...manifest, webhooks: [{ ...hook, namespaceSelector }] };
}

/** The least that a mutating policy can do: what it costs, the API server takes for any. */
function constantPolicy(): Manifest[] {
  const name = 'constant';
  const expression = `[JSONPatch{op: 'add', path: '/metadata/annotations', value: {'constant': 'true'}}]`;
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const resourceRules = [
    { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
  ];
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': name } };
  const spec = {
    matchConstraints: { namespaceSelector, resourceRules },
    failurePolicy: 'Fail',
    reinvocationPolicy: 'IfNeeded',
    mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
  };
  return [
    { apiVersion, kind: 'MutatingAdmissionPolicy', metadata: { name }, spec },
    { apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name } },
  ];
}

/** Milliseconds of one creation in a dry run. */
async function create(client: ApiClient, pod: object, namespace: Namespace): Promise<number> {
  const started = performance.now();
  const { status, body } = await client.send('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);
  const took = performance.now() - started;
  if (status !== 201) throw new Error(`${namespace}: ${body.message}`);
  const isHinted = Object.keys(body.metadata.annotations ?? {}).length > 0;
  if (isHinted !== (namespace !== 'plain'))
    throw new Error(`${namespace}: ${isHinted ? 'hints' : 'no hints'}`);
  return took;
}

/** The times in each namespace, in turn. */
async function timesOf(
  client: ApiClient,
  [volumes, containers, mounts]: readonly [number, number, number],
  rounds: number,
  namespaces: readonly Namespace[] = NAMESPACES,
): Promise<Readonly<Record<Namespace, number[]>>> {
  const times: Record<Namespace, number[]> = { plain: [], policy: [], webhook: [], constant: [] };
  for (let round = -3; round < rounds; round++) {
    for (const namespace of namespaces) {
      const took = await create(client, policyPod(volumes, containers, mounts, namespace), namespace);
      if (round >= 0) times[namespace].push(took);
    }
  }
  return times;
}

function latency(
  size: (typeof SIZES)[number],
  { plain, policy, webhook, constant }: Readonly<Record<Namespace, number[]>>,
): Figure {
  const [volumes, containers, limit] = size;
  const [bare, added, other, least] = [plain, policy, webhook, constant].map(
    (times) => distribution(times).median,
  ) as [number, number, number, number];
  const rounds = policy.map((took, round) => took - (plain[round] ?? Number.NaN));
  return {
    id: `policy: ${volumes} volumes in ${containers} containers`,
    what: "what the policy adds to a pod's creation in a dry run, against none in the same run",
    unit: 'ms',
    value: added - bare,
    spread: distribution(rounds).quartiles,
    runs: policy.length,
    bar: { kind: 'at most', limit },
    detail: `medians: ${bare.toFixed(1)} ms without, ${added.toFixed(1)} with the policy, ${other.toFixed(1)} with a webhook that does the same, ${least.toFixed(1)} with a policy that adds one constant annotation`,
  };
}

async function budget(client: ApiClient, rounds: number): Promise<Figure> {
  const { volumes, containers, mounts } = BUDGET;
  const { plain, policy } = await timesOf(client, [volumes, containers, mounts], rounds, ['plain', 'policy']);
  return {
    id: `policy: ${volumes} volumes in ${containers} containers`,
    what: `the largest pod that it is asked about, ${containers * mounts} mounts, within CEL's cost limits`,
    unit: 'ms',
    value: distribution(policy).median - distribution(plain).median,
    runs: policy.length,
    detail: `hinted, with failurePolicy Fail; ${distribution(plain).median.toFixed(0)} ms without`,
  };
}

async function points(client: ApiClient, rounds: number): Promise<PolicyPoint[]> {
  const found: PolicyPoint[] = [];
  for (const [counts, containers] of PLOT) {
    for (const volumes of counts) {
      const mounts = Math.min(volumes, Math.floor(1500 / containers), 100);
      const { plain, policy } = await timesOf(client, [volumes, containers, mounts], rounds, [
        'plain',
        'policy',
      ]);
      const milliseconds = Math.max(0.1, distribution(policy).median - distribution(plain).median);
      found.push({ volumes, containers, milliseconds });
    }
  }
  return found;
}

/** What the admission policy costs on a real API server, beside none and beside a webhook. */
export const measurePolicy: Suite = async ({ form }, { root }) => {
  const [version] = VERSIONS;
  process.env.MOUNT_HINTS_CLUSTER = 'short';
  const programs = await findControlPlane(version, root);
  if ('unavailable' in programs) {
    return { figures: [], skipped: [{ suite: 'policy', reason: programs.unavailable }] };
  }
  const rounds = { probe: 20, short: 60, long: 200 }[form];
  const plane = await ControlPlane.start(programs);
  const server = await AdmissionServer.start(plane.certificates, patchOf);
  try {
    const { client } = plane;
    await apply(client, runtimeClass('gvisor', 'runsc'));
    for (const name of NAMESPACES)
      await apply(client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await apply(client, webhookIn('webhook', server));
    const options = { failurePolicy: 'Fail', excludeNamespaces: ['plain', 'webhook', 'constant'] } as const;
    for (const manifest of [...manifestsOf(options), ...constantPolicy()]) await apply(client, manifest);
    await sleep(3000);
    const figures: Figure[] = [];
    for (const size of SIZES) {
      const [volumes, containers] = size;
      figures.push(latency(size, await timesOf(client, [volumes, containers, volumes], rounds)));
    }
    figures.push(await budget(client, Math.ceil(rounds / 12)));
    return { figures, policyPoints: await points(client, Math.ceil(rounds / 6)) };
  } finally {
    await server.stop();
    await plane.stop();
  }
};
