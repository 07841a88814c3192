import { checkHintsOptions, type HintsOptions } from '../hints/hints-options.ts';
import { parseSlack } from '../hints/tmpfs-size.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { rulesOf } from '../rewrite/releases.ts';
import { type LabelSelector, parseLabelSelector } from './label-selector.ts';
import type { Axes, Filling, PolicyNode, SlotName } from './policy-text.ts';

/** What happens where a validating policy finds something. */
type ValidationAction = 'deny' | 'warn' | 'audit';

/** How a cluster's policies are made. */
export interface PolicyOptions extends Omit<HintsOptions, 'all'> {
  /** The name of the policies and bindings, a DNS label; `gvisor-mount-hints` if absent. */
  readonly name?: string;
  /** RuntimeClass handlers that mean gVisor, where no `runtimeClasses` are given; `runsc` and `gvisor` if absent. */
  readonly handlers?: readonly string[];
  /** A label selector in kubectl's words: only namespaces that it fits. */
  readonly namespaceSelector?: string;
  /** Namespaces that are left alone; `kube-system`, `kube-public`, `kube-node-lease` if absent. */
  readonly excludeNamespaces?: readonly string[];
  /** `KEY=VALUE` of a label or annotation by which a pod wants no hints; `gvisor-mount-hints/policy=off` if absent. */
  readonly optOut?: string;
  /** Whether a pod that the policy cannot judge is created all the same; `Ignore` if absent. */
  readonly failurePolicy?: 'Ignore' | 'Fail';
  /** Whether and how pods are checked; not at all if absent. */
  readonly validate?: ValidationAction;
}

