import { CRIO_SANDBOX_ID, SANDBOX_ID } from '../annotation-keys.ts';
import { annotation } from '../identity.ts';
import type { Release } from '../releases.ts';
import { type OciSpec, readSandboxSpec } from '../sandbox-spec.ts';
import { type Hint, type HintRefusal, type IgnoredHint, readHints } from './read-hints.ts';
import { DEFAULT_FLAGS, type FlagRefusal, flagsFor, type RunscFlags } from './runsc-flags.ts';
import { type RunscRules, runscRules } from './runsc-rules.ts';
import { type ServingContext, type SourceFacts, serveMount } from './serve-mount.ts';
import type { MountFailure, ServedMount } from './served-mount.ts';
import type { Why } from './why.ts';

/** One container of a pod as runsc gets it: its spec after the shim's rewrite. */
export interface ContainerInput {
  /** What people call it. */
  readonly name: string;
  readonly spec: OciSpec;
  /** It ends before the ones after it start: an init container that is no sidecar. */
  readonly endsFirst?: boolean;
  /** Reasons that the rewrite adds, by the mount's index in the rewritten spec. */
  readonly rewrites?: ReadonlyMap<number, readonly Why[]>;
}

/** A pod as runsc gets it. */
export interface PodInput {
  /** Whose annotations the hints are in. Where it is a lone container too, name it in `containers` as well. */
  readonly sandbox: ContainerInput;
  /** In the order in which they start. */
  readonly containers: readonly ContainerInput[];
  readonly release: Release;
  /** The flags of the installation; runsc's defaults if absent. */
  readonly flags?: RunscFlags;
  /** Reasons that the rewrite adds, by the hint's name. */
  readonly hintRewrites?: ReadonlyMap<string, Why>;
  /** What is known of the mounts' sources on the host, by path. */
  readonly sources?: ReadonlyMap<string, SourceFacts>;
}

/** A mount with its place in the pod. */
export interface ExplainedMount extends ServedMount {
  /** The containers that mount the same source, this one left out. */
  readonly alsoMountedBy: readonly string[];
}

export interface ExplainedContainer {
  readonly name: string;
  readonly endsFirst: boolean;
  readonly flags: RunscFlags;
  readonly flagRefusals: readonly FlagRefusal[];
  /** Since release 20260520 each container's gofer reads the hints of its own spec, and refuses them too. */
  readonly hintRefusals: readonly HintRefusal[];
  readonly mounts: readonly ExplainedMount[];
}

/** What runsc makes of a pod. */
export interface PodExplanation {
  readonly rules: RunscRules;
  readonly hints: readonly Hint[];
  /** With one of these the sandbox does not start. */
  readonly refusals: readonly HintRefusal[];
  readonly ignored: readonly IgnoredHint[];
  readonly sandboxFlagRefusals: readonly FlagRefusal[];
  readonly containers: readonly ExplainedContainer[];
}

/** A mount on its way through the pod. */
interface Placed {
  readonly container: ContainerInput;
  readonly served: ServedMount;
}

const UNKNOWN_ID = 'SANDBOX_ID';

function sandboxIdOf(spec: OciSpec): string {
  const annotations = spec.annotations ?? {};
  return annotation(annotations, SANDBOX_ID) || annotation(annotations, CRIO_SANDBOX_ID) || UNKNOWN_ID;
}

function label({ container, served }: Placed): string {
  return `${container.name}:${served.mount.destination}`;
}

function withFailure(served: ServedMount, failure: MountFailure): ServedMount {
  return { ...served, failures: [...served.failures, failure] };
}

function asMaster(placed: Placed, first: Placed): ServedMount {
  const { served } = placed;
  if (first.served.serving === 'gofer') {
    return withFailure(served, { kind: 'second-mount-crashes', first: label(first) });
  }
  if (first.served.serving === served.serving) return served;
  const { serving, storage, filestore, size } = first.served;
  const { filestore: _, ...rest } = served;
  const destination = first.served.mount.destination;
  const why: Why[] = [
    ...served.why.slice(0, -1),
    { kind: 'first-mounter', container: first.container.name, destination },
    { kind: 'becomes', serving },
  ];
  return { ...rest, serving, storage, size, why, ...(filestore !== undefined && { filestore }) };
}

function ownFilestore({ served }: Placed): string | undefined {
  const isOwn = served.serving === 'overlay' || served.serving === 'private-file';
  return isOwn && served.filestore?.startsWith(`${served.mount.source}/`) ? served.filestore : undefined;
}

