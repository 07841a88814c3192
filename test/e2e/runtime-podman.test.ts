import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BundleFactory, isInstalled } from '../support/container-bundle.ts';
import { describeIf } from '../support/describe-if.ts';
import { RUNTIMES, WRAPPER } from '../support/runtimes.ts';

const runtime = RUNTIMES.find(({ name }) => name === 'runc');
const canRun = runtime && isInstalled('podman') && isInstalled('catatonit');

/** Podman with storage, state and settings of its own, and the wrapper for its runtime. */
class PodmanBench {
  readonly #place = new BundleFactory();
  readonly root = join(this.#place.root, 'storage');
  readonly log = join(this.#place.root, 'mount-hints.log');
  readonly #runtime = join(this.#place.root, 'mount-hints-runtime-for-test');

  constructor(realRuntime: string) {
    this.#file(
      'runtime.conf',
      `RUNTIME=${realRuntime}\nRELEASE=20260615\nLOG_FILE=${this.log}\nVOLUMES_DIR=${this.root}/volumes\n`,
    );
    // Podman gives its runtime next to no environment, so that the settings' place must come from a script.
    const config = join(this.#place.root, 'runtime.conf');
    const script = `#!/bin/sh\nexport MOUNT_HINTS_CONFIG=${config}\nexec ${WRAPPER} "$@"\n`;
    chmodSync(this.#file('mount-hints-runtime-for-test', script), 0o755);
  }

  #file(name: string, text: string): string {
    const path = join(this.#place.root, name);
    writeFileSync(path, text);
    return path;
  }

  /** containers.conf: limits that this machine allows, and annotations for every container. */
  #settings(annotations: string[]): string {
    const list = annotations.map((each) => JSON.stringify(each)).join(',');
    return this.#file(
      'containers.conf',
      `[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\nannotations = [${list}]\n`,
    );
  }

  call(words: string[], annotations: string[] = []) {
    const { root } = this.#place;
    const places = ['--root', this.root, '--runroot', join(root, 'run'), '--tmpdir', join(root, 'tmp')];
    const run = spawnSync(
      'podman',
      [...places, '--storage-driver', 'vfs', '--runtime', this.#runtime, ...words],
      {
        encoding: 'utf8',
        timeout: 60_000,
        env: { PATH: process.env.PATH, HOME: root, CONTAINERS_CONF: this.#settings(annotations) },
      },
    );
    return { status: run.status, stdout: run.stdout, stderr: run.stderr };
  }

  importImage() {
    const image = join(this.#place.root, 'image.tar');
    spawnSync('tar', ['-C', this.#place.rootfs, '-cf', image, '.']);
    return this.call(['import', image, 'localhost/busybox']);
  }

  play(manifest: object, annotations: string[] = []) {
    const file = this.#file('pod.json', JSON.stringify(manifest));
    return this.call(['play', 'kube', '--network', 'none', file], annotations);
  }

  remove(): void {
    this.call(['pod', 'rm', '--all', '--force', '--time', '0']);
    this.call(['rm', '--all', '--force', '--time', '0']);
    spawnSync('sh', ['-c', `umount "$1"/storage/*/*/userdata/shm 2>/dev/null`, 'sh', this.#place.root]);
    this.#place.remove();
  }
}

const BUSYBOX = ['localhost/busybox', '/bin/busybox'];
const MOUNTS = [...BUSYBOX, 'cat', '/proc/mounts'];

/** `TYPE OPTIONS` of what is mounted at a place, from /proc/mounts. */
function mountAt(mounts: string, place: string): string | undefined {
  const line = mounts.split('\n').find((each) => each.split(' ')[1] === place);
  return line?.split(' ').slice(2, 4).join(' ');
}

const pod = (annotations: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'played', annotations },
  spec: {
    restartPolicy: 'Never',
    volumes: [{ name: 'scratch', emptyDir: {} }],
    containers: ['a', 'b'].map((name) => ({
      name,
      image: 'localhost/busybox',
      imagePullPolicy: 'Never',
      command: ['/bin/busybox', 'sh', '-c', '/bin/busybox cat /proc/mounts; exec /bin/busybox sleep 30'],
      volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
    })),
  },
});

const HINTS = ['dev.gvisor.spec.mount.scratch.type=tmpfs', 'dev.gvisor.spec.mount.scratch.share=pod'];

describeIf(Boolean(canRun))('Podman with the wrapper for its runtime', () => {
  const podman = new PodmanBench(runtime?.path ?? '');
  afterAll(() => podman.remove());
  beforeAll(() => {
    expect(podman.importImage()).toMatchObject({ status: 0 });
  });
  const entries = () => readFileSync(podman.log, 'utf8').trimEnd().split('\n');

  test('run: a hinted volume and /dev/shm become tmpfs; output and status come through', () => {
    const hint = ['--annotation', 'dev.gvisor.spec.mount.data.type=tmpfs'];
    const words = ['run', '--rm', '--network', 'none', ...hint, '-v', 'data:/data'];
    const { status, stdout } = podman.call([...words, ...MOUNTS]);
    expect(status).toBe(0);
    expect(mountAt(stdout, '/data')).toMatch(/^tmpfs /);
    expect(mountAt(stdout, '/dev/shm')).toMatch(/^tmpfs /);
    expect(entries().at(-1)).toContain('rewrote');
    expect(podman.call([...words, ...BUSYBOX, 'sh', '-c', 'exit 7']).status).toBe(7);
  });

  test('run: without hints a volume stays a volume', () => {
    const { stdout } = podman.call(['run', '--rm', '--network', 'none', '-v', 'data:/data', ...MOUNTS]);
    expect(mountAt(stdout, '/data')).not.toMatch(/^tmpfs /);
  });

  test('exec, pause, kill and rm work', () => {
    const { status, stdout } = podman.call([
      ...['run', '--detach', '--network', 'none', ...BUSYBOX, 'sleep', '30'],
    ]);
    expect(status).toBe(0);
    const id = stdout.trim();
    expect(podman.call(['exec', id, '/bin/busybox', 'echo', 'inside']).stdout).toBe('inside\n');
    const rest = [
      ['pause', id],
      ['unpause', id],
      ['kill', id],
      ['rm', '--force', '--time', '0', id],
    ];
    expect(rest.map((words) => podman.call(words).status)).toEqual([0, 0, 0, 0]);
  });

  test("pod create: a member's /dev/shm is a tmpfs, as its infra container was told", () => {
    expect(podman.call(['pod', 'create', '--name', 'made', '--network', 'none']).status).toBe(0);
    const { status, stdout } = podman.call(['run', '--rm', '--pod', 'made', ...MOUNTS]);
    expect(status).toBe(0);
    expect(mountAt(stdout, '/dev/shm')).toMatch(/^tmpfs /);
    expect(podman.call(['pod', 'rm', '--force', '--time', '0', 'made']).status).toBe(0);
  });

  const played = (annotations: Record<string, string>, everywhere: string[] = []) => {
    expect(podman.play(pod(annotations), everywhere)).toMatchObject({ status: 0 });
    const logs = ['played-a', 'played-b'].map((name) => {
      for (let tries = 0; tries < 20; tries++) {
        const { stdout } = podman.call(['logs', name]);
        if (stdout.includes('/scratch')) return stdout;
      }
      return '';
    });
    expect(podman.call(['pod', 'rm', '--force', '--time', '0', 'played']).status).toBe(0);
    return logs.map((mounts) => mountAt(mounts, '/scratch')?.split(' ')[0]);
  };
  const TMPFS = { 'dev.gvisor.spec.mount.scratch.type': 'tmpfs' };

  test('kube play: an emptyDir follows the hints that containers.conf gives to the infra container', () => {
    expect(played(TMPFS, HINTS)).toEqual(['tmpfs', 'tmpfs']);
  });

  test('kube play: with the type bind in the pod, for a file-backed volume, the mounts stay', () => {
    const types = played({ 'dev.gvisor.spec.mount.scratch.type': 'bind' }, HINTS);
    expect(types).toHaveLength(2);
    expect(types).not.toContain('tmpfs');
    expect(types).not.toContain(undefined);
  });

  test("kube play: hints that Podman keeps from the infra container leave the members' emptyDir shared", () => {
    const types = played(TMPFS);
    expect(types).toHaveLength(2);
    expect(types).not.toContain('tmpfs');
    expect(types).not.toContain(undefined);
    expect(entries().slice(-2).join()).toContain("the sandbox's spec has no hint");
  });
});
