import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { PolicyOptions } from '../../src/domain/policy/policy-options.ts';
import { runCli } from '../support/built-cli.ts';
import { describeIf } from '../support/describe-if.ts';
import { install, type Manifest, manifestsOf } from './support/apply.ts';
import { generatedPods, vectorPods } from './support/cluster-pods.ts';
import { compare } from './support/compare.ts';
import { findControlPlane, VERSIONS } from './support/find-control-plane.ts';
import { gvisorPlane } from './support/gvisor-plane.ts';
import { findProgram } from './support/manifest-programs.ts';

const [version] = VERSIONS;
const programs = await findControlPlane(version);
if ('unavailable' in programs) process.stderr.write(`skipped: ${programs.unavailable}\n`);
const kubeconform = await findProgram('kubeconform');
const kustomize = await findProgram('kustomize');
const helm = await findProgram('helm');

const work = mkdtempSync(join(tmpdir(), 'mount-hints-formats-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 120_000,
    env: {
      ...process.env,
      HELM_CACHE_HOME: join(work, 'c'),
      HELM_CONFIG_HOME: join(work, 'd'),
      HELM_DATA_HOME: join(work, 'e'),
    },
  });
  if (error) throw error;
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return stdout;
}

function documentsIn(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) =>
    document.contents ? [document.toJS() as Manifest] : [],
  );
}

function written(format: string, ...args: string[]): string {
  const directory = mkdtempSync(join(work, `${format}-`));
  const { status, stderr } = runCli(['policy', '-q', '--format', format, ...args, directory]);
  expect([status, stderr]).toEqual([0, '']);
  return directory;
}

/** Without variables that the options do not need: a chart cannot leave one out, and gives it an empty map. */
function withoutUnneeded(manifests: readonly Manifest[]): unknown[] {
  return manifests.map((manifest) => {
    const spec = manifest.spec as { variables?: { expression: string }[] };
    const variables = spec.variables?.filter(({ expression }) => expression !== '{}');
    return { ...manifest, spec: { ...spec, ...(variables && { variables }) } };
  });
}

