import { describe, expect, test } from '@jest/globals';
import { SandboxOutcomes } from '../../../src/domain/rewrite/sandbox-outcomes.ts';

const member = (type: string, id = 's1') => ({
  'io.kubernetes.cri.container-type': type,
  'io.kubernetes.cri.sandbox-id': id,
});
const [SANDBOX, CONTAINER] = [member('sandbox'), member('container')];
const WITHOUT_ID = { 'io.kubernetes.cri.container-type': 'container' };
const failed = (path: string) => ({ path, code: 'MH_VOLUME_NOT_FOUND' });

describe('a container', () => {
  test('waits for its sandbox, and goes after it', () => {
    const outcomes = new SandboxOutcomes();
    expect(outcomes.standingOf('/c', CONTAINER, false)).toBe('wait');
    expect(outcomes.openSandboxOf(CONTAINER)).toBe('s1');
    outcomes.rewritten(member('sandbox', 's2'));
    outcomes.rewritten(CONTAINER);
    expect(outcomes.standingOf('/c', CONTAINER, false)).toBe('wait');
    outcomes.rewritten(SANDBOX);
    expect(outcomes.standingOf('/c', CONTAINER, false)).toBe('go');
    expect(outcomes.openSandboxOf(CONTAINER)).toBeUndefined();
  });

  test('goes where its sandbox is not of the run, and where it names none', () => {
    const outcomes = new SandboxOutcomes();
    expect(outcomes.standingOf('/c', CONTAINER, true)).toBe('go');
    expect(outcomes.standingOf('/c', WITHOUT_ID, false)).toBe('go');
    expect(outcomes.standingOf('/s', SANDBOX, false)).toBe('go');
  });

  test('is refused after its sandbox failed, and not after another or a sibling did', () => {
    const outcomes = new SandboxOutcomes();
    outcomes.failed(failed('/s2'), member('sandbox', 's2'));
    outcomes.failed(failed('/sibling'), CONTAINER);
    outcomes.failed(failed('/none'), { 'io.kubernetes.cri.container-type': 'sandbox' });
    expect(outcomes.standingOf('/c', CONTAINER, false)).toBe('wait');
    outcomes.failed(failed('/s'), SANDBOX);
    expect(() => outcomes.standingOf('/c', CONTAINER, false)).toThrow(
      expect.objectContaining({
        code: 'MH_SANDBOX_NOT_REWRITTEN',
        details: { path: '/c', sandbox: '/s', sandboxId: 's1', sandboxCode: 'MH_VOLUME_NOT_FOUND' },
      }),
    );
  });

  test.each([
    '/run/s1',
    '/run/s1//',
    '/run/s1/config.json',
    '/run/s1/userdata',
    '/run/s1/userdata/config.json',
  ])('is refused at the end where the unreadable %s is its sandbox, by its directory', (path) => {
    const outcomes = new SandboxOutcomes();
    outcomes.failed(failed(path), undefined);
    expect(outcomes.standingOf('/c', CONTAINER, false)).toBe('wait');
    expect(() => outcomes.standingOf('/c', CONTAINER, true)).toThrow(
      expect.objectContaining({ code: 'MH_SANDBOX_NOT_REWRITTEN' }),
    );
  });

  test.each(['/run/s1/other', '/run/s1/config.json/x', '/run/s1/userdata/x', '/run/s10', '/s1/s2'])(
    'goes at the end where the unreadable %s is of another directory',
    (path) => {
      const outcomes = new SandboxOutcomes();
      outcomes.failed(failed(path), undefined);
      expect(outcomes.standingOf('/c', CONTAINER, true)).toBe('go');
    },
  );
});
