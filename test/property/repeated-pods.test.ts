import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonManifestReader } from '../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { NearClasses } from '../../src/application/near-classes.ts';
import type { PodFindings } from '../../src/application/pod-report.ts';
import { RepeatedPods } from '../../src/application/repeated-pods.ts';
import { reportDocument, reportManifest } from '../../src/application/report-manifest.ts';
import { readVectors } from '../support/vectors.ts';

const reader = new JsonManifestReader(new YamlManifestReader());
const OPTIONS = { release: 'latest' } as const;

interface AnyPod {
  readonly metadata?: object;
  readonly spec?: object;
}

const PODS = [...readVectors<{ pod: AnyPod }>('pods.jsonl'), ...readVectors<{ pod: AnyPod }>('hints.jsonl')]
  .map(({ pod }) => pod)
  .filter((pod) => pod !== undefined);

/** What is different in each pod of one template. */
const own = fc.record({
  uid: fc.oneof(fc.uuid(), fc.constantFrom('', '..', 'a/b', 'POD_UID')),
  name: fc.constantFrom('web-1', 'web-2', 'a_b', 'kubernetes.io~empty-dir'),
  namespace: fc.constantFrom('default', 'shop', '..'),
  nodeName: fc.constantFrom('n1', 'n2'),
  token: fc.constantFrom('abcde', 'fghij', 'cache'),
  image: fc.constantFrom('one:1', 'two:2'),
  given: fc.constantFrom('one', 'two'),
  readOnly: fc.constantFrom(undefined, true, false),
});
interface Own {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly nodeName: string;
  readonly token: string;
  readonly image: string;
  /** What its ConfigMaps are called, and whether they say that they are read-only. */
  readonly given: string;
  readonly readOnly: boolean | undefined;
}

/** Reports as text, in the order of their fields. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `${field}n` : field));
}

function containersOf(list: unknown, { image }: Own): unknown {
  if (!Array.isArray(list)) return list;
  const probe = { exec: { command: [image] } };
  const asked = {
    image,
    imagePullPolicy: image,
    command: [image],
    args: [image],
    env: [{ name: 'IMAGE', value: image }],
    envFrom: [{ configMapRef: { name: image } }],
    ports: [{ name: image, containerPort: image.length }],
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    lifecycle: { preStop: probe },
  };
  return list.map((container) => ({ ...container, ...asked }));
}

/** What a pod's spec says of where it runs, and as whom. */
function placeOf({ nodeName, image }: Own): object {
  return {
    nodeName,
    hostname: nodeName,
    subdomain: nodeName,
    serviceAccount: image,
    serviceAccountName: image,
    tolerations: [{ key: nodeName }],
    affinity: { nodeAffinity: { of: nodeName } },
    nodeSelector: { 'kubernetes.io/hostname': nodeName },
    topologySpreadConstraints: [{ topologyKey: nodeName }],
  };
}

function volumesOf(list: unknown, { given, readOnly }: Own): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((volume) =>
    volume?.configMap ? { ...volume, configMap: { ...volume.configMap, name: given, readOnly } } : volume,
  );
}

function podOf(template: AnyPod, own: Own): object {
  const { uid, name, namespace, token } = own;
  const text = JSON.stringify(template).replaceAll('kube-api-access-xxxxx', `kube-api-access-${token}`);
  const pod = JSON.parse(text) as AnyPod;
  const spec = pod.spec as Readonly<Record<string, unknown>> | undefined;
  return {
    kind: 'Pod',
    ...pod,
    metadata: { ...pod.metadata, name, namespace, ...(uid !== '' && { uid }) },
    spec: {
      ...spec,
      ...placeOf(own),
      containers: containersOf(spec?.containers, own),
      initContainers: containersOf(spec?.initContainers, own),
      volumes: volumesOf(spec?.volumes, own),
    },
  };
}

/** Works out every pod by itself. */
class NothingRepeated extends RepeatedPods {
  override findings(_: unknown, work: () => PodFindings): PodFindings {
    return work();
  }
}

function reports(text: string, repeated: () => RepeatedPods): unknown[] {
  return [...reader.documents(text, 'm')].flatMap((document) => [
    ...reportDocument(document, 'm', OPTIONS, repeated(), new NearClasses()),
  ]);
}

describe('pods of one template', () => {
  test('have the same reports as if each were worked out by itself', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PODS),
        fc.array(own, { minLength: 2, maxLength: 4 }),
        (template, owns) => {
          const text = owns.map((each) => JSON.stringify(podOf(template, each), null, 1)).join('\n');
          const repeated = new RepeatedPods();
          const all = written(reports(text, () => repeated));
          expect(all).toBe(written(reports(text, () => new NothingRepeated())));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('are worked out once', () => {
    const template = {
      metadata: { annotations: { 'dev.gvisor.spec.mount.gone.type': 'tmpfs' } },
      spec: {
        runtimeClassName: 'gvisor',
        containers: [{ name: 'c' }],
        volumes: [
          { name: 'kube-api-access-xxxxx', projected: {} },
          { name: 'settings', configMap: {} },
        ],
      },
    };
    const common = { namespace: 'shop', nodeName: 'n1', readOnly: undefined };
    const text = ['abcde', 'fghij']
      .map((token, index) => {
        const own = { token, uid: `u-${index}`, name: `p${index}`, image: token, given: token };
        return JSON.stringify(podOf(template, { ...common, ...own }));
      })
      .join('\n');
    let worked = 0;
    class Counted extends RepeatedPods {
      override findings(pod: Parameters<RepeatedPods['findings']>[0], work: () => PodFindings): PodFindings {
        return super.findings(pod, () => {
          worked++;
          return work();
        });
      }
    }
    const counted = new Counted();
    const found = reports(text, () => counted);
    expect(worked).toBe(1);
    expect(written(found)).toContain('"line":2');
    expect([...reportManifest(text, 'm', reader, OPTIONS)]).toHaveLength(found.length);
  });
});
