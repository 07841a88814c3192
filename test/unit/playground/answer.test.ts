import { describe, expect, test } from '@jest/globals';
import { answer, hintsPatch, history, rewritePatch } from '../../../playground/answer.ts';
import { EXAMPLES } from '../../../playground/examples.ts';
import { decodeState, encodeState } from '../../../playground/link-state.ts';
import { policyText } from '../../../playground/policy-text.ts';
import { README_POD } from '../../../playground/readme-pod.ts';
import { STOPS } from '../../../playground/stops.ts';
import { DIAGNOSTICS } from '../../../src/domain.ts';

const LATEST = '20260914';

describe('the answer to a text', () => {
  test('has a drawing in both shapes, and the findings where they are', () => {
    const { pods, marks, error } = answer(README_POD, LATEST);
    expect(error).toBeUndefined();
    expect(pods.map(({ title }) => title)).toEqual(['Pod agent']);
    expect(pods[0]?.drawing).toContain('web and indexer share it');
    expect(pods[0]?.drawing).toContain('CONTAINERS');
    const [onPhone] = answer(README_POD, LATEST, 'narrow').pods;
    expect(onPhone?.drawing).toContain('web and indexer share it');
    expect(onPhone?.drawing).not.toContain('CONTAINERS');
    expect(marks.map(({ code, line, column }) => [code, line, column])).toEqual([
      ['empty-dir-in-memory', 6, 5],
    ]);
  });

  test('says where a text is no manifest', () => {
    const { error, marks } = answer('kind: Pod\nspec: {containers: [}\n', LATEST);
    expect(error?.code).toBe('MH_MANIFEST_INVALID');
    expect(marks.map(({ line }) => line)).toEqual([2]);
  });

  test('says which releases are not known, and answers an empty text', () => {
    expect(answer(README_POD, '20230517').error?.code).toBe('MH_RELEASE_NOT_MODELLED');
    expect(answer(' \n', LATEST)).toEqual({ pods: [], furtherPods: 0, marks: [] });
  });
});

describe('the patches', () => {
  test('the hints that the rules would write', () => {
    const { text } = hintsPatch(README_POD, LATEST);
    expect(text).toContain('-    dev.gvisor.spec.mount.scratch.type: tmpfs');
    expect(text).toContain('+    dev.gvisor.spec.mount.scratch.type: bind');
    expect(text).toContain('+    dev.gvisor.spec.mount.cache.options: rw,rprivate,size=1g');
  });

  test('the OCI mounts before and after the shim', () => {
    const { text } = rewritePatch(README_POD, LATEST);
    expect(text).toMatch(/\/scratch\n-\s+type: bind\n\+\s+type: tmpfs/);
    expect(text).toContain('+  dev.gvisor.spec.mount.scratch.source: /var/lib/kubelet/pods/POD_UID/');
    expect(text).toContain('+  dev.gvisor.spec.mount.work.type: tmpfs');
    const old = rewritePatch(README_POD, '20230517').text;
    expect(old).toContain('+  dev.gvisor.spec.mount.gvisorinternaldevshm.lifecycle: pod');
    expect(old).not.toContain('+  dev.gvisor.spec.mount.work.type: tmpfs');
  });
});

describe('the releases', () => {
  test('are those at which a rule of the shim or of runsc changed, from 20230517 to the newest', () => {
    expect([STOPS[0], STOPS.at(-1)]).toEqual(['20230517', LATEST]);
    for (const release of ['20231023', '20231113', '20250611', '20260615']) expect(STOPS).toContain(release);
    expect([...STOPS].sort()).toEqual(STOPS);
  });

  test('say what changed at each', () => {
    const changes = history(README_POD);
    expect(changes.map(({ release }) => release)).toEqual(STOPS);
    const at = (release: string) => changes.find((change) => change.release === release)?.lines.join('\n');
    expect(at('20231023')).toContain('Pod agent, scratch (web, indexer): Memory');
    expect(at('20250106')).toBe('');
  });
});

describe('the examples', () => {
  test('show what they are named after, and are most of the diagnostics', () => {
    expect(EXAMPLES.length).toBeGreaterThan(40);
    const known = new Map(DIAGNOSTICS.map(({ code, severity }) => [code, severity]));
    for (const { code, severity, text, release } of EXAMPLES) {
      expect(known.get(code)).toBe(severity);
      const { marks, error } = answer(text, release);
      expect(error).toBeUndefined();
      if (severity !== 'info') expect(marks.map((mark) => mark.code)).toContain(code);
    }
  });
});

describe('a link', () => {
  test('holds text and release', async () => {
    const state = { text: `${README_POD}# ünïcödé 🎈\n`, release: '20250611' };
    const fragment = await encodeState(state);
    expect(fragment).toMatch(/^v1\.[A-Za-z0-9_-]+$/);
    expect((fragment ?? '').length).toBeLessThan(1000);
    expect(await decodeState(fragment ?? '')).toEqual(state);
  });

  test('is none for a text that is too long, and none is made of another fragment', async () => {
    const noise = Array.from({ length: 60_000 }, (_, index) => Math.sin(index)).join('');
    expect(await encodeState({ text: noise, release: LATEST })).toBeUndefined();
    for (const fragment of ['', 'top', 'v1.', 'v1.!!!', 'v1.AAAA'])
      expect(await decodeState(fragment)).toBeUndefined();
  });

  test('that expands without end is refused', async () => {
    const bomb = await encodeState({ text: ' '.repeat(20_000_000), release: LATEST });
    expect(await decodeState(bomb ?? '')).toBeUndefined();
  });
});

test('the policies of the default options are there to copy', () => {
  expect(policyText()).toContain('kind: MutatingAdmissionPolicy');
});
