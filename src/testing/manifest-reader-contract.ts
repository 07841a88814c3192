import { annotationsOf } from '../domain/hints/pod.ts';
import type { PodPaths } from '../domain/hints/workloads.ts';
import type { KeyPath } from '../domain/text/key-path.ts';
import { spliceText } from '../domain/text/text-splice.ts';
import type {
  ManifestDocument,
  ManifestPod,
  ManifestReader,
  ManifestReadOptions,
} from '../ports/manifest-reader.ts';
import { markedText } from './marked-text.ts';
import { ContractError, expectEqual, type TestRunner } from './suite.ts';

const SOURCE = 'm.yaml';
const SPEC = 'spec: {runtimeClassName: gvisor}';

const PATHS: PodPaths = new Map([
  [
    'Ray',
    [
      ['spec', 'head'],
      ['spec', 'groups', '*', 'template'],
    ],
  ],
]);

interface FindCase {
  readonly name: string;
  readonly text: string;
  readonly podPaths?: PodPaths;
  /** Of each document, the paths of its pods. */
  readonly found: readonly (readonly KeyPath[])[];
}

const template = (kind: string, path: KeyPath): FindCase => ({
  name: `finds the pod of a ${kind}`,
  text: `kind: ${kind}\n${path.reduceRight<string>((inner, step) => `${step}: {${inner}}`, SPEC)}\n`,
  found: [[path]],
});

const FINDS: readonly FindCase[] = [
  { name: 'finds a Pod', text: `kind: Pod\n${SPEC}\n`, found: [[[]]] },
  template('PodTemplate', ['template']),
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'].map((kind) =>
    template(kind, ['spec', 'template']),
  ),
  template('CronJob', ['spec', 'jobTemplate', 'spec', 'template']),
  {
    name: 'finds the pods of JSON',
    text: `{\n\t"kind": "Pod",\n\t"spec": {"runtimeClassName": "gvisor"}\n}`,
    found: [[[]]],
  },
  {
    name: 'finds the pods in lists, in the order of the text',
    text: `kind: List\nitems:\n- {kind: Pod, ${SPEC}}\n- null\n- {kind: PodList, items: [{${SPEC}}, {${SPEC}}]}\n`,
    found: [
      [
        ['items', 0],
        ['items', 2, 'items', 0],
        ['items', 2, 'items', 1],
      ],
    ],
  },
  {
    name: 'finds the pods of custom resources, in the order of the text',
    text: `kind: Ray\nspec:\n  groups:\n  - template: {${SPEC}}\n  - other: 1\n  head: {${SPEC}}\n`,
    podPaths: PATHS,
    found: [
      [
        ['spec', 'groups', 0, 'template'],
        ['spec', 'head'],
      ],
    ],
  },
  {
    name: 'gives a template once that aliases repeat',
    text: `kind: List\nitems:\n- {kind: Job, spec: {template: &t {${SPEC}}}}\n- {kind: Job, spec: {template: *t}}\n`,
    found: [[['items', 0, 'spec', 'template']]],
  },
  {
    name: 'counts the documents of a stream, the empty and unknown ones too',
    text: `---\n---\nkind: Pod\n${SPEC}\n---\nkind: Zoo\n---\njust a text\n---\nkind: Pod\n`,
    found: [[], [[]], [], [], [[]]],
  },
  { name: 'finds nothing in an unknown kind', text: `kind: constructor\n${SPEC}\n`, found: [[]] },
  { name: 'finds nothing in an empty text', text: '', found: [] },
];

/** Texts that are refused, each with the line and column. */
const REFUSED: readonly [name: string, text: string, line: number, column: number][] = [
  ['bad syntax', 'kind: Pod\n---\na: b: c\n', 3, 4],
  ['an unrendered template', 'kind: Pod\nspec:\n  runtimeClassName: {{ .Values.rc }}\n', 3, 21],
  ['a pod of the wrong shape', 'kind: Pod\nspec:\n  containers: {}\n', 3, 3],
  ['a pod with a key twice', 'kind: Pod\nspec:\n  volumes: []\n  volumes: []\n', 4, 3],
  ['aliases that lead in circles', `&l\nkind: List\nitems:\n- *l\n- {kind: Pod, ${SPEC}}\n`, 4, 3],
];

