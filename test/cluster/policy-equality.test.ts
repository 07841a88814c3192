import { expect, test } from '@jest/globals';
import type { HintsOptions } from '../../src/domain/hints/hints-options.ts';
import type { Pod } from '../../src/domain/hints/pod.ts';
import { describeIf } from '../support/describe-if.ts';
import { install, manifestsOf } from './support/apply.ts';
import { examplePods, generatedPods, vectorPods } from './support/cluster-pods.ts';
import { compare } from './support/compare.ts';
import { findControlPlane, VERSIONS } from './support/find-control-plane.ts';
import { gvisorPlane } from './support/gvisor-plane.ts';

const GENERATED = process.env.MOUNT_HINTS_CLUSTER === 'short' ? 200 : 2000;
const plain = [...vectorPods(), ...examplePods(), ...generatedPods(GENERATED, false)];
const annotated = generatedPods(GENERATED, true);
const MORE: HintsOptions = {
  sizeSlack: '5.25%',
  noHint: ['cache'],
  medium: { data: 'memory', tmp: 'disk', v: 'declared' },
};

/** Options, and the pods that they are tried on. */
const CASES: readonly (readonly [string, HintsOptions, readonly Pod[]])[] = [
  ['safe rules, no hints yet', {}, plain],
  ["GKE's rules, no hints yet", { rules: 'gke' }, plain],
  ['safe rules, existing hints kept', { existing: 'keep' }, annotated],
  ["GKE's rules, existing hints kept", { rules: 'gke', existing: 'keep' }, annotated],
  ['safe rules, existing hints overwritten', { existing: 'overwrite' }, annotated],
  ["GKE's rules, existing hints overwritten", { rules: 'gke', existing: 'overwrite' }, annotated],
  ['safe rules, slack in bytes', { sizeSlack: '64Mi' }, plain.slice(0, 1100)],
  ['safe rules, slack in percent, volumes by name', MORE, plain.slice(0, 1100)],
  ['safe rules without sizes', { size: false }, plain.slice(0, 800)],
];

for (const version of VERSIONS) {
  const programs = await findControlPlane(version);
  if ('unavailable' in programs) process.stderr.write(`skipped: ${programs.unavailable}\n`);
  describeIf(!('unavailable' in programs))(`Kubernetes ${version}: the mutating policy`, () => {
    const plane = gvisorPlane(programs);

    test.each(CASES)('gives the annotations of hintsForPod: %s', async (name, options, pods) => {
      await install(plane().client, manifestsOf({ ...options, failurePolicy: 'Fail' }));
      const { compared, invalid, differences } = await compare(plane().client, pods, options);
      process.stdout.write(
        `Kubernetes ${version}, ${name}: ${compared} pods, ${differences.length} differences\n`,
      );
      expect([...new Set(invalid)]).toEqual([]);
      expect(differences).toEqual([]);
      expect(compared).toBe(pods.length);
    });
  });
}
