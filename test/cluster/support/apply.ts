import { setTimeout as sleep } from 'node:timers/promises';
import { policyManifests } from '../../../src/domain/policy/policy-manifests.ts';
import type { PolicyOptions } from '../../../src/domain/policy/policy-options.ts';
import { withoutComments } from '../../../src/domain/policy/policy-text.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';

/** An object of the API, as far as it is addressed here. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const PLURALS: Readonly<Record<string, string>> = {
  MutatingAdmissionPolicy: 'mutatingadmissionpolicies',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  RuntimeClass: 'runtimeclasses',
  PodDisruptionBudget: 'poddisruptionbudgets',
};

function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = metadata.namespace === undefined ? root : `${root}/namespaces/${metadata.namespace}`;
  return `${place}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}/${metadata.name}`;
}

/** Applies a manifest on the server's side, as `kubectl apply --server-side` does. */
export async function apply(client: ApiClient, manifest: Manifest): Promise<ApiAnswer> {
  const answer = await client.send(
    'PATCH',
    `${pathOf(manifest)}?fieldManager=test&force=true`,
    manifest,
    'application/apply-patch+yaml',
  );
  if (answer.status > 201) throw new Error(`${manifest.kind}: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** The manifests of policies, as objects. */
export function manifestsOf(options: PolicyOptions): Manifest[] {
  return policyManifests(options).map((manifest) => withoutComments(manifest) as Manifest);
}

/** A RuntimeClass. */
export function runtimeClass(name: string, handler: string): Manifest & { handler: string } {
  return { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler };
}

/** A pod that tells which round of policies is at work: it has one hint, or none. */
function marked(mark: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probe', labels: { mark } },
    spec: {
      runtimeClassName: 'gvisor',
      containers: [{ name: 'c', image: 'busybox', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
  };
}

let rounds = 0;

/**
 * Puts policies to work in the place of those before them, and waits until the API server uses them: it learns of
 * them by a watch, a moment later. A second policy of the test's own tells when.
 */
export async function install(client: ApiClient, manifests: readonly Manifest[]): Promise<void> {
  rounds++;
  const mark = `round-${rounds}`;
  for (const manifest of manifests) await apply(client, manifest);
  for (const manifest of markerPolicy(mark)) await apply(client, manifest);
  for (let attempt = 0; attempt < 300; attempt++) {
    const { body } = await client.send('POST', '/api/v1/namespaces/default/pods?dryRun=All', marked(mark));
    if (body?.metadata?.labels?.['test/round'] === mark) {
      // The watch delivers in order of kinds, not of requests: one more moment for what came before.
      await sleep(1_500);
      return;
    }
    await sleep(100);
  }
  throw new Error('the API server does not use the policies');
}

function markerPolicy(mark: string): Manifest[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicy',
      metadata: { name: 'test-round' },
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
          ],
        },
        matchConditions: [{ name: 'marked', expression: "object.metadata.?labels[?'mark'].hasValue()" }],
        failurePolicy: 'Fail',
        reinvocationPolicy: 'Never',
        mutations: [
          {
            patchType: 'ApplyConfiguration',
            applyConfiguration: {
              expression: `Object{metadata: Object.metadata{labels: {'test/round': '${mark}'}}}`,
            },
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name: 'test-round' },
      spec: { policyName: 'test-round' },
    },
  ];
}

/** Takes policies away again. */
export async function uninstall(client: ApiClient, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of [...manifests].reverse()) await client.send('DELETE', pathOf(manifest));
}
