import { afterAll, expect, test } from '@jest/globals';
import { hintsForPod } from '../../src/domain/hints/hints-for-pod.ts';
import type { Pod } from '../../src/domain/hints/pod.ts';
import { WRITTEN_RECORD } from '../../src/domain/policy/written-record.ts';
import { describeIf } from '../support/describe-if.ts';
import { AdmissionServer, type Patch } from './support/admission-server.ts';
import { apply, install, manifestsOf, uninstall } from './support/apply.ts';
import { create } from './support/compare.ts';
import { findControlPlane, VERSIONS } from './support/find-control-plane.ts';
import { gvisorPlane } from './support/gvisor-plane.ts';

const [version] = VERSIONS;
const programs = await findControlPlane(version);
if ('unavailable' in programs) process.stderr.write(`skipped: ${programs.unavailable}\n`);

const HINT = 'dev.gvisor.spec.mount.cache';

/** A pod of one container, with a volume that gets a hint. */
function podWith(annotations: Record<string, string>, labels: Record<string, string>): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations, labels } as Pod['metadata'],
    spec: {
      runtimeClassName: 'gvisor',
      volumes: [{ name: 'cache', emptyDir: {} }],
      containers: [
        {
          name: 'app',
          image: 'busybox',
          volumeMounts: [{ name: 'cache', mountPath: '/c', readOnly: true }],
        } as never,
      ],
    },
  };
}

const SIDECAR = { name: 'sidecar', image: 'busybox', volumeMounts: [{ name: 'cache', mountPath: '/s' }] };

/** What a later webhook does to a pod, by the pod's label. */
const CHANGES: Readonly<Record<string, Patch>> = {
  sidecar: [{ op: 'add', path: '/spec/containers/-', value: SIDECAR }],
  subpath: [
    {
      op: 'add',
      path: '/spec/containers/-',
      value: { ...SIDECAR, volumeMounts: [{ name: 'cache', mountPath: '/s', subPath: 'part' }] },
    },
  ],
  gone: [
    { op: 'remove', path: '/spec/containers/0/volumeMounts/0' },
    { op: 'remove', path: '/spec/volumes/0' },
  ],
  hint: [
    { op: 'add', path: `/metadata/annotations/${HINT.replace('cache', 'other')}.type`, value: 'bind' },
    { op: 'add', path: '/metadata/labels/seen', value: 'yes' },
  ],
  nothing: [],
};

describeIf(!('unavailable' in programs))('the policy after a webhook that changes the pod', () => {
  let webhook: AdmissionServer;
  const plane = gvisorPlane(programs, async ({ certificates, client }) => {
    webhook = await AdmissionServer.start(certificates, (pod) => CHANGES[pod.metadata.labels?.change] ?? []);
    await apply(client, webhook.configuration('other'));
  });
  afterAll(() => webhook?.stop());

  const authored: Record<string, Record<string, string>> = {
    none: {},
    agreeing: { [`${HINT}.type`]: 'bind' },
    other: { [`${HINT}.type`]: 'tmpfs' },
  };
  for (const existing of ['keep', 'overwrite'] as const) {
    for (const change of Object.keys(CHANGES)) {
      test.each(Object.keys(authored))(`${existing}, ${change}, hints of the author: %s`, async (author) => {
        const manifests = manifestsOf({ existing, failurePolicy: 'Fail' });
        await install(plane().client, manifests);
        const { status, body } = await create(plane().client, podWith(authored[author] ?? {}, { change }));
        expect(status).toBe(201);
        const { [WRITTEN_RECORD]: record, ...actual } = body.metadata.annotations ?? {};
        // What the author wrote, and the webhook; an overwritten hint is the policy's own from then on.
        const added = change === 'hint' ? { [`${HINT.replace('cache', 'other')}.type`]: 'bind' } : {};
        const given = { ...authored[author], ...added };
        const final: Pod = { ...body, metadata: { ...body.metadata, annotations: given } };
        const { annotations } = hintsForPod(final, { existing });
        const isLost =
          existing === 'overwrite' && author === 'other' && (change === 'subpath' || change === 'gone');
        expect(actual).toEqual(isLost ? {} : { ...given, ...annotations });
        expect(record === undefined).toBe(isLost || Object.keys(annotations).every((key) => key in given));
        await uninstall(plane().client, manifests);
      });
    }
  }
});
