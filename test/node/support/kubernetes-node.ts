import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, type Manifest, runtimeClass } from '../../cluster/support/apply.ts';
import { ControlPlane, end, freePorts, serve } from '../../cluster/support/control-plane.ts';
import { must, writeBusyboxImage } from '../../e2e/containerd/oci-image.ts';
import {
  type CommandOptions,
  type CommandResult,
  run,
  type StartedCommand,
  startCommand,
} from '../../e2e/runsc/command.ts';
import { CLI } from '../../support/built-cli.ts';
import { WRAPPER } from '../../support/runtimes.ts';
import type { NodePrograms } from './find-node.ts';
import { makePlace, removePlace } from './left-behind.ts';
import { CONTAINERD_CONFIG, IMAGE, SOCKET, writeNodeFiles } from './node-files.ts';

/** The name of the node; there is no scheduler, so pods name it. */
export const NODE_NAME = 'n1';

const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 10_000;
const WRAPPER_ON_NODE = '/var/lib/gvisor-mount-hints/mount-hints-runtime';
const NODE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The first process of the node's namespaces: it lays the node's directories over the machine's, then reaps. */
const FIRST_PROCESS = `set -e
mount --bind "$1/lib" /var/lib
mount --bind "$1/log" /var/log
mount --bind "$1/sbin" /usr/local/sbin
mount --bind "$1/etc" /etc
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
echo ready
while :; do sleep 3600 & wait $!; done
`;

const APPLETS = [
  'ls',
  'df',
  'mount',
  'touch',
  'echo',
  'true',
  'mkdir',
  'rm',
  'kill',
  'id',
  'stat',
  'ps',
  'dd',
];

async function until<T>(what: string, limitMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await sleep(200);
  }
}

/**
 * kubelet, containerd, gVisor's shim and runsc on this machine, in mount and process namespaces of their own, where
 * everything is at its usual place. Whatever ends this process ends the first process of the namespaces, and with it
 * all others and all mounts.
 */
export class KubernetesNode {
  readonly programs: NodePrograms;
  readonly plane: ControlPlane;
  /** Where the node's files lie on the machine. */
  readonly directory: string;
  readonly #namespaces: ChildProcess;
  readonly #firstProcess: string;
  #containerd: ChildProcess | undefined;
  #kubelet: ChildProcess | undefined;

  private constructor(
    programs: NodePrograms,
    plane: ControlPlane,
    directory: string,
    namespaces: ChildProcess,
    firstProcess: string,
  ) {
    this.programs = programs;
    this.plane = plane;
    this.directory = directory;
    this.#namespaces = namespaces;
    this.#firstProcess = firstProcess;
  }

  /** Starts a control plane and the node, and waits until the node is ready. */
  static async start(programs: NodePrograms): Promise<KubernetesNode> {
    const { directory, cgroupRoot } = makePlace();
    const [port = 0, healthPort = 0] = await freePorts(2);
    writeNodeFiles(directory, programs, { wrapper: WRAPPER_ON_NODE, cgroupRoot, port, healthPort });
    const wrapper = dirname(WRAPPER);
    if (existsSync(wrapper)) cpSync(wrapper, join(directory, 'lib/gvisor-mount-hints'), { recursive: true });
    const plane = await ControlPlane.start(programs.controlPlane, directory);
    let node: KubernetesNode | undefined;
    try {
      const namespaces = serve(directory, 'unshare', [
        ...'--mount --pid --fork --kill-child=KILL --mount-proc'.split(' '),
        ...['/bin/sh', '-c', FIRST_PROCESS, 'sh', directory],
      ]);
      const firstProcess = await until('namespaces', 10_000, async () => {
        const log = readFileSync(join(directory, 'unshare.log'), 'utf8');
        if (namespaces.exitCode !== null) throw new Error(`no namespaces for the node: ${log}`);
        if (!log.includes('ready')) return undefined;
        return readFileSync(`/proc/${namespaces.pid}/task/${namespaces.pid}/children`, 'utf8').trim();
      });
      node = new KubernetesNode(programs, plane, directory, namespaces, firstProcess);
      await node.startContainerd();
      await node.#importImage();
      await node.#startKubelet();
      for (const [name, handler] of [
        ['gvisor', 'runsc'],
        ['gvisor-hints', 'runsc-hints'],
      ] as const)
        await apply(plane.client, runtimeClass(name, handler));
      return node;
    } catch (error) {
      const logs = ['containerd', 'kubelet'].map((name) => `${name}: ${logTail(directory, name)}`);
      if (node === undefined) await plane.stop();
      else await node.stop();
      throw new Error(`the node does not start: ${(error as Error).message}\n${logs.join('\n')}`);
    }
  }

  /** The words that run a program in the node's namespaces. */
  #within(program: string, args: readonly string[]): string[] {
    const environment = ['env', `PATH=${NODE_PATH}`, 'HOME=/root'];
    return ['-t', this.#firstProcess, '-m', '-p', ...environment, program, ...args];
  }

  /** Runs a program on the node. */
  run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return run('nsenter', this.#within(program, args), this.#scratch(), { timeoutMs: 60_000, ...options });
  }

