import { expect, test } from '@jest/globals';
import { MountHints } from '../../../src/application/mount-hints.ts';
import { kubeletLayout } from '../../../src/domain.ts';
import { POD_UID, sandboxSpec } from '../../support/workplace.ts';

const DIRECTORY = `/var/lib/kubelet/pods/${POD_UID}/volumes/kubernetes.io~empty-dir/scratch`;

function hintsWith(answers: Record<string, unknown>) {
  const lookup = {
    find: async () => ({ directories: new Map([['scratch', [DIRECTORY]]]), unreadable: [] }),
    isEmpty: async () => true,
    tmpfsSize: async () => undefined,
    ...Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, async () => answer])),
  };
  const store = {
    load: async () => Promise.reject(new Error('not asked for')),
    save: async () => {},
    render: async () => '',
  };
  return new MountHints({ lookup, layout: kubeletLayout(), store }, '20260914');
}

test.each([
  ['isEmpty', undefined, 'VolumeLookup.isEmpty', 'true or false'],
  ['isEmpty', 'yes', 'VolumeLookup.isEmpty', 'true or false'],
  ['tmpfsSize', 4096, 'VolumeLookup.tmpfsSize', 'a bigint'],
  ['find', undefined, 'VolumeLookup.find', 'an object'],
  ['find', { directories: {}, unreadable: [] }, 'VolumeLookup.find', 'a Map'],
  [
    'find',
    { directories: new Map([['scratch', DIRECTORY]]), unreadable: [] },
    'VolumeLookup.find',
    'strings',
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
