/** The files of the chart that are not policies. */

export const CHART = `apiVersion: v2
name: gvisor-mount-hints
description: Admission policies that give every gVisor pod its mount hints
type: application
version: 0.1.0
kubeVersion: '>=1.36.0-0'
`;

export const HELPERS = `{{/* The types of hints that the media of named volumes come to, as JSON. */}}
{{- define "mount-hints.types" -}}
{{- $types := dict -}}
{{- range $volume, $medium := .Values.medium -}}
{{- if eq $medium "disk" }}{{ $_ := set $types $volume "bind" }}{{ end -}}
{{- if eq $medium "memory" }}{{ $_ := set $types $volume "tmpfs" }}{{ end -}}
{{- end -}}
{{- toJson $types -}}
{{- end }}

{{/* The namespaces that are meant, as JSON. */}}
{{- define "mount-hints.namespaceSelector" -}}
{{- $expressions := list -}}
{{- with .Values.excludeNamespaces -}}
{{- $expressions = append $expressions (dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" .) -}}
{{- end -}}
{{- $expressions = concat $expressions (.Values.namespaceSelector.matchExpressions | default list) -}}
{{- toJson (set (omit .Values.namespaceSelector "matchExpressions") "matchExpressions" $expressions) -}}
{{- end }}
`;

/** What each value is; the comments of values.yaml. */
const MEANINGS = {
  name: 'the name of the policies and bindings',
  rules: "safe, or gke: GKE's rules exactly, without what they miss",
  handlers: 'the RuntimeClass handlers that mean gVisor, where no runtimeClasses are given',
  runtimeClasses: 'choose pods by the names of their RuntimeClasses instead',
  existing: 'hints that a pod has already: keep, overwrite, or reject as GKE does',
  size: 'put sizeLimits into the hints; not with the rules gke',
  sizeSlack: 'taken off each size: 64Mi, or 5%',
  forceShared: 'whether the installed gVisor knows force-shared: release 20260615 and later',
  medium: 'volumes by name: disk, memory or declared, whatever they declare',
  noHint: 'volumes that something outside the pod writes to',
  namespaceSelector: 'only namespaces that this selector of the API fits',
  excludeNamespaces: 'namespaces to leave alone',
  optOut: 'KEY=VALUE, the label or annotation of a pod that wants no hints',
  failurePolicy: 'a pod that cannot be judged is created without hints (Ignore) or refused (Fail)',
  validate: 'also check pods: deny, warn, audit, or nothing at all',
} as const;

/** The values of the chart. */
export type ChartValues = Readonly<Record<keyof typeof MEANINGS, unknown>>;

/** values.yaml, each value under what it is. JSON's texts, lists and maps are YAML's too. */
export function valuesText(values: ChartValues): string {
  const names = Object.keys(MEANINGS) as (keyof typeof MEANINGS)[];
  return names.map((name) => `# ${MEANINGS[name]}\n${name}: ${JSON.stringify(values[name])}\n`).join('\n');
}

const LABEL = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' };
const LABELS = { type: 'array', items: LABEL };

export const SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: false,
  properties: {
    global: { type: 'object' },
    name: { ...LABEL, maxLength: 46 },
    rules: { enum: ['safe', 'gke'] },
    handlers: { ...LABELS, minItems: 1 },
    runtimeClasses: {
      type: 'array',
      items: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$' },
    },
    existing: { enum: ['keep', 'overwrite', 'reject'] },
    size: { type: 'boolean' },
    forceShared: { type: 'boolean' },
    sizeSlack: { type: 'string', pattern: '^([0-9]+([kMGTPE]i?|Ki)?|[0-9]{1,2}(\\.[0-9]{1,2})?%)?$' },
    medium: {
      type: 'object',
      propertyNames: LABEL,
      additionalProperties: { enum: ['disk', 'memory', 'declared'] },
    },
    noHint: LABELS,
    namespaceSelector: { type: 'object' },
    excludeNamespaces: LABELS,
    optOut: { type: 'string', pattern: '^[A-Za-z0-9][-./\\w]*=[A-Za-z0-9][-.\\w]*$' },
    failurePolicy: { enum: ['Ignore', 'Fail'] },
    validate: { enum: ['', 'deny', 'warn', 'audit'] },
  },
} as const;
