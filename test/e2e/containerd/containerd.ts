import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type StartedCommand, startCommand } from '../runsc/command.ts';
import { must, writeBusyboxImage } from './oci-image.ts';

/** The image of every container, the sandbox's own included. */
export const IMAGE = 'docker.io/observed/pause:1';

const LIFETIME_MS = 300_000;

export interface ContainerdTools {
  readonly containerd: string;
  readonly ctr: string;
  /** `cri-client/main.go`, built. */
  readonly criClient: string;
  readonly busybox: string;
}

function configuration(dir: string): string {
  return `version = 2
root = "${dir}/root"
state = "${dir}/state"
[grpc]
  address = "${dir}/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "${dir}/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGE}"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${dir}/cni"
    conf_dir = "${dir}/cni.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      pod_annotations = ["dev.gvisor.*"]
`;
}

/** A containerd of one's own below a directory, with real CRI pods under runc, in the host's network: no CNI, no registry. */
export class Containerd {
  readonly dir: string;
  readonly #tools: ContainerdTools;
  readonly #scratch: string;
  #daemon: StartedCommand | undefined;
  #sandboxes: string[] = [];

  constructor(dir: string, tools: ContainerdTools) {
    this.dir = dir;
    this.#tools = tools;
    this.#scratch = join(dir, 'scratch');
  }

  get #socket(): string {
    return join(this.dir, 'containerd.sock');
  }

  async start(): Promise<void> {
    for (const folder of ['scratch', 'image', 'cni', 'cni.d']) mkdirSync(join(this.dir, folder));
    const config = join(this.dir, 'config.toml');
    writeFileSync(config, configuration(this.dir));
    const { containerd, ctr, busybox } = this.#tools;
    this.#daemon = await startCommand(containerd, ['--config', config], this.#scratch, {
      timeoutMs: LIFETIME_MS,
    });
    await this.#untilReady();
    const tarball = await writeBusyboxImage(join(this.dir, 'image'), IMAGE, busybox);
    await must(run(ctr, ['-a', this.#socket, '-n', 'k8s.io', 'images', 'import', tarball], this.#scratch));
  }

  /** Asks CRI one question. */
  async cri(method: string, request: unknown): Promise<Record<string, string>> {
    const file = join(this.#scratch, 'request.json');
    writeFileSync(file, JSON.stringify(request));
    const line = '"$0" "$1" "$2" < "$3"';
    const args = ['-c', line, this.#tools.criClient, this.#socket, method, file];
    const answer = await must(run('/bin/sh', args, this.#scratch, { timeoutMs: 60_000 }));
    const parsed = JSON.parse(answer.stdout) as Record<string, string>;
    if (method === 'RunPodSandbox') this.#sandboxes.push(parsed.podSandboxId ?? '');
    return parsed;
  }

  /** The spec that containerd wrote for a running container or sandbox, as it stands in the bundle. */
  specOf(id: string): string {
    return readFileSync(
      join(this.dir, 'state/io.containerd.runtime.v2.task/k8s.io', id, 'config.json'),
      'utf8',
    );
  }

  /** Removes the pods and ends the daemon. */
  async stop(): Promise<void> {
    for (const podSandboxId of this.#sandboxes) {
      await this.cri('StopPodSandbox', { podSandboxId });
      await this.cri('RemovePodSandbox', { podSandboxId });
    }
    this.#sandboxes = [];
    this.#daemon?.child.kill('SIGTERM');
    await this.#daemon?.finished;
  }

  async #untilReady(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const ready = await this.cri('Version', {}).catch(() => undefined);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('containerd did not answer within 10 s');
  }
}
