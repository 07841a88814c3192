import { afterAll, describe, expect, test } from '@jest/globals';
import type { DoctorCode, NodeFinding } from '../../../src/domain/doctor/node-finding.ts';
import type { Release } from '../../../src/domain/rewrite/releases.ts';
import { applyLines } from '../../support/apply-lines.ts';
import { examine, type NodeTree, NodeTrees } from '../../support/node-tree.ts';
import { restarted } from '../../support/restarted-node.ts';
import {
  CONTAINERD,
  crio,
  DOCTOR_CASES,
  NODE,
  NODE_JS,
  underRunc,
  WRAPPER,
  WRAPPER_CONFIG,
} from './doctor-cases.ts';

/** A node as somebody changes it who follows advice. */
interface Changing {
  readonly files: Record<string, NodeTree[string]>;
  runsc: Release | undefined;
}

type Follow = (node: Changing, finding: NodeFinding) => void;

function wordsOf({ message }: NodeFinding, pattern: RegExp): string {
  const found = pattern.exec(message)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in: ${message}`);
  return found;
}

/** Puts a program where the finding says that it is missing. */
const install =
  (pattern: RegExp): Follow =>
  (node, finding) => {
    const named = wordsOf(finding, pattern);
    node.files[named.startsWith('/') ? named : `/usr/local/bin/${named}`] = '';
  };

const installNode: Follow = (node, finding) => {
  const isSet = finding.message.includes('NODE is ');
  node.files[isSet ? wordsOf(finding, /NODE is ([^\s,]+)/) : '/usr/bin/node'] = '';
};

const writeImport: Follow = (node, finding) => {
  node.files[wordsOf(finding, /imports (\S+), which is missing/)] = '';
};

const removeImport: Follow = (node, { path = '' }) => {
  node.files[path] = String(node.files[path]).replace(/^imports = .*$/m, '');
};

/** Moves what the import says to the end of the file that imports it. */
const keepInOneFile: Follow = (node, { path = '' }) => {
  const moved = String(node.files[path]).replace(/^version = .*$/m, '');
  node.files[path] = '';
  node.files[CONTAINERD] = `${node.files[CONTAINERD]}\n${moved}`;
};

const removeLine: Follow = (node, finding) => {
  const lines = String(node.files[WRAPPER_CONFIG]).split('\n');
  lines.splice(Number(wordsOf(finding, /^line (\d+) of/)) - 1, 1);
  node.files[WRAPPER_CONFIG] = lines.join('\n');
};

const setRootDir: Follow = (node, finding) => {
  const dir = wordsOf(finding, /Set kubelet's --root-dir to (\/[^\s,]+)/);
  for (const [path, content] of Object.entries(node.files)) {
    if (path.endsWith('/kubelet') && typeof content !== 'string') delete node.files[path];
    else if (path.endsWith('/kubelet/pods')) delete node.files[path];
    else if (typeof content === 'string')
      node.files[path] = content.replace(/(root-dir=)[^\s"]+/, `$1${dir}`);
  }
  node.files[`${dir}/pods`] = null;
};

/** Starts the one gVisor runtime through the wrapper, with the setting that the finding names. */
const rewriteByWrapper: Follow = (node, finding) => {
  const [config = ''] = Object.entries(node.files).flatMap(([path, content]) =>
    typeof content === 'string' && content.includes('io.containerd.runsc.v1') ? [path] : [],
  );
  const isVersion3 = String(node.files[config]).includes('version = 3');
  const runtime = isVersion3
    ? underRunc
        .replace('version = 2', 'version = 3')
        .replaceAll('"io.containerd.grpc.v1.cri"', "'io.containerd.cri.v1.runtime'")
    : underRunc;
  Object.assign(node.files, WRAPPER, { [config]: runtime });
  node.files[WRAPPER_CONFIG] = `${wordsOf(finding, /(KUBELET_DIR=\/\S+) in /)}\n`;
};

/** Adds a runtime that is the wrapper, in the engine's own file. */
const addWrapperRuntime: Follow = (node, { path = '', message }) => {
  const wrapper = / in front of runsc, (\/\S+)\.$/.exec(message)?.[1];
  const isDocker = path.endsWith('.json');
  const file = isDocker ? path : `${path}.d/50-gvisor-mount-hints.conf`;
  const data = isDocker
    ? JSON.stringify({ runtimes: { 'gvisor-hints': { path: wrapper } } })
    : `[engine.runtimes]\ngvisor-hints = ['${wrapper}']\n`;
  Object.assign(node.files, WRAPPER, { [file]: { data } });
};

const installRunsc: Follow = (node) => {
  node.runsc = '20260914';
};

/** What people do who read a finding without lines, by its code: each way that its advice names. */
const FOLLOW: Partial<Record<DoctorCode, readonly Follow[]>> = {
  DOCTOR_IMPORT_MISSING: [writeImport, removeImport],
  DOCTOR_IMPORT_REPLACES: [keepInOneFile],
  DOCTOR_TEMPLATE_NOT_RENDERED: [() => {}],
  DOCTOR_SHIM_NOT_FOUND: [install(/ needs ([^\s,]+), which/)],
  DOCTOR_WRAPPER_NOT_FOUND: [install(/ runs ([^\s,]+), which/)],
  DOCTOR_WRAPPED_RUNTIME_NOT_FOUND: [install(/RUNTIME is ([^\s,]+), and/)],
  DOCTOR_WRAPPER_CONFIG: [removeLine],
  DOCTOR_NODE_NOT_FOUND: [installNode],
  DOCTOR_CRIO_RUNTIME_PATH: [install(/ runs ([^\s,]+), which/)],
  DOCTOR_ENGINE_NO_REWRITE: [addWrapperRuntime],
  DOCTOR_KUBELET_DIR_ELSEWHERE: [setRootDir, rewriteByWrapper],
  DOCTOR_KUBELET_DIR_LINKED: [setRootDir, rewriteByWrapper],
  DOCTOR_RUNSC_NOT_FOUND: [installRunsc],
  DOCTOR_RUNSC_TOO_OLD: [installRunsc],
  DOCTOR_RUNSC_OLD: [installRunsc],
};

/** Findings that tell what to look at, and not what to write. */
const NOT_MECHANICAL: readonly string[] = [
  'a configuration that is not TOML',
  'a directory for a configuration',
  'links in a circle',
  "a file of Docker's that is not JSON",
  'a shim configuration that is not TOML',
  'no kubelet',
  'a runsc that does not answer',
];

const trees = new NodeTrees();
afterAll(() => trees.remove());

interface Case {
  readonly name: string;
  readonly tree: NodeTree;
  readonly codes: readonly DoctorCode[];
  readonly runsc: (() => Release | undefined) | undefined;
  readonly way: number;
}

/** Each case once for each way that its advice can be followed. */
const CASES: readonly Case[] = DOCTOR_CASES.filter(
  ({ codes, name }) => codes.length > 0 && !NOT_MECHANICAL.includes(name),
).flatMap(({ name, tree, codes, runsc }) => {
  const ways = Math.max(1, ...codes.map((code) => FOLLOW[code]?.length ?? 1));
  return Array.from({ length: ways }, (_, way) => ({ name, tree, codes, runsc, way }));
});

function follow(node: Changing, finding: NodeFinding, way: number): void {
  const ways = FOLLOW[finding.code];
  if (ways === undefined)
    throw new Error(`${finding.code} has neither lines nor advice that can be followed`);
  ways[Math.min(way, ways.length - 1)]?.(node, finding);
}

describe('the advice of the doctor, followed', () => {
  test.each(CASES)('$name, way $way: nothing is found any more', async ({ tree, codes, runsc, way }) => {
    const installed = runsc === undefined ? '20260615' : runsc();
    const { findings } = await examine(trees.create(tree), () => installed);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    const node: Changing = { files: { ...applyLines(tree, findings) }, runsc: installed };
    for (const finding of findings) if (!finding.lines) follow(node, finding, way);
    const after = await examine(trees.create(restarted(node.files)), () => node.runsc);
    expect(after.findings.map(({ code, message }) => [code, message])).toEqual([]);
  });

  test('CRI-O without the wrapper: the lines name where it is to be installed', async () => {
    const conf = '/etc/crio/crio.conf';
    const tree = { ...NODE, ...NODE_JS, [conf]: crio(['runtime_type = "vm"']) };
    const { findings } = await examine(trees.create(tree));
    const node: Changing = { files: { ...applyLines(tree, findings) }, runsc: undefined };
    const [, noRewrite] = findings;
    if (noRewrite) install(/ in front of runsc, as (\S+)\.$/)(node, noRewrite);
    expect(node.files[conf]).toContain('runtime_path = "/usr/local/bin/mount-hints-runtime"');
    expect((await examine(trees.create(node.files))).findings).toEqual([]);
  });

  test('what is left out is among the cases', () => {
    const names = DOCTOR_CASES.map(({ name }) => name);
    expect(NOT_MECHANICAL.filter((name) => !names.includes(name))).toEqual([]);
  });
});
