import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { rewriteBeforeStart } from '../../src/adapters/oci-runtime/rewrite-before-start.ts';
import { RunscRelease } from '../../src/adapters/runsc/runsc-release.ts';
import { main } from '../../src/composition/runtime.ts';

const CONTAINERS = 'overlay-containers';
const SHM = { destination: '/dev/shm', type: 'bind', source: '/host/shm', options: ['rbind'] };

let root: string;
let errors: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mount-hints-runtime-'));
  errors = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += text;
    return true;
  });
  jest.spyOn(process.stdout, 'write').mockImplementation(() => {
    throw new Error('standard output belongs to the real runtime');
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

/** A bundle at ROOT/overlay-containers/ID/userdata. */
function bundle(id: string, spec: object): string {
  const path = join(root, CONTAINERS, id, 'userdata');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'config.json'), JSON.stringify(spec));
  return path;
}

const specOf = (path: string) => JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const run = (path: string, ...rest: string[]) => main([`--bundle=${path}`, '--release=20260615', ...rest]);

describe('a rewrite', () => {
  test('is written, and recorded with its reasons', async () => {
    const path = bundle('a', { mounts: [SHM] });
    const log = join(root, 'own.log');
    expect(await run(path, `--log-file=${log}`)).toBe(0);
    expect(specOf(path).mounts).toEqual([{ ...SHM, type: 'tmpfs', options: [] }]);
    expect(linesOf(log)).toEqual([
      expect.objectContaining({ level: 'info', release: '20260615', notes: [expect.any(String)] }),
    ]);
    expect(errors).toBe('');
  });

  test('that changes nothing is recorded at level debug only', async () => {
    const path = bundle('a', { mounts: [] });
    const log = join(root, 'own.log');
    expect(await run(path, `--log-file=${log}`)).toBe(0);
    expect(await run(path, `--log-file=${log}`, '--log-level=debug')).toBe(0);
    expect(linesOf(log).map(({ level }) => level)).toEqual(['debug']);
  });

  test("takes a spec file apart from the bundle, and crun's default name for the bundle's own", async () => {
    const path = bundle('a', { mounts: [SHM] });
    const other = join(root, 'other.json');
    writeFileSync(other, JSON.stringify({ mounts: [SHM] }));
    expect(await run(path, `--spec=${other}`)).toBe(0);
    expect(specOf(path).mounts).toEqual([SHM]);
    expect(JSON.parse(readFileSync(other, 'utf8')).mounts[0].type).toBe('tmpfs');
    expect(await run(path, '--spec=config.json')).toBe(0);
    expect(specOf(path).mounts[0].type).toBe('tmpfs');
  });

  test.each([
    ['auto', { 'io.kubernetes.cri-o.ContainerType': 'sandbox' }, true],
    ['auto', { 'io.kubernetes.cri.container-type': 'sandbox' }, false],
    ['on', {}, true],
    ['off', { 'io.kubernetes.cri-o.ContainerType': 'sandbox' }, false],
  ])('with CGROUP_PARENT=%s and %j names the cgroup: %j', async (setting, annotations, isNamed) => {
    const path = bundle('a', { annotations, linux: { cgroupsPath: '/kubepods/pod1/c' } });
    expect(await run(path, `--cgroup-parent=${setting}`)).toBe(0);
    const named = specOf(path).annotations?.['dev.gvisor.spec.cgroup-parent'];
    expect(named).toBe(isNamed ? '/kubepods/pod1' : undefined);
  });

  test('refuses a part of a hinted volume with SUB_PATHS=refuse, and leaves it else', async () => {
    const source = '/var/lib/kubelet/pods/u/volume-subpaths/v/app/0';
    const spec = {
      annotations: {
        'io.kubernetes.cri.container-type': 'container',
        'dev.gvisor.spec.mount.v.type': 'bind',
        'dev.gvisor.spec.mount.v.share': 'pod',
      },
      mounts: [{ destination: '/m', type: 'bind', source, options: ['rbind'] }],
    };
    const path = bundle('a', spec);
    expect(await run(path)).toBe(0);
    expect(specOf(path)).toEqual(spec);
    expect(await run(path, '--sub-paths=refuse')).toBe(3);
    expect(specOf(path)).toEqual(spec);
  });

  test.each([
    ['auto', '/var/lib/docker/volumes/v/_data', undefined, true],
    ['auto', '/var/lib/containers/storage/volumes/v/_data', undefined, true],
    ['auto', '/var/lib/kubelet/pods/u/volumes/kubernetes.io~configmap/v', undefined, true],
    ['auto', '/srv/volumes/v/_data', undefined, false],
    ['auto', '/srv/volumes/v/_data', '/srv/volumes//', true],
    ['podman', '/srv/volumes/v/_data', '/srv/volumes', true],
    ['podman', '/var/lib/docker/volumes/v/_data', undefined, false],
    ['docker', '/var/lib/docker/volumes/v/_data', undefined, true],
    ['kubelet', '/var/lib/docker/volumes/v/_data', undefined, false],
  ])('with VOLUME_LAYOUT=%s of %s in %s finds the volume: %j', async (layout, source, directory, isFound) => {
    const path = bundle('a', {
      annotations: { 'dev.gvisor.spec.mount.v.type': 'tmpfs' },
      mounts: [{ destination: '/v', type: 'bind', source }],
    });
    expect(await run(path, `--volume-layout=${layout}`, `--volumes-dir=${directory ?? ''}`)).toBe(0);
    expect(specOf(path).mounts[0].type).toBe(isFound ? 'tmpfs' : 'bind');
  });
});

