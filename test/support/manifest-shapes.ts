/** Manifests, each written in another manner. All but the last three hold at least one gVisor pod that needs hints. */

const VOLUMES = '[{name: v, emptyDir: {}}]';
const CONTAINERS = '[{name: c, image: i, volumeMounts: [{name: v, mountPath: /v}]}]';
const SPEC = `{runtimeClassName: gvisor, volumes: ${VOLUMES}, containers: ${CONTAINERS}}`;

/** A pod's spec with two volumes that get hints, in YAML's block style. */
export const TWO_VOLUMES = `runtimeClassName: gvisor
volumes:
- name: scratch
  emptyDir:
    medium: Memory
    sizeLimit: 1.5Gi
- name: work
  emptyDir: {}
containers:
- name: main
  image: "registry.example/main:1.0"
  volumeMounts:
  - {name: scratch, mountPath: /scratch}
  - name: work
    mountPath: /work`;

const BLOCK_SPEC = `${TWO_VOLUMES}
- name: side
  image: side
  volumeMounts:
  - name: work
    mountPath: /work
    readOnly: true`;

export function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

function job(metadata: string): string {
  const lines = metadata === '' ? '' : `${indent(metadata, 6)}\n`;
  return `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\nspec:\n  template:\n${lines}      spec:\n${indent(BLOCK_SPEC, 8)}\n`;
}

function inDeployment(json: object): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', generation: 1 },
    spec: { replicas: 2, template: json },
  };
}

const JSON_SPEC = {
  runtimeClassName: 'gvisor',
  volumes: [{ name: 'v', emptyDir: {} }],
  containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
};