/** In the order of names, which `helm template` and kustomize change. */
function inOrder(manifests: readonly unknown[]): unknown[] {
  const name = (manifest: unknown) => {
    const { kind, metadata } = manifest as Manifest;
    return `${metadata.name} ${kind}`;
  };
  return [...manifests].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

const CASES: readonly (readonly [string, PolicyOptions, readonly string[]])[] = [
  ['the defaults', {}, []],
  ["GKE's rules", { rules: 'gke' }, ['rules=gke']],
  ['existing hints overwritten', { existing: 'overwrite' }, ['existing=overwrite']],
  ['existing hints rejected', { existing: 'reject' }, ['existing=reject']],
  ['no sizes', { size: false }, ['size=false']],
  ['a slack in percent', { sizeSlack: '5.25%' }, ['sizeSlack=5.25%']],
  ['classes', { runtimeClasses: ['gvisor', 'x.y'] }, ['runtimeClasses={gvisor,x.y}']],
  [
    'volumes',
    { noHint: ['a'], medium: { b: 'disk', c: 'memory', d: 'declared' } },
    ['noHint={a}', 'medium.b=disk', 'medium.c=memory', 'medium.d=declared'],
  ],
  ['checks', { validate: 'deny' }, ['validate=deny']],
  ['warnings', { validate: 'warn', rules: 'gke' }, ['validate=warn', 'rules=gke']],
  [
    'scope',
    {
      name: 'mine',
      handlers: ['kata'],
      failurePolicy: 'Fail',
      optOut: 'a/b=c',
      excludeNamespaces: ['infra'],
      namespaceSelector: 'team=a',
    },
    [
      'name=mine',
      'handlers={kata}',
      'failurePolicy=Fail',
      'optOut=a/b=c',
      'excludeNamespaces={infra}',
      'namespaceSelector.matchExpressions[0].key=team',
      'namespaceSelector.matchExpressions[0].operator=In',
      'namespaceSelector.matchExpressions[0].values={a}',
    ],
  ],
];

describeIf(helm !== undefined)('the Helm chart', () => {
  const chart = () => written('helm');

  test('passes helm lint', () => {
    expect(run(helm ?? '', 'lint', '--strict', '--kube-version', version, chart())).toContain(
      '0 chart(s) failed',
    );
  });

  test.each(CASES)('renders with values what policy prints with options: %s', (_, options, values) => {
    const sets = values.flatMap((value) => ['--set', value]);
    const rendered = documentsIn(
      run(helm ?? '', 'template', 'r', chart(), '--kube-version', version, ...sets),
    );
    expect(inOrder(withoutUnneeded(rendered))).toEqual(inOrder(manifestsOf(options)));
  });

  test('has the options that it was made with as its values', () => {
    const directory = written(
      'helm',
      '--rules',
      'gke',
      '--existing',
      'reject',
      '--validate',
      'audit',
      '--name',
      'n',
    );
    const rendered = documentsIn(run(helm ?? '', 'template', 'r', directory, '--kube-version', version));
    const options: PolicyOptions = { rules: 'gke', existing: 'reject', validate: 'audit', name: 'n' };
    expect(inOrder(withoutUnneeded(rendered))).toEqual(inOrder(manifestsOf(options)));
  });

  test.each(['name=Hints', 'rules=aws', 'sizeSlack=much', 'handlers={}', 'validate=shout', 'unknown=1'])(
    'refuses the value %s',
    (value) => {
      const { status, stdout } = spawnSync(
        helm ?? '',
        ['template', 'r', chart(), '--kube-version', version, '--set', value],
        { encoding: 'utf8' },
      );
      expect([status === 0, stdout]).toEqual([false, '']);
    },
  );
});

describeIf(kustomize !== undefined)('the kustomization', () => {
  test('builds to what policy prints', () => {
    const directory = written('kustomize', '--validate', 'deny');
    expect(inOrder(documentsIn(run(kustomize ?? '', 'build', directory)))).toEqual(
      inOrder(manifestsOf({ validate: 'deny' })),
    );
  });
});

describeIf(!('unavailable' in programs))('what is printed', () => {
  const plane = gvisorPlane(programs);

  /** The API server's own schemas, strict, one file a kind. */
  async function schemas(): Promise<string> {
    const { body } = await plane().client.send('GET', '/openapi/v2');
    const definitions = body.definitions as Record<
      string,
      { properties?: object; additionalProperties?: unknown }
    >;
    for (const definition of Object.values(definitions)) {
      if (definition.properties) definition.additionalProperties ??= false;
    }
    const directory = join(work, 'schemas');
    mkdirSync(directory);
    for (const kind of ['Mutating', 'Validating'].flatMap((each) => [
      `${each}AdmissionPolicy`,
      `${each}AdmissionPolicyBinding`,
    ])) {
      const $ref = `#/definitions/io.k8s.api.admissionregistration.v1.${kind}`;
      writeFileSync(
        join(directory, `${kind.toLowerCase()}-admissionregistration-v1.json`),
        JSON.stringify({ $ref, definitions }),
      );
    }
    return directory;
  }

  test.each(kubeconform === undefined ? [] : [[kubeconform]])(
    'passes kubeconform with the schemas of the API server',
    async (program) => {
      const location = `${await schemas()}/{{ .ResourceKind }}{{ .KindSuffix }}.json`;
      const file = join(work, 'policies.yaml');
      writeFileSync(file, runCli(['policy', '-q', '--validate', 'warn', '--existing', 'reject']).stdout);
      const summary = run(program, '-strict', '-summary', '-schema-location', location, file);
      expect(summary).toContain(
        '10 resources found in 1 file - Valid: 10, Invalid: 0, Errors: 0, Skipped: 0',
      );
      writeFileSync(file, readFileSync(file, 'utf8').replace('reinvocationPolicy:', 'reinvocation:'));
      expect(spawnSync(program, ['-strict', '-schema-location', location, file]).status).toBe(1);
    },
  );

  test.each(helm === undefined ? [] : [[helm]])(
    'is the same with a slack that the chart leaves to CEL',
    async (program) => {
      const sets = ['--set', 'sizeSlack=64Mi', '--set', 'failurePolicy=Fail'];
      const rendered = run(program, 'template', 'r', written('helm'), '--kube-version', version, ...sets);
      expect(rendered).toContain('quantity("64Mi").asInteger()');
      await install(plane().client, documentsIn(rendered));
      const pods = [...vectorPods(), ...generatedPods(300, false)];
      const { differences, compared } = await compare(plane().client, pods, { sizeSlack: '64Mi' });
      process.stdout.write(`chart: ${compared} pods, ${differences.length} differences\n`);
      expect(differences).toEqual([]);
    },
  );

  test('installs and goes with kubectl, from an empty cluster to one pod and back', async () => {
    if ('unavailable' in programs) return;
    const kubectl = join(programs.bin, 'kubectl');
    const env = { ...process.env, KUBECONFIG: plane().kubeconfig, KUBECTL: kubectl };
    const call = (program: string, args: string[], input = '') => {
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env, input });
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      return stdout;
    };
    const pod = (name: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: {
          runtimeClassName: 'gvisor',
          containers: [
            { name: 'c', image: 'busybox', volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] },
          ],
          volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Gi' } }],
        },
      });
    const ofPolicies = ['mutating', 'validating'].flatMap((kind) => [
      `${kind}admissionpolicies`,
      `${kind}admissionpolicybindings`,
    ]);
    call(kubectl, ['delete', ofPolicies.join(','), '--all']);
    call(kubectl, ['delete', 'pod', 'one', 'two', '--ignore-not-found', '--grace-period=0', '--force']);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const policies = runCli(['policy', '-q', '--name', 'installed', '--validate', 'deny']).stdout;
    expect(call(kubectl, ['apply', '-f', '-'], policies)).toContain(
      'mutatingadmissionpolicy.admissionregistration.k8s.io/installed created',
    );
    await new Promise((resolve) => setTimeout(resolve, 3000));
    call(kubectl, ['apply', '-f', '-'], pod('one'));
    const annotations = JSON.parse(
      call(kubectl, ['get', 'pod', 'one', '-o', 'jsonpath={.metadata.annotations}']),
    );
    expect(annotations).toMatchObject({
      'dev.gvisor.spec.mount.scratch.options': 'rw,rprivate,size=1g',
      'dev.gvisor.spec.mount.scratch.type': 'bind',
      'gvisor-mount-hints/written': 'scratch',
    });
    const plugin = new URL('../../dist/kubectl-mount_hints.cjs', import.meta.url).pathname;
    expect(call(process.execPath, [plugin, 'explain', 'pod/one'])).toMatch(/\/scratch\*? +disk \(file\)/);
    expect(call(process.execPath, [plugin, 'check', '-A', '--severity', 'error'])).toBe('');
    call(kubectl, ['delete', '-f', '-'], policies);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    call(kubectl, ['apply', '-f', '-'], pod('two'));
    const two = JSON.parse(call(kubectl, ['get', 'pod', 'two', '-o', 'json']));
    expect(Object.keys(two.metadata.annotations).filter((key) => !key.startsWith('kubectl.'))).toEqual([]);
  });
});
