import type { PolicyOptions } from '../../../domain/policy/policy-options.ts';
import { type Invocation, type OptionSpec, textOption, textOptions } from '../commands/command.ts';
import { choiceOption } from './choice-option.ts';
import { HINTS_OPTIONS, hintsOptionsOf } from './hints-options.ts';

const RULES = ['safe', 'gke'] as const;
const FAILURE = ['Ignore', 'Fail'] as const;
const ACTIONS = ['deny', 'warn', 'audit'] as const;

const { all: _all, gke: _gke, release: _release, ...OF_HINTS } = HINTS_OPTIONS;

/** The options by which a cluster's policies are made. */
export const POLICY_OPTIONS = {
  rules: {
    type: 'string',
    value: 'RULES',
    choices: RULES,
    help: "safe (default), or gke: GKE's rules exactly, without what they miss",
  },
  handler: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: "a RuntimeClass's handler that means gVisor (repeatable; default: runsc and gvisor)",
  },
  ...OF_HINTS,
  'runtime-class': {
    ...HINTS_OPTIONS['runtime-class'],
    help: 'choose pods by the name of their RuntimeClass instead (repeatable)',
  },
  'namespace-selector': {
    type: 'string',
    value: 'SELECTOR',
    help: 'only namespaces with such labels, in the words of kubectl --selector',
  },
  'exclude-namespace': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'a namespace to leave alone (repeatable; default: kube-system, kube-public, kube-node-lease)',
  },
  'opt-out': {
    type: 'string',
    value: 'KEY=VALUE',
    help: 'the label or annotation of a pod that wants no hints (default: gvisor-mount-hints/policy=off)',
  },
  'failure-policy': {
    type: 'string',
    value: 'POLICY',
    choices: FAILURE,
    help: 'a pod that cannot be judged is created without hints (Ignore, default) or refused (Fail)',
  },
  validate: {
    type: 'string',
    value: 'ACTION',
    choices: ACTIONS,
    help: 'also check pods, and deny, warn of or audit what will not start or loses data',
  },
  name: {
    type: 'string',
    value: 'NAME',
    help: 'the name of the policies and bindings (default: gvisor-mount-hints)',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/**
 * The options of the policies, as the command line has them.
 *
 * @throws MH_USAGE
 */
export function policyOptionsOf(invocation: Invocation): PolicyOptions {
  const { all: _, ...hints } = hintsOptionsOf(invocation);
  const handlers = textOptions(invocation, 'handler');
  const excluded = textOptions(invocation, 'exclude-namespace');
  const namespaceSelector = textOption(invocation, 'namespace-selector');
  const optOut = textOption(invocation, 'opt-out');
  const name = textOption(invocation, 'name');
  const validate = textOption(invocation, 'validate');
  return {
    ...hints,
    rules: choiceOption(invocation, 'policy', 'rules', RULES, 'safe'),
    failurePolicy: choiceOption(invocation, 'policy', 'failure-policy', FAILURE, 'Ignore'),
    ...(handlers.length > 0 && { handlers }),
    ...(excluded.length > 0 && { excludeNamespaces: excluded }),
    ...(namespaceSelector !== undefined && { namespaceSelector }),
    ...(optOut !== undefined && { optOut }),
    ...(name !== undefined && { name }),
    ...(validate !== undefined && {
      validate: choiceOption(invocation, 'policy', 'validate', ACTIONS, 'deny'),
    }),
  };
}