  /** Runs this package's command line on the node. */
  mountHints(...args: string[]): Promise<CommandResult> {
    return this.run(process.execPath, [CLI, ...args]);
  }

  /** Runs a shell script in a container, by its id. */
  exec(id: string, script: string): Promise<CommandResult> {
    return this.run('ctr', this.#execWords(id, script));
  }

  /** Starts a shell script in a container, and waits until it prints "ready". */
  async execInBackground(id: string, script: string): Promise<StartedCommand> {
    const words = this.#within('ctr', this.#execWords(id, script));
    const started = await startCommand('nsenter', words, this.#scratch(), { timeoutMs: 20_000 });
    await until(`"${script}"`, 15_000, async () => {
      const isReady =
        existsSync(started.stdoutPath) && readFileSync(started.stdoutPath, 'utf8').includes('ready');
      return isReady || started.child.exitCode !== null ? true : undefined;
    });
    return started;
  }

  #execWords(id: string, script: string): string[] {
    const name = `e${Math.random().toString(36).slice(2)}`;
    return ['-a', SOCKET, '-n', 'k8s.io', 'tasks', 'exec', '--exec-id', name, id, '/bin/sh', '-c', script];
  }

  #scratch(): string {
    const scratch = join(this.directory, 'scratch');
    mkdirSync(scratch, { recursive: true });
    return scratch;
  }

  /** Starts containerd with the configuration that is there, in the place of one that runs; pods go on. */
  async startContainerd(): Promise<void> {
    await this.#end('containerd', this.#containerd);
    this.#containerd = this.#serve('containerd', ['--config', CONTAINERD_CONFIG]);
    await until('containerd', READY_LIMIT_MS, async () => {
      if (this.#containerd?.exitCode !== null) throw new Error('containerd ended');
      const answer = await this.run('ctr', ['-a', SOCKET, 'version']);
      return answer.code === 0 ? true : undefined;
    });
  }

  #serve(program: string, args: readonly string[]): ChildProcess {
    const words = ['-c', 'echo $$ >"/run/$0.pid"; exec "$0" "$@"', program, ...args];
    return serve(this.directory, 'nsenter', this.#within('/bin/sh', words), program);
  }

  /** Ends a server of the node; nsenter stands between, and passes no signals on. */
  async #end(program: string, child: ChildProcess | undefined): Promise<void> {
    if (child === undefined) return;
    await this.run('/bin/sh', ['-c', `kill "$(cat /run/${program}.pid)"`]);
    await Promise.race([
      new Promise((resolve) => child.once('exit', resolve)),
      sleep(STOP_LIMIT_MS, undefined, { ref: false }),
    ]);
    await end(child);
  }

  async #importImage(): Promise<void> {
    const { busybox, probe } = this.programs;
    const tarball = await writeBusyboxImage(join(this.directory, 'image'), IMAGE, busybox, {
      applets: APPLETS,
      programs: { probe },
      directories: ['tmp', 'etc'],
      command: ['/bin/sleep', '86400'],
    });
    await must(this.run('ctr', ['-a', SOCKET, '-n', 'k8s.io', 'images', 'import', '--local', tarball]));
  }

  async #startKubelet(): Promise<void> {
    const { kubeconfig, client } = this.plane;
    this.#kubelet = this.#serve('kubelet', [
      ...['--config', '/etc/kubelet.json', '--kubeconfig', kubeconfig],
      ...['--hostname-override', NODE_NAME, '--root-dir', '/var/lib/kubelet'],
    ]);
    await until('kubelet', READY_LIMIT_MS, async () => {
      if (this.#kubelet?.exitCode !== null) throw new Error('kubelet ended');
      const { body } = await client.send('GET', `/api/v1/nodes/${NODE_NAME}`);
      const conditions: { type: string; status: string }[] = body?.status?.conditions ?? [];
      const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
      return isReady ? true : undefined;
    });
  }

  /** Creates an object; the answer is what the API server has made of it. */
  async create(manifest: Manifest): Promise<Manifest> {
    return (await apply(this.plane.client, manifest)).body;
  }

  /** The text of a file below the node's /etc; `undefined` if there is none. */
  fileOf(path: string): string | undefined {
    const file = join(this.directory, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** Writes a file below the node's /etc, or takes it away. */
  put(path: string, text: string | undefined): void {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text === undefined) rmSync(file, { force: true });
    else writeFileSync(file, text);
  }

  /** The end of a program's log. */
  log(program: string): string {
    return logTail(this.directory, program);
  }

  /** Ends everything and takes it away; also where a part has ended by itself. */
  async stop(): Promise<void> {
    await this.#end('kubelet', this.#kubelet);
    await this.#end('containerd', this.#containerd);
    this.#namespaces.kill('SIGKILL');
    await end(this.#namespaces);
    await this.plane.stop();
    // The kernel takes the cgroups' last processes out a moment after their end.
    await until('the end of the cgroups', 20_000, async () => {
      try {
        removePlace(this.directory);
        return true;
      } catch {
        return undefined;
      }
    });
  }
}

function logTail(directory: string, program: string): string {
  const file = join(directory, `${program}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-15).join('\n') : 'no log';
}
