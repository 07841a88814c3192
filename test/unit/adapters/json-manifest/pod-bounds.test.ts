import { describe, expect, test } from '@jest/globals';
import { JsonManifestReader } from '../../../../src/adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';
import { excessOf } from '../../../../src/domain/hints/pod-bounds.ts';

const yaml = new YamlManifestReader();

function podWith(annotations: Record<string, string>, containers: number): object {
  const list = Array.from({ length: containers }, (_, index) => ({ name: `c${index}` }));
  return { kind: 'Pod', metadata: { annotations }, spec: { containers: list } };
}

function hints(count: number): Record<string, string> {
  const entries = Array.from({ length: count }, (_, index) => [
    `dev.gvisor.spec.mount.v${index}.type`,
    'tmpfs',
  ]);
  return Object.fromEntries(entries);
}

describe('a pod that Kubernetes takes from nobody', () => {
  const cases: [string, object, number][] = [
    ['more than 256 KiB of annotations', podWith({ a: 'x'.repeat(262_144) }, 1), 4],
    ['a million pairs of a hint and a container', podWith(hints(1001), 1000), 4],
    ['more than 12,000 containers', podWith({}, 12_001), 6],
  ];

  test.each(cases)('is refused with its place: %s', (_, pod, line) => {
    const text = JSON.stringify(pod, null, 2);
    const refused = {
      code: 'MH_MANIFEST_TOO_COMPLEX',
      details: { source: 'm', line, column: line === 4 ? 5 : 3 },
    };
    for (const reader of [yaml, new JsonManifestReader(yaml)]) {
      expect(() => [...reader.documents(text, 'm')]).toThrow(
        expect.objectContaining({ ...refused, details: expect.objectContaining(refused.details) }),
      );
    }
  });

  test('and one short of it is not', () => {
    expect(excessOf(podWith({ a: 'x'.repeat(262_143) }, 1))).toBeUndefined();
    expect(excessOf(podWith(hints(1000), 1000))).toBeUndefined();
    expect(excessOf({ kind: 'Pod' })).toBeUndefined();
    expect(excessOf(podWith({}, 12_000))).toBeUndefined();
  });

  test('counts volumes and mounts too', () => {
    const list = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `v${index}` }));
    const mounts = list(6_000).map((volume) => ({ ...volume, mountPath: '/m' }));
    const spec = (volumes: number) => ({
      spec: { volumes: list(volumes), containers: [{ name: 'c', volumeMounts: mounts }] },
    });
    expect(excessOf(spec(5_999))).toBeUndefined();
    expect(excessOf(spec(6_000))).toMatchObject({ path: ['spec'] });
  });
});
