import type { PodFilter } from '../../../domain/hints/pod-filter.ts';
import { type Invocation, type OptionSpec, textOptions } from '../commands/command.ts';

/** The options that narrow down the pods of manifests. */
export const FILTER_OPTIONS = {
  namespace: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'of manifests, only pods of this namespace (repeatable)',
  },
  owner: {
    type: 'string',
    multiple: true,
    value: '[KIND/]NAME',
    help: 'of manifests, only pods of this workload, e.g. deployment/web (repeatable)',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The pods that a command line asks for. */
export function podFilterOf(invocation: Invocation): PodFilter {
  return { namespaces: textOptions(invocation, 'namespace'), owners: textOptions(invocation, 'owner') };
}
