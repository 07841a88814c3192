import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { runCli } from '../../support/built-cli.ts';

const work = mkdtempSync(join(tmpdir(), 'mount-hints-policy-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: manifests of several kinds
type Manifest = any;

function printed(...args: string[]): Manifest[] {
  const run = runCli(['policy', '--quiet', ...args]);
  expect(run).toMatchObject({ status: 0, stderr: '' });
  return parseAllDocuments(run.stdout).map((document) => document.toJS());
}

function kindsOf(manifests: readonly Manifest[]): string[] {
  return manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

function conditions([policy]: readonly Manifest[]): Record<string, string> {
  const { matchConditions } = policy.spec;
  return Object.fromEntries(
    matchConditions.map((each: { name: string; expression: string }) => [each.name, each.expression]),
  );
}

const MUTATE = [
  'MutatingAdmissionPolicy gvisor-mount-hints',
  'MutatingAdmissionPolicyBinding gvisor-mount-hints',
];

describe('mount-hints policy', () => {
  test('prints a policy and its binding, and says what it leaves alone', () => {
    const run = runCli(['policy']);
    expect(run.status).toBe(0);
    expect(kindsOf(parseAllDocuments(run.stdout).map((document) => document.toJS()))).toEqual(MUTATE);
    expect(run.stderr).toMatch(/^note: pods with more than 500 volumes.*\nnote: .*\.\. get no hint/);
  });

  test('has a comment at each expression, and no line that a terminal cuts much', () => {
    const { stdout } = runCli(['policy', '--validate', 'warn', '--existing', 'reject']);
    const lines = stdout.split('\n');
    const named = lines.flatMap((line, index) => (/^ *- name: /.test(line) ? [index] : []));
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((index) => !/^ *#/.test(lines[index - 1] ?? ''))).toEqual([]);
    expect(stdout).toContain('docs/annotate.md');
  });

  test.each([
    [
      ['--validate', 'deny'],
      ['validate', 'validate-updates'],
    ],
    [
      ['--validate', 'audit'],
      ['validate', 'validate-updates', 'limits'],
    ],
    [['--existing', 'reject'], ['reject']],
    [['--existing', 'overwrite'], []],
  ])('%j adds policies', (args, suffixes) => {
    const manifests = printed(...args);
    expect(kindsOf(manifests)).toEqual([
      ...MUTATE,
      ...suffixes.flatMap((suffix) => [
        `ValidatingAdmissionPolicy gvisor-mount-hints-${suffix}`,
        `ValidatingAdmissionPolicyBinding gvisor-mount-hints-${suffix}`,
      ]),
    ]);
  });

  test('puts its options into the manifests', () => {
    const manifests = printed(
      ...['--name', 'hints', '--handler', 'kata', '--handler', 'runsc', '--failure-policy', 'Fail'],
      ...[
        '--namespace-selector',
        'team in (a, b),!x',
        '--exclude-namespace',
        'infra',
        '--opt-out',
        'a.io/b=no',
      ],
    );
    expect(kindsOf(manifests)).toEqual([
      'MutatingAdmissionPolicy hints',
      'MutatingAdmissionPolicyBinding hints',
    ]);
    expect(manifests[0].spec.failurePolicy).toBe('Fail');
    expect(manifests[0].spec.matchConstraints.namespaceSelector).toEqual({
      matchExpressions: [
        { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['infra'] },
        { key: 'team', operator: 'In', values: ['a', 'b'] },
        { key: 'x', operator: 'DoesNotExist' },
      ],
    });
    const { gvisor, 'not-opted-out': optOut } = conditions(manifests);
    expect(gvisor).toContain('params.handler in ["kata","runsc"]');
    expect(optOut).toContain('labels[?"a.io/b"].orValue(\'\') != "no"');
  });

  test('chooses pods by the name of their class, if asked', () => {
    const { gvisor } = conditions(printed('--runtime-class', 'sandboxed'));
    expect(gvisor).toContain('params.metadata.name in ["sandboxed"]');
    expect(gvisor).not.toContain('handler');
  });

  test('has no expression that its options do not need', () => {
    const names = (args: string[]): string[] =>
      printed(...args)[0].spec.variables.map(({ name }: { name: string }) => name);
    expect(names([])).toEqual(expect.arrayContaining(['limits', 'sizes']));
    for (const args of [['--rules', 'gke'], ['--no-size']]) {
      expect(names(args).filter((name) => ['roughly', 'closely', 'limits', 'sizes'].includes(name))).toEqual(
        [],
      );
    }
  });

  test('prints JSON as a List of the same manifests', () => {
    const { stdout } = runCli(['policy', '--format', 'json', '--validate', 'deny']);
    expect(JSON.parse(stdout)).toEqual({
      apiVersion: 'v1',
      kind: 'List',
      items: printed('--validate', 'deny'),
    });
  });

  test.each([
    ['a name that is no label', ['--name', 'Hints'], 'DNS label'],
    ['a name too long for its suffixes', ['--name', 'a'.repeat(47)], 'at most 46'],
    ['a selector that does not parse', ['--namespace-selector', 'a in b'], 'KEY in (VALUE, …)'],
    ['a slack that is no quantity', ['--size-slack', 'much'], '64Mi, 5%'],
    ['a handler that is none', ['--handler', ''], 'DNS label'],
    ['a class that is none', ['--runtime-class', 'a b'], 'DNS subdomain'],
    ['classes and handlers', ['--runtime-class', 'a', '--handler', 'b'], 'not by both'],
    ['an opt-out that is none', ['--opt-out', 'off'], 'KEY=VALUE'],
    ['a namespace that is none', ['--exclude-namespace', 'a.b'], 'DNS label'],
    ['a volume that is none', ['--no-hint', 'a_b'], 'DNS label'],
    ['another medium', ['--medium', 'a=tape'], 'disk, memory, declared'],
    ['other rules', ['--rules', 'aws'], 'safe or gke'],
    ["sizes with GKE's rules", ['--rules', 'gke', '--size-slack', '1Mi'], "GKE's rules"],
    ['another action', ['--validate', 'shout'], 'deny, warn or audit'],
    ['another failure policy', ['--failure-policy', 'Maybe'], 'Ignore or Fail'],
    ['a directory that is not wanted', ['somewhere'], 'standard output'],
    ['no directory', ['--format', 'helm'], 'Name one directory'],
  ])('refuses %s, and prints nothing', (_, args, allowed) => {
    const { status, stdout, stderr } = runCli(['policy', ...args]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(allowed);
  });

  test('writes a kustomization', () => {
    const directory = join(work, 'kustomize');
    expect(runCli(['policy', '-q', '--format', 'kustomize', directory])).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(readdirSync(directory).sort()).toEqual(['kustomization.yaml', 'policies.yaml']);
    expect(readFileSync(join(directory, 'policies.yaml'), 'utf8')).toBe(runCli(['policy', '-q']).stdout);
  });

  test('writes a chart', () => {
    const directory = join(work, 'chart');
    expect(runCli(['policy', '-q', '--format', 'helm', '--name', 'mine', directory]).status).toBe(0);
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual([
      'Chart.yaml',
      'templates',
      'templates/_helpers.tpl',
      'templates/limits.yaml',
      'templates/mutate.yaml',
      'templates/reject.yaml',
      'templates/validate.yaml',
      'values.schema.json',
      'values.yaml',
    ]);
    expect(readFileSync(join(directory, 'values.yaml'), 'utf8')).toContain('name: "mine"');
  });

  test('says where it cannot write', () => {
    const file = join(work, 'file');
    writeFileSync(file, '');
    const run = runCli(['policy', '-q', '--format', 'helm', join(file, 'chart')]);
    expect(run).toMatchObject({ status: 74, stdout: '' });
    expect(run.stderr).toContain('Chart.yaml cannot be written');
  });
});
