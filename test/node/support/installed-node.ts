import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { apply, type Manifest } from '../../cluster/support/apply.ts';
import { must } from '../../e2e/containerd/oci-image.ts';
import { run } from '../../e2e/runsc/command.ts';
import { findOnPath, type Unavailable } from '../../e2e/runsc/toolbox.ts';
import { type KubernetesNode, NODE_NAME } from './kubernetes-node.ts';
import { CONTAINERD_CONFIG, SOCKET } from './node-files.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const NAMESPACE = 'gvisor-mount-hints';
const POD = 'installer-n1';
const LIMIT_MS = 120_000;

/** The image that the DaemonSet runs, and the runtime of its pod. */
export interface InstallerPrograms {
  readonly image: string;
  /** An OCI runtime that shares the machine's kernel. */
  readonly runtime: string;
  /** The directory of the executable and the wrapper. */
  readonly executable: string;
}

function built(script: string, ...words: readonly string[]): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, [join('scripts', script), ...words], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${script}: ${stderr.trim().split('\n').slice(-2).join(' / ')}`;
}

/** runc from PATH, or Debian's, unpacked and not installed: Debian's crun refuses the version of containerd's specs. */
async function findRunc(scratch: string): Promise<string | Unavailable> {
  const installed = await findOnPath('runc');
  if (installed !== undefined) return installed;
  const fetched = await run('/bin/sh', ['-c', 'apt-get download runc && dpkg-deb -x runc_*.deb .'], scratch, {
    cwd: scratch,
    timeoutMs: LIMIT_MS,
  });
  const runc = ['usr/sbin/runc', 'usr/bin/runc']
    .map((path) => join(scratch, path))
    .find((path) => existsSync(path));
  return runc ?? { unavailable: `runc is not on PATH, and cannot be fetched: ${fetched.stderr.trim()}` };
}

/** Builds the executable and the image from it below a directory, or tells why there is none. */
export async function buildInstaller(scratch: string): Promise<InstallerPrograms | Unavailable> {
  for (const program of ['buildah', 'apt-get', 'dpkg-deb']) {
    if (!(await findOnPath(program))) return { unavailable: `${program} is not on PATH, to build the image` };
  }
  const runtime = await findRunc(scratch);
  if (typeof runtime !== 'string') return runtime;
  const executable = join(scratch, 'executable');
  const image = join(scratch, 'image');
  const problem =
    built('build-executable.js', '--output', executable) ??
    built('build-image.js', '--executable', executable, '--output', image);
  if (problem !== undefined) return { unavailable: problem };
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  return {
    runtime,
    image: join(image, `gvisor-mount-hints_${version}_${arch}.oci.tar`),
    executable,
  };
}

interface DaemonSet extends Manifest {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: PodSpec } };
}

interface PodSpec {
  readonly containers: readonly { readonly image: string }[];
  readonly [field: string]: unknown;
}

const MANIFESTS = parseAllDocuments(readFileSync(join(ROOT, 'deploy/daemonset.yaml'), 'utf8')).map(
  (each) => each.toJS() as Manifest,
);
const DAEMON_SET = MANIFESTS.find(({ kind }) => kind === 'DaemonSet') as DaemonSet;
const IMAGE_NAME = DAEMON_SET.spec.template.spec.containers[0]?.image ?? '';

/** An image's archive under another name, as if it came from that registry. */
function renamed(archive: string, name: string, directory: string): string {
  const layout = join(directory, 'layout');
  mkdirSync(layout);
  execFileSync('tar', ['-xf', archive, '-C', layout]);
  const index = join(layout, 'index.json');
  const { manifests, ...rest } = JSON.parse(readFileSync(index, 'utf8'));
  const [manifest] = manifests;
  const named = { ...manifest, annotations: { 'org.opencontainers.image.ref.name': name } };
  writeFileSync(index, JSON.stringify({ ...rest, manifests: [named] }));
  const result = join(directory, 'renamed.tar');
  execFileSync('tar', ['-cf', result, '-C', layout, '.']);
  return result;
}

/**
 * Makes the node one that the DaemonSet is for: gVisor's shim is there, and everything else runs with a runtime of the
 * kernel's own. What lies in the machine's /usr/local/bin and /opt stays out of it.
 */
export async function prepare(node: KubernetesNode, programs: InstallerPrograms): Promise<void> {
  const hide = (path: string) => must(node.run('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', path]));
  await hide('/usr/local/bin');
  await hide('/opt');
  const config = node.fileOf(CONTAINERD_CONFIG) ?? '';
  node.put(
    CONTAINERD_CONFIG,
    `${config.replace('default_runtime_name = "runsc"', 'default_runtime_name = "kernel"')}
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.kernel]
      runtime_type = "io.containerd.runc.v2"
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.kernel.options]
        BinaryName = "${programs.runtime}"
