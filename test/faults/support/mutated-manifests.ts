import { GROWTHS, SHAPES } from '../../support/manifest-shapes.ts';

const SPEC =
  '{runtimeClassName: gvisor, volumes: [{name: v, emptyDir: {}}], containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}]}';

/** Manifests in which much depends on the reader, beside the shapes of `annotate`. */
const TRICKY = [
  `kind: ConfigMap\ndata: {a: b}\n---\nkind: Pod\nmetadata:\n  annotations: {a: "b"}\nspec: ${SPEC}\n`,
  `{"kind":"Pod","metadata":{"annotations":{"a":"b"}},"spec":{}}\n`,
  `{"kind":"ConfigMap"}\n{"kind":"Pod"}\n`,
  `x: &x {kind: Pod, q: w}\ny: &y {kind: ConfigMap}\n<<: *x\nspec: {}\n`,
  `x: &x {a: b}\nkind: Pod\nmetadata:\n  annotations: {<<: *x, a: c}\nspec: ${SPEC}\n`,
  `kind: Pod\nmetadata:\n  annotations:\n    a: |\n      text\n      more\n    b: >-\n      t\n    c: 'd'\n    e: "f g"\n    h: i\nspec: ${SPEC}\n`,
  `kind: ConfigMap\ndata:\n  a: |\n    kind: Pod\n    ---\n  b: "kind: Pod"\n# kind: Pod\n`,
  `kind: Pod\nspec:\n  runtimeClassName: gvisor\n  containers:\n  - name: c\n    volumeMounts:\n    - {name: v, mountPath: /v, readOnly: yes}\n  volumes: [{name: v, emptyDir: {sizeLimit: 010}}]\n`,
  `{"kind":"Pod","metadata":{"annotations":{"a":"b"},},"spec": ${SPEC},}\n`,
  `kind: ResourceList\nitems:\n- kind: Pod # one\n  spec: ${SPEC}\nresults: # old\n- {a: b}\n`,
];

/** What somebody may type in the wrong place, or an attacker in a right one. */
const BITS = [
  ...[' ', '\n', '\r\n', '\t', '\r', '\u0085', '\u2028', '\u2029', '\ufeff', '\0', '\x7f', 'é', '\\'],
  ...[
    '{}',
    '[',
    '{',
    ']',
    '}',
    ',',
    ',,',
    ':',
    ': ',
    ':,',
    ': ,',
    ':}',
    '":',
    '- ',
    '? ',
    '|',
    '>-',
    '|2',
    '#',
    ' #',
    '# c\n',
  ],
  ...[
    '"',
    "'",
    '`',
    '@',
    '%',
    '=',
    '&a ',
    '&b ',
    '*a',
    '*b',
    '*a : ',
    '<<: ',
    '<<: *a',
    '<<: [*a, *a]',
    '"<<": ',
  ],
  ...[
    '!',
    '! ',
    '!x ',
    '!!str ',
    '!!binary ',
    '!!merge ',
    '!!bool ',
    '!!null ',
    '!!int ',
    '!!set ',
    '!!omap ',
  ],
  ...['null', '~', 'y', 'yes', '010', '0x1F', '1_0', '0o7', '.5', '2001-01-01', '1:30', '{? a : b}'],
  ...[
    '%YAML 1.1\n',
    '%TAG ! x\n',
    '---',
    '--- ',
    '\n---\n',
    '\n--- #\n',
    '...',
    '\n...\n',
    '\n-- \n',
    '\n  ',
  ],
  ...[
    'kind',
    'Pod',
    'kind: ',
    'kind: Pod\n',
    'kind: ConfigMap\n',
    'items: ',
    'spec: {}',
    'metadata: {}',
    'annotations:',
  ],
  ...['metadata: null, ', 'dev.gvisor.spec.mount.v.type: , ', 'dev.gvisor.spec.mount.v.type: bind\n'],
] as const;

type Random = () => number;

