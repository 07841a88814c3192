import { expect, test } from '@jest/globals';
import { MountHints } from '../../../src/application/mount-hints.ts';
import { kubeletLayout, MountHintsError } from '../../../src/domain.ts';
import { POD_UID, sandboxSpec } from '../../support/workplace.ts';

const DIRECTORY = `/var/lib/kubelet/pods/${POD_UID}/volumes/kubernetes.io~empty-dir/scratch`;

function hintsWith(answers: Record<string, unknown>, ofStore: object = {}, ofLookup: object = {}) {
  const lookup = {
    find: async () => ({ directories: new Map([['scratch', [DIRECTORY]]]), unreadable: [] }),
    isEmpty: async () => true,
    tmpfsSize: async () => undefined,
    ...Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, async () => answer])),
    ...ofLookup,
  };
  const store = {
    load: async () => Promise.reject(new Error('not asked for')),
    save: async () => {},
    render: async () => '',
    ...ofStore,
  };
  return new MountHints({ lookup, layout: kubeletLayout(), store }, '20260914');
}

test.each([
  ['isEmpty', undefined, 'VolumeLookup.isEmpty', 'true or false'],
  ['isEmpty', 'yes', 'VolumeLookup.isEmpty', 'true or false'],
  ['tmpfsSize', 4096, 'VolumeLookup.tmpfsSize', 'a bigint'],
  ['find', undefined, 'VolumeLookup.find', 'an object'],
  ['find', { directories: {}, unreadable: [] }, 'VolumeLookup.find', 'a Map'],
  ['find', { directories: new Map([['scratch', DIRECTORY]]), unreadable: [] }, 'VolumeLookup.find', 'paths'],
  [
    'find',
    { directories: new Map([['scratch', ['volumes/scratch']]]), unreadable: [] },
    'VolumeLookup.find',
    'absolute',
  ],
])('a lookup whose %s answers %p is refused, and not asked for ever', async (name, answer, by, expected) => {
  await expect(hintsWith({ [name]: answer }).update(sandboxSpec())).rejects.toMatchObject({
    code: 'MH_ARGUMENT_INVALID',
    details: { function: by, expected: expect.stringContaining(expected) },
  });
});

test('sound answers are taken', async () => {
  await expect(hintsWith({}).update(sandboxSpec())).resolves.toMatchObject({ changed: true });
});

const DOWN = new Error('connect ECONNREFUSED');
const fail = async () => Promise.reject(DOWN);
const stored = { load: async (location: string) => ({ location, spec: sandboxSpec(), document: null }) };

function blames(method: string) {
  return {
    code: 'MH_ARGUMENT_INVALID',
    details: { function: method },
    message: expect.stringContaining(`${method}() `),
  };
}

test.each(['find', 'isEmpty', 'tmpfsSize'])('a lookup whose %s fails is blamed by name', async (name) => {
  const sound = hintsWith({}).update(sandboxSpec());
  await expect(sound).resolves.toMatchObject({ changed: true });
  const hints = hintsWith({}, {}, { [name]: fail });
  await expect(hints.update(sandboxSpec())).rejects.toMatchObject({
    ...blames(`VolumeLookup.${name}`),
    cause: DOWN,
  });
});

test.each(['load', 'save'])('a store whose %s fails is blamed by name', async (name) => {
  const hints = hintsWith({}, { ...stored, [name]: fail });
  await expect(hints.updateBundle('b')).rejects.toMatchObject({
    ...blames(`SpecStore.${name}`),
    cause: DOWN,
  });
});

test.each([undefined, 'text', sandboxSpec(), { location: 'b', document: null }])(
  'a store that loads %p is blamed by name',
  async (loaded) => {
    const hints = hintsWith({}, { load: async () => loaded });
    await expect(hints.updateBundle('b')).rejects.toMatchObject({
      code: 'MH_ARGUMENT_INVALID',
      details: { function: 'SpecStore.load' },
    });
  },
);

test("this package's own errors of a port stay what they are", async () => {
  const error = new MountHintsError('MH_INPUT_NOT_FOUND', 'no such spec', { path: 'b' });
  const hints = hintsWith({}, { load: async () => Promise.reject(error) });
  await expect(hints.updateBundle('b')).rejects.toBe(error);
});