`,
  );
  await node.startContainerd();
  const archive = renamed(programs.image, IMAGE_NAME, node.directory);
  await must(node.run('ctr', ['-a', SOCKET, '-n', 'k8s.io', 'images', 'import', '--local', archive]));
  const label = { metadata: { labels: { 'gvisor-mount-hints/install': 'true' } } };
  await node.plane.client.send(
    'PATCH',
    `/api/v1/nodes/${NODE_NAME}`,
    label,
    'application/strategic-merge-patch+json',
  );
}

interface InstallerPod {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;

/** Applies deploy/daemonset.yaml, makes the pod that its controller would make on this node, and waits until it is ready. */
export async function startInstaller(node: KubernetesNode): Promise<void> {
  for (const manifest of MANIFESTS) await apply(node.plane.client, manifest);
  const { metadata, spec } = DAEMON_SET.spec.template;
  const created = await node.plane.client.send('POST', PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: POD, namespace: NAMESPACE },
    spec: { ...spec, nodeName: NODE_NAME },
  });
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const { body } = await node.plane.client.send('GET', `${PODS}/${POD}`);
    const { phase, conditions = [] } = (body as InstallerPod).status ?? {};
    if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return;
    if (phase === 'Failed' || Date.now() > deadline) {
      const { body: events } = await node.plane.client.send('GET', `/api/v1/namespaces/${NAMESPACE}/events`);
      const messages = (events.items ?? []).map(({ message }: { message: string }) => message);
      throw new Error(`${JSON.stringify(body.status)}\n${messages.join('\n')}\n${await installerLog(node)}`);
    }
    await sleep(500);
  }
}

/** What the installer said, as its container's log has it. */
export async function installerLog(node: KubernetesNode): Promise<string> {
  const script = `cat /var/log/pods/${NAMESPACE}_${POD}_*/install/*.log`;
  return (await node.run('/bin/sh', ['-c', script])).stdout;
}

/** Deletes the pod, as its controller does when the label is removed, and waits until kubelet has ended it. */
export async function stopInstaller(node: KubernetesNode): Promise<void> {
  await node.plane.client.send('DELETE', `${PODS}/${POD}`);
  const deadline = Date.now() + LIMIT_MS;
  while ((await node.plane.client.send('GET', `${PODS}/${POD}`)).status !== 404) {
    if (Date.now() > deadline) throw new Error(`the installer does not end: ${node.log('kubelet')}`);
    await sleep(500);
  }
}

const PLACES = '/etc /usr/local /opt /var/lib/gvisor-mount-hints';

/** Every file below the directories that an installation may touch: kind, mode, owner, path, target, and contents. */
export async function filesOf(node: KubernetesNode): Promise<string[]> {
  const script = `find ${PLACES} -printf '%y %m %U %G %p %l\\n'; find ${PLACES} -type f -exec sha256sum {} +`;
  return (await must(node.run('/bin/sh', ['-c', script]))).stdout.split('\n').sort();
}
