import { expect, test } from '@jest/globals';
import { check } from '../../../src/index.ts';

function podWith(options: string) {
  const prefix = 'dev.gvisor.spec.mount.cache';
  return {
    metadata: {
      annotations: {
        [`${prefix}.type`]: 'bind',
        [`${prefix}.share`]: 'container',
        [`${prefix}.options`]: options,
      },
    },
    spec: {
      containers: [{ name: 'a', volumeMounts: [{ name: 'cache', mountPath: '/cache' }] }],
      volumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }],
    },
  };
}

test.each(['rw,size=1Gi', 'size=1Gi,rw', 'rw,size=1 G'])(
  'advice for %s replaces the size that is refused',
  (options) => {
    const found = check({ pod: podWith(options) }, { release: 'latest' });
    const fix = found.find(({ code }) => code === 'size-limit-not-enforced')?.fix;
    expect(fix).toBe('Write dev.gvisor.spec.mount.cache.options: "rw,size=1g"');
    expect(check({ pod: podWith('rw,size=1g') }, { release: 'latest' })).toEqual([]);
  },
);

test.each([
  ['sise=1Gi', 'size=1g'],
  ['sise=1.5Gi', 'size=1536m'],
  ['sise=1g', 'size=1g'],
  ['sise=xGi', 'size=xGi'],
])('the option meant by %s is in the letters of tmpfs', (option, meant) => {
  const found = check({ pod: podWith(option) }, { release: 'latest' });
  const fix = found.find(({ code }) => code === 'hint-option-no-effect')?.fix;
  expect(fix).toBe(`Did you mean ${meant}?`);
});
