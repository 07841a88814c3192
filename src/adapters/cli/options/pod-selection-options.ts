import type { PodSelection } from '../../../domain/hints/pod-selection.ts';
import { type PodPaths, parsePodPaths } from '../../../domain/hints/workloads.ts';
import { flag, type Invocation, type OptionSpec, textOptions } from '../commands/command.ts';

/** The options by which a command learns which pods of manifests are gVisor's. */
export const SELECTION_OPTIONS = {
  'runtime-class': {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'a runtime class that means gVisor (repeatable; default: gvisor)',
  },
  all: { type: 'boolean', help: 'take every pod, whatever its runtime class' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The option that tells where unknown kinds keep their pods. */
export const POD_PATH_OPTION = {
  'pod-path': {
    type: 'string',
    multiple: true,
    value: 'KIND=PATH',
    help: 'where a custom resource that is not known has its pod template, e.g. Widget=spec.template (repeatable)',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The pods that a command line selects. */
export function podSelectionOf(invocation: Invocation): PodSelection {
  const classes = textOptions(invocation, 'runtime-class');
  return { all: flag(invocation, 'all'), ...(classes.length > 0 && { runtimeClasses: classes }) };
}

/** @throws MH_USAGE */
export function podPathsOf(invocation: Invocation): PodPaths {
  return parsePodPaths(textOptions(invocation, 'pod-path'));
}
