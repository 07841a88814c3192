import type { DoctorCode } from '../../../src/domain/doctor/node-finding.ts';
import { MountHintsError } from '../../../src/domain/mount-hints-error.ts';
import type { Release } from '../../../src/domain/rewrite/releases.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { K3S, MICROK8S, RKE2 } from '../../support/restarted-node.ts';

export const V2 = 'plugins."io.containerd.grpc.v1.cri".containerd.runtimes';
export const V3 = `plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes`;
export const ALL = 'pod_annotations = ["dev.gvisor.*"]';

/** A runtime's table, and its options' if there are any. */
function runtime(at: string, lines: readonly string[] = [ALL], options: readonly string[] = []): string {
  const table = [`[${at}.runsc]`, 'runtime_type = "io.containerd.runsc.v1"', ...lines];
  return [...table, ...(options.length > 0 ? [`[${at}.runsc.options]`, ...options] : []), ''].join('\n');
}

export const v2 = (lines?: readonly string[], options?: readonly string[]) =>
  `version = 2\n${runtime(V2, lines, options)}`;
export const v3 = (lines?: readonly string[], options?: readonly string[]) =>
  `version = 3\n${runtime(V3, lines, options)}`;

export const CONTAINERD = '/etc/containerd/config.toml';

/** What every node of ours has besides. */
export const NODE: NodeTree = {
  '/usr/local/bin/containerd-shim-runsc-v1': '',
  '/usr/local/bin/runsc': '',
  '/var/lib/kubelet/pods': null,
};

const SHIM_OPTIONS = [
  'TypeUrl = "io.containerd.runsc.v1.options"',
  'ConfigPath = "/etc/containerd/runsc.toml"',
];
export const crio = (lines: readonly string[]) => `[crio.runtime.runtimes.runsc]\n${lines.join('\n')}\n`;
export const WRAPPED = 'runtime_path = "/usr/local/bin/mount-hints-runtime"';
export const NODE_JS: NodeTree = { '/usr/bin/node': '' };
export const WRAPPER: NodeTree = { '/usr/local/bin/mount-hints-runtime': '', ...NODE_JS };
export const WRAPPER_CONFIG = '/etc/gvisor-mount-hints/runtime.conf';
export const underRunc = `version = 2\n[${V2}.gvisor]\nruntime_type = "io.containerd.runc.v2"\n${ALL}\noptions = { BinaryName = "/usr/local/bin/mount-hints-runtime" }\n`;
/** As Docker's packages of containerd ship it. */
export const DOCKER = '#   Copyright\n\ndisabled_plugins = ["cri"]\n\n#root = "/var/lib/containerd"\n';

interface Case {
  readonly name: string;
  readonly tree: NodeTree;
  readonly codes: readonly DoctorCode[];
  readonly runsc?: () => Release | undefined;
}

const good = (name: string, tree: NodeTree): Case => ({ name, tree: { ...NODE, ...tree }, codes: [] });
const bad = (name: string, codes: readonly DoctorCode[], tree: NodeTree): Case => ({
  name,
  tree: { ...NODE, ...tree },
  codes,
});
/** A machine without Kubernetes: gVisor's programs, and no kubelet. */
const alone = (name: string, codes: readonly DoctorCode[], tree: NodeTree): Case => ({
  name,
  tree: { '/usr/local/bin/runsc': '', ...tree },
  codes,
});
const DAEMON = '/etc/docker/daemon.json';
const daemon = (runtimes: object) => ({ data: JSON.stringify({ runtimes }) });
const HINTS = { 'gvisor-hints': { path: '/usr/local/bin/mount-hints-runtime' } };
const PODMAN = '/etc/containers/containers.conf';
const podman = (name: string, ...paths: readonly string[]) => ({
  data: `[engine]\nruntime = "crun"\n[engine.runtimes]\n${name} = ${JSON.stringify(paths)}\n`,
});
const withRunsc = (name: string, codes: readonly DoctorCode[], runsc: () => Release | undefined): Case => ({
  ...bad(name, codes, { [CONTAINERD]: v2() }),
  runsc,
});

