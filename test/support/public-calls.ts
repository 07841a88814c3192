import { memoryFileSystem } from '../../src/adapters/memory-fs/memory-file-system.ts';
import * as domain from '../../src/domain.ts';
import * as library from '../../src/index.ts';
import * as manifests from '../../src/manifests.ts';
import { hostileArguments } from './hostile-arguments.ts';

/** A way to call the package: a name, sound arguments, and the call. */
interface PublicCall {
  readonly name: string;
  readonly sound: readonly unknown[];
  readonly call: (...args: never[]) => unknown;
}

const UID = '6f9d3c1a-7f0e-4b7e-9a57-2f4d8a1c9e10';
const CACHE = `/var/lib/kubelet/pods/${UID}/volumes/kubernetes.io~empty-dir/cache`;

const SPEC = {
  ociVersion: '1.1.0',
  annotations: {
    'io.kubernetes.cri.container-type': 'sandbox',
    'io.kubernetes.cri.sandbox-uid': UID,
    'dev.gvisor.spec.mount.cache.type': 'tmpfs',
    'dev.gvisor.spec.mount.cache.share': 'pod',
    'dev.gvisor.spec.mount.cache.options': 'rw',
  },
  mounts: [
    { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid'] },
    { destination: '/cache', type: 'bind', source: CACHE, options: ['rbind', 'rw'] },
  ],
};
const CONTAINER = {
  ...SPEC,
  annotations: { ...SPEC.annotations, 'io.kubernetes.cri.container-type': 'container' },
};
const FACTS = {
  directories: new Map([['cache', [CACHE]]]),
  unreadable: [],
  empty: new Map([[CACHE, true]]),
  tmpfsSizes: new Map([[CACHE, undefined]]),
};
const POD = {
  metadata: { name: 'web', annotations: {} },
  spec: {
    runtimeClassName: 'gvisor',
    volumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }],
    containers: [{ name: 'main', volumeMounts: [{ name: 'cache', mountPath: '/cache' }] }],
  },
};
const YAML = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  runtimeClassName: gvisor
  volumes: [{name: cache, emptyDir: {}}]
  containers: [{name: main, image: a, volumeMounts: [{name: cache, mountPath: /cache}]}]