/** What mounts do to one another: the first of a shared master decides for all, and a filestore is in another's way. */
class Neighbours {
  readonly #masters = new Map<string, Placed>();
  readonly #filestores = new Map<string, Placed>();

  settle(placed: Placed): ServedMount {
    const { hint, serving } = placed.served;
    if (hint?.sharedMaster && serving !== 'ignored' && serving !== 'special')
      return this.#share(hint, placed);
    const filestore = ownFilestore(placed);
    if (filestore === undefined) return placed.served;
    const first = this.#filestores.get(filestore);
    if (first && !(first.container.endsFirst && first.container !== placed.container)) {
      return withFailure(placed.served, { kind: 'filestore-exists', first: label(first) });
    }
    this.#filestores.set(filestore, placed);
    return placed.served;
  }

  #share(hint: Hint, placed: Placed): ServedMount {
    const first = this.#masters.get(hint.source);
    if (first) return asMaster(placed, first);
    this.#masters.set(hint.source, placed);
    return placed.served;
  }
}

function mountersOf(containers: readonly ContainerInput[]): ReadonlyMap<string, readonly string[]> {
  const bySource = new Map<string, string[]>();
  for (const { name, spec } of containers) {
    for (const { source } of readSandboxSpec(spec).mounts) {
      const names = bySource.get(source);
      if (names === undefined) bySource.set(source, [name]);
      else if (!names.includes(name)) names.push(name);
    }
  }
  return bySource;
}

/** Puts what the rewrite changed behind the hint and the mount that it changed. */
function withRewrite(served: ServedMount, ofHint: Why | undefined, ofMount: readonly Why[]): ServedMount {
  if (ofHint === undefined && ofMount.length === 0) return served;
  const why = served.why.flatMap((reason): Why[] => {
    if (reason.kind === 'hint' && ofHint) return [reason, ofHint];
    return reason.kind === 'mount' ? [reason, ...ofMount] : [reason];
  });
  return { ...served, why };
}

const NOTHING_KNOWN: SourceFacts = {};

/**
 * What runsc makes of each mount of each container of a pod, and why.
 *
 * @param pod specs as they are after the shim's rewrite, with what is known of the host.
 * @throws MH_RELEASE_INVALID; MH_RELEASE_NOT_MODELLED for a release before 20231023; MH_SPEC_SHAPE.
 */
export function explainPod({
  sandbox,
  containers,
  release,
  flags: installed = DEFAULT_FLAGS,
  hintRewrites,
  sources,
}: PodInput): PodExplanation {
  const rules = runscRules(release);
  const { hints, refusals, ignored } = readHints(readSandboxSpec(sandbox.spec).annotations, rules);
  const neighbours = new Neighbours();
  const mounters = mountersOf(containers);
  const serveAll = (container: ContainerInput): ExplainedContainer => {
    const spec = readSandboxSpec(container.spec);
    const own = flagsFor(spec.annotations, installed, rules);
    const ownHints = readHints(spec.annotations, rules);
    const context: ServingContext = {
      rules,
      flags: own.flags,
      hints,
      ownHints: container === sandbox ? undefined : ownHints.hints,
      sandboxId: sandboxIdOf(sandbox.spec),
      sourceFacts: (source) => sources?.get(source) ?? NOTHING_KNOWN,
    };
    const mounts = spec.mounts.map((mount): ExplainedMount => {
      const served = neighbours.settle({ container, served: serveMount(mount, context) });
      const others = mount.source.startsWith('/') ? (mounters.get(mount.source) ?? []) : [];
      return {
        ...withRewrite(
          served,
          served.hint && hintRewrites?.get(served.hint.name),
          container.rewrites?.get(mount.index) ?? [],
        ),
        alsoMountedBy: others.filter((name) => name !== container.name),
      };
    });
    const { name, endsFirst = false } = container;
    const hintRefusals = rules.directfsField && container !== sandbox ? ownHints.refusals : [];
    return { name, endsFirst, flags: own.flags, flagRefusals: own.refusals, hintRefusals, mounts };
  };
  const isAlone = containers.includes(sandbox);
  const pause = isAlone ? undefined : serveAll(sandbox);
  return {
    rules,
    hints,
    refusals,
    ignored,
    sandboxFlagRefusals: pause?.flagRefusals ?? [],
    containers: containers.map(serveAll),
  };
}
