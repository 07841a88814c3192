import { POLICY_GROUPS, type PolicyGroup } from '../../domain/policy/policy-manifests.ts';
import {
  checkPolicyOptions,
  namespaceSelectorOf,
  POLICY_DEFAULTS,
  type PolicyOptions,
} from '../../domain/policy/policy-options.ts';
import {
  type Axes,
  type FilledNode,
  type Filling,
  fill,
  type SlotName,
} from '../../domain/policy/policy-text.ts';
import { rulesOf } from '../../domain/rewrite/releases.ts';
import { CHART, HELPERS, SCHEMA, valuesText } from './chart-files.ts';

/** What stands around a template action that is a whole node, so that the quotes about it can be taken away. */
const NODE = '@@';

const IN_TEXT: Readonly<Record<SlotName, string>> = {
  name: '{{ .Values.name }}',
  handlers: '{{ toJson .Values.handlers }}',
  runtimeClasses: '{{ toJson .Values.runtimeClasses }}',
  noHint: '{{ toJson .Values.noHint }}',
  medium: '{{ include "mount-hints.types" . }}',
  slackBytes: 'quantity({{ toJson .Values.sizeSlack }}).asInteger()',
  slackShare: '{{ trimSuffix "%" .Values.sizeSlack | mulf 100 | int64 }}',
  optOutKey: '{{ toJson (splitn "=" 2 .Values.optOut)._0 }}',
  optOutValue: '{{ toJson (splitn "=" 2 .Values.optOut)._1 }}',
  failurePolicy: '{{ .Values.failurePolicy }}',
  namespaceSelector: '{{ include "mount-hints.namespaceSelector" . }}',
  validationActions: '[{{ title .Values.validate }}]',
  nothing: '{}',
};

/** The conditions of an option's answers, the last of which needs none. */
const ANSWERS: { readonly [A in keyof Axes]: readonly (readonly [Axes[A], string])[] } = {
  rules: [
    ['gke', 'eq .Values.rules "gke"'],
    ['safe', ''],
  ],
  existing: [
    ['keep', 'eq .Values.existing "keep"'],
    ['overwrite', ''],
  ],
  size: [
    ['off', 'not .Values.size'],
    ['less-share', 'hasSuffix "%" .Values.sizeSlack'],
    ['less-bytes', '.Values.sizeSlack'],
    ['whole', ''],
  ],
  forceShared: [
    ['no', 'not .Values.forceShared'],
    ['yes', ''],
  ],
  chosenBy: [
    ['class', '.Values.runtimeClasses'],
    ['handler', ''],
  ],
};

/** Answers that come to the same text, one after the other, as one. */
function choice(axis: keyof Axes, cases: Readonly<Record<string, () => string>>): string {
  const texts = ANSWERS[axis].map(([answer, condition]) => ({ condition, text: cases[answer]?.() ?? '' }));
  const needed = texts.filter(({ text }, index) => texts.slice(index).some((other) => other.text !== text));
  const last = texts.at(-1)?.text ?? '';
  if (needed.length === 0) return last;
  const branches = needed.map(
    ({ condition, text }, index) => `{{ ${index === 0 ? 'if' : 'else if'} ${condition} }}${text}`,
  );
  return `${branches.join('')}{{ else }}${last}{{ end }}`;
}

const filling: Filling = {
  inText: (name) => IN_TEXT[name],
  asNode: (name) => `${NODE}${IN_TEXT[name]}${NODE}`,
  choice,
};

const CONDITIONS: Readonly<Record<PolicyGroup['name'], string | undefined>> = {
  mutate: undefined,
  reject: 'eq .Values.existing "reject"',
  validate: '.Values.validate',
  limits: 'has .Values.validate (list "warn" "audit")',
};

function template(
  { name, manifests }: PolicyGroup,
  print: (manifests: readonly FilledNode[]) => string,
): string {
  const printed = print(manifests.map((manifest) => fill(manifest, filling))).replaceAll(
    new RegExp(`(['"]?)${NODE}(.*?)${NODE}\\1`, 'g'),
    '$2',
  );
  const condition = CONDITIONS[name];
  return condition === undefined ? printed : `{{- if ${condition} }}\n${printed}{{- end }}\n`;
}

/**
 * A Helm chart of a cluster's policies, whose values are the options; those that are given are its defaults.
 *
 * @param print makes a YAML stream of manifests.
 * @returns its files by their path.
 * @throws MH_USAGE
 */
export function helmChart(
  options: PolicyOptions,
  print: (manifests: readonly FilledNode[]) => string,
): Readonly<Record<string, string>> {
  checkPolicyOptions(options);
  const templates = POLICY_GROUPS.map((group) => [`templates/${group.name}.yaml`, template(group, print)]);
  const { excludeNamespaces, name, handlers, optOut } = { ...POLICY_DEFAULTS, ...options };
  const { matchExpressions } = namespaceSelectorOf({ ...options, excludeNamespaces: [] });
  return {
    'Chart.yaml': CHART,
    'values.yaml': valuesText({
      name,
      rules: options.rules ?? 'safe',
      handlers,
      runtimeClasses: options.runtimeClasses ?? [],
      existing: options.existing ?? 'keep',
      size: options.size ?? true,
      sizeSlack: options.sizeSlack ?? '',
      forceShared: rulesOf(options.release ?? 'latest').emptyDir.forceShared,
      medium: options.medium ?? {},
      noHint: options.noHint ?? [],
      namespaceSelector: matchExpressions.length > 0 ? { matchExpressions } : {},
      excludeNamespaces,
      optOut,
      failurePolicy: options.failurePolicy ?? 'Ignore',
      validate: options.validate ?? '',
    }),
    'values.schema.json': `${JSON.stringify(SCHEMA, undefined, 2)}\n`,
    'templates/_helpers.tpl': HELPERS,
    ...Object.fromEntries(templates),
  };
}
