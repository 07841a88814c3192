/** Where a distribution of Kubernetes keeps the configuration of its containerd. */
export interface ContainerdLayout {
  readonly distribution: 'containerd' | 'k3s' | 'rke2' | 'k0s' | 'microk8s';
  /** What containerd reads. */
  readonly config: string;
  /** Files that the distribution makes `config` from, in the order in which it prefers them. */
  readonly templates: readonly string[];
  /** Files that the distribution itself feeds to containerd beside `config`, where it is not running. */
  readonly dropIns?: string;
}

function rancher(distribution: 'k3s' | 'rke2'): ContainerdLayout {
  const directory = `/var/lib/rancher/${distribution}/agent/etc/containerd`;
  return {
    distribution,
    config: `${directory}/config.toml`,
    templates: [`${directory}/config-v3.toml.tmpl`, `${directory}/config.toml.tmpl`],
  };
}

/**
 * Every place where a node may keep one. Sources: containerd's default; K3s and RKE2 "Configuring
 * containerd" (`config.toml` is written anew at every start); k0s "Runtime"; microk8s
 * `microk8s-resources/default-args/containerd-template.toml`.
 */
export const CONTAINERD_LAYOUTS: readonly ContainerdLayout[] = [
  { distribution: 'containerd', config: '/etc/containerd/config.toml', templates: [] },
  rancher('k3s'),
  rancher('rke2'),
  {
    distribution: 'k0s',
    config: '/etc/k0s/containerd.toml',
    templates: [],
    dropIns: '/etc/k0s/containerd.d/*.toml',
  },
  {
    distribution: 'microk8s',
    config: '/var/snap/microk8s/current/args/containerd.toml',
    templates: ['/var/snap/microk8s/current/args/containerd-template.toml'],
  },
];

/** The file that lines for containerd belong in, where the distribution rewrites `config` itself. */
export function adviceFile({ distribution, config, templates }: ContainerdLayout, version: number): string {
  if (distribution === 'k0s') return '/etc/k0s/containerd.d/gvisor.toml';
  const template = version >= 3 ? templates[0] : templates.at(-1);
  return template ?? config;
}

/** CRI-O's configuration: its main file, and the directory whose every file is laid over it in order. */
export const CRIO_CONFIG = '/etc/crio/crio.conf';
export const CRIO_DROP_INS = '/etc/crio/crio.conf.d';

/** Docker's configuration. */
export const DOCKER_CONFIG = '/etc/docker/daemon.json';

/** Podman's configuration: its main file, and the directory whose files are laid over it. */
export const PODMAN_CONFIG = '/etc/containers/containers.conf';
export const PODMAN_DROP_INS = `${PODMAN_CONFIG}.d`;

/** Where kubelets keep their state, by distribution; the first is the one that gVisor has hard-coded. */
export const KUBELET_DIRS = [
  '/var/lib/kubelet',
  '/var/lib/k0s/kubelet',
  '/var/snap/microk8s/common/var/lib/kubelet',
] as const;

/** Files that can carry kubelet's `--root-dir`. */
export const KUBELET_ARGUMENT_FILES = [
  '/var/lib/kubelet/kubeadm-flags.env',
  '/etc/default/kubelet',
  '/etc/sysconfig/kubelet',
  '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf',
  '/etc/rancher/k3s/config.yaml',
  '/etc/rancher/rke2/config.yaml',
  '/var/snap/microk8s/current/args/kubelet',
] as const;

/** Where programs are looked for when a configuration names none by path. */
export const PROGRAM_DIRS = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
] as const;
