import fc from 'fast-check';
import { POD_UID } from '../../support/workplace.ts';

const NAMES = ['a', 'b', 'scratch', 'a.b', '', '..', 'gvisorinternaldevshm', 'gke-gcsfuse-tmp', 'ü'];
const KUBELET = '/var/lib/kubelet';

const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'bb', 'scratch') },
  { weight: 1, arbitrary: fc.constantFrom(...NAMES) },
);
const anyText = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 4 }));
const type = fc.oneof(fc.constantFrom('tmpfs', 'bind', '', 'proc'), anyText);

const volumePath = fc
  .tuple(name, fc.constantFrom('kubernetes.io~empty-dir', 'kubernetes.io~configmap'))
  .map(([volume, plugin]) => `${KUBELET}/pods/${POD_UID}/volumes/${plugin}/${volume}`);

const annotation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(
      name.map((each) => `dev.gvisor.spec.mount.${each}.type`),
      type,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc
        .tuple(name, fc.constantFrom('share', 'options', 'source', 'lifecycle'))
        .map((each) => `dev.gvisor.spec.mount.${each.join('.')}`),
      anyText,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      name.map((each) => `dev.gvisor.empty-dir.${each}.force-shared`),
      fc.constantFrom('true', 'no'),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(anyText, anyText) },
);

/** Who the spec is of; mostly one that the rules know. */
const identity = fc
  .tuple(
    fc.constantFrom('sandbox', 'container', 'container', 'x', undefined),
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(`/var/log/pods/n_p_${POD_UID}`) },
      { weight: 1, arbitrary: fc.constantFrom(POD_UID, '', '/', 'a_b', undefined) },
    ),
  )
  .map(([role, logs]): [string, string | undefined][] => [
    ['io.kubernetes.cri.container-type', role],
    ['io.kubernetes.cri.sandbox-log-directory', logs],
  ]);

const mount = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 9,
    arbitrary: fc.record(
      {
        destination: fc.constantFrom('/dev/shm', '/data', '/proc'),
        type,
        source: fc.oneof({ weight: 4, arbitrary: volumePath }, fc.constant('/run/shm'), anyText),
        options: fc.oneof(
          fc.constant(null),
          fc.array(fc.constantFrom('bind', 'rbind', 'rw', 'ro', 'size=1m'), { maxLength: 4 }),
        ),
        extension: fc.jsonValue({ maxDepth: 1 }),
      },
      { requiredKeys: [] },
    ),
  },
);

const other = fc.tuple(
  fc.constantFrom('ociVersion', 'process', 'linux', 'hooks'),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Something of the shape of an OCI spec, as a list of its members. */
export const specMembers = fc
  .tuple(
    fc.option(fc.tuple(fc.uniqueArray(annotation, { selector: ([key]) => key, maxLength: 8 }), identity), {
      freq: 12,
    }),
    fc.option(fc.array(mount, { maxLength: 6 }), { freq: 12 }),
    fc.uniqueArray(other, { selector: ([key]) => key, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([annotations, mounts, others, isFirst]) => {
    const known: [string, unknown][] = [
      [
        'annotations',
        annotations && Object.fromEntries(annotations.flat().filter(([, value]) => value !== undefined)),
      ],
      ['mounts', mounts],
    ];
    return isFirst ? [...known, ...others] : [...others, ...known];
  });

/** White space and spellings that JSON allows and that no writer of ours would choose. */
export interface Spelling {
  readonly gaps: readonly string[];
  readonly escapes: boolean;
  readonly number: string;
}

export const spelling: fc.Arbitrary<Spelling> = fc.record({
  gaps: fc.array(fc.constantFrom('', '', ' ', '\n', '\n\t', '\r\n  ', '\t '), { minLength: 1, maxLength: 5 }),
  escapes: fc.boolean(),
  number: fc.constantFrom('18446744073709551615', '1E400', '-0.0', '1.10', '3'),
});

/** The value as JSON text in a spelling; every number has the spelling's. */
export function spell(value: unknown, { gaps, escapes, number }: Spelling): string {
  let count = 0;
  const gap = () => gaps[count++ % gaps.length] ?? '';
  const text = (each: string) => {
    const plain = JSON.stringify(each);
    return escapes
      ? plain.replace(/[a-c/]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : plain;
  };
  const write = (each: unknown): string => {
    if (typeof each === 'string') return text(each);
    if (typeof each === 'number') return number;
    if (Array.isArray(each))
      return `[${each.map((one) => gap() + write(one) + gap()).join(',')}${each.length ? '' : gap()}]`;
    if (typeof each !== 'object' || each === null) return JSON.stringify(each);
    return object(Object.entries(each));
  };
  const object = (members: readonly (readonly [string, unknown])[]): string =>
    `{${members.map(([key, each]) => `${gap()}${text(key)}${gap()}:${gap()}${write(each)}${gap()}`).join(',')}${members.length ? '' : gap()}}`;
  return gap() + (Array.isArray(value) ? object(value as [string, unknown][]) : write(value)) + gap();
}
