import { expect, test } from '@jest/globals';
import { createMountHints, isMountHintsError, MountHintsError } from 'gvisor-mount-hints';
import type { ErrorDetails } from 'gvisor-mount-hints/domain';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(value: T): T => value;

test('details are typed by the code', async () => {
  const sandbox = {
    annotations: {
      'io.kubernetes.cri.container-type': 'sandbox',
      'io.kubernetes.cri.sandbox-log-directory': '/var/log/pods/ns_name_u',
      'dev.gvisor.spec.mount.gone.type': 'tmpfs',
    },
    mounts: [],
  };
  const hints = createMountHints({ release: '20260615', kubeletDir: '/nowhere' });
  const error = await hints.update(sandbox).catch((thrown: unknown) => thrown);
  if (!isMountHintsError(error) || error.code !== 'MH_VOLUME_NOT_FOUND') throw error;
  const { name, podUid, paths } = error.details;
  holds<Equal<typeof name, string>>(true);
  holds<Equal<typeof paths, readonly string[]>>(true);
  expect({ name, podUid, paths }).toEqual({ name: 'gone', podUid: 'u', paths: [] });
});

test('a code without a type of its own has fields of any type', () => {
  const { details } = new MountHintsError('MH_USAGE', 'Wrong.', { word: 'x' });
  holds<Equal<(typeof details)['word'], unknown>>(true);
  expect(details.word).toBe('x');
});

test('what docs/errors.md names has a type', () => {
  holds<Equal<ErrorDetails<'MH_MANIFEST_INVALID'>['path'], string | undefined>>(true);
  holds<Equal<ErrorDetails<'MH_SPEC_SHAPE'>['kind'], string | undefined>>(true);
  // @ts-expect-error: it is a string
  const path: ErrorDetails<'MH_MANIFEST_INVALID'> = { path: 5 };
  expect(path).toBeDefined();
});

test('details that a code needs cannot be left out', () => {
  // @ts-expect-error: path
  const details: ErrorDetails<'MH_INPUT_UNREADABLE'> = { errno: 'EACCES' };
  expect(details.errno).toBe('EACCES');
});