/** The defaults of {@link PolicyOptions}. */
export const POLICY_DEFAULTS = {
  name: 'gvisor-mount-hints',
  handlers: ['runsc', 'gvisor'],
  excludeNamespaces: ['kube-system', 'kube-public', 'kube-node-lease'],
  optOut: 'gvisor-mount-hints/policy=off',
} as const;

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** A RuntimeClass's name: a DNS subdomain. Its handler is a DNS label. */
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const OPT_OUT =
  /^(?<key>((?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)=(?<value>[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)$/;

function refuse(what: string, value: unknown, allowed: string): never {
  throw new MountHintsError('MH_USAGE', `${what} is ${allowed}, not ${JSON.stringify(value)}.`, { value });
}

function checkEach(
  what: string,
  values: readonly string[] | undefined,
  pattern: RegExp,
  allowed: string,
): void {
  if (values?.length === 0) {
    throw new MountHintsError(
      'MH_USAGE',
      `${what}: the list is empty, so no pod would be meant. Name at least one, or leave it out.`,
      {},
    );
  }
  for (const value of values ?? []) if (!pattern.test(value)) refuse(what, value, allowed);
}

function optOutOf(text: string): { readonly key: string; readonly value: string } {
  const { key, value } = OPT_OUT.exec(text)?.groups ?? {};
  if (key === undefined || value === undefined)
    refuse('An opt-out', text, 'KEY=VALUE of a label or an annotation');
  return { key, value };
}

/**
 * Refuses options that make no valid policy.
 *
 * @throws MH_USAGE
 */
export function checkPolicyOptions(options: PolicyOptions): void {
  checkHintsOptions(options);
  const label = 'a DNS label: at most 63 small letters, digits and hyphens, with neither end a hyphen';
  // The longest suffix that a policy's name gets is -validate-updates.
  const { name = POLICY_DEFAULTS.name } = options;
  if (!DNS_LABEL.test(name) || name.length > 46)
    refuse('The name of a policy', name, `${label}, here at most 46`);
  checkEach('A handler', options.handlers, DNS_LABEL, label);
  checkEach('A runtime class', options.runtimeClasses, SUBDOMAIN, 'a DNS subdomain');
  checkEach(
    'A namespace',
    options.excludeNamespaces?.length === 0 ? undefined : options.excludeNamespaces,
    DNS_LABEL,
    label,
  );
  checkEach(
    'A volume without a hint',
    options.noHint?.length === 0 ? undefined : options.noHint,
    DNS_LABEL,
    label,
  );
  for (const volume of Object.keys(options.medium ?? {})) {
    if (!DNS_LABEL.test(volume)) refuse('A volume with a medium', volume, label);
  }
  if (options.handlers && options.runtimeClasses) {
    throw new MountHintsError(
      'MH_USAGE',
      "Pods are chosen by their RuntimeClasses' handlers or by the classes' names, not by both. Leave one out.",
      {},
    );
  }
  optOutOf(options.optOut ?? POLICY_DEFAULTS.optOut);
  namespaceSelectorOf(options);
}

/** The namespaces that are meant. */
export function namespaceSelectorOf(
  options: Pick<PolicyOptions, 'namespaceSelector' | 'excludeNamespaces'>,
): LabelSelector {
  const { namespaceSelector = '', excludeNamespaces = POLICY_DEFAULTS.excludeNamespaces } = options;
  const excluded =
    excludeNamespaces.length > 0
      ? [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn' as const, values: [...excludeNamespaces] }]
      : [];
  return { matchExpressions: [...excluded, ...parseLabelSelector(namespaceSelector)] };
}

/** A value as a CEL literal; JSON's texts, lists and maps are CEL's too. */
function literal(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sizeOf({ rules, size, sizeSlack }: PolicyOptions): Axes['size'] {
  if (rules === 'gke' || size === false) return 'off';
  const slack = parseSlack(sizeSlack ?? '0');
  if (slack === undefined || ('bytes' in slack && slack.bytes === 0n)) return 'whole';
  return 'bytes' in slack ? 'less-bytes' : 'less-share';
}

function axesOf(options: PolicyOptions): Axes {
  return {
    rules: options.rules ?? 'safe',
    existing: (options.existing ?? 'keep') === 'keep' ? 'keep' : 'overwrite',
    size: sizeOf(options),
    chosenBy: options.runtimeClasses ? 'class' : 'handler',
    forceShared: rulesOf(options.release ?? 'latest').emptyDir.forceShared ? 'yes' : 'no',
  };
}

/** The types of hints that media come to. */
function typesOf(medium: NonNullable<PolicyOptions['medium']>): Record<string, string> {
  const types = { disk: 'bind', memory: 'tmpfs', declared: undefined };
  return Object.fromEntries(
    Object.entries(medium).flatMap(([volume, where]) => {
      const type = types[where];
      return type === undefined ? [] : [[volume, type]];
    }),
  );
}

const ACTIONS: Readonly<Record<ValidationAction, string>> = { deny: 'Deny', warn: 'Warn', audit: 'Audit' };

/** Fills a policy's marked places with the values of options. */
export function fillingOf(options: PolicyOptions): Filling {
  const axes = axesOf(options);
  const slack = parseSlack(options.sizeSlack ?? '0') ?? { bytes: 0n };
  const optOut = optOutOf(options.optOut ?? POLICY_DEFAULTS.optOut);
  const values: Readonly<Record<SlotName, PolicyNode>> = {
    name: options.name ?? POLICY_DEFAULTS.name,
    handlers: literal(options.handlers ?? POLICY_DEFAULTS.handlers),
    runtimeClasses: literal(options.runtimeClasses ?? []),
    noHint: literal(options.noHint ?? []),
    medium: literal(typesOf(options.medium ?? {})),
    slackBytes: String('bytes' in slack ? slack.bytes : 0n),
    slackShare: String('share' in slack ? slack.share : 0n),
    optOutKey: literal(optOut.key),
    optOutValue: literal(optOut.value),
    failurePolicy: options.failurePolicy ?? 'Ignore',
    namespaceSelector: namespaceSelectorOf(options) as unknown as PolicyNode,
    nothing: '',
    validationActions: [ACTIONS[options.validate ?? 'deny']],
  };
  return {
    inText: (name) => String(values[name]),
    asNode: (name) => values[name],
    choice: (axis, cases) => cases[axes[axis]]?.() ?? '',
  };
}
