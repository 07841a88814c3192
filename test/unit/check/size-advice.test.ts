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
