import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CheckpointImageFiles } from '../../src/adapters/files/checkpoint-image-files.ts';
import { hostFileSystem } from '../../src/adapters/host-fs/host-file-system.ts';
import { comparePodForRestore } from '../../src/domain.ts';
import type { OciSpec } from '../../src/index.ts';
import { WRAPPER } from '../support/runtimes.ts';
import { Pod, volumePath } from './runsc/pod.ts';
import { changed, RESTORE_CASES, type RestoreCase } from './runsc/restore/restore-cases.ts';
import { causeIn, type RestoreRecord } from './runsc/restore/restore-record.ts';
import { findToolbox, type Toolbox } from './runsc/toolbox.ts';

/** The release of the version of 2026-09-05. */
const RELEASE = '20260907';
const EMPTY_DIR = 'kubernetes.io~empty-dir';
const isRecording =
  process.env.MOUNT_HINTS_E2E_RECORD !== undefined && process.env.MOUNT_HINTS_E2E === 'long';
const RECORDS = new URL('../vectors/restore-observations.jsonl', import.meta.url);

const scratch = await fs.mkdtemp(join(tmpdir(), 'mh-e2e-restore-'));
afterAll(() => fs.rm(scratch, { recursive: true, force: true }));

let count = 0;

async function newPod(toolbox: Toolbox, flags: readonly string[] = []): Promise<Pod> {
  count += 1;
  const dir = join(scratch, `pod-${count}`);
  await fs.mkdir(dir);
  const pod = new Pod({
    id: `restore-${process.pid}-${count}`,
    toolbox,
    dir,
    runscFlags: flags,
    imageDirectories: ['data', 'scratch', 'plain', 'other', 'more', 'x'],
  });
  await pod.prepare();
  await fs.mkdir(volumePath(dir, EMPTY_DIR, 'data'), { recursive: true });
  await fs.mkdir(volumePath(dir, EMPTY_DIR, 'plain'), { recursive: true });
  return pod;
}

interface Bundles {
  readonly sandbox: string;
  readonly container: string;
}

/** The pod as gVisor's shim hands it over: a sandbox with a hint, and a container that mounts the volume and a tmpfs. */
async function bundlesOf(
  pod: Pod,
  podDir: string,
  each: Pick<RestoreCase, 'sandbox' | 'container'> = {},
): Promise<Bundles> {
  const source = volumePath(podDir, EMPTY_DIR, 'data');
  const hint = 'dev.gvisor.spec.mount.data.';
  const sandbox = await pod.makeBundle('sandbox', {
    annotations: {
      ...pod.criAnnotations('sandbox'),
      [`${hint}type`]: 'tmpfs',
      [`${hint}share`]: 'pod',
      [`${hint}options`]: 'rw,rprivate',
      [`${hint}source`]: source,
    },
    mounts: [],
  });
  const container = await pod.makeBundle('c1', {
    annotations: pod.criAnnotations('c1'),
    mounts: [
      { destination: '/data', type: 'bind', source, options: ['rw', 'rprivate'] },
      {
        destination: '/plain',
        type: 'bind',
        source: volumePath(podDir, EMPTY_DIR, 'plain'),
        options: ['rw', 'rprivate'],
      },
      { destination: '/scratch', type: 'tmpfs', source: 'tmpfs', options: [] },
    ],
  });
  await change(sandbox, each.sandbox);
  await change(container, each.container);
  return { sandbox, container };
}

async function specIn(bundle: string): Promise<OciSpec> {
  return JSON.parse(await fs.readFile(join(bundle, 'config.json'), 'utf8'));
}

async function change(bundle: string, by: RestoreCase['sandbox']): Promise<void> {
  await fs.writeFile(join(bundle, 'config.json'), JSON.stringify(changed(await specIn(bundle), by)));
}

async function must(what: string, result: Promise<{ code: number | null; stderr: string }>): Promise<void> {
  const { code, stderr } = await result;
  if (code !== 0) throw new Error(`${what} failed: ${stderr}`);
}

/** A checkpoint of a pod that has written to its volume. */
async function checkpoint(toolbox: Toolbox): Promise<string> {
  const pod = await newPod(toolbox);
  const image = join(scratch, 'image');
  try {
    const { sandbox, container } = await bundlesOf(pod, join(scratch, `pod-${count}`));
    await must('sandbox', pod.launch('sandbox', sandbox));
    await must('container', pod.launch('c1', container));
    await must('exec', pod.exec('c1', 'echo kept > /data/file; echo kept > /scratch/file'));
    await must('checkpoint', pod.runsc(['checkpoint', '--image-path', image, pod.sandboxId]));
  } finally {
    await pod.destroy();
  }
  return image;
}

/** @param environment the wrapper's; without one runsc itself is called. */
async function restoreOne(
  pod: Pod,
  name: string,
  bundle: string,
  image: string,
  environment?: Readonly<Record<string, string>>,
) {
  const words = ['restore', '--detach', '--image-path', image, '--bundle', bundle, pod.containerId(name)];
  pod.adopt(name);
  return environment === undefined
    ? pod.runsc(words, 60_000)
    : pod.host(WRAPPER, [...pod.globalFlags, ...words], { env: environment, timeoutMs: 60_000 });
}