function pick<T>(random: Random, from: readonly T[]): T {
  const [first] = from;
  const picked = from[Math.floor(random() * from.length)] ?? first;
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
}

const SEEDS = [
  ...Object.values(SHAPES),
  ...Object.values(SHAPES).flatMap((shape) => Object.values(GROWTHS).map((grow) => grow(shape))),
  ...TRICKY,
  ...TRICKY,
  ...TRICKY,
];

function spliced(random: Random, text: string): string {
  const at = Math.floor(random() * (text.length + 1));
  const removed = random() < 0.5 ? 0 : Math.floor(random() * 6);
  return text.slice(0, at) + pick(random, BITS) + text.slice(at + removed);
}

function withTokens(random: Random, text: string): string {
  const tokens = text.match(/[\w./-]+|\s+|[^\w./\s-]/g) ?? [''];
  const at = Math.floor(random() * tokens.length);
  const change = random();
  if (change < 0.3) tokens.splice(at, 1);
  else if (change < 0.6) tokens.splice(at, 1, pick(random, BITS));
  else tokens.splice(at, 0, pick(random, tokens));
  return tokens.join('');
}

function withLines(random: Random, text: string): string {
  const lines = text.split('\n');
  const at = Math.floor(random() * lines.length);
  const change = random();
  if (change < 0.4) lines.splice(at, 0, pick(random, lines));
  else if (change < 0.7) lines.splice(at, 1);
  else lines.splice(at, 0, ...pick(random, SEEDS).split('\n').slice(0, 3));
  return lines.join('\n');
}

function joined(random: Random, text: string): string {
  return text + pick(random, ['', '---\n', '\n---\n', '...\n', '\n']) + pick(random, SEEDS);
}

/** A manifest that was changed in one to three ways, mostly one. */
export function mutatedManifest(random: Random): string {
  let text = pick(random, SEEDS);
  for (let times = Math.ceil(random() * random() * 3); times > 0; times--) {
    const mutate = pick(random, [spliced, spliced, spliced, withTokens, withTokens, withLines, joined]);
    text = mutate(random, text);
  }
  return text;
}

/** White space, marks and comments that a text can begin with; the first ones are of whole texts that are indented. */
const INDENTATIONS = [' ', '  ', '\t', '\n', '\r\n  ', '\ufeff', '\ufeff\n', '# c\n', '\n\n    '] as const;

/** Documents of JSON that a stream can begin with, and go on in YAML. */
const JSON_BEFORE = [
  '{"kind":"ConfigMap"}\n',
  '{"kind":"ConfigMap"} ',
  '{"kind":"Pod","metadata":{"annotations":{"j":"k"}},"spec":{}}\n',
  '{"kind":"List","items":[{"kind":"ConfigMap"}]}\n',
] as const;

/** What a stream can end in: directives, marks, another document of another language. */
const ENDS = [
  '%YAML 1.1\n',
  '\n%YAML 1.2\n---\n',
  '\n...\n%YAML 1.1\n---\nkind: Pod\n',
  '\ufeff---\nkind: Pod\n',
  '\n\ufeff---\nkind: Pod\n',
  '{"kind":"Pod"}\n',
  '\n---\n{"kind":"Pod"}\n',
] as const;

function indented(random: Random, text: string): string {
  const indentation = pick(random, INDENTATIONS);
  return indentation + (random() < 0.5 ? text : text.replaceAll(/\n(?=.)/g, `\n${indentation}`));
}

/** A mutated manifest as a stream may have it: indented, behind JSON, with an end of its own. */
export function mutatedStream(random: Random): string {
  let text = mutatedManifest(random);
  if (random() < 0.25) text = indented(random, text);
  if (random() < 0.15) text = pick(random, JSON_BEFORE) + text;
  if (random() < 0.1) text += pick(random, ENDS);
  return random() < 0.03 ? pick(random, JSON_BEFORE) + indented(random, pick(random, ENDS)) + text : text;
}