export const SHAPES: Readonly<Record<string, string>> = {
  'a pod with nothing special': `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n${indent(BLOCK_SPEC, 2)}\n`,
  'no metadata at all': job(''),
  'labels only, comments around them': job(
    'metadata:\n  # who it is\n  labels:\n    app: x # the app\n  # end of metadata\n# and now the spec',
  ),
  'annotations with comments and odd quoting': job(
    `metadata:\n  annotations:\n    # first\n    "quoted": 'single ''quoted'''   # why not\n    plain: some   text\n\n    # last\n    number: "18446744073709551615"\n  name: x`,
  ),
  'annotations that end in a literal block': job(
    'metadata:\n  annotations:\n    a: b\n    script: |\n      #!/bin/sh\n      # not a comment\n      echo "x: y"\n\n  labels: {app: x}',
  ),
  'annotations that are one kept block': job(
    'metadata:\n  annotations:\n    # a script\n    script: |+\n      echo\n\n\n  labels: {app: x}',
  ),
  'annotations that end in a folded, stripped block': job(
    'metadata:\n  annotations:\n    text: >-\n      one\n      two\n    more: >2\n        three\n      four',
  ),
  'annotations in plain text over several lines': job(
    'metadata:\n  annotations:\n    text: one\n      two\n\n      three\n    more: "four\n      five"\n  name: x',
  ),
  'empty annotations': job('metadata:\n  annotations: {}\n  labels:\n    a: b'),
  'empty annotations with a comment': job('metadata:\n  annotations: {}   # none yet\n  labels:\n    a: b'),
  'empty annotations over lines': job(
    'metadata:\n  annotations: {\n    # none yet\n  }\n  labels:\n    a: b',
  ),
  'null annotations': job('metadata:\n  annotations: null\n  labels:\n    a: b'),
  'annotations that are a tilde, last in the file': `apiVersion: v1\nkind: Pod\nspec: ${SPEC}\nmetadata:\n  name: p\n  annotations: ~\n`,
  'annotations without a value': job('metadata:\n  annotations: # to be filled\n  labels:\n    a: b'),
  'metadata without a value': job('metadata:'),
  'empty metadata': job('metadata: {}'),
  'flow style': `{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {a: b}}, spec: ${SPEC}}\n`,
  'flow style over lines, trailing commas, comments': `apiVersion: v1\nkind: Pod\nmetadata: {\n  name: p, # its name\n  annotations: {\n    a: b, # one\n    c: d, # two\n  },\n}\nspec: ${SPEC}\n`,
  'flow annotations in block metadata': job('metadata:\n  annotations: { a: "b", c: d }\n  name: x'),
  'flow metadata with null annotations': job('metadata: {annotations: , name: x}'),
  'four spaces, lists further in': `apiVersion: v1\nkind: Pod\nmetadata:\n    name: p\n    labels:\n        app: x\nspec:\n    runtimeClassName: "gvisor"\n    volumes:\n        -   name: v\n            emptyDir: {}\n    containers:\n        -   name: c\n            volumeMounts:\n                -   name: v\n                    mountPath: /v\n`,
  'one space': `apiVersion: v1\nkind: Pod\nmetadata:\n name: p\n annotations:\n  a: b\nspec: ${SPEC}\n`,
  'indented JSON': `${JSON.stringify(inDeployment({ metadata: { labels: { a: 'b' } }, spec: JSON_SPEC }), null, 2)}\n`,
  'JSON with tabs': `${JSON.stringify(inDeployment({ metadata: { annotations: { a: 'b' } }, spec: JSON_SPEC }), null, '\t')}\n`,
  'compact JSON': JSON.stringify(
    inDeployment({ metadata: { annotations: {}, name: 'é' }, spec: JSON_SPEC }),
  ).replace('"generation":1', '"generation":18446744073709551615'),
  'JSON with null annotations and escapes': `${JSON.stringify(inDeployment({ metadata: { annotations: null, labels: { a: 'b"\\/\u2028' } }, spec: JSON_SPEC }), null, 4)}\n`,
  'JSON without metadata': `${JSON.stringify(inDeployment({ spec: JSON_SPEC }), null, 1)}\n`,
  'an anchor for annotations, defined elsewhere': `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\n  annotations: &common\n    team: storage # us\n    note: |\n      shared\nspec:\n  template:\n    metadata:\n      annotations: *common # the same\n      labels: {a: b}\n    spec: ${SPEC}\n`,
  'an anchor for annotations, used elsewhere': `kind: List\napiVersion: v1\nitems:\n- kind: Pod\n  metadata:\n    name: p\n    annotations: &common # shared\n      team: storage\n      note: |\n        shared\n  spec: ${SPEC}\n- kind: ConfigMap\n  metadata:\n    name: c\n    annotations: *common\n- kind: ConfigMap\n  metadata: {name: d, annotations: {<<: *common , x: "y"}}\n`,
  'a flow anchor for annotations, used elsewhere': `kind: List\nitems:\n- {kind: Pod, metadata: {annotations: &a {t: s}, name: p}, spec: ${SPEC}}\n- {kind: Secret, metadata: {annotations: *a , name: s}}\n`,
  'metadata that is an alias': `kind: Deployment\nmetadata: &meta\n  labels: {app: x}\n  annotations:\n    team: "storage: us"\nspec:\n  template:\n    metadata: *meta\n    spec: ${SPEC}\n`,
  'annotations and a template by merge keys': `kind: List\nx-base: &base\n  annotations: {team: storage}\n  labels: {app: x}\nitems:\n- kind: Job\n  spec:\n    template: &template\n      metadata:\n        <<: *base\n        name: one\n      spec: &spec ${SPEC}\n- kind: Job\n  spec:\n    template:\n      metadata: {<<: *base , name: two}\n      spec: *spec\n`,
  'one template for two jobs': `kind: List\nitems:\n- kind: Job\n  metadata: {name: one}\n  spec:\n    template: &template\n      metadata:\n        labels: {app: x}\n      spec: ${SPEC}\n- kind: Job\n  metadata: {name: two}\n  spec:\n    template: *template\n`,
  'hints that are there in part': job(
    `metadata:\n  annotations:\n    dev.gvisor.spec.mount.work.type: 'bind' # as declared\n    z: "last"`,
  ),
  'non-ASCII everywhere': `# Größe: 5 µm 😀\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n    "名前": "值 \\U0001F600"\n    größe: 😀 # ☃\nspec: ${SPEC} # ü\n`,
  'several documents, ends and directives': `%YAML 1.2\n---\n# a comment\napiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    ---\n    kind: Pod\n...\n# between\n---\n---\n${job('metadata:\n  name: one')}...\n--- # flow\n{kind: Pod, metadata: {name: q}, spec: ${SPEC}}\n`,
  'a cron job with tags and explicit keys': `apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: !!str 1\nspec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:\n        ? metadata\n        : annotations:\n            ? a\n            : b\n        spec: ${SPEC}\n`,
  'other kinds only': `apiVersion: v1\nkind: Service\nmetadata:   {name:   s}\nspec:\n    ports: [ {port: 0x1F90}, {port: 1e3} ]\n---\nkind: Zoo\nspec: {template: {spec: ${SPEC}}}\n`,
  'pods of another class': job('metadata:\n  annotations: {}').replace('gvisor', 'kata'),
  'no documents': '# nothing here\n---\n...\n',
};

/** The shapes in which nothing is to be done. */
export const UNTOUCHED: ReadonlySet<string> = new Set([
  'other kinds only',
  'pods of another class',
  'no documents',
]);

const PADDING = Array.from({ length: 40 }, (_, index) => `  x${index}: "0123456789abcdef" # padding\n`).join(
  '',
);

/** Ways in which a manifest can be somewhat different and still say the same. */
export const GROWTHS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'without the last line break': (text) => text.replace(/\n$/, ''),
  'between other documents': (text) =>
    `kind: ConfigMap\ndata: {a: "b"}\n...\n${text.startsWith('%') ? '' : '---\n'}${text}${text.endsWith('\n') ? '' : '\n'}...\n---\nkind: Secret\ndata:   { }\n`,
  'after a byte order mark': (text) => `\uFEFF${text}`,
  'twice, with trailing blank lines': (text) =>
    `${text}\n...\n${text.startsWith('%') ? '' : '---\n'}${text}\n\n\n`,
  'behind a long document': (text) =>
    `kind: ConfigMap\ndata:\n${PADDING}...\n${text.startsWith('%') ? '' : '---\n'}${text}`,
};
