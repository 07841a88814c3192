import { parseArgs } from 'node:util';
import { hintsForPod } from '../../../domain/hints/hints-for-pod.ts';
import { checkHintsOptions, type HintsOptions } from '../../../domain/hints/hints-options.ts';
import { NamedVolumes } from '../../../domain/hints/named-volumes.ts';
import { annotationsOf, type Pod } from '../../../domain/hints/pod.ts';
import { WORKLOADS } from '../../../domain/hints/workloads.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';
import { safeJson } from '../../../domain/text/safe-json.ts';
import { checkSpec } from '../commands/check-command.ts';
import type { OptionSpec } from '../commands/command.ts';
import { explainSpec } from '../commands/explain-command.ts';
import { HINTS_OPTIONS, hintsOptionsOf } from '../options/hints-options.ts';
import { unknownVolumesText } from '../rendering/unknown-volumes-text.ts';
import { adviceOf } from '../terminal/exit-status.ts';
import { reportErrors } from '../terminal/report-errors.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type KubectlArguments, kubectlArguments } from './kubectl-arguments.ts';

/** What the plugin needs from outside. */
export interface KubectlWiring {
  readonly terminal: Terminal;
  /**
   * Runs kubectl; its standard error is the plugin's.
   *
   * @throws MH_KUBECTL_UNUSABLE if there is none.
   */
  kubectl(args: readonly string[]): { readonly status: number; readonly output: string };
  /**
   * Runs kubectl with its output as the standard input of a command of this package, as it comes. Gives both exit
   * statuses: 0 for a kubectl that could not write on, `undefined` for a command that had nothing to start for.
   *
   * @throws MH_KUBECTL_UNUSABLE if there is none.
   */
  handOver(
    args: readonly string[],
    command: readonly string[],
  ): Promise<{ readonly kubectl: number; readonly command: number | undefined }>;
}

