import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NodePrograms, PROGRAMS } from './find-node.ts';

/** The image of every container, and of the sandboxes. */
export const IMAGE = 'local.test/observed:1';

/** As a node's own file system has them; the test's mount namespace puts them there. */
export const CONTAINERD_CONFIG = '/etc/containerd/config.toml';
export const SHIM_CONFIG = '/etc/containerd/runsc.toml';
export const WRAPPER_CONFIG = '/etc/gvisor-mount-hints/runtime.conf';
export const SOCKET = '/run/containerd/containerd.sock';

/** Flags of every runsc: the machine has no network for pods, and no cgroup of theirs to write to. */
const RUNSC_FLAGS = { platform: 'systrap', network: 'none', 'ignore-cgroups': 'true' } as const;

/** containerd's configuration: a runtime with gVisor's shim, and one with the wrapper in front of runsc. */
function containerdConfig(wrapper: string): string {
  return `version = 3
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "native"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "${IMAGE}"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["/etc/cni/bin"]
    conf_dir = "/etc/cni/net.d"
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = "runsc"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc]
      runtime_type = "io.containerd.runsc.v1"
      pod_annotations = ["dev.gvisor.*"]
      container_annotations = ["dev.gvisor.*"]
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc.options]
        TypeUrl = "io.containerd.runsc.v1.options"
        ConfigPath = "${SHIM_CONFIG}"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc-hints]
      runtime_type = "io.containerd.runc.v2"
      pod_annotations = ["dev.gvisor.*"]
      container_annotations = ["dev.gvisor.*"]
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runsc-hints.options]
        BinaryName = "${wrapper}"
`;
}

const RUNSC_TOML = `log_path = "/var/log/runsc/%ID%/shim.log"
log_level = "debug"
[runsc_config]
${Object.entries(RUNSC_FLAGS)
  .map(([flag, value]) => `  ${flag} = "${value}"\n`)
  .join('')}`;

/**
 * runsc with the flags that gVisor's shim takes from its own file: containerd's runc shim has no place for them. And
 * `start` leaves a gofer that holds the outputs, for which the shim would wait as long as the container runs; errors
 * are in the log that the shim reads (docs/runtime.md).
 */
const FLAGGED_RUNSC = `#!/bin/sh
case " $* " in *" start "*) exec >/dev/null 2>&1 ;; esac
exec /usr/local/sbin/runsc ${Object.entries(RUNSC_FLAGS)
  .map(([flag, value]) => `--${flag}=${value}`)
  .join(' ')} "$@"
`;

/** A network plugin that gives every pod one address and no network. */
const NO_NETWORK = `#!/bin/sh
case $CNI_COMMAND in
VERSION) echo '{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}' ;;
ADD) echo '{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","sandbox":"'$CNI_NETNS'"}],"ips":[{"address":"10.88.0.5/24","interface":0}]}' ;;
STATUS) echo '{}' ;;
esac
`;

function kubeletConfig(cgroupRoot: string, port: number, healthPort: number): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${SOCKET}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot,
    failCgroupV1: false,
    failSwapOn: false,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
    address: '127.0.0.1',
    port,
    readOnlyPort: 0,
    healthzPort: healthPort,
    oomScoreAdj: 0,
    resolvConf: '',
    registerNode: true,
    syncFrequency: '10s',
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
      'nodefs.inodesFree': '1%',
    },
    volumePluginDir: '/var/lib/volume-plugins',
    staticPodPath: '',
  };
}

/** Files of the machine's own /etc that programs read. */
const SYSTEM_FILES = ['passwd', 'group', 'hosts', 'nsswitch.conf', 'ld.so.cache', 'ld.so.conf'];

/**
 * Writes what will be the node's /etc, /var/lib, /var/log and /usr/local/sbin below a directory.
 *
 * @param wrapper the OCI runtime wrapper, as the node names it.
 */
export function writeNodeFiles(
  dir: string,
  { bin }: NodePrograms,
  settings: {
    readonly wrapper: string;
    readonly cgroupRoot: string;
    readonly port: number;
    readonly healthPort: number;
  },
): void {
  const at = (path: string) => join(dir, path);
  for (const folder of [
    'etc/containerd',
    'etc/cni/bin',
    'etc/cni/net.d',
    'etc/gvisor-mount-hints',
    'lib/kubelet',
    'log/runsc',
    'sbin',
    'image',
  ])
    mkdirSync(at(folder), { recursive: true });
  for (const file of SYSTEM_FILES) {
    if (existsSync(join('/etc', file))) copyFileSync(join('/etc', file), at(`etc/${file}`));
  }
  const { wrapper, cgroupRoot, port, healthPort } = settings;
  writeFileSync(at(CONTAINERD_CONFIG), containerdConfig(wrapper));
  writeFileSync(at(SHIM_CONFIG), RUNSC_TOML);
  writeFileSync(at('etc/kubelet.json'), JSON.stringify(kubeletConfig(cgroupRoot, port, healthPort)));
  writeFileSync(at(WRAPPER_CONFIG), 'RUNTIME=/usr/local/sbin/runsc-flagged\nRELEASE=20260615\n', {
    mode: 0o644,
  });
  for (const plugin of ['none', 'loopback'])
    writeFileSync(at(`etc/cni/bin/${plugin}`), NO_NETWORK, { mode: 0o755 });
  writeFileSync(
    at('etc/cni/net.d/10-none.conflist'),
    JSON.stringify({ cniVersion: '1.0.0', name: 'none', plugins: [{ type: 'none' }] }),
  );
  for (const program of PROGRAMS) symlinkSync(join(bin, program), at(`sbin/${program}`));
  writeFileSync(at('sbin/runsc-flagged'), FLAGGED_RUNSC, { mode: 0o755 });
}
