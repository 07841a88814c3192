import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { type CommandOptions, type CommandResult, DEFAULT_TIMEOUT_MS, run, startCommand } from './command.ts';
import type { Toolbox } from './toolbox.ts';

/** A mount of an OCI spec; a type alias, because the domain's specs are open records. */
export type OciMount = {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
};

/** A process that was started in a container and is still to be waited for. */
export interface BackgroundExec {
  readonly ready: boolean;
  join(): Promise<CommandResult>;
}

/** Applets that the probes' scripts use. */
const APPLETS = [
  'sh',
  'cat',
  'df',
  'grep',
  'ls',
  'mkdir',
  'mount',
  'rm',
  'sleep',
  'stat',
  'test',
  'touch',
  'echo',
  'cp',
  'chmod',
  'mv',
  'true',
  'wc',
  'mkfifo',
  'timeout',
  'tail',
  'sort',
];

/** containerd's default capabilities, as far as the probes can notice them. */
const CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_KILL',
];

const UPDATE = ['update', '--release', 'latest', '--kubelet-dir'] as const;

/** The longest that a container may live, should this process die before it cleans up. */
const CONTAINER_LIFETIME_S = 240;

/** Every pod's UID; each pod has a kubelet directory of its own. */
const POD_UID = 'UID';

/** What of an OCI spec differs between the observations. */
export interface SpecParts {
  readonly annotations: Readonly<Record<string, string>>;
  readonly mounts: readonly OciMount[];
}

function kubeletDirOf(podDir: string): string {
  return path.join(podDir, 'kubelet');
}

/** Where kubelet would keep a volume of the pod that lives in a directory. */
export function volumePath(podDir: string, plugin: string, volume: string): string {
  return path.join(kubeletDirOf(podDir), 'pods', POD_UID, 'volumes', plugin, volume);
}

export interface PodOptions {
  readonly id: string;
  readonly toolbox: Toolbox;
  /** A fresh directory of this pod's own; removed by `destroy`. */
  readonly dir: string;
  readonly runscFlags: readonly string[];
  /** Directories of every container's root file system, beside `/bin`. */
  readonly imageDirectories: readonly string[];
}

/** The flags with which runsc runs on a plain machine as root, without a cgroup manager and without a network. */
const MACHINE_FLAGS: readonly string[] = [
  `--platform=${process.env.RUNSC_PLATFORM ?? 'systrap'}`,
  '--network=none',
  '--ignore-cgroups',
];

/**
 * One pod under one runsc. Containers are called by short names (`c1`); runsc
 * knows them as POD_ID-NAME, which is what every command ends with.
 */
export class Pod {
  readonly sandboxId: string;
  readonly #options: PodOptions;
  readonly #root: string;
  readonly #logs: string;
  readonly #scratch: string;
  readonly #live = new Set<string>();
  readonly #background = new Set<ChildProcess>();
  readonly #pids = new Set<number>();
  #bundleCount = 0;

  constructor(options: PodOptions) {
    this.#options = options;
    this.sandboxId = `${options.id}-sandbox`;
    this.#root = path.join(options.dir, 'state');
    this.#logs = path.join(options.dir, 'logs');
    this.#scratch = path.join(options.dir, 'scratch');
  }

