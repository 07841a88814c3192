import { describe, expect, jest, test } from '@jest/globals';
import { createMountHints, inspectBundles, isMountHintsError, type OciSpec } from '../../../src/index.ts';
import { createMemoryFileSystem } from '../../../src/testing/index.ts';

const UID = '6f9d3c1a-7f0e-4b7e-9a57-2f4d8a1c9e10';
const KEY = 'dev.gvisor.spec.mount.scratch';

const SANDBOX: OciSpec = {
  annotations: {
    'io.kubernetes.cri.container-type': 'sandbox',
    'io.kubernetes.cri.sandbox-uid': UID,
    'io.kubernetes.cri.sandbox-id': 's1',
    [`${KEY}.type`]: 'bind',
    [`${KEY}.share`]: 'pod',
    [`${KEY}.options`]: 'rw',
  },
  mounts: [],
};

const volumes = (kubeletDir = '/var/lib/kubelet') => `${kubeletDir}/pods/${UID}/volumes`;

describe('createMemoryFileSystem', () => {
  test('has a pod whose bundle is rewritten', async () => {
    const fs = await createMemoryFileSystem({
      pods: { [UID]: { scratch: {} } },
      bundles: { '/run/sandbox': SANDBOX },
    });
    const { changed } = await createMountHints({ release: '20260615', fs }).updateBundle('/run/sandbox');
    expect(changed).toBe(true);
    const { annotations } = JSON.parse(fs.readFileSync('/run/sandbox/config.json', 'utf8'));
    expect(annotations).toMatchObject({
      [`${KEY}.type`]: 'tmpfs',
      [`${KEY}.source`]: `${volumes()}/kubernetes.io~empty-dir/scratch`,
    });
  });

  test('has volumes of other plugins, with data, below another kubelet directory', async () => {
    const fs = await createMemoryFileSystem({
      kubeletDir: '/k',
      pods: { [UID]: { scratch: { plugin: 'kubernetes.io~configmap', files: { 'etc/app.conf': 'a=1' } } } },
    });
    const source = `${volumes('/k')}/kubernetes.io~configmap/scratch`;
    expect(fs.readFileSync(`${source}/etc/app.conf`, 'utf8')).toBe('a=1');
    const hints = createMountHints({ release: '20260615', kubeletDir: '/k', fs });
    const { spec } = await hints.update(SANDBOX);
    expect(spec.annotations).toMatchObject({ [`${KEY}.type`]: 'bind', [`${KEY}.source`]: source });
  });

  test('has a tmpfs of a size, files, directories and links', async () => {
    const directory = `${volumes()}/kubernetes.io~empty-dir/scratch`;
    const fs = await createMemoryFileSystem({
      pods: { [UID]: { scratch: {} } },
      tmpfs: { [directory]: 64 * 1024 * 1024 },
      directories: ['/empty'],
      files: { '/a/b': 'text' },
      links: { '/c/link': '/a' },
    });
    expect([fs.readdirSync('/empty'), fs.readFileSync('/c/link/b', 'utf8')]).toEqual([[], 'text']);
    const inMemory: OciSpec = {
      ...SANDBOX,
      annotations: { ...SANDBOX.annotations, [`${KEY}.type`]: 'tmpfs' },
    };
    const { spec } = await createMountHints({ release: '20260914', fs }).update(inMemory);
    expect(spec.annotations?.[`${KEY}.options`]).toBe('rw,size=67108864');
  });

  test('serves inspectBundles, and an empty one has nothing', async () => {
    const bundles = { '/run/sandbox': SANDBOX };
    const fs = await createMemoryFileSystem({ pods: { [UID]: { scratch: {} } }, bundles });
    const [report] = await inspectBundles(['/run/sandbox'], { release: '20260615', fs });
    expect(report?.explanation.hints.map(({ name }) => name)).toEqual(['scratch']);
    const empty = await createMemoryFileSystem();
    await expect(inspectBundles(['/run/sandbox'], { release: '20260615', fs: empty })).rejects.toMatchObject({
      code: 'MH_INPUT_NOT_FOUND',
    });
  });

  test('says what to install where memfs is missing', async () => {
    jest.resetModules();
    jest.unstable_mockModule('memfs', () => {
      const message = "Cannot find package 'memfs' imported from /app/node_modules/gvisor-mount-hints";
      throw Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
    });
    const testing = await import('../../../src/testing/index.ts');
    const error = await testing.createMemoryFileSystem().catch((thrown: unknown) => thrown);
    expect(isMountHintsError(error) && error).toMatchObject({
      code: 'MH_PEER_MISSING',
      details: { package: 'memfs' },
    });
  });
});
