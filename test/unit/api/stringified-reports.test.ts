import { describe, expect, test } from '@jest/globals';
import { safeJson } from '../../../src/domain/text/safe-json.ts';
import { explain } from '../../../src/index.ts';
import { inspectManifest } from '../../../src/manifests.ts';
import { DIAGNOSTIC_CASES } from '../check/diagnostic-cases.ts';

const RELEASE = { release: 'latest' } as const;

/** A pod with a limit of each kind: of its volume, of a hint in bytes and in percent, of the host. */
const MANIFEST = `kind: Pod
metadata:
  annotations:
    dev.gvisor.spec.mount.a.type: tmpfs
    dev.gvisor.spec.mount.a.share: pod
    dev.gvisor.spec.mount.a.options: size=64m
    dev.gvisor.spec.mount.b.type: tmpfs
    dev.gvisor.spec.mount.b.share: pod
    dev.gvisor.spec.mount.b.options: size=50%
spec:
  containers:
    - name: c
      volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /b}, {name: c, mountPath: /c}]
  volumes:
    - {name: a, emptyDir: {sizeLimit: 64Mi}}
    - {name: b, emptyDir: {medium: Memory}}
    - {name: c, emptyDir: {medium: Memory, sizeLimit: 1Gi}}
`;

describe('JSON.stringify takes a report as it is', () => {
  test('with its sizes as digits, as the commands print it', () => {
    const reports = inspectManifest(MANIFEST, RELEASE);
    const text = JSON.stringify(reports);
    expect(text).toBe(safeJson(reports));
    for (const part of ['"bytes":"67108864"', '"percent":"50"', '"sizeLimit":"1073741824"']) {
      expect(text).toContain(part);
    }
    // Copies and comparisons see what the types say, and nothing else.
    const [volume] = reports[0]?.explanation.volumes ?? [];
    expect(Object.keys({ ...volume })).not.toContain('toJSON');
    expect(structuredClone(volume)).toEqual(volume);
    expect(volume?.sizeLimit).toBe(67_108_864n);
  });

  test('whatever the pod is', () => {
    const cases = Object.values(DIAGNOSTIC_CASES).flatMap(({ triggers, nearMisses }) => [
      ...triggers,
      ...nearMisses,
    ]);
    for (const { documents, ...options } of cases) {
      const explanation = explain(documents, { ...RELEASE, ...options });
      expect(JSON.stringify(explanation)).toBe(JSON.stringify(JSON.parse(safeJson(explanation))));
    }
  });
});
