import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { main } from '../../src/composition/runtime.ts';
import { compareForRestore } from '../../src/domain.ts';
import type { OciSpec } from '../../src/index.ts';
import { checkpointMetadata, imageDirectory, stateFile } from '../support/checkpoint-image.ts';

const UID = '22222222-2222-2222-2222-222222222222';
const HINT = 'dev.gvisor.spec.mount.data.';

let root: string;
let errors: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runtime-restore-'));
  errors = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += text;
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

function sandbox(uid: string, annotations: Record<string, string>): OciSpec {
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: ['/pause'], cwd: '/' },
    root: { path: 'rootfs' },
    mounts: [],
    annotations: {
      'io.kubernetes.cri.container-type': 'sandbox',
      'io.kubernetes.cri.sandbox-uid': uid,
      [`${HINT}share`]: 'pod',
      ...annotations,
    },
    linux: { namespaces: [{ type: 'pid' }] },
  };
}

const CHECKPOINT = sandbox('1111', { [`${HINT}type`]: 'tmpfs', [`${HINT}source`]: '/elsewhere/data' });

/** The moved pod's sandbox, whose emptyDir holds data by now: the ordinary rewrite makes it a shared bind mount. */
function moved() {
  const volume = join(root, `kubelet/pods/${UID}/volumes/kubernetes.io~empty-dir/data`);
  mkdirSync(volume, { recursive: true });
  writeFileSync(join(volume, 'something'), '');
  const bundle = join(root, 'bundle');
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(sandbox(UID, { [`${HINT}type`]: 'bind' })));
  const read = (): OciSpec => JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
  return { bundle, volume, read };
}

function restore(bundle: string, image: string, ...more: string[]): Promise<number> {
  const words = [`--bundle=${bundle}`, `--kubelet-dir=${join(root, 'kubelet')}`, `--image-path=${image}`];
  return main([...words, '--release=20260907', `--log-file=${join(root, 'log')}`, ...more]);
}

const image = () =>
  imageDirectory(join(root, 'image'), stateFile(checkpointMetadata({ __no_name_0: CHECKPOINT })));
const lines = () =>
  readFileSync(join(root, 'log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a restore behind the wrapper', () => {
  test('is compared, and the differences are logged', async () => {
    const { bundle, read } = moved();
    expect(await restore(bundle, image())).toBe(0);
    expect(compareForRestore(CHECKPOINT, read(), '20260907').verdict).toBe('refused');
    expect(lines().at(-1)).toMatchObject({
      level: 'warning',
      msg: expect.stringMatching(/does not fit its checkpoint, .*mount\.data\.type/),
      verdict: 'refused',
      differences: expect.arrayContaining([
        expect.stringMatching(/data\.type.*"tmpfs" in the checkpoint, "bind" now/),
      ]),
    });
  });

  test('fits with RESTORE=fix, with its own sources', async () => {
    const { bundle, volume, read } = moved();
    expect(await restore(bundle, image(), '--restore=fix')).toBe(0);
    expect(compareForRestore(CHECKPOINT, read(), '20260907').verdict).toBe('accepted');
    expect(read().annotations?.[`${HINT}source`]).toBe(volume);
    expect(lines().at(-1)).toMatchObject({ level: 'info', verdict: 'accepted' });
    const before = readFileSync(join(bundle, 'config.json'), 'utf8');
    expect(await restore(bundle, image(), '--restore=fix')).toBe(0);
    expect(readFileSync(join(bundle, 'config.json'), 'utf8')).toBe(before);
  });

  test('from a broken image is told of, and only RESTORE=fix fails', async () => {
    const { bundle } = moved();
    const broken = imageDirectory(join(root, 'broken'), stateFile({}).subarray(0, 12));
    expect(await restore(bundle, broken)).toBe(0);
    expect(lines().at(-1)).toMatchObject({ level: 'warning', code: 'MH_CHECKPOINT_INVALID' });
    expect(await restore(bundle, broken, '--restore=fix')).toBe(3);
    expect(errors).toMatch(/MH_CHECKPOINT_INVALID/);
  });

  test('from an image of another runtime is an ordinary rewrite', async () => {
    const { bundle, read } = moved();
    const other = join(root, 'criu');
    mkdirSync(other);
    writeFileSync(join(other, 'checkpoint.img'), 'not gVisor');
    expect(await restore(bundle, other, '--restore=fix')).toBe(0);
    expect(read().annotations?.[`${HINT}type`]).toBe('bind');
  });
});