const POSITIONED = markedText(
  [
    'kind: Job',
    'spec:',
    '  template:',
    '    <1>spec:',
    '      <2>volumes:',
    '      - <3>name: "\u{1f600}"',
    '        <4>emptyDir: {sizeLimit: "\u{1f600}", <5>medium: Memory}',
    '',
  ].join('\r\n'),
);

const POSITIONS: readonly { name: string; path: KeyPath; mark: number }[] = [
  { name: 'the pod', path: [], mark: 1 },
  { name: 'a key', path: ['spec', 'volumes'], mark: 2 },
  { name: 'an element of a list', path: ['spec', 'volumes', 0], mark: 3 },
  { name: 'a key in it', path: ['spec', 'volumes', 0, 'emptyDir'], mark: 4 },
  { name: 'a key in one line with others', path: ['spec', 'volumes', 0, 'emptyDir', 'medium'], mark: 5 },
  {
    name: 'of a key that is not there what it would be in',
    path: ['spec', 'volumes', 0, 'csi', 'x'],
    mark: 3,
  },
  { name: 'of an element that is not there its list', path: ['spec', 'volumes', 1, 'name'], mark: 2 },
  { name: 'of a key into a list the list', path: ['spec', 'volumes', ''], mark: 2 },
  { name: 'of a name that Object.prototype has the object', path: ['spec', 'constructor'], mark: 1 },
  { name: 'of a path that begins nowhere the pod', path: ['metadata', 'annotations'], mark: 1 },
];

/** Pods to annotate, by how their annotations are written. */
const LAYOUTS: readonly [name: string, text: string][] = [
  ['block style', `kind: Pod # a\nmetadata:\n  name: p\n  annotations:\n    old: 'x' # b\n${SPEC}\n`],
  ['flow style', `kind: Pod\nmetadata: {name: p, annotations: {old: x}}\n${SPEC}\n`],
  [
    'JSON',
    `{"kind": "Pod", "metadata": {"annotations": {"old": "x"}}, "spec": {"runtimeClassName": "gvisor"}}`,
  ],
  ['indented JSON', '{\n  "kind": "Pod",\n  "metadata": {\n    "annotations": {}\n  }\n}\n'],
  ['no metadata', `kind: Pod\n${SPEC}\n`],
  ['metadata without annotations', `kind: Pod\nmetadata:\n  name: p\n${SPEC}\n`],
  ['annotations that are null', `kind: Pod\nmetadata:\n  annotations:\n  name: p\n${SPEC}\n`],
  ['annotations that are empty', `kind: Pod\nmetadata: {annotations: {}}\n${SPEC}\n`],
  [
    'carriage returns, and no line break at the end',
    'kind: Pod\r\nmetadata:\r\n  annotations:\r\n    old: x',
  ],
  ['annotations from an alias', `kind: Pod\nx: &a {old: x}\nmetadata:\n  annotations: *a\n${SPEC}\n`],
  [
    'a template within',
    `kind: Job\nspec:\n  template:\n    metadata: {annotations: {old: x}}\n    ${SPEC}\n`,
  ],
];

/** Keys and values that a careless writer gets wrong. */
const ANNOTATIONS: Readonly<Record<string, string>> = {
  'dev.gvisor.spec.mount.a.type': 'tmpfs',
  old: 'y',
  yes: 'no',
  '1': '2',
  'a: b': 'c: d # e',
  quotes: `"'\\`,
  lines: ' one\n\ttwo\r\n\u2028\u0085 ',
  empty: '',
  letters: '\u00e4\u{1f600}\u0001\ufeff',
  template: '{{ .Values.x }}',
  alias: '*a',
  long: 'word '.repeat(100),
  ['__proto__']: 'v',
  constructor: 'w',
};

