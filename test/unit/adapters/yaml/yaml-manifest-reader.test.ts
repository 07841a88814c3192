import { describe, expect, test } from '@jest/globals';
import { YamlManifestReader } from '../../../../src/adapters/yaml/yaml-manifest-reader.ts';
import type { MountHintsError } from '../../../../src/domain/mount-hints-error.ts';
import type { KeyPath } from '../../../../src/domain/text/key-path.ts';
import type { ManifestPod, ManifestReadOptions } from '../../../../src/ports/manifest-reader.ts';

function podsOf(text: string, options?: ManifestReadOptions): ManifestPod[] {
  return [...new YamlManifestReader().documents(text, 'm.yaml', options)].flatMap((document) => [
    ...document.pods,
  ]);
}

function failure(text: string): MountHintsError {
  try {
    podsOf(text);
  } catch (error) {
    return error as MountHintsError;
  }
  throw new Error('no error');
}

const SPEC = 'spec: {runtimeClassName: gvisor}';

function nested(path: KeyPath, text: string): string {
  return path.reduceRight<string>((inner, step) => `{${step}: ${inner}}`, text);
}

describe('finding pods', () => {
  const cases: [string, KeyPath][] = [
    ['Pod', []],
    ['PodTemplate', ['template']],
    ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job'].map(
      (kind): [string, KeyPath] => [kind, ['spec', 'template']],
    ),
    ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ];

  test.each(cases)('%s', (kind, path) => {
    const [first, ...rest] = path;
    const body = first === undefined ? SPEC : `${first}: ${nested(rest, `{${SPEC}}`)}`;
    const pods = podsOf(`kind: ${kind}\nmetadata: {name: x, namespace: n}\n${body}\n`);
    expect(pods.map((pod) => [pod.workload, pod.path, pod.pod.spec])).toEqual([
      [{ kind, name: 'x', namespace: 'n' }, path, { runtimeClassName: 'gvisor' }],
    ]);
  });

  test('lists, lists in lists, typed lists', () => {
    const pod = `{kind: Pod, metadata: {generateName: g-}, ${SPEC}}`;
    const text = `kind: List\nitems:\n- ${pod}\n- {kind: PodList, items: [{${SPEC}}]}\n- {kind: List, items: [${pod}]}\n- null\n`;
    const pods = podsOf(text);
    expect(pods.map((found) => found.path)).toEqual([
      ['items', 0],
      ['items', 1, 'items', 0],
      ['items', 2, 'items', 0],
    ]);
    expect(pods.map((found) => found.workload.name)).toEqual(['g-', '', 'g-']);
  });

  test('custom resources, with every element of a list', () => {
    const podPaths = new Map([
      [
        'Ray',
        [
          ['spec', 'head'],
          ['spec', 'groups', '*', 'template'],
        ],
      ],
    ]);
    const text = `kind: Ray\nspec:\n  head: {${SPEC}}\n  groups:\n  - template: {${SPEC}}\n  - other: 1\n`;
    expect(podsOf(text, { podPaths }).map((pod) => pod.path)).toEqual([
      ['spec', 'head'],
      ['spec', 'groups', 0, 'template'],
    ]);
    expect(podsOf(text)).toEqual([]);
  });

  test('an aliased template once, a merged one resolved', () => {
    const text = [
      'kind: List',
      'items:',
      `- {kind: Job, spec: {template: &t {${SPEC}}}}`,
      '- {kind: Job, spec: {template: *t}}',
      '- {kind: Job, spec: {template: {<<: *t, metadata: {name: m}}}}',
    ].join('\n');
    const pods = podsOf(text);
    expect(pods.map((pod) => pod.path[1])).toEqual([0, 2]);
    expect(pods[1]?.pod).toEqual({ metadata: { name: 'm' }, spec: { runtimeClassName: 'gvisor' } });
  });

  test('several documents, empty ones, unknown kinds, plain texts, JSON with tabs, a byte order mark', () => {
    const json = `{\n\t"kind": "Pod",\n\t"spec": {\n\t\t"runtimeClassName": "gvisor"\n\t}\n}`;
    const text = `\uFEFF---\n---\nkind: Pod\n${SPEC}\n...\n---\nkind: Zoo\n---\njust text\n--- ${json}\n`;
    const documents = [...new YamlManifestReader().documents(text, 'm')];
    expect(documents.map((document) => document.pods.length)).toEqual([0, 1, 0, 0, 1]);
  });
});

