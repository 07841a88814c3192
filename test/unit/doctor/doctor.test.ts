import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { DOCTOR_CODES, type DoctorCode, type NodeFinding } from '../../../src/domain/doctor/node-finding.ts';
import { applyLines } from '../../support/apply-lines.ts';
import { allowNobody, asNobody, examine, type NodeTree, NodeTrees } from '../../support/node-tree.ts';
import { K3S, MICROK8S, RKE2, restarted } from '../../support/restarted-node.ts';
import {
  ALL,
  CONTAINERD,
  crio,
  DOCKER,
  DOCTOR_CASES,
  NODE,
  V2,
  V3,
  v2,
  v3,
  WRAPPED,
  WRAPPER,
} from './doctor-cases.ts';

/** Found by tests of their own: a node that is not this machine, and hostile ones. */
const ELSEWHERE: readonly DoctorCode[] = ['DOCTOR_RUNSC_NOT_RUN', 'DOCTOR_IMPORT_TOO_MANY'];

describe('what the doctor finds', () => {
  const trees = new NodeTrees();
  afterAll(() => trees.remove());

  test.each(DOCTOR_CASES)('$name: $codes', async ({ tree, codes, runsc }) => {
    const { findings } = await examine(trees.create(tree), runsc);
    expect(findings.map(({ code }) => code)).toEqual(codes);
    for (const { code, severity, message, lines } of findings) {
      expect(severity).toBe(DOCTOR_CODES[code]);
      expect(message).toMatch(/[.\n)]$/);
      expect(lines).not.toEqual([]);
    }
  });

  test('every code has a case', () => {
    const seen = new Set([...DOCTOR_CASES.flatMap(({ codes }) => codes), ...ELSEWHERE]);
    expect(Object.keys(DOCTOR_CODES).filter((code) => !seen.has(code as DoctorCode))).toEqual([]);
    expect(DOCTOR_CASES).toHaveLength(119);
  });

  test('every code has its section in docs/doctor.md, and there are no others', () => {
    const text = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8');
    const sections = [...text.matchAll(/^### (DOCTOR_\w+)/gm)].map(([, code]) => code);
    expect(sections).toEqual(Object.keys(DOCTOR_CODES));
  });

  const asRoot = process.geteuid?.() === 0 ? test : test.skip;
  if (process.geteuid?.() !== 0) process.stdout.write('not root: the test of closed files is skipped\n');
  asRoot('files and directories that it may not read', async () => {
    const root = trees.create({
      ...NODE,
      [CONTAINERD]: `imports = ["/etc/containerd/conf.d/*.toml"]\n${v2()}`,
      '/etc/containerd/conf.d/a.toml': '',
      '/etc/crio/crio.conf': '',
      '/etc/default/kubelet': '',
    });
    const closed = ['/etc/containerd/conf.d', '/etc/crio/crio.conf', '/etc/default/kubelet'];
    for (const path of closed) allowNobody(root + path);
    const { findings } = await asNobody(() => examine(root));
    expect(findings.map(({ code, path }) => [code, path])).toEqual(
      closed.map((path) => ['DOCTOR_UNREADABLE', path]),
    );
  });

  test.each(DOCTOR_CASES.filter(({ codes }) => codes.length > 0))(
    'the lines mend what was found, and nothing new is: $name',
    async ({ tree, runsc }) => {
      const { findings } = await examine(trees.create(tree), runsc);
      const again = async (applied: typeof findings) =>
        (await examine(trees.create(restarted(applyLines(tree, applied))), runsc)).findings.map(
          ({ code }) => code,
        );
      const isLasting = (each: NodeFinding) =>
        each.lines === undefined && each.code !== 'DOCTOR_TEMPLATE_NOT_RENDERED';
      expect(await again(findings)).toEqual(findings.filter(isLasting).map(({ code }) => code));
      for (const each of findings.filter(({ lines }) => lines)) {
        const left = await again([each]);
        const codes = findings.map(({ code }) => code);
        expect(left.length).toBeLessThan(codes.length);
        for (const code of new Set(left)) {
          const before = codes.filter((known) => known === code).length;
          expect(left.filter((known) => known === code).length).toBeLessThanOrEqual(before);
        }
      }
    },
  );

  test('a first runtime', async () => {
    const tree = { ...NODE, [CONTAINERD]: 'version = 2\n' };
    const before = await examine(trees.create(tree));
    const after = await examine(trees.create(applyLines(tree, before.findings)));
    expect(after.findings).toEqual([]);
    expect(after.containerd).toEqual([
      { distribution: 'containerd', files: [CONTAINERD], version: 2, runtimes: ['runsc'] },
    ]);
  });

  test('a first handler of CRI-O: the wrapper, in a file of its own', async () => {
    const tree = { ...NODE, ...WRAPPER, '/etc/crio/crio.conf.d/10-crio.conf': '[crio.runtime]\n' };
    const before = await examine(trees.create(tree));
    expect(before.findings.map(({ lines }) => lines?.map(({ file }) => file))).toEqual([
      ['/etc/crio/crio.conf.d/50-gvisor.conf'],
    ]);
    const after = await examine(trees.create(applyLines(tree, before.findings)));
    expect(after.findings).toEqual([]);
    expect(after.crio?.handlers).toEqual(['gvisor']);
  });

  test("Docker's stock file: version, list of plugins and runtime, each in its place", async () => {
    const tree = { ...NODE, [CONTAINERD]: DOCKER };
    const { findings } = await examine(trees.create(tree));
    const enable = {
      file: CONTAINERD,
      below: '',
      replaces: ['disabled_plugins'],
      text: ['disabled_plugins = []'],
    };
    expect(findings.map(({ code, lines }) => [code, lines])).toEqual([
      [
        'DOCTOR_NO_GVISOR_RUNTIME',
        [
          enable,
          { file: CONTAINERD, below: '', text: ['version = 2'] },
          {
            file: CONTAINERD,
            text: [`[${V2}.runsc]`, '  runtime_type = "io.containerd.runsc.v1"', `  ${ALL}`],
          },
        ],
      ],
      ['DOCTOR_CRI_DISABLED', [enable]],
    ]);
  });

  test('a table that is there gets lines below its heading, as that is written', async () => {
    const heading = `[ ${V3} . runsc ]`;
    const text = `version = 3\n${heading} # gVisor\nruntime_type = "io.containerd.runsc.v1"\n`;
    const { findings } = await examine(trees.create({ ...NODE, [CONTAINERD]: text }));
    expect(findings[0]?.lines).toEqual([{ file: CONTAINERD, below: heading, text: [`  ${ALL}`] }]);
  });

  test("containerd's own --config is looked at instead of the usual places", async () => {
    const root = trees.create({ ...NODE, [CONTAINERD]: 'version = [\n', '/opt/containerd.toml': v2([]) });
    const options = { containerdConfig: '/opt/containerd.toml' };
    const { findings, containerd } = await examine(root, () => '20260615', options);
    expect(findings.map(({ code, path }) => [code, path])).toEqual([
      ['DOCTOR_POD_ANNOTATIONS', '/opt/containerd.toml'],
    ]);
    expect(containerd.map(({ files }) => files)).toEqual([['/opt/containerd.toml']]);
    const missing = await examine(root, () => '20260615', { containerdConfig: '/opt/none.toml' });
    expect(missing.findings.map(({ code }) => code)).toEqual(['DOCTOR_NO_RUNTIME_CONFIG']);
    expect(missing.findings[0]?.message).toContain('/opt/none.toml');
  });

  test.each([
    ['k3s, version 3', { [`${K3S}/config.toml`]: v3([]) }, `${K3S}/config-v3.toml.tmpl`],
    ['k3s, version 2', { [`${K3S}/config.toml`]: v2([]) }, `${K3S}/config.toml.tmpl`],
    ['RKE2', { [`${RKE2}/config.toml`]: v2([]) }, `${RKE2}/config.toml.tmpl`],
    ['k0s', { '/etc/k0s/containerd.toml': v2([]) }, '/etc/k0s/containerd.d/gvisor.toml'],
    ['microk8s', { [`${MICROK8S}/containerd.toml`]: v2([]) }, `${MICROK8S}/containerd-template.toml`],
    [
      'an import',
      {
        [CONTAINERD]: 'version = 2\nimports = ["conf.d/*.toml"]\n',
        '/etc/containerd/conf.d/gvisor.toml': v2([]),
      },
      '/etc/containerd/conf.d/gvisor.toml',
    ],
    [
      'what k0s made at start',
      {
        '/etc/k0s/containerd.toml': 'version = 2\nimports = ["/run/k0s/containerd-cri.toml"]\n',
        '/run/k0s/containerd-cri.toml': v2([]),
      },
      '/etc/k0s/containerd.d/gvisor.toml',
    ],
  ])('%s: the lines go where they last', async (_, tree, file) => {
    const { findings } = await examine(trees.create({ ...NODE, ...(tree as NodeTree) }));
    expect(findings.map(({ code, lines }) => [code, lines?.[0]?.file])).toEqual([
      ['DOCTOR_POD_ANNOTATIONS', file],
    ]);
  });

  test.each([
    [
      'a new template of k3s keeps what k3s writes',
      { [`${K3S}/config.toml`]: v2([]) },
      '{{ template "base" . }}',
    ],
    ['a new file that k0s imports states its version', { '/etc/k0s/containerd.toml': v2([]) }, 'version = 2'],
  ])('%s', async (_, tree, start) => {
    const { findings } = await examine(trees.create({ ...NODE, ...(tree as NodeTree) }));
    expect(findings[0]?.lines?.[0]?.text[0]).toBe(start);
  });

  test('tells what it looked at', async () => {
    const report = await examine(
      trees.create({
        ...NODE,
        ...WRAPPER,
        [CONTAINERD]: 'version = 2\nimports = ["a.toml"]\n',
        '/etc/containerd/a.toml': v2(),
        '/etc/crio/crio.conf.d/b/deep.conf': crio([WRAPPED]),
      }),
      () => '20260701',
    );
    expect(report.containerd).toEqual([
      {
        distribution: 'containerd',
        files: [CONTAINERD, '/etc/containerd/a.toml'],
        version: 2,
        runtimes: ['runsc'],
      },
    ]);
    expect(report.crio).toEqual({ files: ['/etc/crio/crio.conf.d/b/deep.conf'], handlers: ['runsc'] });
    expect(report.kubeletDir).toBe('/var/lib/kubelet');
    expect(report.runsc).toEqual({ release: '20260701', rules: '20260615' });
  });
});
