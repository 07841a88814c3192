import { expect, test } from '@jest/globals';
import { policyPod } from '../../bench/policy-pods.ts';
import { check } from '../../src/domain/check/check.ts';
import { hintsForPod } from '../../src/domain/hints/hints-for-pod.ts';
import type { Pod } from '../../src/domain/hints/pod.ts';
import { MountHintsError } from '../../src/domain/mount-hints-error.ts';
import { LONGEST_NAME } from '../../src/domain/policy/hint-variables.ts';
import { POLICY_DIAGNOSTICS } from '../../src/domain/policy/validating-policy.ts';
import { describeIf } from '../support/describe-if.ts';
import { install, type Manifest, manifestsOf, uninstall } from './support/apply.ts';
import { generatedPods } from './support/cluster-pods.ts';
import { create } from './support/compare.ts';
import { findControlPlane, VERSIONS } from './support/find-control-plane.ts';
import { gvisorPlane } from './support/gvisor-plane.ts';
import { hintedPods } from './support/hinted-pods.ts';

const [version] = VERSIONS;
const programs = await findControlPlane(version);
if ('unavailable' in programs) process.stderr.write(`skipped: ${programs.unavailable}\n`);

const CODES = new Set(POLICY_DIAGNOSTICS.map(({ code }) => code));
const PODS = process.env.MOUNT_HINTS_CLUSTER === 'short' ? 400 : 2000;

/** The errors of `check` that a policy knows, each once. */
function errorsOf(pod: Pod): string[] {
  const findings = check({ pod }, { release: 'latest' });
  const codes = findings.filter(({ severity, code }) => severity === 'error' && CODES.has(code));
  return [...new Set(codes.map(({ code }) => code))].sort();
}

/** The codes that the API server's warnings begin with. */
function codesIn(warnings: readonly string[]): string[] {
  return warnings.flatMap((text) => /binding '[^']*': ([a-z-]+): /.exec(text)?.[1] ?? []).sort();
}

/** A broken key, or a second copy beside the volume, changes what else can be said. */
function isAllThatCanBeSaid(codes: readonly string[]): boolean {
  return (
    codes.includes('hint-key-malformed') ||
    codes.includes('hint-key-other-volume') ||
    codes.includes('sub-path-on-hinted-volume')
  );
}

function only(manifests: readonly Manifest[], suffix: string): Manifest[] {
  return manifests.filter(({ metadata }) => metadata.name.endsWith(suffix));
}

