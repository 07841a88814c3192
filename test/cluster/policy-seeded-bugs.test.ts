import { afterAll, expect, test } from '@jest/globals';
import type { HintsOptions } from '../../src/domain/hints/hints-options.ts';
import { describeIf } from '../support/describe-if.ts';
import { install, type Manifest, manifestsOf } from './support/apply.ts';
import { generatedPods, vectorPods } from './support/cluster-pods.ts';
import { compare } from './support/compare.ts';
import { findControlPlane, VERSIONS } from './support/find-control-plane.ts';
import { gvisorPlane } from './support/gvisor-plane.ts';

const [version] = VERSIONS;
const programs = await findControlPlane(version);
if ('unavailable' in programs) process.stderr.write(`skipped: ${programs.unavailable}\n`);

/** A mistake in the policy's text: what stands there, and what stands there instead. */
type SeededBug = readonly [name: string, correct: string, wrong: string, options?: HintsOptions];

const BUGS: readonly SeededBug[] = [
  ['init containers are not looked at', 'object.spec.?initContainers.orValue([])', '[]'],
  ['subPathExpr is not looked at', "m.?subPathExpr.orValue('') != ''", 'false'],
  ['Bidirectional is a plain mount', "m.?mountPropagation.orValue('') == 'Bidirectional'", 'false'],
  ['HostToContainer is rprivate', "? ',rslave' : ',rprivate'", "? ',rprivate' : ',rprivate'"],
  [
    'volumes whose mounts differ in propagation are hinted',
    '&& !(v.name in variables.slaves && v.name in variables.privates)',
    '',
  ],
  ['ro counts if one mount is', "v.name in variables.writable ? 'rw' : 'ro'", "'ro'"],
  ['HugePages is on disk', "'Memory', 'HugePages']", "'Memory']"],
  ['memory becomes a bind', "== '' ? 'bind' : 'tmpfs'", "!= 'Memory' ? 'bind' : 'tmpfs'"],
  ['two containers are one', "'>', 3)) - 1", "'>', 2)) - 1"],
  ['two mounts in one container are two containers', 'list.distinct()', 'list'],
  ['a name of 34 characters is hinted', 'size(v.name) <= 33', 'size(v.name) <= 34'],
  ['force-shared is not looked at', "'.force-shared'].orValue('')", "'.force-shared-'].orValue('')"],
  [
    'force-shared yes counts',
    "['1', 't', 'T', 'TRUE', 'true', 'True']",
    "['yes', '1', 't', 'T', 'TRUE', 'true', 'True']",
  ],
  ['the Cloud Storage FUSE volume is hinted', "'gke-gcsfuse-tmp', ", ''],
  [
    'sizes are decimal',
    '% 1073741824 == 0 ? string(bytes / 1073741824)',
    '% 1000000000 == 0 ? string(bytes / 1000000000)',
  ],
  ['fractions are rounded down', 'closely[v.name]))) ? 1 : 0', 'closely[v.name]))) ? 0 : 0'],
  ['a limit of 0 is one', 'bytes > 0, [', 'bytes >= 0, ['],
  ['the smallest size is no page', ', 4096].max()', ', 1].max()'],
  ['a slack takes all', ', bytes / 2 + bytes % 2, 4096]', ', 4096]', { sizeSlack: '64Mi' }],
  ['a path that ends in a slash is safe', `variables.text.contains('/"')`, 'false'],
  ['subPath is not looked for', `variables.text.contains('"subPath')`, 'false'],
  ['/tmp may be spelt differently', "== '/tmp' && m.mountPath != '/tmp'", "== '/tmp' && false"],
  [
    'a hint that differs is completed',
    'orValue(h.share) == h.share',
    'orValue(h.share) != dyn(1)',
    { existing: 'keep' },
  ],
  [
    'options in another order differ',
    "sets.equivalent(variables.authored[?h.key + '.options'].orValue(h.options).split(','), h.options.split(','))",
    "variables.authored[?h.key + '.options'].orValue(h.options) == h.options",
    { existing: 'keep' },
  ],
  [
    'an incomplete hint is not completed',
    ".filter(w, !('dev.gvisor.spec.mount.' + w[0] in variables.authored))",
    '.filter(w, false)',
    { existing: 'keep' },
  ],
  [
    "GKE's rules look at all mounts",
    'names.indexOf(m.name) == i',
    'names.indexOf(m.name) >= 0',
    { rules: 'gke' },
  ],
  [
    'overwrite leaves a type that differs',
    "variables.authored['dev.gvisor.spec.mount.' + w[0]] != w[1])",
    'false)',
    { existing: 'overwrite' },
  ],
  [
    'annotations of others are lost',
    'variables.authored.transformList(k, x, {k: x})',
    'variables.authored.transformList(k, x, k.startsWith("dev"), {k: x})',
  ],
];

function seeded(manifests: readonly Manifest[], correct: string, wrong: string): Manifest[] {
  const inText = (text: string) => JSON.stringify(text).slice(1, -1);
  const text = JSON.stringify(manifests);
  const changed = text.replaceAll(inText(correct), inText(wrong));
  if (changed === text) throw new Error(`the policy has no ${correct}`);
  return JSON.parse(changed);
}

describeIf(!('unavailable' in programs))('bugs that are put into the policy', () => {
  const plain = [...vectorPods(), ...generatedPods(600, false)];
  const annotated = generatedPods(1200, true);
  const plane = gvisorPlane(programs);
  let caught = 0;
  afterAll(() => void process.stdout.write(`${caught} of ${BUGS.length} seeded bugs caught\n`));

  test.each(BUGS)('%s: is caught', async (_, correct, wrong, options = {}) => {
    const manifests = seeded(manifestsOf({ ...options, failurePolicy: 'Fail' }), correct, wrong);
    await install(plane().client, manifests);
    const pods = options.existing === undefined ? [...plain, ...annotated.slice(0, 300)] : annotated;
    const { differences, invalid } = await compare(plane().client, pods, options, 1);
    // Annotations that Kubernetes does not take are a difference too.
    expect(differences.length + invalid.length).toBeGreaterThan(0);
    // A policy that only fails would prove nothing.
    expect(String(JSON.stringify(differences[0]?.actual))).not.toContain('denied');
    caught++;
  });
});
