import { describe, expect, test } from '@jest/globals';
import { check, explain } from '../../../src/index.ts';

const HINT = 'dev.gvisor.spec.mount.v';

function podWith(source: object, annotations: Record<string, string> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', annotations },
    spec: {
      runtimeClassName: 'gvisor',
      containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', ...source }],
    },
  };
}

test('a hint for a volume that no container mounts keeps the sandbox from starting: kubelet makes no directory', () => {
  const pod = podWith({ emptyDir: {} }, { [`${HINT}.type`]: 'bind', [`${HINT}.share`]: 'pod' });
  const { sandboxProblems: none } = explain({ pod }, { release: '20260615' });
  expect(none).toEqual([]);
  const unmounted = { ...pod, spec: { ...pod.spec, containers: [{ name: 'c' }] } };
  const { sandboxProblems } = explain({ pod: unmounted }, { release: '20260615' });
  expect(sandboxProblems).toMatchObject([{ kind: 'rewrite-failed', code: 'MH_VOLUME_NOT_FOUND' }]);
  const found = check({ pod: unmounted }, { release: '20260615' });
  expect(found.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
    'hint-volume-unmounted',
  ]);
});

describe('a volume that kubelet mounts read-only by itself', () => {
  test.each([
    ['configMap', { configMap: { name: 'x' } }, true],
    ['secret', { secret: { secretName: 'x' } }, true],
    ['projected', { projected: { sources: [] } }, true],
    ['downwardAPI', { downwardAPI: { items: [] } }, true],
    ['image', { image: { reference: 'x' } }, true],
    ['emptyDir', { emptyDir: {} }, false],
    ['gitRepo', { gitRepo: { repository: 'x' } }, false],
    ['a claim', { persistentVolumeClaim: { claimName: 'x' } }, false],
    ['a read-only claim', { persistentVolumeClaim: { claimName: 'x', readOnly: true } }, true],
  ])('%s', (_name, source, readOnly) => {
    const { containers } = explain({ pod: podWith(source) }, { release: '20260615' });
    expect(containers[0]?.mounts[0]).toMatchObject({ readOnly });
  });

  test('cannot have the overlay of a bind hint', () => {
    const annotations = { [`${HINT}.type`]: 'bind', [`${HINT}.share`]: 'pod' };
    const codes = (source: object) =>
      check({ pod: podWith(source, annotations) }, { release: '20260615' }).map(({ code }) => code);
    expect(codes({ configMap: { name: 'x' } })).toContain('overlay-read-only');
    expect(codes({ gitRepo: { repository: 'x' } })).not.toContain('overlay-read-only');
  });

  test('is not looser than a hint that is read-only', () => {
    const annotations = {
      [`${HINT}.type`]: 'tmpfs',
      [`${HINT}.share`]: 'pod',
      [`${HINT}.options`]: 'ro',
    };
    const codes = (source: object) =>
      check({ pod: podWith(source, annotations) }, { release: '20260615' }).map(({ code }) => code);
    expect(codes({ secret: { secretName: 'x' } })).not.toContain('mount-looser-than-hint');
    expect(codes({ emptyDir: {} })).toContain('mount-looser-than-hint');
  });
});