describeIf(!('unavailable' in programs))('the validating policies', () => {
  const plane = gvisorPlane(programs);

  test('find the errors of check', async () => {
    await install(
      plane().client,
      only(manifestsOf({ validate: 'warn', failurePolicy: 'Fail' }), '-validate'),
    );
    const seen = new Map<string, number>();
    const differences: object[] = [];
    for (const pod of hintedPods(PODS)) {
      const { status, body, warnings } = await create(plane().client, pod);
      if (status !== 201) throw new Error(`${body.message} ${JSON.stringify(pod)}`);
      const expected = errorsOf(pod);
      const actual = codesIn(warnings);
      for (const code of actual) seen.set(code, (seen.get(code) ?? 0) + 1);
      const same = isAllThatCanBeSaid(expected)
        ? actual.some((code) => code.startsWith('hint-key-')) || actual.includes('sub-path-on-hinted-volume')
        : JSON.stringify(expected) === JSON.stringify(actual);
      if (!same) differences.push({ expected, actual, warnings, pod: JSON.stringify(pod) });
    }
    process.stdout.write(`validating policy: ${PODS} pods, ${differences.length} differences\n`);
    for (const [code, count] of [...seen].sort()) process.stdout.write(`  ${code}: ${count}\n`);
    expect(differences.slice(0, 3)).toEqual([]);
    expect([...CODES].filter((code) => !seen.has(code))).toEqual(PODS < 2000 ? expect.any(Array) : []);
  });

  test('deny, with the code in the message', async () => {
    const manifests = only(manifestsOf({ validate: 'deny' }), '-validate');
    await install(plane().client, manifests);
    const bad = hintedPods(200).filter((pod) => errorsOf(pod).length > 0);
    expect(bad.length).toBeGreaterThan(20);
    for (const pod of bad.slice(0, 20)) {
      const { status, body } = await create(plane().client, pod);
      expect([403, 422]).toContain(status);
      expect(errorsOf(pod).some((code) => body.message.includes(`${code}: `))).toBe(true);
    }
    await uninstall(plane().client, manifests);
  });

  test('let every pod pass that the mutating policy hinted', async () => {
    const manifests = manifestsOf({ validate: 'deny', existing: 'overwrite', failurePolicy: 'Fail' });
    await install(plane().client, manifests);
    const pods = generatedPods(300, false).filter((pod) => errorsOf(pod).length === 0);
    expect(pods.length).toBeGreaterThan(100);
    for (const pod of pods) {
      const { status, body } = await create(plane().client, pod);
      expect([status, status === 201 ? '' : body.message, JSON.stringify(pod)]).toEqual([
        201,
        '',
        JSON.stringify(pod),
      ]);
    }
    await uninstall(plane().client, manifests);
  });

  test('reject what hintsForPod rejects', async () => {
    const manifests = manifestsOf({ existing: 'reject', rules: 'gke', failurePolicy: 'Fail' });
    await install(plane().client, manifests);
    let rejected = 0;
    for (const pod of generatedPods(400, true)) {
      const { status, body } = await create(plane().client, pod);
      let expected = 201;
      try {
        hintsForPod(pod, { existing: 'reject', rules: 'gke' });
      } catch (error) {
        if (!(error instanceof MountHintsError)) throw error;
        expected = 422;
        rejected++;
      }
      if (status === 422 && body.message.includes('63 bytes')) continue;
      expect([status, JSON.stringify(pod)]).toEqual([expected, JSON.stringify(pod)]);
      if (expected === 422) expect(body.message).toContain('MH_HINTS_CONFLICT');
    }
    expect(rejected).toBeGreaterThan(50);
    await uninstall(plane().client, manifests);
  });

  test('name what the mutating policy leaves alone', async () => {
    const manifests = manifestsOf({ validate: 'warn', rules: 'gke', failurePolicy: 'Fail' });
    await install(plane().client, manifests);
    const volumes = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `v${index}`, emptyDir: {} }));
    const pod = (count: number, name = 'v0'): Pod =>
      ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: {
          runtimeClassName: 'gvisor',
          volumes: [...volumes(count).slice(1), { name, emptyDir: {} }],
          containers: [{ name: 'c', image: 'i', volumeMounts: [{ name, mountPath: '/v' }] }],
        },
      }) as unknown as Pod;
    const large = await create(plane().client, pod(501));
    expect(large).toMatchObject({ status: 201, warnings: [expect.stringContaining('policy-pod-too-large')] });
    expect(large.body.metadata.annotations).toBeUndefined();
    const long = await create(plane().client, pod(1, 'a'.repeat(34)));
    expect(long).toMatchObject({ status: 201, warnings: [expect.stringContaining('policy-name-too-long')] });
    expect(await create(plane().client, pod(500))).toMatchObject({ status: 201, warnings: [] });
    await uninstall(plane().client, manifests);
  });

  test.each([
    ['safe', {}],
    ['gke, reject', { rules: 'gke', existing: 'reject' }],
  ] as const)('take the largest pods within the cost limits: %s', async (_, options) => {
    const manifests = manifestsOf({ ...options, validate: 'deny', failurePolicy: 'Fail' });
    await install(plane().client, manifests);
    const longest = `"${'v'.repeat(LONGEST_NAME - 3)}`;
    for (const [volumes, containers, mounts, prefix] of [
      [500, 50, 30, '"volume-'],
      [500, 15, 100, '"volume-'],
      [1, 50, 1, '"volume-'],
      // The largest that has its containers counted in a text, and the first that has not.
      [76, 50, 30, longest],
      [77, 50, 30, longest],
      [500, 50, 30, longest],
    ] as const) {
      const text = JSON.stringify(policyPod(volumes, containers, mounts, 'default'));
      const pod: Pod = JSON.parse(text.replaceAll('"volume-', prefix));
      const { status, body } = await create(plane().client, pod);
      expect([status, status === 201 ? '' : body.message]).toEqual([201, '']);
      expect(Object.keys(body.metadata.annotations)).toHaveLength(3 * volumes + 1);
    }
    await uninstall(plane().client, manifests);
  });

  test('refuse updates that change hints, and ephemeral containers that are looser', async () => {
    const manifests = manifestsOf({ validate: 'deny' });
    await install(plane().client, manifests);
    const path = '/api/v1/namespaces/default/pods';
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'running' },
      spec: {
        runtimeClassName: 'gvisor',
        volumes: [{ name: 'cache', emptyDir: {} }],
        containers: [
          { name: 'c', image: 'i', volumeMounts: [{ name: 'cache', mountPath: '/c', readOnly: true }] },
        ],
      },
    };
    const created = await plane().client.send('POST', path, pod);
    expect(created.status).toBe(201);
    const patch = (annotations: object, sub = '') =>
      plane().client.send(
        'PATCH',
        `${path}/running${sub}`,
        { metadata: { annotations } },
        'application/merge-patch+json',
      );
    const key = 'dev.gvisor.spec.mount.cache.options';
    expect(created.body.metadata.annotations[key]).toBe('ro,rprivate');
    for (const sub of ['', '/status']) {
      for (const value of ['rw,rprivate', null]) {
        const answer = await patch({ [key]: value }, sub);
        expect(answer).toMatchObject({
          status: 422,
          body: { message: expect.stringContaining('hint-changed: ') },
        });
      }
      expect((await patch({ other: 'x' }, sub)).status).toBe(200);
    }
    const debug = (readOnly: boolean, name: string) =>
      plane().client.send(
        'PATCH',
        `${path}/running/ephemeralcontainers`,
        {
          spec: {
            ephemeralContainers: [
              { name, image: 'i', volumeMounts: [{ name: 'cache', mountPath: '/c', readOnly }] },
            ],
          },
        },
        'application/strategic-merge-patch+json',
      );
    expect(await debug(false, 'loose')).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('mount-looser-than-hint: ') },
    });
    expect((await debug(true, 'tight')).status).toBe(200);
    await plane().client.send('DELETE', `${path}/running?gracePeriodSeconds=0`);
    await uninstall(plane().client, manifests);
  });
});