/** What a restore came to, from what the restored container has. */
async function outcomeOf(pod: Pod, said: string): Promise<RestoreRecord['outcome']> {
  const kept = await pod.exec('c1', 'cat /data/file /scratch/file');
  if (kept.stdout === 'kept\nkept\n') return 'restored';
  const logged = await pod.logLines('failed to handle restore spec validation');
  return logged.length > 0 || said.includes('restore spec validation') ? 'refused' : 'failed later';
}

async function carryOut(each: RestoreCase, toolbox: Toolbox, image: string): Promise<RestoreRecord> {
  const pod = await newPod(toolbox, each.flags);
  try {
    const bundles = await bundlesOf(pod, join(scratch, `pod-${count}`), each);
    const sandbox = await restoreOne(pod, 'sandbox', bundles.sandbox, image);
    const container = each.withoutContainer ? sandbox : await restoreOne(pod, 'c1', bundles.container, image);
    const said = `${sandbox.stderr}${container.stderr}`.trim();
    const outcome = await outcomeOf(pod, said);
    const read = new CheckpointImageFiles(hostFileSystem).read(image);
    if (read === undefined) throw new Error('no image');
    const specs = [await specIn(bundles.sandbox), await specIn(bundles.container)];
    const validation = /validation=(warning|ignore)/.exec(each.flags?.join(' ') ?? '')?.[1] ?? 'enforce';
    const model = comparePodForRestore(read, each.withoutContainer ? specs.slice(0, 1) : specs, RELEASE, {
      validation: validation as 'enforce',
    }).verdict;
    const message = causeIn(pod.withPlaceholders(said));
    return { id: each.id, outcome, message, model };
  } finally {
    await pod.destroy();
    await pod.remove();
  }
}

/** What no comparison of specs sees: the files behind the mounts, and flags. */
const NOT_IN_SPECS = [
  // The gofer cleans the destinations of the mounts that it serves; which these are, the hints of the sandbox say.
  'a destination of a hinted mount with an end slash',
  "the hinted mount's source, without its hint's",
  "the hint's source gone",
  'another overlay',
  'no directfs',
];

const toolbox = await findToolbox(scratch);
if ('unavailable' in toolbox) {
  process.stderr.write(`restores are not observed: ${toolbox.unavailable}\n`);
  test.skip(`runsc: ${toolbox.unavailable}`, () => {});
} else {
  describe(`a restore by runsc ${toolbox.runsc.moduleVersion}`, () => {
    let image = '';
    const records: RestoreRecord[] = [];
    beforeAll(async () => {
      image = await checkpoint(toolbox);
    }, 120_000);

    test.each(RESTORE_CASES.map((each) => [each.id, each] as const))(
      '%s',
      async (_, each) => {
        const record = await carryOut(each, toolbox, image);
        records.push(record);
        expect({ outcome: record.outcome, message: record.message }).toMatchObject({ outcome: each.outcome });
        if (!NOT_IN_SPECS.includes(each.id))
          expect(record.model).toBe(each.outcome === 'restored' ? 'accepted' : 'refused');
      },
      120_000,
    );

    const wrapped: Pick<RestoreCase, 'sandbox' | 'container'> = {
      sandbox({ annotations }) {
        delete annotations['dev.gvisor.spec.mount.data.source'];
        annotations['dev.gvisor.spec.mount.data.type'] = 'bind';
        annotations['dev.gvisor.spec.mount.data.options'] = 'rw';
      },
      container({ mounts }) {
        for (const mount of mounts) if (mount.destination === '/data') mount.options?.push('rbind');
      },
    };

    test.each([
      ['log', 'refused'],
      ['fix', 'restored'],
    ] as const)(
      'behind the wrapper, of a pod that moved and whose volume holds data: with RESTORE=%s it is %s',
      async (setting, outcome) => {
        const pod = await newPod(toolbox);
        const dir = join(scratch, `pod-${count}`);
        try {
          const bundles = await bundlesOf(pod, dir, wrapped);
          await fs.writeFile(join(volumePath(dir, EMPTY_DIR, 'data'), 'something'), '');
          const environment = {
            MOUNT_HINTS_RUNTIME: toolbox.runsc.binary,
            MOUNT_HINTS_RELEASE: RELEASE,
            MOUNT_HINTS_KUBELET_DIR: pod.kubeletDir,
            MOUNT_HINTS_RESTORE: setting,
            MOUNT_HINTS_LOG_FILE: join(dir, 'wrapper.log'),
          };
          const sandbox = await restoreOne(pod, 'sandbox', bundles.sandbox, image, environment);
          const container = await restoreOne(pod, 'c1', bundles.container, image, environment);
          const said = sandbox.stderr + container.stderr;
          expect([await outcomeOf(pod, said), said]).toEqual([outcome, outcome === 'restored' ? '' : said]);
          const logged = await fs.readFile(join(dir, 'wrapper.log'), 'utf8');
          expect(logged.includes('does not fit its checkpoint')).toBe(outcome === 'refused');
        } finally {
          await pod.destroy();
        }
      },
      120_000,
    );

    afterAll(async () => {
      if (isRecording)
        await fs.writeFile(RECORDS, records.map((each) => `${JSON.stringify(each)}\n`).join(''));
    });
  });
}