  get kubeletDir(): string {
    return kubeletDirOf(this.#options.dir);
  }

  /** Every flag before the subcommand, as typed on runsc's command line. */
  get globalFlags(): readonly string[] {
    return [
      '--root',
      this.#root,
      `--debug-log=${this.#logs}/`,
      ...MACHINE_FLAGS,
      ...this.#options.runscFlags,
    ];
  }

  containerId(name: string): string {
    return name === 'sandbox' ? this.sandboxId : `${this.#options.id}-${name}`;
  }

  async prepare(): Promise<void> {
    await fs.mkdir(this.#logs, { recursive: true });
    await fs.mkdir(this.#scratch, { recursive: true });
    await fs.mkdir(this.kubeletDir, { recursive: true });
  }

  /** Mounts something on the host for this pod; unmounted by `destroy`. */
  async mountOnHost(args: readonly string[], target: string): Promise<void> {
    const mounted = await this.host('mount', [...args, target]);
    if (mounted.code !== 0) {
      throw new Error(`mount ${args.join(' ')} ${target} failed: ${mounted.stderr.trim()}`);
    }
  }

  host(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return run(file, args, this.#scratch, options);
  }

  runsc(args: readonly string[], timeoutMs?: number): Promise<CommandResult> {
    return run(this.#options.toolbox.runsc.binary, [...this.globalFlags, ...args], this.#scratch, {
      timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
    });
  }

  /** Creates and starts the container of a bundle. */
  async launch(name: string, bundle: string): Promise<CommandResult> {
    const id = this.containerId(name);
    this.#live.add(id);
    const created = await this.runsc(['create', '--bundle', bundle, id]);
    if (created.code !== 0) return { ...created, stderr: `create: ${created.stderr}` };
    await this.#notePid(id);
    const started = await this.runsc(['start', id]);
    return started.code === 0 ? started : { ...started, stderr: `start: ${started.stderr}` };
  }

  /** Has `destroy` end a container that was not launched here, but restored. */
  adopt(name: string): void {
    this.#live.add(this.containerId(name));
  }

  /** Prepares bundles as the shim would, with this package's own command; gives its output. */
  updateBundles(bundles: readonly string[]): Promise<CommandResult> {
    const { mountHints } = this.#options.toolbox;
    return this.host(process.execPath, [mountHints, ...UPDATE, this.kubeletDir, ...bundles]);
  }

  /** The annotations by which containerd tells the role of a container, and its pod. */
  criAnnotations(name: string): Record<string, string> {
    const pod = {
      'io.kubernetes.cri.sandbox-id': this.sandboxId,
      'io.kubernetes.cri.sandbox-uid': POD_UID,
    };
    return name === 'sandbox'
      ? {
          'io.kubernetes.cri.container-type': 'sandbox',
          'io.kubernetes.cri.sandbox-log-directory': `/var/log/pods/default_observed_${POD_UID}`,
          ...pod,
        }
      : { 'io.kubernetes.cri.container-type': 'container', 'io.kubernetes.cri.container-name': name, ...pod };
  }

  /** A bundle directory. Each container has its own root directory: runsc keeps a filestore in it, and refuses a second one. */
  async makeBundle(name: string, { annotations, mounts }: SpecParts): Promise<string> {
    this.#bundleCount += 1;
    const bundle = path.join(this.#options.dir, 'bundles', `${this.#bundleCount}-${name}`);
    const rootfs = path.join(bundle, 'rootfs');
    const bin = path.join(rootfs, 'bin');
    await fs.mkdir(bin, { recursive: true });
    for (const [from, as] of [
      [this.#options.toolbox.busybox, 'busybox'],
      [this.#options.toolbox.probe, 'probe'],
    ] as const) {
      await fs.copyFile(from, path.join(bin, as), constants.COPYFILE_FICLONE);
      await fs.chmod(path.join(bin, as), 0o755);
    }
    for (const applet of APPLETS) {
      await fs.symlink('busybox', path.join(bin, applet));
    }
    for (const directory of this.#options.imageDirectories) {
      await fs.mkdir(path.join(rootfs, directory), { recursive: true });
    }
    const spec = {
      ociVersion: '1.0.2',
      process: {
        user: { uid: 0, gid: 0 },
        args: ['/bin/sleep', String(CONTAINER_LIFETIME_S)],
        env: ['PATH=/bin'],
        cwd: '/',
        capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      },
      root: { path: 'rootfs' },
      hostname: 'observed',
      mounts,
      annotations,
      linux: {
        namespaces: [
          { type: 'pid' },
          { type: 'network' },
          { type: 'ipc' },
          { type: 'uts' },
          { type: 'mount' },
        ],
      },
    };
    await fs.writeFile(path.join(bundle, 'config.json'), `${JSON.stringify(spec, null, 1)}\n`);
    return bundle;
  }

  exec(name: string, script: string): Promise<CommandResult> {
    return this.runsc(['exec', this.containerId(name), '/bin/sh', '-c', script], 20_000);
  }

  /** Starts a script that prints "ready" when its peer may act; waits for that, at most 5 s. */
  async execInBackground(name: string, script: string): Promise<BackgroundExec> {
    const started = await startCommand(
      this.#options.toolbox.runsc.binary,
      [...this.globalFlags, 'exec', this.containerId(name), '/bin/sh', '-c', script],
      this.#scratch,
      { timeoutMs: 20_000 },
    );
    this.#background.add(started.child);
    let ended = false;
    const finished = started.finished.then((result) => {
      ended = true;
      this.#background.delete(started.child);
      return result;
    });
    let ready = false;
    for (let tries = 0; tries < 250 && !ready && !ended; tries += 1) {
      ready = (await fs.readFile(started.stdoutPath, 'utf8').catch(() => '')).includes('ready');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { ready, join: () => finished };
  }

  async status(name: string): Promise<string> {
    const answer = await this.runsc(['state', this.containerId(name)]);
    return /"status": "(\w+)"/.exec(answer.stdout)?.[1] ?? `no state: ${answer.stderr.trim()}`;
  }

  async deleteContainer(name: string): Promise<CommandResult> {
    const id = this.containerId(name);
    const deleted = await this.runsc(['delete', '--force', id]);
    if (deleted.code === 0) {
      this.#live.delete(id);
    }
    return deleted;
  }

  /** The lines of runsc's own logs (all processes) that contain a text, without their prefix. */
  async logLines(text: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of (await fs.readdir(this.#logs)).sort()) {
      const content = await fs.readFile(path.join(this.#logs, name), 'utf8');
      for (const line of content.split('\n')) {
        if (line.includes(text)) {
          found.push(line.replace(/^.*?\] /, ''));
        }
      }
    }
    return found;
  }

  /** Replaces what differs from run to run and machine to machine by names. */
  withPlaceholders(text: string): string {
    const { dir, id, toolbox } = this.#options;
    return [
      [this.kubeletDir, 'KUBELET_DIR'],
      [this.#root, 'STATE_DIR'],
      [this.#logs, 'LOG_DIR'],
      [path.join(dir, 'bundles'), 'BUNDLES'],
      [dir, 'POD_DIR'],
      [toolbox.runsc.binary, 'runsc'],
      [this.sandboxId, 'SANDBOX_ID'],
      [`${id}-`, 'POD-'],
    ].reduce((result, [from, to]) => result.replaceAll(from as string, to as string), text);
  }

  /** Ends every container and the sandbox by id, and undoes what was mounted. Never throws; says what it could not do. */
  async destroy(): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const child of this.#background) {
      child.kill('SIGKILL');
    }
    const ids = [...this.#live].sort((a, b) => Number(a === this.sandboxId) - Number(b === this.sandboxId));
    for (const id of ids) {
      await this.#notePid(id);
    }
    for (const id of ids) {
      const deleted = await this.runsc(['delete', '--force', id]);
      if (deleted.code === 0) {
        this.#live.delete(id);
      } else if (!/does not exist|file does not exist|not found/.test(deleted.stderr)) {
        problems.push(`delete ${id}: ${deleted.stderr.trim()}`);
      }
    }
    for (const pid of this.#pids) {
      if (await this.#isOurs(pid)) {
        process.kill(pid, 'SIGKILL');
        problems.push(`process ${pid} was still there after delete, and was killed`);
      }
    }
    return [...problems, ...(await this.#unmountAll())];
  }

  async #unmountAll(): Promise<readonly string[]> {
    const problems: string[] = [];
    const table = await fs.readFile('/proc/self/mountinfo', 'utf8');
    const below = table
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((target) => target.startsWith(`${this.#options.dir}/`));
    for (const target of below.reverse()) {
      const unmounted = await this.host('umount', [target]);
      if (unmounted.code !== 0) {
        problems.push(`umount ${target}: ${unmounted.stderr.trim()}`);
      }
    }
    return problems;
  }

  /** Removes the pod's directory; after `destroy`, and only if that left no mount below it. */
  async remove(): Promise<void> {
    await fs.rm(this.#options.dir, { recursive: true, force: true });
  }

  async #notePid(id: string): Promise<void> {
    const answer = await this.runsc(['state', id]);
    const pid = Number(/"pid": (\d+)/.exec(answer.stdout)?.[1] ?? 0);
    if (pid > 1) {
      this.#pids.add(pid);
    }
  }

  /** Whether a pid is still a process of this pod's sandbox: its command line names this pod's state directory. */
  async #isOurs(pid: number): Promise<boolean> {
    const commandLine = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return commandLine.includes(this.#root);
  }
}
