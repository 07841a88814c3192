import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { policyLimits, policyManifests } from '../../../domain/policy/policy-manifests.ts';
import type { PolicyOptions } from '../../../domain/policy/policy-options.ts';
import { type FilledNode, withoutComments } from '../../../domain/policy/policy-text.ts';
import { formatOption, JSON_OPTION } from '../options/format-option.ts';
import { POLICY_OPTIONS, policyOptionsOf } from '../options/policy-options.ts';
import { type Command, type CommandSpec, flag, type Invocation } from './command.ts';

const FORMATS = ['yaml', 'json', 'kustomize', 'helm'] as const;

/** Files by their path in a directory. */
type FileTree = Readonly<Record<string, string>>;

/** What `policy` needs from outside. */
export interface PolicyWiring {
  /** Manifests as a YAML stream. */
  print(manifests: readonly FilledNode[]): string;
  kustomization(options: PolicyOptions): FileTree;
  chart(options: PolicyOptions): FileTree;
  /**
   * Writes files into a directory, which is made if it is not there.
   *
   * @throws MH_WRITE_FAILED
   */
  write(directory: string, files: FileTree): void;
}

function directoryOf({ positionals }: Invocation, format: (typeof FORMATS)[number]): string | undefined {
  const needsOne = format === 'kustomize' || format === 'helm';
  const [directory, ...rest] = positionals;
  if (needsOne ? directory !== undefined && rest.length === 0 : positionals.length === 0) return directory;
  throw new MountHintsError(
    'MH_USAGE',
    needsOne
      ? `mount-hints policy: --format ${format} writes several files. Name one directory for them.`
      : `mount-hints policy: --format ${format} goes to standard output. Name no file.`,
    { format, given: positionals },
  );
}

/** `mount-hints policy` as its user sees it. */
export const policySpec = {
  name: 'policy',
  summary: 'print admission policies that hint every gVisor pod of a cluster',
  usage: '[OPTIONS] [DIR]',
  details: `Prints the manifests of a MutatingAdmissionPolicy, with which the API server itself gives every gVisor pod the hints that "annotate" would give it, for Kubernetes 1.36 and later: mount-hints policy | kubectl apply -f -

With --validate also a ValidatingAdmissionPolicy for what "check" reports as errors. --format kustomize and helm write a kustomization or a chart into DIR. docs/policy.md tells how to install, verify, upgrade and remove them, and what a policy cannot do.`,
  options: {
    ...POLICY_OPTIONS,
    format: {
      type: 'string',
      value: 'FORMAT',
      choices: FORMATS,
      help: 'yaml (default), json, or kustomize or helm, which write into DIR',
    },
    ...JSON_OPTION,
    quiet: { type: 'boolean', short: 'q', help: 'do not say what the policy leaves without hints' },
  },
} as const satisfies CommandSpec;

/** `mount-hints policy`: the rules of hints as admission policies. */
export function createPolicyCommand(wiring: PolicyWiring): Command {
  return {
    ...policySpec,
    async run(invocation) {
      const { terminal } = invocation;
      const format = formatOption(invocation, 'policy', FORMATS, 'yaml');
      const directory = directoryOf(invocation, format);
      const options = policyOptionsOf(invocation);
      const manifests = policyManifests(options);
      if (directory !== undefined) {
        wiring.write(directory, format === 'helm' ? wiring.chart(options) : wiring.kustomization(options));
      } else if (format === 'json') {
        const items = manifests.map(withoutComments);
        terminal.out(`${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2)}\n`);
      } else terminal.out(wiring.print(manifests));
      if (!flag(invocation, 'quiet'))
        for (const limit of policyLimits(options)) terminal.error(`note: ${limit}\n`);
      return 0;
    },
  };
}
