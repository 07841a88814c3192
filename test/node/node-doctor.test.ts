import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { NodeFinding } from '../../src/domain/doctor/node-finding.ts';
import { applyLines } from '../support/apply-lines.ts';
import { findNodeForAll } from './support/find-node.ts';
import { KubernetesNode } from './support/kubernetes-node.ts';
import { removeLeftBehind } from './support/left-behind.ts';
import { CONTAINERD_CONFIG, SHIM_CONFIG, WRAPPER_CONFIG } from './support/node-files.ts';
import { podOf, SCENARIOS, type Scenario } from './support/scenarios.ts';
import { lookAt, settled } from './support/seen-pod.ts';

/** One thing that is wrong with a node: a change of one of its files, and the finding that it is to give. */
interface Fault {
  readonly code: string;
  readonly what: string;
  readonly file: string;
  readonly change: (text: string) => string | undefined;
}

/** Takes the first text out, or puts another in its place; a text that is not there is an error of the test. */
function replace(wanted: string | RegExp, by: string): (text: string) => string {
  return (text) => {
    const changed = text.replace(wanted, by);
    if (changed === text) throw new Error(`no ${wanted} in ${text}`);
    return changed;
  };
}

const FAULTS: readonly Fault[] = [
  {
    code: 'DOCTOR_POD_ANNOTATIONS',
    what: 'pod_annotations is missing',
    file: CONTAINERD_CONFIG,
    change: replace(/ *pod_annotations = .*\n/, ''),
  },
  {
    code: 'DOCTOR_POD_ANNOTATIONS',
    what: 'pod_annotations has another pattern',
    file: CONTAINERD_CONFIG,
    change: replace('pod_annotations = ["dev.gvisor.*"]', 'pod_annotations = ["example.com/*"]'),
  },
  {
    code: 'DOCTOR_POD_ANNOTATIONS_PARTIAL',
    what: 'pod_annotations lets the hints alone through',
    file: CONTAINERD_CONFIG,
    change: replace(
      'pod_annotations = ["dev.gvisor.*"]',
      'pod_annotations = ["dev.gvisor.spec.mount.*.type", "dev.gvisor.spec.mount.*.share", "dev.gvisor.spec.mount.*.options"]',
    ),
  },
  {
    code: 'DOCTOR_RUNTIME_TYPE',
    what: "the runtime has runc's type",
    file: CONTAINERD_CONFIG,
    change: replace('runtime_type = "io.containerd.runsc.v1"', 'runtime_type = "io.containerd.runc.v2"'),
  },
  {
    code: 'DOCTOR_CONFIG_VERSION',
    what: 'the version is missing',
    file: CONTAINERD_CONFIG,
    change: replace('version = 3\n', ''),
  },
  {
    code: 'DOCTOR_PLUGIN_PATH',
    what: 'the runtimes are where containerd 1.x has them',
    file: CONTAINERD_CONFIG,
    change: (text) => text.replaceAll("'io.containerd.cri.v1.runtime'", '"io.containerd.grpc.v1.cri"'),
  },
  {
    code: 'DOCTOR_IMPORT_MISSING',
    what: 'an import is not there',
    file: CONTAINERD_CONFIG,
    change: replace('version = 3\n', 'version = 3\nimports = ["/etc/containerd/more.toml"]\n'),
  },
  {
    code: 'DOCTOR_CRI_DISABLED',
    what: 'the CRI plugin is switched off',
    file: CONTAINERD_CONFIG,
    change: replace('version = 3\n', 'version = 3\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'),
  },
  {
    code: 'DOCTOR_MALFORMED',
    what: 'the file is no TOML',
    file: CONTAINERD_CONFIG,
    change: replace('version = 3\n', 'version = 3\nroot "/var/lib/containerd"\n'),
  },
  {
    code: 'DOCTOR_NO_RUNTIME_CONFIG',
    what: "containerd's configuration is missing",
    file: CONTAINERD_CONFIG,
    change: () => undefined,
  },
  {
    code: 'DOCTOR_SHIM_CONFIG_MISSING',
    what: 'ConfigPath names no file',
    file: CONTAINERD_CONFIG,
    change: replace(`ConfigPath = "${SHIM_CONFIG}"`, 'ConfigPath = "/etc/containerd/gone.toml"'),
  },
  {
    code: 'DOCTOR_SHIM_TYPE_URL',
    what: 'TypeUrl is missing',
    file: CONTAINERD_CONFIG,
    change: replace(/ *TypeUrl = .*\n/, ''),
  },
  {
    code: 'DOCTOR_WRAPPER_NOT_FOUND',
    what: 'BinaryName names no program',
    file: CONTAINERD_CONFIG,
    change: replace(/BinaryName = ".*"/, 'BinaryName = "/usr/local/bin/gone"'),
  },
  {
    code: 'DOCTOR_SHIM_CONFIG_VALUE',
    what: 'a value of the shim is no text',
    file: SHIM_CONFIG,
    change: (text) => `${text}  debug = true\n`,
  },
  {
    code: 'DOCTOR_SHIM_CONFIG_UNKNOWN',
    what: "a flag of runsc is at the top of the shim's file",
    file: SHIM_CONFIG,
    change: (text) => `overlay2 = "root:self"\n${text}`,
  },
  {
    code: 'DOCTOR_OVERLAY_ALL',
    what: 'every volume has an overlay',
    file: SHIM_CONFIG,
    change: (text) => `${text}  overlay2 = "all:self"\n`,
  },
  {
    code: 'DOCTOR_FILE_ACCESS_EXCLUSIVE',
    what: 'volumes are taken to be exclusive',
    file: SHIM_CONFIG,
    change: (text) => `${text}  file-access-mounts = "exclusive"\n`,
  },
  {
    code: 'DOCTOR_WRAPPER_CONFIG',
    what: "the wrapper's settings have an unknown key",
    file: WRAPPER_CONFIG,
    change: (text) => `${text}COLOUR=red\n`,
  },
  {
    code: 'DOCTOR_WRAPPED_RUNTIME_NOT_FOUND',
    what: 'the real runtime is missing',
    file: WRAPPER_CONFIG,
    change: replace(/RUNTIME=.*/, 'RUNTIME=/usr/local/sbin/gone'),
  },
  {
    code: 'DOCTOR_KUBELET_DIR_ELSEWHERE',
    what: 'kubelet keeps its files elsewhere',
    file: '/etc/default/kubelet',
    change: () => 'KUBELET_EXTRA_ARGS="--root-dir=/var/lib/moved"\n',
  },
];