describe("a Podman pod's member", () => {
  const source = '/var/lib/containers/storage/volumes/v/_data';
  const member = {
    annotations: {
      'io.container.manager': 'libpod',
      'io.kubernetes.cri-o.ContainerType': 'container',
      'io.kubernetes.cri-o.SandboxID': 'infra',
      'dev.gvisor.spec.mount.v.type': 'tmpfs',
    },
    mounts: [{ destination: '/v', type: 'bind', source }, SHM],
  };
  const infra = { annotations: { 'io.container.manager': 'libpod' }, mounts: [SHM] };
  const hints = { 'dev.gvisor.spec.mount.v.type': 'tmpfs', 'dev.gvisor.spec.mount.v.share': 'pod' };
  const typesOf = (path: string) => specOf(path).mounts.map(({ type }: { type: string }) => type);

  test('follows the hints of its infra container', async () => {
    const sandbox = bundle('infra', { ...infra, annotations: { ...infra.annotations, ...hints } });
    const path = bundle('member', member);
    expect([await run(sandbox), await run(path)]).toEqual([0, 0]);
    expect(specOf(sandbox).annotations['dev.gvisor.spec.mount.v.source']).toBe(source);
    expect(typesOf(path)).toEqual(['tmpfs', 'tmpfs']);
  });

  test('keeps a volume that the infra container has no hint for', async () => {
    const path = bundle('member', member);
    expect([await run(bundle('infra', infra)), await run(path)]).toEqual([0, 0]);
    expect(typesOf(path)).toEqual(['bind', 'tmpfs']);
  });

  test('keeps everything where the infra container was not rewritten, or cannot be read', async () => {
    const path = bundle('member', member);
    expect(await run(path)).toBe(0);
    expect(typesOf(path)).toEqual(['bind', 'bind']);
    bundle('infra', infra);
    expect(await run(path)).toBe(0);
    expect(typesOf(path)).toEqual(['bind', 'bind']);
  });
});