const APPLY = {
  apply: { type: 'boolean', help: 'send the patches' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

const OPTIONS: Readonly<Record<string, Readonly<Record<string, OptionSpec>>>> = {
  explain: explainSpec.options,
  check: checkSpec.options,
  annotate: { ...HINTS_OPTIONS, ...APPLY },
};

const HELP = `Usage: kubectl mount-hints explain|check|annotate [RESOURCE…] [OPTIONS]

What gVisor makes of the volumes of a cluster's pods. RESOURCE is what "kubectl
get" takes: pod/web, deployment/web, pods; pods if there is none. Flags that are
kubectl's go to kubectl: -n, -A, -l, --context and the like.

  kubectl mount-hints explain pod/web -n shop
  kubectl mount-hints check -A --severity error
  kubectl mount-hints annotate deployment/web           print the patch
  kubectl mount-hints annotate deployment/web --apply   send it

The options of each command are those of "mount-hints COMMAND --help".
`;

/** An object of the API, as far as the plugin reads it. */
interface Resource {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly items?: readonly Resource[];
  readonly [field: string]: unknown;
}

function getArguments({ resources, flags }: KubectlArguments): string[] {
  return ['get', ...(resources.length > 0 ? resources : ['pods']), ...flags, '-o', 'json'];
}

function refuseFailed(status: number): void {
  if (status === 0) return;
  throw new MountHintsError(
    'MH_KUBECTL_UNUSABLE',
    `kubectl get ended with status ${status}; it says why above.`,
    { status },
  );
}

function get({ kubectl }: KubectlWiring, given: KubectlArguments): string {
  const { status, output } = kubectl(getArguments(given));
  refuseFailed(status);
  return output;
}

/** `explain` and `check`: the command of that name, on what kubectl gets. */
async function inspect({ handOver }: KubectlWiring, name: string, given: KubectlArguments): Promise<number> {
  const { kubectl, command } = await handOver(getArguments(given), [name, ...given.own, '-']);
  refuseFailed(kubectl);
  return command ?? 70;
}

/** A merge patch that puts the hints of a workload's pods into their template; `undefined` if nothing changes. */
function patchOf(resource: Resource, options: HintsOptions, named: NamedVolumes): object | undefined {
  const [path] = WORKLOADS.get(resource.kind ?? '') ?? [];
  if (path === undefined) return undefined;
  let template: unknown = resource;
  for (const step of path)
    template = (template as Readonly<Record<string, unknown>> | undefined)?.[String(step)];
  const before = annotationsOf((template ?? {}) as Pod);
  const { annotations, decisions } = hintsForPod((template ?? {}) as Pod, options);
  named.add(decisions);
  const changed = Object.entries(annotations).filter(([key, value]) => before[key] !== value);
  if (changed.length === 0) return undefined;
  const patch: object = { metadata: { annotations: Object.fromEntries(changed) } };
  return path.reduceRight((inner: object, step) => ({ [String(step)]: inner }), patch);
}

function optionsOf(words: readonly string[], terminal: Terminal): { hints: HintsOptions; apply: boolean } {
  const options = { ...HINTS_OPTIONS, ...APPLY };
  const { values } = parseArgs({ args: [...words], options, strict: true });
  const hints = hintsOptionsOf({ values, positionals: [], terminal });
  checkHintsOptions(hints);
  return { hints, apply: values.apply === true };
}

/** `annotate`: a patch for each workload, printed or sent. */
function annotate(wiring: KubectlWiring, given: KubectlArguments): number {
  const { terminal } = wiring;
  const { hints, apply } = optionsOf(given.own, terminal);
  const parsed = JSON.parse(get(wiring, given)) as Resource;
  const named = new NamedVolumes(hints);
  let worst = 0;
  for (const resource of parsed.items ?? [parsed]) {
    const { kind = '', metadata } = resource;
    const name = `${kind.toLowerCase()}/${metadata?.name ?? ''}`;
    const patch = patchOf(resource, hints, named);
    if (!WORKLOADS.has(kind))
      terminal.error(`${oneLine(name)}: a ${oneLine(kind)} is not patched here; annotate its manifest\n`);
    else if (patch === undefined) terminal.error(`${oneLine(name)}: unchanged\n`);
    else if (!apply) terminal.out(`${safeJson(patch)}\n`);
    else if (kind === 'Pod') {
      throw new MountHintsError(
        'MH_USAGE',
        `${oneLine(name)} runs already, and its hints were read when it started. Annotate what makes it, or create it anew.`,
        { kind, name: metadata?.name },
      );
    } else {
      const namespace = metadata?.namespace === undefined ? [] : ['-n', metadata.namespace];
      // The connection's flags go along; a selector or a namespace of the reading would be in the way.
      const connection = connectionFlags(given.flags);
      const sent = wiring.kubectl([
        'patch',
        name,
        ...namespace,
        ...connection,
        '--type',
        'merge',
        '-p',
        JSON.stringify(patch),
      ]);
      terminal.out(sent.output);
      if (sent.status !== 0) worst = 69;
    }
  }
  terminal.error(unknownVolumesText(named.unknown));
  return worst;
}

function connectionFlags(flags: readonly string[]): string[] {
  const left: string[] = [];
  for (let index = 0; index < flags.length; index++) {
    const flag = flags[index] ?? '';
    if (/^(-A|--all-namespaces)(=|$)/.test(flag)) continue;
    if (/^(-n|--namespace|-l|--selector|--field-selector|--chunk-size)$/.test(flag)) index++;
    else if (!/^(--namespace|--selector|--field-selector|--chunk-size)=/.test(flag)) left.push(flag);
  }
  return left;
}

/** Runs the plugin on the words after its name; gives its exit status. */
export function runKubectlPlugin(wiring: KubectlWiring, words: readonly string[]): Promise<number> {
  const { terminal } = wiring;
  const run = async (): Promise<number> => {
    const [command = 'help', ...rest] = words;
    if (['help', '--help', '-h'].includes(command) || rest.includes('--help') || rest.includes('-h')) {
      terminal.out(HELP);
      return 0;
    }
    const options = Object.hasOwn(OPTIONS, command) ? OPTIONS[command] : undefined;
    if (options === undefined) {
      throw new MountHintsError(
        'MH_USAGE',
        `kubectl mount-hints: there is no command ${JSON.stringify(command)}. The commands are ${Object.keys(OPTIONS).join(', ')}.`,
        { command },
      );
    }
    const given = kubectlArguments(rest, options);
    if (command === 'annotate') return annotate(wiring, given);
    return inspect(wiring, command, given);
  };
  return reportErrors(terminal, run, adviceOf(HINTS_OPTIONS));
}