`;
const HINTS_OPTIONS = {
  rules: 'safe',
  runtimeClasses: ['gvisor'],
  all: false,
  existing: 'keep',
  size: true,
  sizeSlack: '5%',
  medium: { cache: 'memory' },
  noHint: ['other'],
};
const EDITS = [
  { kind: 'set-annotation', key: 'a', value: 'b' },
  { kind: 'change-mount', mount: 1, destination: '/cache', type: { was: 'bind', value: 'tmpfs' } },
  { kind: 'remove-mount', mount: 0, destination: '/dev/shm' },
];
const DECISION = {
  code: 'hinted',
  volume: 'cache',
  hint: { type: 'tmpfs', share: 'pod', options: 'rw' },
  remarks: ['size-unreadable'],
};
const OPTIONS = {
  release: 'latest',
  kubeletDir: '/var/lib/kubelet',
  standalone: false,
  cgroupParent: true,
  ports: {},
};

function memoryFs() {
  return memoryFileSystem({ bundles: { '/b': SPEC }, pods: { [UID]: { cache: {} } } });
}

/** The methods of a file system as plain fields, which can be spoilt one by one. */
function plainFs(): Record<string, unknown> {
  const fs = memoryFs() as unknown as Record<string, unknown>;
  const names = Object.keys(fs).filter((name) => name.endsWith('Sync') && name !== 'watchFileSync');
  return Object.fromEntries(names.map((name) => [name, fs[name]]));
}

const sandbox = domain.readSpec(SPEC);
async function updateBundle(options: library.MountHintsOptions, path: string) {
  const hints = library.createMountHints(options);
  return [await hints.planBundle(path), await hints.updateBundle(path)];
}

function readAll(
  reader: manifests.ManifestReader,
  ...[text, source, options, annotations]: readonly [string, string, manifests.ManifestReadOptions, never]
) {
  return [...reader.documents(text, source, options)].map((document) =>
    document.annotate(document.pods.map((pod) => ({ pod, annotations }))),
  );
}

/** Every function of the package, and every class with its methods. */
export const PUBLIC_CALLS: readonly PublicCall[] = [
  { name: 'createContainer', sound: [OPTIONS], call: library.createContainer },
  { name: 'createMountHints', sound: [OPTIONS], call: library.createMountHints },
  {
    name: 'MountHints.update',
    sound: [{ ...OPTIONS, fs: plainFs() }, SPEC],
    call: (options: never, spec: never) => library.createMountHints(options).update(spec),
  },
  { name: 'MountHints.updateBundle', sound: [{ ...OPTIONS, fs: plainFs() }, '/b'], call: updateBundle },
  { name: 'check', sound: [{ pod: POD }, { release: 'latest' }], call: library.check },
  { name: 'explain', sound: [{ pod: POD }, { release: 'latest' }], call: library.explain },
  {
    name: 'check',
    sound: [
      { sandbox: SPEC, containers: [CONTAINER], facts: FACTS, sources: new Map() },
      { release: '20260615', flags: domain.configuredFlags({}) },
    ],
    call: library.check,
  },
  {
    name: 'explain',
    sound: [{ sandbox: SPEC, containers: [CONTAINER], facts: FACTS }, { release: 'latest' }],
    call: library.explain,
  },
  { name: 'describeDecision', sound: [DECISION], call: domain.describeDecision },
  { name: 'isDoubtful', sound: [DECISION], call: domain.isDoubtful },
  { name: 'describeNote', sound: [{ code: 'lifecycle-set', volume: 'a' }], call: library.describeNote },
  { name: 'describeFailure', sound: [{ kind: 'no-source' }], call: domain.describeFailure },
  {
    name: 'describeChain',
    sound: [[{ kind: 'no-hint' }, { kind: 'becomes', serving: 'gofer' }]],
    call: domain.describeChain,
  },
  { name: 'hintsForPod', sound: [POD, HINTS_OPTIONS], call: library.hintsForPod },
  { name: 'isMountHintsError', sound: [new Error('x')], call: library.isMountHintsError },
  {
    name: 'MountHintsError',
    sound: ['MH_USAGE', 'a message', { path: '/x' }, new Error('a cause')],
    call: (...args: never[]) =>
      new library.MountHintsError(...(args as unknown as ['MH_USAGE', string])).exitCode,
  },
  { name: 'holdsNoData', sound: [['.gvisor.filestore.a']], call: domain.holdsNoData },
  { name: 'requiredFacts', sound: [SPEC, 'latest', FACTS, {}], call: library.requiredFacts },
  { name: 'requiredFacts', sound: [sandbox, 'latest'], call: library.requiredFacts },
  { name: 'rewrite', sound: [SPEC, 'latest', FACTS, { standalone: true }], call: library.rewrite },
  { name: 'configuredFlags', sound: [{ overlay2: 'none', directfs: 'true' }], call: domain.configuredFlags },
  {
    name: 'compareForRestore',
    sound: [SPEC, CONTAINER, 'latest', { validation: 'warning' }],
    call: domain.compareForRestore,
  },
  {
    name: 'comparePodForRestore',
    sound: [{ specs: new Map([['__no_name_0', SPEC]]) }, [SPEC], 'latest', {}],
    call: domain.comparePodForRestore,
  },
  {
    name: 'requiredFactsForRestore',
    sound: [SPEC, SPEC, 'latest', FACTS, {}],
    call: domain.requiredFactsForRestore,
  },
  { name: 'rewriteForRestore', sound: [SPEC, SPEC, 'latest', FACTS, {}], call: domain.rewriteForRestore },
  {
    name: 'describeRestoreDifference',
    sound: [{ outcome: 'refused', rule: 'user', where: 'process.user' }],
    call: domain.describeRestoreDifference,
  },
  { name: 'applyEdits', sound: [SPEC, EDITS], call: library.applyEdits },
  { name: 'toJsonPatch', sound: [SPEC, EDITS], call: domain.toJsonPatch },
  {
    name: 'admit',
    sound: [
      {
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: {
          uid: 'u',
          operation: 'CREATE',
          object: POD,
          kind: { group: '', version: 'v1', kind: 'Pod' },
          resource: { group: '', version: 'v1', resource: 'pods' },
        },
      },
      { existing: 'keep' },
    ],
    call: library.admit,
  },
  { name: 'readSpec', sound: [SPEC], call: domain.readSpec },
  {
    name: 'inspectBundles',
    sound: [
      ['/b'],
      {
        release: 'latest',
        kubeletDir: '/var/lib/kubelet',
        fs: plainFs(),
        flags: domain.configuredFlags({}),
      },
    ],
    call: library.inspectBundles,
  },
  {
    name: 'inspectManifest',
    sound: [
      YAML,
      {
        release: 'latest',
        source: 'a.yaml',
        flags: domain.configuredFlags({}),
        selection: { runtimeClasses: ['gvisor'], all: false },
        podPaths: new Map([['Rollout', [['spec', 'template']]]]),
      },
    ],
    call: manifests.inspectManifest,
  },
  { name: 'kubeletLayout', sound: ['/k'], call: domain.kubeletLayout },
  {
    name: 'YamlManifestReader',
    sound: [YAML, 'a.yaml', { podPaths: new Map([['Rollout', [['spec', 'template']]]]) }, { a: 'b' }],
    call: (...given: Parameters<typeof readAll> extends readonly [unknown, ...infer R] ? R : never) =>
      readAll(new manifests.YamlManifestReader(), ...given),
  },
  {
    name: 'JsonManifestReader',
    sound: ['{"kind":"Pod"}', 'a.json', { podPaths: new Map() }, { a: 'b' }],
    call: (...given: Parameters<typeof readAll> extends readonly [unknown, ...infer R] ? R : never) =>
      readAll(new manifests.JsonManifestReader(new manifests.YamlManifestReader()), ...given),
  },
  {
    name: 'annotateManifest',
    sound: [new manifests.YamlManifestReader(), YAML, 'a.yaml', { hints: HINTS_OPTIONS }],
    call: manifests.annotateManifest,
  },
];

/** What the package exports that can be called. */
export function publicFunctions(): string[] {
  return Object.entries({ ...library, ...domain, ...manifests })
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name);
}

/** How a call ended: in a value, or in the code of an error of ours; anything else is said with its arguments. */
async function outcomeOf(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'value';
  } catch (error) {
    if (!(error instanceof library.MountHintsError) || !library.isMountHintsError(error)) {
      return `not ours: ${error instanceof Error ? error.stack : String(error)}`;
    }
    return Object.hasOwn(domain.ERROR_CODES, error.code) && error.message !== '' ? error.code : 'no code';
  }
}

/** What hostile calls came to: how often each outcome, and what should not be. */
export interface HostileCalls {
  readonly outcomes: ReadonlyMap<string, number>;
  readonly wrong: readonly string[];
  readonly slowest: { readonly ms: number; readonly call: number };
}

/**
 * Calls every function in turn with hostile arguments.
 *
 * @param progress is told after every 10,000th call how many are done.
 */
export async function callHostilely(
  times: number,
  random: () => number,
  progress: (done: number) => void = () => {},
): Promise<HostileCalls> {
  const outcomes = new Map<string, number>();
  const wrong: string[] = [];
  let slowest = { ms: 0, call: -1 };
  for (let call = 0; call < times; call++) {
    const { name, sound, call: run } = PUBLIC_CALLS[call % PUBLIC_CALLS.length] as PublicCall;
    const args = hostileArguments(sound, random);
    const started = process.cpuUsage();
    const outcome = await outcomeOf(() => (run as (...given: unknown[]) => unknown)(...args));
    const ms = process.cpuUsage(started).user / 1000;
    if (ms > slowest.ms) slowest = { ms, call };
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (/^not ours|^no code|^MH_BUG/.test(outcome)) wrong.push(`call ${call}, ${name}: ${outcome}`);
    if ((call + 1) % 10_000 === 0) progress(call + 1);
  }
  return { outcomes, wrong, slowest };
}
