import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonBytesSpecStore } from '../../src/adapters/files/json-bytes-spec-store.ts';
import { compareForRestore, toJsonPatch } from '../../src/domain.ts';
import { applyEdits, type OciSpec } from '../../src/index.ts';
import { anyRestorePair } from '../support/arbitrary-restore.ts';
import { applyJsonPatch } from '../support/json-patch.ts';

const anyRelease = fc.constantFrom('latest', '20250503', '20250205', '20240916');

/** The rules that the edits mend. */
const MENDED = ['annotation', 'mount-type', 'mount-options'];

describe('safe edits', () => {
  test('leave nothing that they could mend, and are made once', () =>
    fc.assert(
      fc.property(anyRestorePair, anyRelease, ({ checkpoint, restore }, release) => {
        const { edits } = compareForRestore(checkpoint, restore, release);
        const fixed = applyEdits(restore, edits);
        const again = compareForRestore(checkpoint, fixed, release);
        expect(again.edits).toEqual([]);
        const twice =
          (restore.mounts?.length ?? 0) > new Set(restore.mounts?.map((m) => m?.destination)).size;
        const left = again.differences.filter(
          ({ outcome, rule }) => outcome === 'refused' && MENDED.includes(rule),
        );
        if (!twice) expect(left).toEqual([]);
      }),
    ));

  test('make the same of the object, of its text and as a patch', () =>
    fc.assert(
      fc.asyncProperty(anyRestorePair, async ({ checkpoint, restore }) => {
        const { edits } = compareForRestore(checkpoint, restore, 'latest');
        const text = Buffer.from(JSON.stringify(restore, null, 2));
        const store = new JsonBytesSpecStore(text);
        const loaded = await store.load('-');
        const after: OciSpec = JSON.parse(Buffer.from(await store.render(loaded, edits)).toString('utf8'));
        expect(after).toEqual(applyEdits(restore, edits));
        expect(applyJsonPatch(restore, toJsonPatch(restore, edits))).toEqual(after);
      }),
    ));
});

test("a container's own spec is taken, where nothing stands twice in it", () =>
  fc.assert(
    fc.property(anyRestorePair, anyRelease, ({ checkpoint }, release) => {
      const annotations = { ...checkpoint.annotations, 'io.kubernetes.cri.container-type': 'container' };
      const own = { ...checkpoint, annotations };
      const { verdict, differences } = compareForRestore(own, own, release);
      const sets = ['rlimits', 'capabilities', 'devices', 'id-mappings', 'namespaces', 'mount-id-mappings'];
      const others = differences.filter(({ rule }) => !sets.includes(rule) && rule !== 'resources');
      expect(others.filter(({ rule }) => !rule.startsWith('mount-'))).toEqual([]);
      expect(verdict === 'refused').toBe(differences.some(({ outcome }) => outcome === 'refused'));
    }),
  ));
