import { describe, expect, test } from '@jest/globals';
import { YamlManifestReader } from '../../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../../src/application/annotate-manifest.ts';
import { WRITTEN_RECORD } from '../../../src/domain/policy/written-record.ts';
import {
  type AdmissionAnswer,
  type AdmitOptions,
  admit,
  type HintsOptions,
  type Pod,
} from '../../../src/index.ts';
import { applyJsonPatch } from '../../support/json-patch.ts';
import { readVectors } from '../../support/vectors.ts';

const HINT = 'dev.gvisor.spec.mount.v';

function review(object: unknown, more: object = {}): object {
  const request = {
    uid: 'u-1',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    operation: 'CREATE',
    object,
    ...more,
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
}

function patched(pod: Pod, { response }: AdmissionAnswer): Pod {
  if (response.patch === undefined) return pod;
  expect(response.patchType).toBe('JSONPatch');
  return applyJsonPatch(pod, JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8'))) as Pod;
}

function pod(
  annotations?: Record<string, string | null>,
  volumeMounts: object[] = [{ name: 'v', mountPath: '/v' }],
): Pod {
  return {
    metadata: { name: 'p', ...(annotations && { annotations }) },
    spec: {
      runtimeClassName: 'gvisor',
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [{ name: 'c', volumeMounts: volumeMounts as never }],
    },
  };
}

/** What `annotate` makes of the pod's manifest. */
function annotated(manifest: Pod, hints: HintsOptions): Pod {
  return JSON.parse(
    annotateManifest(new YamlManifestReader(), JSON.stringify(manifest), 'pod', { hints }).text,
  );
}

describe('admit', () => {
  const vectors = readVectors<{ pod: Pod }>('pods.jsonl').map((each) => each.pod);

  test.each<[string, HintsOptions]>([
    ['safe', {}],
    ['gke', { rules: 'gke' }],
    ['overwrite', { existing: 'overwrite', sizeSlack: '1Mi' }],
  ])('gives on every vector what annotate gives: %s', (_, options) => {
    for (const each of vectors) {
      const answer = admit(review(each), options);
      expect(answer.response).toMatchObject({ uid: 'u-1', allowed: true });
      expect(patched(each, answer)).toEqual(annotated(each, options));
    }
  });

  test.each([
    ['no annotations', undefined],
    ['none left', {}],
    ['others, with slashes and tildes', { 'a/b~c': 'x' }],
    ['a null', { [`${HINT}.type`]: null }],
  ])('patches a pod with %s', (_, annotations) => {
    const given = pod(annotations);
    expect(patched(given, admit(review(given), { existing: 'overwrite' })).metadata?.annotations).toEqual({
      ...annotations,
      [`${HINT}.options`]: 'rw,rprivate',
      [`${HINT}.share`]: 'container',
      [`${HINT}.type`]: 'bind',
    });
  });

  test('patches a pod without metadata', () => {
    const { metadata: _, ...bare } = pod();
    const result = patched(bare, admit(review(bare)));
    expect(result.metadata?.annotations?.[`${HINT}.type`]).toBe('bind');
  });

  test('warns of what a person should look at', () => {
    const { response } = admit(
      review(pod({ [`${HINT}.type`]: 'tmpfs', 'dev.gvisor.spec.mount.gone.type': 'bind' })),
    );
    expect(response.patch).toBeUndefined();
    expect(response.warnings).toHaveLength(2);
  });

  test.each([
    [{ ...pod(), metadata: { annotations: 'text' } }, 'metadata.annotations'],
    [{ ...pod(), metadata: [{ name: 'p' }] }, 'metadata'],
    [{ ...pod(), spec: { ...pod().spec, containers: [{}] } }, 'spec.containers[0]'],
  ])('admits a pod of the wrong shape as it is, and says where: %#', (object, where) => {
    expect(admit(review(object)).response).toEqual({
      uid: 'u-1',
      allowed: true,
      warnings: [expect.stringContaining(where)],
    });
  });

  test('admits as it is what is no pod, no gVisor pod, or no creation', () => {
    const others = [
      review(pod(), { kind: { group: 'apps', kind: 'Deployment' } }),
      review({ ...pod(), spec: { ...pod().spec, runtimeClassName: 'runc' } }),
      review(pod(), { operation: 'UPDATE', oldObject: pod() }),
      review(pod(), { operation: 'DELETE', object: null, oldObject: pod() }),
      review(pod(), { operation: 'CREATE', subResource: 'binding' }),
    ];
    for (const each of others) expect(admit(each).response).toEqual({ uid: 'u-1', allowed: true });
  });

  test('admits with a warning a pod that it cannot read', () => {
    const { response } = admit(
      review({ metadata: {}, spec: { runtimeClassName: 'gvisor', containers: 'x' } }),
    );
    expect(response).toEqual({
      uid: 'u-1',
      allowed: true,
      warnings: [expect.stringContaining('containers')],
    });
  });

  test('rejects as a GKE cluster does, if asked', () => {
    const options: AdmitOptions = { existing: 'reject' };
    const other = { 'dev.gvisor.spec.mount.w.type': 'bind' };
    expect(admit(review(pod(other)), options).response).toMatchObject({
      allowed: false,
      status: { code: 403 },
    });
    const hinted = pod({ [`${HINT}.type`]: 'bind', other: 'x' });
    const update = (object: Pod) =>
      admit(review(object, { operation: 'UPDATE', oldObject: hinted }), options).response;
    expect(update(pod({ [`${HINT}.type`]: 'bind', added: 'y' })).allowed).toBe(true);
    expect(update(pod({ [`${HINT}.type`]: 'tmpfs' }))).toMatchObject({
      allowed: false,
      status: { code: 403, message: expect.stringContaining(`${HINT}.type`) },
    });
    expect(update(pod()).allowed).toBe(false);
  });

  test('takes back what it wrote, when it is asked again', () => {
    const options = { remember: true };
    const first = patched(pod(), admit(review(pod()), options));
    expect(first.metadata?.annotations?.[WRITTEN_RECORD]).toBe('v');
    expect(admit(review(first), options).response.patch).toBeUndefined();
    const changed = {
      ...first,
      spec: pod(undefined, [{ name: 'v', mountPath: '/v', subPath: 'a' }]).spec,
    } as Pod;
    expect(patched(changed, admit(review(changed), options)).metadata?.annotations).toEqual({});
    const shared = { ...first, spec: { ...first.spec, initContainers: first.spec?.containers } } as Pod;
    const again = patched(shared, admit(review(shared), options)).metadata?.annotations;
    expect(again?.[`${HINT}.share`]).toBe('pod');
    expect(again?.[WRITTEN_RECORD]).toBe('v');
  });

  test.each([
    ['nothing', undefined],
    ['a text', 'AdmissionReview'],
    ['a list', [review(pod())]],
    ['another version', { ...review(pod()), apiVersion: 'admission.k8s.io/v1beta1' }],
    ['another kind', { ...review(pod()), kind: 'Pod' }],
    ['no request', { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }],
    ['no uid', review(pod(), { uid: '' })],
  ])('refuses %s', (_, body) => {
    expect(() => admit(body)).toThrow(expect.objectContaining({ code: 'MH_REVIEW_INVALID' }));
  });

  test('refuses options that contradict each other before it looks at a review', () => {
    expect(() => admit(undefined, { rules: 'gke', size: false })).toThrow(
      expect.objectContaining({ code: 'MH_USAGE' }),
    );
  });
});
