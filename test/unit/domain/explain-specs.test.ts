import { describe, expect, test } from '@jest/globals';
import { check, explain, NO_FACTS, type OciSpec } from '../../../src/index.ts';

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
    expect(unknown).toThrow(expect.objectContaining({ code: 'MH_BUG' }));
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
