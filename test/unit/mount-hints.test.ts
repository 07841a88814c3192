import { describe, expect, test } from '@jest/globals';
import { MemorySpecStore } from '../../src/adapters/memory-spec/memory-spec-store.ts';
import { MountHints } from '../../src/application/mount-hints.ts';
import { kubeletLayout } from '../../src/domain.ts';
import { type LoadedSpec, MountHintsError, type OciSpec, type VolumeLookup } from '../../src/index.ts';

const SHM = { destination: '/dev/shm', type: 'bind', source: '/shm', options: ['rbind', 'rw'] };
const SPEC: OciSpec = { annotations: { 'io.kubernetes.cri.container-type': 'container' }, mounts: [SHM] };

const noLookup: VolumeLookup = {
  find: () => Promise.reject(new Error('not asked for')),
  isEmpty: () => Promise.reject(new Error('not asked for')),
  tmpfsSize: () => Promise.reject(new Error('not asked for')),
};

/** A store in which another program changes the spec after each of the first `times` loads. */
class OvertakenStore extends MemorySpecStore {
  loads = 0;
  readonly #specs: Map<string, OciSpec>;
  readonly #times: number;

  constructor(specs: Map<string, OciSpec>, times: number) {
    super(specs);
    this.#specs = specs;
    this.#times = times;
  }

  override async load(location: string): Promise<LoadedSpec> {
    const loaded = await super.load(location);
    if (this.loads++ < this.#times)
      this.#specs.set(location, { ...loaded.spec, hostname: `change ${this.loads}` });
    return loaded;
  }
}

function overtaken(times: number) {
  const specs = new Map([['bundle', SPEC]]);
  const store = new OvertakenStore(specs, times);
  const hints = new MountHints({ lookup: noLookup, layout: kubeletLayout(), store }, '20260615');
  return { specs, store, hints };
}

describe('a bundle that another program changes under way', () => {
  test('is loaded and decided anew, and keeps the other change', async () => {
    const { specs, store, hints } = overtaken(4);
    expect(await hints.updateBundle('bundle')).toMatchObject({
      changed: true,
      release: '20260615',
      path: 'bundle',
    });
    expect(store.loads).toBe(5);
    expect(specs.get('bundle')).toMatchObject({
      hostname: 'change 4',
      mounts: [{ type: 'tmpfs', options: ['rw'] }],
    });
  });

  test('is given up after the fifth time, as the other program left it', async () => {
    const { specs, store, hints } = overtaken(99);
    await expect(hints.updateBundle('bundle')).rejects.toMatchObject({ code: 'MH_SPEC_CHANGED' });
    expect(store.loads).toBe(5);
    expect(specs.get('bundle')).toEqual({ ...SPEC, hostname: 'change 5' });
  });

  test('is not tried again for any other failure', async () => {
    const { store, hints } = overtaken(0);
    store.save = () => Promise.reject(new MountHintsError('MH_WRITE_FAILED', 'full'));
    await expect(hints.updateBundle('bundle')).rejects.toMatchObject({ code: 'MH_WRITE_FAILED' });
    expect(store.loads).toBe(1);
  });
});