describe('an error', () => {
  test('is reported as the engine asks, with its code', async () => {
    const [log, own] = [join(root, 'engine.log'), join(root, 'own.log')];
    const path = bundle('a', { mounts: 7 });
    expect(await run(path, `--log=${log}`, '--log-format=json', `--log-file=${own}`)).toBe(3);
    const [entry] = linesOf(log);
    expect(entry).toEqual({
      level: 'error',
      msg: expect.stringContaining('MH_SPEC_SHAPE'),
      time: expect.any(String),
    });
    expect(linesOf(own)).toEqual([expect.objectContaining({ level: 'error', code: 'MH_SPEC_SHAPE' })]);
    expect(errors).toContain('MH_SPEC_SHAPE');
  });

  test('is what a manifest in the place of a spec ends in', async () => {
    expect(await run(bundle('a', { apiVersion: 'v1', kind: 'Pod', spec: {} }))).toBe(3);
    expect(errors).toContain('MH_SPEC_SHAPE');
  });

  test('is logrus text by default, quotes and newlines escaped', async () => {
    const log = join(root, 'engine.log');
    expect(await run(join(root, 'no "such"\nplace'), `--log=${log}`)).toBe(3);
    const text = readFileSync(log, 'utf8');
    expect(text).toMatch(/^time="[^"]+" level=error msg="mount-hints-runtime: MH_INPUT_NOT_FOUND: .*"\n$/);
    expect(text).toContain(String.raw`no \"such\"\nplace`);
  });

  test('is JSON on standard error where the engine asks for JSON and names no file', async () => {
    expect(await run(join(root, 'nothing'), '--log-format=json')).toBe(3);
    expect(JSON.parse(errors)).toMatchObject({ level: 'error' });
  });

  test('that is ignored stays out of standard error if a log took it', async () => {
    const log = join(root, 'engine.log');
    const args = [join(root, 'nothing'), '--on-error=ignore'] as const;
    expect(await run(...args, `--log=${log}`, '--log-format=json')).toBe(3);
    expect(linesOf(log)).toEqual([expect.objectContaining({ level: 'warning' })]);
    expect(errors).toBe('');
    expect(await run(...args, '--log=/no/such/directory/log')).toBe(3);
    expect(errors).toContain('MH_INPUT_NOT_FOUND');
  });

  test('of a runtime that tells no release names RELEASE', async () => {
    const runtime = join(root, 'not-runsc');
    writeFileSync(runtime, '#!/bin/sh\necho runc version 1.1.5\n');
    chmodSync(runtime, 0o755);
    const path = bundle('a', {});
    expect(await main([`--bundle=${path}`, '--release=auto', `--runtime=${runtime}`])).toBe(3);
    expect(errors).toContain('MH_RUNTIME_UNUSABLE');
  });

  test('in the release says where that was set', async () => {
    const path = bundle('a', {});
    expect(await main([`--bundle=${path}`, '--release=20261399', '--release-from=x.conf, line 2'])).toBe(3);
    expect(errors).toContain('MH_RELEASE_INVALID: x.conf, line 2');
  });
});

describe('an error of the surroundings', () => {
  test('a working directory that has been removed is told, for a bundle that is named from there', async () => {
    const before = process.cwd();
    const gone = join(root, 'gone');
    mkdirSync(gone);
    process.chdir(gone);
    rmSync(gone, { recursive: true });
    try {
      expect(await run('relative')).toBe(3);
      expect(await run('')).toBe(3);
      expect(errors).not.toContain('MH_BUG');
      expect(errors.match(/MH_INPUT_NOT_FOUND/g)).toHaveLength(2);
      expect(await run(bundle('a', { mounts: [SHM] }))).toBe(0);
    } finally {
      process.chdir(before);
    }
  });

  test('a FIFO for a log, which nobody reads, does not hold the container up', async () => {
    const fifo = join(root, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(await run(bundle('a', { mounts: [SHM] }), `--log-file=${fifo}`)).toBe(0);
    expect(await run(join(root, 'nothing'), `--log-file=${fifo}`, `--log=${fifo}`)).toBe(3);
    expect(errors).toContain('MH_INPUT_NOT_FOUND');
  });

  test.each([
    ['does not end', 'exec sleep 60', 'timeout', 'in time'],
    ['leaves a process that does not end', 'sleep 60; exit', 'timeout', 'in time'],
    ['fails', 'exit 3', 'failed', 'not runsc'],
    ['says something else', 'echo runc version 1', 'other-answer', 'not runsc'],
    ['says too much', 'while :; do echo runc runc runc runc; done', 'other-answer', 'not runsc'],
  ])('a runtime whose --version %s is told as that', async (_, script, reason, words) => {
    const runtime = join(root, 'runtime');
    writeFileSync(runtime, `#!/bin/sh\n${script}\n`);
    chmodSync(runtime, 0o755);
    const log = join(root, 'own.log');
    const status = await rewriteBeforeStart(
      [`--bundle=${root}`, `--runtime=${runtime}`, `--log-file=${log}`],
      {
        release: (runsc) => new RunscRelease({ runsc, environment: {}, timeoutMs: 700 }),
        prepareBundle: () => {
          throw new Error('the release comes first');
        },
      },
    );
    expect(status).toBe(3);
    expect(linesOf(log)).toEqual([
      expect.objectContaining({ code: 'MH_RUNTIME_UNUSABLE', details: { runtime, reason } }),
    ]);
    expect(errors).toContain(words);
  });
});