function expectInvalid(read: () => unknown, code: string): { line?: unknown; column?: unknown } {
  let result: unknown;
  try {
    result = read();
  } catch (error) {
    const { code: actual, details } = error as { code?: unknown; details?: Record<string, unknown> };
    expectEqual('code', actual, code);
    expectEqual('source', details?.source, SOURCE);
    return details ?? {};
  }
  throw new ContractError('read', result, `an error with code ${code}`);
}

/** The contract of {@link ManifestReader}: run it against any adapter. */
export function manifestReaderContract({ test }: TestRunner, create: () => ManifestReader): void {
  const withReader = (name: string, body: (reader: ManifestReader) => void) =>
    test(`ManifestReader ${name}`, async () => body(create()));
  const documentsOf = (reader: ManifestReader, text: string, options?: ManifestReadOptions) => [
    ...reader.documents(text, SOURCE, options),
  ];
  const only = (reader: ManifestReader, text: string): { document: ManifestDocument; pod: ManifestPod } => {
    const [document] = documentsOf(reader, text);
    const pod = document?.pods[0];
    if (!document || !pod) throw new ContractError('pods', document?.pods, 'one');
    return { document, pod };
  };

  for (const { name, text, podPaths, found } of FINDS) {
    withReader(name, (reader) => {
      const documents = documentsOf(reader, text, podPaths && { podPaths });
      expectEqual(
        'paths',
        documents.map(({ pods }) => pods.map(({ path }) => path)),
        found,
      );
      expectEqual(
        'indexes',
        documents.map(({ index }) => index),
        found.map((_, index) => index),
      );
    });
  }
  withReader('says what it looked at, and what it did not understand', (reader) => {
    const text =
      'kind: Ray\nspec: {head: {}, other: {containers: [{name: c}]}}\n---\nkind: List\nitems: [{kind: Odd, metadata: {name: o}, pods: [{spec: {containers: [{name: c}]}}]}]\n';
    const [known, list] = documentsOf(reader, text, { podPaths: PATHS });
    expectEqual('of a kind that is known', known?.survey, {
      kinds: ['Ray'],
      podPaths: ['Ray=spec.head'],
      unread: [],
    });
    const unread = list?.survey.unread.map(({ workload, path }) => ({ workload, path }));
    expectEqual('of one that is not', unread, [
      { workload: { kind: 'Odd', name: 'o' }, path: ['pods', 0, 'spec'] },
    ]);
  });
  withReader('says whose a pod is', (reader) => {
    const text = 'kind: Job\nmetadata: {name: j, namespace: n, annotations: {k: v}}\nspec: {template: {}}\n';
    const { pod } = only(reader, text);
    expectEqual('workload', pod.workload, { kind: 'Job', name: 'j', namespace: 'n' });
    expectEqual('outer keys', pod.outerAnnotationKeys, ['k']);
  });
  withReader('gives a pod the volumes that its controller makes of volumeClaimTemplates', (reader) => {
    const volumesIn = (kind: string) => {
      const text = JSON.stringify({
        kind,
        metadata: { name: 'db' },
        spec: {
          volumeClaimTemplates: [{ metadata: { name: 'data' } }, { metadata: { name: 'log' } }],
          template: {
            spec: {
              volumes: [
                { name: 'data', emptyDir: {} },
                { name: 'tmp', emptyDir: {} },
              ],
            },
          },
        },
      });
      return only(reader, text).pod.pod.spec?.volumes;
    };
    const claimed = (name: string) => ({ name, persistentVolumeClaim: { claimName: name } });
    const tmp = { name: 'tmp', emptyDir: {} };
    expectEqual('of a StatefulSet', volumesIn('StatefulSet'), [claimed('data'), tmp, claimed('log')]);
    expectEqual('of a CloneSet', volumesIn('CloneSet'), [claimed('data'), tmp, claimed('log')]);
    expectEqual('of a Deployment, which has none', volumesIn('Deployment'), [
      { name: 'data', emptyDir: {} },
      tmp,
    ]);
  });
  withReader('names a workload that is to get its name later', (reader) => {
    const { pod } = only(reader, 'kind: Pod\nmetadata: {generateName: g-, annotations: {k: v}}\n');
    expectEqual('workload', pod.workload, { kind: 'Pod', name: 'g-' });
    expectEqual('outer keys of a Pod', pod.outerAnnotationKeys, []);
    expectEqual('no name', only(reader, 'kind: Pod\n').pod.workload, { kind: 'Pod', name: '' });
  });
  withReader('knows the outer annotations that a merge key brings', (reader) => {
    const text =
      'kind: Job\nx: &x {k: v, l: v}\nmetadata: {annotations: {<<: *x, l: w}}\nspec: {template: {}}\n';
    expectEqual('outer keys', [...only(reader, text).pod.outerAnnotationKeys].sort(), ['k', 'l']);
  });
  withReader('gives a pod as a plain object, aliases and merge keys resolved', (reader) => {
    const text =
      'kind: Pod\nmetadata: &m {name: a}\nspec: {volumes: [&v {name: v, emptyDir: {}}, {<<: *v, name: w}]}\n';
    const volumes = [
      { name: 'v', emptyDir: {} },
      { name: 'w', emptyDir: {} },
    ];
    expectEqual('pod', only(reader, text).pod.pod, {
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { volumes },
    });
  });
  withReader('reads each document when its turn comes', (reader) => {
    const documents = reader.documents(`kind: Pod\n---\na: b: c\n`, SOURCE)[Symbol.iterator]();
    expectEqual('first', documents.next().value.pods.length, 1);
    expectInvalid(() => documents.next(), 'MH_MANIFEST_INVALID');
  });
  for (const [name, text, line, column] of REFUSED) {
    withReader(`refuses ${name}, and says where`, (reader) => {
      const details = expectInvalid(() => documentsOf(reader, text), 'MH_MANIFEST_INVALID');
      expectEqual('place', [details.line, details.column], [line, column]);
    });
  }
  const deep = 20_000;
  const repeated = Array.from({ length: 30 }, (_, i) => `x${i + 1}: &x${i + 1} [*x${i}, *x${i}]\n`).join('');
  const bombs: readonly [string, string, string][] = [
    [
      'lists that are nested too deep',
      `kind: Pod\nspec: ${'['.repeat(deep)}${']'.repeat(deep)}\n`,
      'MH_MANIFEST_TOO_COMPLEX',
    ],
    ['aliases that multiply', `kind: Pod\nx0: &x0 v\n${repeated}`, 'MH_MANIFEST_TOO_COMPLEX'],
    ['a circle of merge keys', 'kind: Pod\nmetadata: &m {<<: *m, name: a}\n', 'MH_MANIFEST_INVALID'],
    ['an alias to nothing', 'kind: Pod\nspec: {volumes: *nothing}\n', 'MH_MANIFEST_INVALID'],
  ];
  for (const [name, text, code] of bombs) {
    withReader(`refuses ${name}`, (reader) => {
      expectInvalid(() => documentsOf(reader, text), code);
    });
  }
  for (const { name, path, mark } of POSITIONS) {
    withReader(`finds ${name}`, (reader) => {
      const { pod } = only(reader, POSITIONED.text);
      expectEqual('position', pod.positionOf(path), POSITIONED.positionOf(mark));
    });
  }
  withReader("finds the workload's own annotations", (reader) => {
    const text = markedText(
      'kind: Job\nmetadata:\n  annotations:\n    <1>a: b\n    <2>c: d\nspec: {template: {<3>spec: {}}}\n',
    );
    const { pod } = only(reader, text.text);
    const path = (key: string) => ['metadata', 'annotations', key];
    expectEqual('first', pod.workloadPositionOf(path('a')), text.positionOf(1));
    expectEqual('second', pod.workloadPositionOf(path('c')), text.positionOf(2));
    expectEqual('in the pod', pod.workloadPositionOf(['spec', 'template', 'spec']), text.positionOf(3));
  });
  for (const [name, text] of LAYOUTS) {
    withReader(`annotates in ${name}, and changes nothing else`, (reader) => {
      const { document, pod } = only(reader, text);
      const before = structuredClone(pod.pod);
      const changed = spliceText(text, document.annotate([{ pod, annotations: ANNOTATIONS }]));
      const { metadata, ...rest } = only(reader, changed).pod.pod;
      const { annotations, ...others } = metadata ?? {};
      const { metadata: metadataBefore, ...restBefore } = before;
      const { annotations: annotationsBefore, ...othersBefore } = metadataBefore ?? {};
      const all = new Map([...Object.entries(annotationsBefore ?? {}), ...Object.entries(ANNOTATIONS)]);
      expectEqual('annotations', Object.entries(annotations ?? {}).sort(byKey), [...all].sort(byKey));
      expectEqual('metadata', others, othersBefore);
      expectEqual('the rest', rest, restBefore);
      expectEqual('what was read', pod.pod, before);
    });
    withReader(`changes nothing in ${name} without a change`, (reader) => {
      const { document, pod } = only(reader, text);
      expectEqual('no pods', document.annotate([]), []);
      expectEqual('no annotations', document.annotate([{ pod, annotations: {} }]), []);
      const annotations = annotationsOf(pod.pod);
      expectEqual('what it has', document.annotate([{ pod, annotations }]), []);
    });
  }
  withReader('annotates several pods of several documents in one text', (reader) => {
    const list = `kind: List\nitems:\n- {kind: Pod, ${SPEC}}\n- {kind: Pod, metadata: {annotations: {old: x}}}\n`;
    const text = `${list}---\nkind: Zoo\n---\nkind: Pod\n${SPEC}\n`;
    const splices = documentsOf(reader, text).flatMap((document) =>
      document.annotate(document.pods.map((pod, index) => ({ pod, annotations: { k: String(index) } }))),
    );
    const pods = documentsOf(reader, spliceText(text, splices)).flatMap(({ pods: found }) => found);
    expectEqual(
      'annotations',
      pods.map(({ pod }) => annotationsOf(pod)),
      [{ k: '0' }, { k: '1', old: 'x' }, { k: '0' }],
    );
  });
  const pods = [`kind: Pod\n${SPEC}\n`, 'kind: Zoo\n', `kind: Job\nspec: {template: {${SPEC}}}\n`];
  const item = '{"kind": "Pod", "spec": {"runtimeClassName": "gvisor"}}';
  const ends: readonly [name: string, text: string][] = [
    ['a stream', pods.join('---\n')],
    ['a stream with comments and empty documents', `# a\n---\n---\n${pods.join('---\n# b\n---\n')}---\n`],
    ['a stream without a line break at its end', `${pods.join('---\n').trimEnd()}`],
    ['a List in JSON', `{"items": [${item}, ${item.replace('"kind": "Pod", ', '')}], "kind": "PodList"}\n`],
  ];
  for (const [name, text] of ends) {
    withReader(`says where each document of ${name} ends`, (reader) => {
      let before = 0;
      for (const document of documentsOf(reader, text)) {
        const { end } = document;
        expectEqual('an end behind the one before, in the text', end >= before && end <= text.length, true);
        const changes = document.pods.map((pod) => ({ pod, annotations: { k: 'v' } }));
        const outside = document
          .annotate(changes)
          .filter((splice) => splice.start < before || splice.end > end);
        expectEqual('changes outside of the document', outside, []);
        before = end;
      }
    });
  }
  withReader('refuses to annotate what an anchor ties to something else', (reader) => {
    const text = 'kind: Pod\nmetadata: &m\n  name: a\nspec: {containers: []}\nx: *m\n';
    const { document, pod } = only(reader, text);
    expectInvalid(() => document.annotate([{ pod, annotations: { k: 'v' } }]), 'MH_MANIFEST_SHARED');
  });
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
