import { describe, expect, test } from '@jest/globals';
import { NO_FACTS, readSpec } from '../../../src/domain.ts';
import {
  check,
  explain,
  hintsForPod,
  type OciSpec,
  type Pod,
  type PodDocuments,
} from '../../../src/index.ts';

const CACHE = '/var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/cache';
const sandbox: OciSpec = {
  annotations: {
    'io.kubernetes.cri.container-type': 'sandbox',
    'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/n_p_u',
    'dev.gvisor.spec.mount.cache.type': 'tmpfs',
    'dev.gvisor.spec.mount.cache.share': 'pod',
  },
};
const container: OciSpec = {
  annotations: {
    'io.kubernetes.cri.container-type': 'container',
    'dev.gvisor.spec.mount.cache.type': 'tmpfs',
    'dev.gvisor.spec.mount.cache.share': 'pod',
  },
  mounts: [{ destination: '/cache', type: 'bind', source: CACHE, options: ['rbind'] }],
};
const facts = {
  ...NO_FACTS,
  directories: new Map([['cache', [CACHE]]]),
  empty: new Map([[CACHE, true]]),
};
const release = '20260615';

describe('explain and check on specs that are not rewritten yet', () => {
  test('ask for the facts that the rewrite needs', () => {
    const unknown = () => explain({ sandbox, containers: [container] }, { release });
    expect(unknown).toThrow(expect.objectContaining({ code: 'MH_FACTS_MISSING' }));
    expect(() => check({ sandbox, containers: [] }, { release })).toThrow(
      expect.objectContaining({
        details: { missing: [{ kind: 'volume-directories', podUid: 'u', names: ['cache'] }] },
      }),
    );
  });

  test('explain them as they will be', () => {
    const { containers } = explain({ sandbox, containers: [container], facts }, { release });
    expect(containers.map(({ name }) => name)).toEqual(['container 1']);
    expect(containers[0]?.mounts).toMatchObject([{ serving: 'shared-memory' }]);
    expect(
      check({ sandbox, containers: [container], facts }, { release }).filter(
        ({ severity }) => severity === 'error',
      ),
    ).toEqual([]);
  });

  test('take a sandbox without containers for its own', () => {
    const { containers } = explain({ sandbox, containers: [], facts }, { release });
    expect(containers.map(({ name }) => name)).toEqual(['sandbox']);
  });

  test('keep a volume on the host that holds data, or is forced to, and say why', () => {
    const holding = { ...facts, empty: new Map([[CACHE, false]]) };
    const kept = explain({ sandbox, containers: [container], facts: holding }, { release });
    expect(JSON.stringify(kept.containers[0]?.mounts)).toContain('holds-data');
    const force = { 'dev.gvisor.empty-dir.cache.force-shared': 'true' };
    const forced = explain(
      {
        sandbox: { ...sandbox, annotations: { ...sandbox.annotations, ...force } },
        containers: [{ ...container, annotations: { ...container.annotations, ...force } }],
        facts,
      },
      { release },
    );
    expect(JSON.stringify(forced.containers[0]?.mounts)).toContain('force-shared');
  });
});

describe('what is given for a pod and is none', () => {
  test.each([
    [3, ''],
    [null, ''],
    ['pod', ''],
    [[], ''],
    [{ spec: { volumes: {} } }, 'spec.volumes'],
    [{ spec: { containers: [{ name: 'c', volumeMounts: [null] }] } }, 'spec.containers[0].volumeMounts[0]'],
    [
      { spec: { containers: [{ name: 'c', volumeMounts: [{ name: 'v' }] }] } },
      'spec.containers[0].volumeMounts[0]',
    ],
    [{ spec: { containers: [{}] } }, 'spec.containers[0]'],
    [{ spec: { initContainers: [{ name: null }] } }, 'spec.initContainers[0]'],
    [{ metadata: { annotations: { a: 1 } } }, 'metadata.annotations.a'],
  ])('%j is an error of explain, check and hintsForPod', (value, path) => {
    const pod = value as unknown as Pod;
    const refusal = expect.objectContaining({ code: 'MH_MANIFEST_INVALID', details: { path } });
    expect(() => explain({ pod }, { release })).toThrow(refusal);
    expect(() => check({ pod }, { release })).toThrow(refusal);
    expect(() => hintsForPod(pod)).toThrow(refusal);
  });

  test('an empty pod is one', () => {
    expect(check({ pod: {} }, { release })).toEqual([]);
    expect(hintsForPod({}).gvisor).toBe(false);
  });
});

describe('what is given for specs and is none', () => {
  test.each([
    [undefined, 'MH_ARGUMENT_INVALID'],
    [null, 'MH_ARGUMENT_INVALID'],
    [3, 'MH_ARGUMENT_INVALID'],
    [{}, 'MH_ARGUMENT_INVALID'],
    [{ sandbox: 3, containers: [] }, 'MH_SPEC_SHAPE'],
    [{ sandbox: {} }, 'MH_ARGUMENT_INVALID'],
    [{ sandbox: {}, containers: 3 }, 'MH_ARGUMENT_INVALID'],
    [{ sandbox: {}, containers: [null] }, 'MH_SPEC_SHAPE'],
    [{ sandbox: {}, containers: [3] }, 'MH_SPEC_SHAPE'],
  ])('%j is an error of explain and check', (value, code) => {
    const documents = value as unknown as PodDocuments;
    const refusal = expect.objectContaining({ code });
    expect(() => explain(documents, { release })).toThrow(refusal);
    expect(() => check(documents, { release })).toThrow(refusal);
  });

  test('a list of mounts with a hole is an error', () => {
    const mounts = new Array(2);
    mounts[1] = { destination: '/d' };
    expect(() => readSpec({ mounts })).toThrow(expect.objectContaining({ code: 'MH_SPEC_SHAPE' }));
  });
});

describe('a manifest that is given for a spec', () => {
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [] } };

  test('is an error', () => {
    const refusal = expect.objectContaining({
      code: 'MH_SPEC_SHAPE',
      details: { where: 'the document', apiVersion: 'v1', kind: 'Pod' },
    });
    expect(() => readSpec(manifest)).toThrow(refusal);
    expect(() => explain({ sandbox: manifest, containers: [] }, { release })).toThrow(refusal);
  });

  test('is an error without a kind, as out of a list of pods', () => {
    const { apiVersion: _, kind: __, ...pod } = manifest;
    const refusal = expect.objectContaining({ code: 'MH_SPEC_SHAPE', details: { where: 'the document' } });
    expect(() => readSpec(pod)).toThrow(refusal);
    expect(readSpec({ ...pod, ociVersion: '1.0.2' }).mounts).toEqual([]);
    expect(readSpec({ metadata: {} }).mounts).toEqual([]);
  });

  test('is none with the version that every OCI spec has, or with one of the two fields', () => {
    for (const spec of [{ ...manifest, ociVersion: '1.0.2' }, { apiVersion: 'v1' }, { kind: 'Pod' }]) {
      expect(readSpec(spec).mounts).toEqual([]);
    }
  });
});