/** Faults that are also tried: what a pod with hints shows under each, and when the lines are in. */
const TRIED: readonly (readonly [string, string])[] = [
  ['pod_annotations is missing', '9p'],
  ['a value of the shim is no text', 'no sandbox'],
  ['ConfigPath names no file', 'no sandbox'],
];

const HINTED = SCENARIOS.find(({ name }) => name === 'disk-size') as Scenario;

jest.setTimeout(30 * 60_000);
const scratch = mkdtempSync('/var/tmp/mh-node-');
const found = await findNodeForAll(scratch);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

if ('unavailable' in found) {
  process.stderr.write(`skipped: doctor on a Kubernetes node: ${found.unavailable}\n`);
  test.todo('needs a Kubernetes node');
} else {
  describe('doctor on a Kubernetes node', () => {
    let node: KubernetesNode;
    beforeAll(async () => {
      removeLeftBehind();
      node = await KubernetesNode.start(found);
    });
    afterAll(() => node?.stop());

    async function findings(): Promise<NodeFinding[]> {
      const { stdout, stderr } = await node.mountHints('doctor', '--json');
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout).findings;
    }

    /** The findings that change with a fault in a file; then the lines are pasted, and the findings are asked for again. */
    async function mended({ file, change }: Fault, meanwhile: (state: 'faulty' | 'mended') => Promise<void>) {
      const before = new Map([[file, node.fileOf(file)]]);
      try {
        node.put(file, change(before.get(file) ?? ''));
        const faulty = await findings();
        await meanwhile('faulty');
        const files = [file, ...faulty.flatMap(({ lines = [] }) => lines.map((each) => each.file))];
        for (const each of files) if (!before.has(each)) before.set(each, node.fileOf(each));
        const tree = Object.fromEntries(files.map((each) => [each, node.fileOf(each) ?? '']));
        for (const [path, text] of Object.entries(applyLines(tree, faulty)))
          if (typeof text === 'string') node.put(path, text);
        const left = await findings();
        await meanwhile('mended');
        return { faulty, left };
      } finally {
        for (const [path, text] of before) node.put(path, text);
      }
    }

    test('has nothing to complain of', async () => {
      expect(await findings()).toEqual([]);
    });

    test.each(FAULTS.map((fault) => [fault.code, fault.what, fault] as const))(
      '%s: %s',
      async (code, _what, fault) => {
        const { faulty, left } = await mended(fault, async () => undefined);
        expect([...new Set(faulty.map((finding) => finding.code))]).toEqual([code]);
        const hasLines = faulty.some(({ lines = [] }) => lines.length > 0);
        if (hasLines) expect(left).toEqual([]);
        else process.stderr.write(`${code} has no lines: ${faulty[0]?.message}\n`);
      },
    );

    /** What a hinted volume is in a pod that is started now. */
    async function served(name: string): Promise<string> {
      const pod = podOf({ ...HINTED, name });
      await node.create(pod);
      try {
        const state = await settled(node, name);
        if (state.sandboxRefused !== undefined) return 'no sandbox';
        const { containers } = await lookAt(node, state);
        return containers[0]?.mounts[0]?.fileSystem ?? 'no container';
      } finally {
        await node.plane.client.send(
          'DELETE',
          `/api/v1/namespaces/default/pods/${name}?gracePeriodSeconds=0`,
        );
      }
    }

    test.each(TRIED)('%s: a hinted volume is %s until the lines are in', async (what, wanted) => {
      const fault = FAULTS.find((each) => each.what === what) as Fault;
      const seen: string[] = [];
      await mended(fault, async (state) => {
        await node.startContainerd();
        seen.push(await served(`tried-${TRIED.findIndex(([name]) => name === what)}-${state}`));
      });
      expect(seen).toEqual([wanted, 'tmpfs']);
    });
  });
}