describe('positions', () => {
  const text = 'kind: Pod\r\nspec:\r\n  volumes:\r\n  - name: é\r\n    emptyDir: {medium: Memory}\r\n';
  const [pod] = podsOf(text);
  const at = (...path: KeyPath) => {
    const { line, column, offset } = (pod as ManifestPod).positionOf(path);
    return [line, column, text.slice(offset, offset + 6)];
  };

  test('of keys, list items, and what is deepest of a path that leads nowhere', () => {
    expect(at()).toEqual([1, 1, 'kind: ']);
    expect(at('spec', 'volumes')).toEqual([3, 3, 'volume']);
    expect(at('spec', 'volumes', 0)).toEqual([4, 5, 'name: ']);
    expect(at('spec', 'volumes', 0, 'emptyDir', 'medium')).toEqual([5, 16, 'medium']);
    expect(at('spec', 'volumes', 0, 'emptyDir', 'sizeLimit')).toEqual([5, 5, 'emptyD']);
    expect(at('metadata', 'annotations')).toEqual([1, 1, 'kind: ']);
  });
});

describe('what Kubernetes reads in it', () => {
  test('yes and on are booleans, y is a name, an empty annotation is fine', () => {
    const [pod] = podsOf(
      'kind: Pod\nmetadata:\n  annotations: {a: }\nspec:\n  containers:\n  - name: y\n    volumeMounts: [{name: n, mountPath: /x, readOnly: yes}, {name: m, mountPath: /y, readOnly: Off}]\n',
    );
    expect(pod?.pod.spec?.containers?.[0]).toEqual({
      name: 'y',
      volumeMounts: [
        { name: 'n', mountPath: '/x', readOnly: true },
        { name: 'm', mountPath: '/y', readOnly: false },
      ],
    });
  });
});

describe('errors', () => {
  const cases: [string, string, number, number][] = [
    ['broken YAML', 'kind: Pod\n---\na: [1, 2\nb: 3\n', 4, 1],
    ['a template that YAML can read', `kind: Pod\nspec:\n  runtimeClassName: {{ .Values.rc }}\n`, 3, 21],
    ['a template that YAML cannot read', '{{- if .Values.x }}\nkind: Pod\n{{- end }}\n', 1, 1],
    ['a template in the middle', `kind: Pod\nmetadata:\n  {{- include "x" . | nindent 2 }}\n`, 3, 3],
    ['a key twice', 'kind: Pod\nspec:\n  volumes: []\n  volumes: []\n', 4, 3],
    ['a value without a key', 'kind: Pod\nmetadata:\n  annotations: {}: \nspec:\n  volumes: []\n', 3, 18],
    ['a list for a map', 'kind: Job\nspec:\n  template:\n    spec: []\n', 4, 5],
    ['a map for a list', 'kind: Pod\nspec:\n  containers: {}\n', 3, 3],
    ['a nameless volume', 'kind: Pod\nspec:\n  volumes:\n  - emptyDir: {}\n', 4, 5],
    ['a number for an annotation', 'kind: Pod\nmetadata:\n  annotations:\n    a: 1\n', 4, 5],
    ['an alias to nothing', 'kind: Pod\nspec: {volumes: *nothing}\n', 2, 17],
  ];

  test.each(cases)('%s', (_, text, line, column) => {
    const error = failure(text);
    expect(error.code).toBe('MH_MANIFEST_INVALID');
    expect(error.details).toMatchObject({ source: 'm.yaml', line, column });
  });

  test('templates are recognised, quoted braces are not', () => {
    expect(failure('a: {{ .Values.x }}\n').message).toMatch(/Helm template/);
    expect(failure('kind: Pod\n{{ if x }}\na: b: c\n{{ end }}').message).toMatch(/Helm template/);
    expect(podsOf('kind: Pod\nspec: {containers: [{name: "{{x}}", image: a}]}\n')).toHaveLength(1);
    expect(failure('a: b: c\n').message).not.toMatch(/Helm template/);
  });
});