/** Nodes, and the codes of what the doctor finds there. */
export const DOCTOR_CASES: readonly Case[] = [
  // Layouts as they should be.
  good('containerd 1.x, version 2', { [CONTAINERD]: v2() }),
  good('containerd 1.x, version 1', { [CONTAINERD]: runtime('plugins.cri.containerd.runtimes') }),
  good('containerd 2, version 3', { [CONTAINERD]: v3() }),
  good('a runtime by another name, in quotes', {
    [CONTAINERD]: v2().replaceAll('.runsc]', '."gvisor.fast"]'),
  }),
  good('an import by glob', {
    [CONTAINERD]: 'version = 2\nimports = ["/etc/containerd/conf.d/*.toml"]\n',
    '/etc/containerd/conf.d/gvisor.toml': v2(),
  }),
  good('a relative import that imports in turn, in a circle', {
    [CONTAINERD]: 'version = 3\nimports = ["conf.d/a.toml"]\n',
    '/etc/containerd/conf.d/a.toml': 'version = 3\nimports = ["b.toml", "../config.toml"]\n',
    '/etc/containerd/conf.d/b.toml': v3(),
  }),
  good('pod_annotations in an import, containerd 2', {
    [CONTAINERD]: `imports = ["/etc/containerd/conf.d/*.toml"]\n${v3([])}`,
    '/etc/containerd/conf.d/annotations.toml': `version = 3\n[${V3}.runsc]\n${ALL}\n`,
  }),
  good('a configuration that is a symbolic link', {
    [CONTAINERD]: { link: '/opt/node/../node/containerd.toml' },
    '/opt/node/containerd.toml': v2(),
  }),
  good('k3s, containerd 2', { [`${K3S}/config.toml`]: v3(), [`${K3S}/config-v3.toml.tmpl`]: v3() }),
  good('k3s with a drop-in', {
    [`${K3S}/config.toml`]: `version = 3\nimports = ["${K3S}/config-v3.toml.d/*.toml"]\n`,
    [`${K3S}/config-v3.toml.d/gvisor.toml`]: v3(),
  }),
  good('RKE2, containerd 1.x, with the base template', {
    [`${RKE2}/config.toml`]: v2(),
    [`${RKE2}/config.toml.tmpl`]: `{{ template "base" . }}\n${runtime(V2)}`,
  }),
  good('k0s with its kubelet told to use the default directory', {
    '/etc/k0s/containerd.toml': 'version = 2\nimports = ["/run/k0s/containerd-cri.toml"]\n',
    '/run/k0s/containerd-cri.toml': v2(),
  }),
  good("k0s, two files with the CRI plugin's section, which k0s joins", {
    '/etc/k0s/containerd.toml': `version = 2\n[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "pause"\n`,
    '/etc/k0s/containerd.d/gvisor.toml': v2(),
  }),
  good('microk8s', { [`${MICROK8S}/containerd.toml`]: v2(), [`${MICROK8S}/containerd-template.toml`]: v2() }),
  good("Docker's containerd beside k3s", {
    [CONTAINERD]: 'version = 2\n',
    [`${K3S}/config.toml`]: v3(),
  }),
  good('CRI-O with the wrapper, in a drop-in', {
    ...WRAPPER,
    '/etc/crio/crio.conf': '[crio.runtime]\ndefault_runtime = "crun"\n',
    '/etc/crio/crio.conf.d/10-gvisor.conf': crio([WRAPPED, 'runtime_type = "oci"']),
  }),
  good("CRI-O, one of CRI-O's own annotations allowed", {
    ...WRAPPER,
    '/etc/crio/crio.conf': crio([WRAPPED, 'allowed_annotations = ["io.kubernetes.cri-o.Devices"]']),
  }),
  good('CRI-O, a later file that says better', {
    ...WRAPPER,
    '/etc/crio/crio.conf': crio(['runtime_type = "vm"', 'allowed_annotations = ["dev.gvisor.*"]']),
    '/etc/crio/crio.conf.d/20-gvisor.conf': crio([WRAPPED]),
  }),
  good('another runtime beside it, with annotations of its own', {
    [CONTAINERD]: `${v2()}[${V2}.kata]\nruntime_type = "io.containerd.kata.v2"\npod_annotations = ["io.katacontainers.*"]\n`,
  }),
  good('a name that only contains runsc', {
    [CONTAINERD]: `${v2()}[${V2}.norunscx]\nruntime_type = "io.containerd.runc.v2"\n`,
  }),
  good('runc that is handed the wrapper', {
    ...WRAPPER,
    [CONTAINERD]: `version = 2\n[${V2}.gvisor]\nruntime_type = "io.containerd.runc.v2"\n${ALL}\n[${V2}.gvisor.options]\nBinaryName = "/usr/local/bin/mount-hints-runtime"\n`,
  }),
  good('runc that is handed the wrapper, with Node.js beside it and settings', {
    '/opt/hints/mount-hints-runtime': '',
    '/opt/hints/node': '',
    [CONTAINERD]: underRunc.replace('/usr/local/bin', '/opt/hints'),
    [WRAPPER_CONFIG]: '# ours\n\nRUNTIME=/usr/local/bin/runsc\nRELEASE=20260615\nON_ERROR=ignore\n',
  }),
  {
    ...good('k0s, rewritten by the wrapper, which is told of its kubelet directory', {}),
    tree: {
      ...withoutKubelet(),
      ...WRAPPER,
      '/etc/k0s/containerd.toml': underRunc,
      '/var/lib/k0s/kubelet/pods': null,
      [WRAPPER_CONFIG]: 'KUBELET_DIR=/var/lib/k0s/kubelet/\n',
    },
  },
  good('annotations by several patterns', {
    [CONTAINERD]: v2(['pod_annotations = ["io.example.*", "dev.gvisor.spec.*", "dev.gvisor.[ef]*"]']),
  }),
  good('a shim configuration', {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
    '/etc/containerd/runsc.toml':
      'log_level = "debug"\n[runsc_config]\noverlay2 = "root:self"\nfile-access-mounts = "shared"\n',
  }),
  good('a shim by path', {
    [CONTAINERD]: v2([ALL, 'runtime_path = "/opt/gvisor/containerd-shim-runsc-v1"']),
    '/opt/gvisor/containerd-shim-runsc-v1': '',
  }),
  {
    ...good('a kubelet directory that is a symbolic link, as kubelet knows it', {}),
    tree: {
      ...withoutKubelet(),
      [CONTAINERD]: v2(),
      '/var/lib/kubelet': { link: '/data/kubelet' },
      '/data/kubelet': null,
    },
  },
  good('another --root-dir in a comment only', {
    [CONTAINERD]: v2(),
    '/etc/default/kubelet': '# KUBELET_EXTRA_ARGS="--root-dir=/data/kubelet"\nKUBELET_EXTRA_ARGS="--v=2"\n',
  }),
  good('--root-dir with the default directory', {
    [CONTAINERD]: v2(),
    '/var/lib/kubelet/kubeadm-flags.env': 'KUBELET_KUBEADM_ARGS="--root-dir=/var/lib/kubelet/ --v=2"\n',
  }),
  good("k0s's directory left over", { [CONTAINERD]: v2(), '/var/lib/k0s/kubelet': null }),
  withRunsc('a runsc without a release', [], () => 'latest'),
  withRunsc('the first runsc that keeps data', [], () => '20250611'),

  // Docker and Podman without Kubernetes.
  alone("Docker with the wrapper, and its packages' containerd", [], {
    [DAEMON]: daemon({ runsc: { path: '/usr/local/bin/runsc' }, ...HINTS }),
    [CONTAINERD]: DOCKER,
    ...WRAPPER,
  }),
  alone('Docker with the wrapper by its name', [], {
    [DAEMON]: daemon({ hints: { path: 'mount-hints-runtime' } }),
    ...WRAPPER,
  }),
  alone("Docker with gVisor's shim", [], {
    [DAEMON]: daemon({ gvisor: { runtimeType: 'io.containerd.runsc.v1' } }),
  }),
  alone('Podman with the wrapper in a drop-in', [], {
    [PODMAN]: podman('runsc', '/usr/local/bin/runsc'),
    [`${PODMAN}.d/50-gvisor-mount-hints.conf`]: podman('gvisor-hints', '/usr/local/bin/mount-hints-runtime'),
    ...WRAPPER,
  }),
  alone('Podman, the first of whose paths is missing', [], {
    [PODMAN]: podman('gvisor-hints', '/opt/mount-hints-runtime', '/usr/local/bin/mount-hints-runtime'),
    ...WRAPPER,
  }),
  good('a node with containerd, where Docker has other runtimes', {
    [CONTAINERD]: v2(),
    [DAEMON]: daemon({ nvidia: { path: '/usr/bin/nvidia-container-runtime' } }),
    [PODMAN]: podman('crun', '/usr/bin/crun'),
  }),
  good("an empty file of Docker's", { [CONTAINERD]: v2(), [DAEMON]: { data: '' } }),
  alone('Docker without the wrapper', ['DOCTOR_ENGINE_NO_REWRITE'], {
    [DAEMON]: daemon({ runsc: { path: '/usr/local/bin/runsc' } }),
  }),
  alone('Podman without the wrapper', ['DOCTOR_ENGINE_NO_REWRITE'], {
    [PODMAN]: podman('runsc', '/usr/local/bin/runsc'),
  }),
  alone('Docker with a wrapper that is missing', ['DOCTOR_WRAPPER_NOT_FOUND'], {
    [DAEMON]: daemon(HINTS),
    ...NODE_JS,
  }),
  alone('Podman with a wrapper that is missing', ['DOCTOR_WRAPPER_NOT_FOUND'], {
    [PODMAN]: podman('gvisor-hints', '/opt/mount-hints-runtime'),
    ...NODE_JS,
  }),
  alone('Docker with the wrapper, whose settings are wrong', ['DOCTOR_WRAPPER_CONFIG'], {
    [DAEMON]: daemon(HINTS),
    [WRAPPER_CONFIG]: { data: 'RUNTIMES=runsc\n' },
    ...WRAPPER,
  }),
  bad("a file of Docker's that is not JSON", ['DOCTOR_MALFORMED'], {
    [CONTAINERD]: v2(),
    [DAEMON]: { data: '{"runtimes": {},}' },
  }),
  bad(
    'a node of Kubernetes whose containerd starts no gVisor, but Docker does',
    ['DOCTOR_NO_GVISOR_RUNTIME'],
    {
      [CONTAINERD]: 'version = 2\n',
      [DAEMON]: daemon(HINTS),
      ...WRAPPER,
    },
  ),

  // And as they should not.
  bad('a configuration that is not TOML', ['DOCTOR_MALFORMED'], { [CONTAINERD]: 'version = 2\n[plugins\n' }),
  bad('a directory for a configuration', ['DOCTOR_UNREADABLE'], { [CONTAINERD]: null }),
  bad('links in a circle', ['DOCTOR_UNREADABLE'], { [CONTAINERD]: { link: 'config.toml' } }),
  bad('no configuration at all', ['DOCTOR_NO_RUNTIME_CONFIG'], {}),
  bad('only runc', ['DOCTOR_NO_GVISOR_RUNTIME'], { [CONTAINERD]: 'version = 2\n' }),
  bad('CRI-O without gVisor', ['DOCTOR_NO_GVISOR_RUNTIME'], {
    '/etc/crio/crio.conf': '[crio]\n',
    ...WRAPPER,
  }),
  bad("CRI-O's own drop-in, without gVisor", ['DOCTOR_NO_GVISOR_RUNTIME'], {
    '/etc/crio/crio.conf.d/10-crio.conf':
      '[crio.runtime.runtimes.crun]\nruntime_path = "/usr/libexec/crio/crun"\n',
    ...WRAPPER,
  }),
  bad(
    'flags at the top that would do harm as flags',
    ['DOCTOR_SHIM_CONFIG_UNKNOWN', 'DOCTOR_SHIM_CONFIG_UNKNOWN'],
    {
      [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
      '/etc/containerd/runsc.toml': 'overlay2 = "all:memory"\nfile-access-mounts = "exclusive"\n',
    },
  ),
  bad('no version', ['DOCTOR_CONFIG_VERSION'], { [CONTAINERD]: runtime(V2) }),
  bad("version 3, the runtime at version 2's place", ['DOCTOR_PLUGIN_PATH'], {
    [CONTAINERD]: `version = 3\n${runtime(V2)}`,
  }),
  bad("version 2, the runtime at version 3's place", ['DOCTOR_PLUGIN_PATH_NEWER'], {
    [CONTAINERD]: `version = 2\n${runtime(V3)}`,
  }),
  bad('an import that is not there', ['DOCTOR_IMPORT_MISSING'], {
    [CONTAINERD]: `imports = ["/etc/containerd/gvisor.toml"]\n${v2()}`,
  }),
  bad('an import pattern that matches a link which leads nowhere', ['DOCTOR_IMPORT_MISSING'], {
    [CONTAINERD]: `imports = ["/etc/containerd/more.d/*.toml"]\n${v2()}`,
    '/etc/containerd/more.d/gvisor.toml': { link: '/nowhere.toml' },
  }),
  bad('an import that hides the runtime from containerd 1.x', ['DOCTOR_IMPORT_REPLACES'], {
    [CONTAINERD]: `imports = ["/etc/containerd/conf.d/*.toml"]\n${v2()}`,
    '/etc/containerd/conf.d/nvidia.toml': `version = 2\n[${V2}.nvidia]\nruntime_type = "io.containerd.runc.v2"\n`,
  }),
  bad(
    "the CRI plugin disabled, as by Docker's packages",
    ['DOCTOR_NO_GVISOR_RUNTIME', 'DOCTOR_CRI_DISABLED'],
    {
      [CONTAINERD]: 'disabled_plugins = ["cri"]\n',
    },
  ),
  bad("Docker's stock file", ['DOCTOR_NO_GVISOR_RUNTIME', 'DOCTOR_CRI_DISABLED'], { [CONTAINERD]: DOCKER }),
  bad('a version 1 file without gVisor', ['DOCTOR_NO_GVISOR_RUNTIME'], {
    [CONTAINERD]: '[plugins.cri]\nsandbox_image = "pause"\n',
  }),
  bad('version 1 without pod_annotations', ['DOCTOR_POD_ANNOTATIONS'], {
    [CONTAINERD]: runtime('plugins.cri.containerd.runtimes', []),
  }),
  bad(
    'two lacks of a runtime whose options alone have a heading',
    ['DOCTOR_RUNTIME_TYPE', 'DOCTOR_POD_ANNOTATIONS'],
    {
      [CONTAINERD]: `version = 2\n[${V2}.runsc.options]\nRoot = "/run/runsc"\n`,
    },
  ),
  bad('an inline table', ['DOCTOR_POD_ANNOTATIONS', 'DOCTOR_SHIM_TYPE_URL'], {
    [CONTAINERD]: `version = 2\n[${V2}]\nrunsc = { runtime_type = "io.containerd.runsc.v1", options = { ConfigPath = "/etc/containerd/runsc.toml" } }\n`,
    '/etc/containerd/runsc.toml': '',
  }),
  bad('dotted keys', ['DOCTOR_POD_ANNOTATIONS'], {
    [CONTAINERD]: `version = 2\n[${V2}]\nrunsc.runtime_type = "io.containerd.runsc.v1"\nrunsc.privileged_without_host_devices = true\n`,
  }),
  bad("a runtime at version 2's place in version 3, without pod_annotations", ['DOCTOR_PLUGIN_PATH'], {
    [CONTAINERD]: `version = 3\n${runtime(V2, [])}`,
  }),
  bad('a k3s template without pod_annotations', ['DOCTOR_POD_ANNOTATIONS'], {
    [`${K3S}/config.toml`]: 'version = 3\n',
    [`${K3S}/config-v3.toml.tmpl`]: `{{ template "base" . }}\n\n${runtime(V3, [])}`,
  }),
  bad('a k3s template mended since', ['DOCTOR_TEMPLATE_NOT_RENDERED'], {
    [`${K3S}/config.toml`]: v3([]),
    [`${K3S}/config-v3.toml.tmpl`]: `{{ template "base" . }}\n\n${runtime(V3)}`,
  }),
  bad('k3s without a template', ['DOCTOR_POD_ANNOTATIONS'], { [`${K3S}/config.toml`]: v3([]) }),
  bad('a template that was not rendered since', ['DOCTOR_TEMPLATE_NOT_RENDERED'], {
    [`${K3S}/config.toml`]: 'version = 3\n',
    [`${K3S}/config-v3.toml.tmpl`]: `{{ template "base" . }}\n\n${runtime(V3)}`,
  }),
  bad('a shim that there is not', ['DOCTOR_RUNTIME_TYPE'], {
    [CONTAINERD]: v2().replace('io.containerd.runsc.v1', 'io.containerd.runsc.v2'),
  }),
  bad('runsc under the shim of runc', ['DOCTOR_RUNTIME_TYPE'], {
    [CONTAINERD]: `version = 2\n[${V2}.sandboxed]\nruntime_type = "io.containerd.runc.v2"\n${ALL}\n[${V2}.sandboxed.options]\nBinaryName = "/usr/local/bin/runsc"\n`,
  }),
  bad('no runtime_type', ['DOCTOR_RUNTIME_TYPE'], { [CONTAINERD]: `version = 2\n[${V2}.runsc]\n${ALL}\n` }),
  bad('no pod_annotations', ['DOCTOR_POD_ANNOTATIONS'], { [CONTAINERD]: v2([]) }),
  bad('pod_annotations that is no list', ['DOCTOR_POD_ANNOTATIONS'], {
    [CONTAINERD]: v2(['pod_annotations = "dev.gvisor.*"']),
  }),
  bad('container_annotations instead', ['DOCTOR_POD_ANNOTATIONS'], {
    [CONTAINERD]: v2(['container_annotations = ["dev.gvisor.*"]']),
  }),
  bad('a pattern that needs a slash', ['DOCTOR_POD_ANNOTATIONS'], {
    [CONTAINERD]: v2(['pod_annotations = ["dev.gvisor/*"]']),
  }),
  bad('a prefix without its star', ['DOCTOR_POD_ANNOTATIONS'], {
    [CONTAINERD]: v2(['pod_annotations = ["dev.gvisor.", "*.type"]']),
  }),
  bad('one of two runtimes without', ['DOCTOR_POD_ANNOTATIONS'], {
    [CONTAINERD]: `${v2()}[${V2}.runsc-debug]\nruntime_type = "io.containerd.runsc.v1"\n`,
  }),
  bad('hints only', ['DOCTOR_POD_ANNOTATIONS_PARTIAL'], {
    [CONTAINERD]: v2(['pod_annotations = ["dev.gvisor.spec.mount.*"]']),
  }),
  bad('a shim configuration that is not there', ['DOCTOR_SHIM_CONFIG_MISSING'], {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
  }),
  bad('a shim configuration that is not TOML', ['DOCTOR_MALFORMED'], {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
    '/etc/containerd/runsc.toml': '[runsc_config]\n  platform = systrap\n',
  }),
  bad('a flag that is no text', ['DOCTOR_SHIM_CONFIG_VALUE'], {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
    '/etc/containerd/runsc.toml': '[runsc_config]\ndebug = true\n',
  }),
  bad('a flag outside of its table', ['DOCTOR_SHIM_CONFIG_UNKNOWN'], {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
    '/etc/containerd/runsc.toml': 'platform = "systrap"\n',
  }),
  bad('no TypeUrl', ['DOCTOR_SHIM_TYPE_URL'], {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS.slice(1)),
    '/etc/containerd/runsc.toml': '',
  }),
  bad('writes that stay in the sandbox', ['DOCTOR_OVERLAY_ALL'], {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
    '/etc/containerd/runsc.toml': '[runsc_config]\noverlay2 = "all:memory"\n',
  }),
  bad('volumes that nobody else writes', ['DOCTOR_FILE_ACCESS_EXCLUSIVE'], {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
    '/etc/containerd/runsc.toml': '[runsc_config]\nfile-access-mounts = "exclusive"\n',
  }),
  bad('a shim that is not where the configuration says', ['DOCTOR_SHIM_NOT_FOUND'], {
    [CONTAINERD]: v2([ALL, 'runtime_path = "/opt/gvisor/containerd-shim-runsc-v1"']),
  }),
  bad('a shim that is not executable', ['DOCTOR_SHIM_NOT_FOUND'], {
    [CONTAINERD]: v2(),
    '/usr/local/bin/containerd-shim-runsc-v1': { data: '' },
  }),
  bad('several flags outside of their table', ['DOCTOR_SHIM_CONFIG_UNKNOWN', 'DOCTOR_SHIM_CONFIG_UNKNOWN'], {
    [CONTAINERD]: v2([ALL], SHIM_OPTIONS),
    '/etc/containerd/runsc.toml': 'platform = "systrap"\ndebug = true\n',
  }),
  bad('a wrapper that is not executable', ['DOCTOR_WRAPPER_NOT_FOUND'], {
    ...NODE_JS,
    [CONTAINERD]: underRunc,
    '/usr/local/bin/mount-hints-runtime': { data: '' },
  }),
  bad('the wrapper without Node.js', ['DOCTOR_NODE_NOT_FOUND'], {
    [CONTAINERD]: underRunc,
    '/usr/local/bin/mount-hints-runtime': '',
  }),
  good('the wrapper beside the executable, which has Node.js in it', {
    [CONTAINERD]: underRunc,
    '/usr/local/bin/mount-hints-runtime': '',
    '/usr/local/bin/mount-hints': '',
  }),
  bad("npm's links to wrapper and program, without Node.js", ['DOCTOR_NODE_NOT_FOUND'], {
    [CONTAINERD]: underRunc,
    '/usr/local/bin/mount-hints-runtime': { link: '/opt/package/runtime/mount-hints-runtime' },
    '/usr/local/bin/mount-hints': { link: '/opt/package/mount-hints.cjs' },
    '/opt/package/mount-hints.cjs': '',
    '/opt/package/runtime/mount-hints-runtime': '',
    '/opt/package/runtime/mount-hints-runtime.cjs': '',
  }),
  bad('the wrapper with a NODE that is missing', ['DOCTOR_NODE_NOT_FOUND'], {
    ...WRAPPER,
    [CONTAINERD]: underRunc,
    [WRAPPER_CONFIG]: 'NODE=/opt/node/bin/node\n',
  }),
  bad('the wrapper with a RUNTIME that is missing', ['DOCTOR_WRAPPED_RUNTIME_NOT_FOUND'], {
    ...WRAPPER,
    '/etc/crio/crio.conf': crio([WRAPPED]),
    [WRAPPER_CONFIG]: '# the real one\nRUNTIME=/opt/gvisor/runsc\n',
  }),
  bad('a wrong key in runtime.conf', ['DOCTOR_WRAPPER_CONFIG'], {
    ...WRAPPER,
    [CONTAINERD]: underRunc,
    [WRAPPER_CONFIG]: 'RUNTIM=/usr/local/bin/runsc\n',
  }),
  bad("CRI-O, an annotation allowed that is not CRI-O's", ['DOCTOR_CRIO_ALLOWED_ANNOTATIONS'], {
    ...WRAPPER,
    '/etc/crio/crio.conf': crio([
      WRAPPED,
      'allowed_annotations = ["io.kubernetes.cri-o.Devices", "dev.gvisor.*"]',
    ]),
  }),
  bad('CRI-O with the shim of containerd', ['DOCTOR_CRIO_RUNTIME_TYPE', 'DOCTOR_CRIO_NO_REWRITE'], {
    ...WRAPPER,
    '/etc/crio/crio.conf.d/g.conf': crio([
      'runtime_type = "vm"',
      'runtime_path = "/usr/local/bin/containerd-shim-runsc-v1"',
    ]),
  }),
  bad('CRI-O, a wrapper that is not there', ['DOCTOR_CRIO_RUNTIME_PATH'], {
    ...NODE_JS,
    '/etc/crio/crio.conf': crio([WRAPPED]),
  }),
  bad('CRI-O with runsc itself', ['DOCTOR_CRIO_NO_REWRITE'], {
    ...WRAPPER,
    '/etc/crio/crio.conf': crio(['runtime_path = "/usr/local/bin/runsc"']),
  }),
  bad('CRI-O with runsc from PATH', ['DOCTOR_CRIO_NO_REWRITE'], {
    ...WRAPPER,
    '/etc/crio/crio.conf': crio([]),
  }),
  bad('CRI-O, vm without a path', ['DOCTOR_CRIO_RUNTIME_TYPE', 'DOCTOR_CRIO_NO_REWRITE'], {
    ...WRAPPER,
    '/etc/crio/crio.conf': crio(['runtime_type = "vm"']),
  }),
  bad('CRI-O, vm with the wrapper', ['DOCTOR_CRIO_RUNTIME_TYPE'], {
    ...WRAPPER,
    '/etc/crio/crio.conf': crio([WRAPPED, 'runtime_type = "vm"']),
  }),
  bad(
    'CRI-O, all of it wrong, in an inline table, with the wrapper elsewhere',
    ['DOCTOR_CRIO_ALLOWED_ANNOTATIONS', 'DOCTOR_CRIO_RUNTIME_TYPE', 'DOCTOR_CRIO_NO_REWRITE'],
    {
      ...NODE_JS,
      '/usr/bin/mount-hints-runtime': '',
      '/etc/crio/crio.conf':
        '[crio.runtime.runtimes]\nrunsc = { runtime_type = "vm", runtime_path = "/usr/local/bin/containerd-shim-runsc-v1", allowed_annotations = ["dev.gvisor.*"] }\n',
    },
  ),
  {
    ...bad('no kubelet', ['DOCTOR_KUBELET_DIR_NOT_FOUND'], {}),
    tree: { ...withoutKubelet(), [CONTAINERD]: v2() },
  },
  {
    ...bad('k0s', ['DOCTOR_KUBELET_DIR_ELSEWHERE'], {}),
    tree: {
      ...withoutKubelet(),
      '/etc/k0s/containerd.d/gvisor.toml': v2(),
      '/var/lib/k0s/kubelet/pods': null,
      '/var/lib/kubelet/plugins': null,
    },
  },
  {
    ...bad('microk8s', ['DOCTOR_KUBELET_DIR_ELSEWHERE'], {}),
    tree: {
      ...withoutKubelet(),
      '/var/snap/microk8s/7000/args/containerd.toml': v2(),
      '/var/snap/microk8s/current': { link: '7000' },
      '/var/snap/microk8s/common/var/lib/kubelet/pods': null,
    },
  },
  bad('--root-dir in an environment file', ['DOCTOR_KUBELET_DIR_ELSEWHERE'], {
    [CONTAINERD]: v2(),
    '/etc/default/kubelet': 'KUBELET_EXTRA_ARGS="--v=2 --root-dir=/data/kubelet"\n',
  }),
  bad("--root-dir in k3s's configuration", ['DOCTOR_KUBELET_DIR_ELSEWHERE'], {
    [`${K3S}/config.toml`]: v3(),
    '/etc/rancher/k3s/config.yaml': 'kubelet-arg:\n  - "root-dir=/data/kubelet"\n',
  }),
  {
    ...bad('k0s, with a link at the hard-coded path', ['DOCTOR_KUBELET_DIR_LINKED'], {}),
    tree: {
      ...withoutKubelet(),
      '/etc/k0s/containerd.toml': v2(),
      '/var/lib/k0s/kubelet/pods': null,
      '/var/lib/kubelet': { link: '/var/lib/k0s/kubelet' },
    },
  },
  bad('the wrapper alone, told of another kubelet directory', ['DOCTOR_KUBELET_DIR_ELSEWHERE'], {
    ...WRAPPER,
    [CONTAINERD]: underRunc,
    [WRAPPER_CONFIG]: 'KUBELET_DIR=/old/kubelet\nRELEASE=latest\n',
  }),
  {
    ...bad('the wrapper alone, on k0s with a link', ['DOCTOR_KUBELET_DIR_LINKED'], {}),
    tree: {
      ...withoutKubelet(),
      ...WRAPPER,
      '/etc/k0s/containerd.toml': underRunc,
      '/var/lib/k0s/kubelet/pods': null,
      '/var/lib/kubelet': { link: '/var/lib/k0s/kubelet' },
    },
  },
  withRunsc('no runsc', ['DOCTOR_RUNSC_NOT_FOUND'], () => undefined),
  withRunsc('a runsc that does not answer', ['DOCTOR_RUNSC_UNUSABLE'], () => {
    throw new MountHintsError('MH_RUNSC_UNUSABLE', 'runsc does not answer.');
  }),
  withRunsc('a runsc from before hints', ['DOCTOR_RUNSC_TOO_OLD'], () => '20200803'),
  withRunsc('a runsc that hides data', ['DOCTOR_RUNSC_OLD'], () => '20250610'),
];

function withoutKubelet(): NodeTree {
  const { '/var/lib/kubelet/pods': _, ...rest } = NODE;
  return rest;
}
