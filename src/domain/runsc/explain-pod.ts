import type { Release } from '../rewrite/releases.ts';
import { type Annotations, sandboxIdOf } from '../spec/identity.ts';
import type { Mount } from '../spec/mount.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { type MemberSpec, podSpecReader } from '../spec/read-spec.ts';
import { type ImageDirectories, placeMounts } from './place-mounts.ts';
import { type Hint, type HintRefusal, type IgnoredHint, malformedHintKeys, readHints } from './read-hints.ts';
import { DEFAULT_FLAGS, type FlagRefusal, flagsFor, type RunscFlags } from './runsc-flags.ts';
import { type RunscRules, runscRules } from './runsc-rules.ts';
import { type ServingContext, type SourceFacts, serveMount } from './serve-mount.ts';
import { MAX_MOUNTERS, type MountFailure, type ServedMount } from './served-mount.ts';
import { readTmpfsOptions, type TmpfsOptions } from './tmpfs-options.ts';
import type { Why } from './why.ts';

/** One container of a pod as runsc gets it: its spec after the shim's rewrite. */
export interface ContainerInput {
  /** What people call it. */
  readonly name: string;
  readonly spec: OciSpec;
  /** It ends before the ones after it start: an init container that is not a sidecar. */
  readonly endsFirst?: boolean;
  /** What is known of its image; nothing if absent. `/tmp` is taken to be there, where nothing is known of it. */
  readonly image?: ImageDirectories;
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

/** A container with its mounts as runsc serves them. */
export interface ExplainedContainer {
  readonly name: string;
  readonly endsFirst: boolean;
  readonly flags: RunscFlags;
  readonly flagRefusals: readonly FlagRefusal[];
  /** Since release 20260520 each container's gofer reads its own spec, and ends with these keys. */
  readonly malformedKeys: readonly string[];
  readonly mounts: readonly ServedMount[];
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
  const destination = first.served.mount.destination;
  const why: Why[] = [
    ...served.why.slice(0, -1),
    { kind: 'first-mounter', container: first.container.name, destination },
    { kind: 'becomes', serving },
  ];
  return { ...served, serving, storage, filestore, size, why };
}

function ownFilestore({ served }: Placed): string | undefined {
  const isOwn = served.serving === 'overlay' || served.serving === 'private-file';
  return isOwn && served.filestore?.startsWith(`${served.mount.source}/`) ? served.filestore : undefined;
}

/** What mounts do to one another: the first of a shared master decides for all, and a filestore is in another's way. */
class Neighbours {
  readonly #masters = new Map<string, Placed>();
  readonly #filestores = new Map<string, Placed>();
  readonly #leavesFilestores = new Set<ContainerInput>();

  /** A container that is refused after its filestores were made leaves them for good. */
  ended(container: ContainerInput, mounts: readonly ServedMount[]): void {
    const kinds = mounts.flatMap(({ failures }) => failures.map(({ kind }) => kind));
    const isEarly = kinds.includes('option-refused') || kinds.includes('no-source');
    if (kinds.length > 0 && !isEarly) this.#leavesFilestores.add(container);
  }

  settle(placed: Placed): ServedMount {
    const { hint, serving } = placed.served;
    if (hint?.sharedMaster && serving !== 'ignored' && serving !== 'special')
      return this.#share(hint, placed);
    const filestore = ownFilestore(placed);
    if (filestore === undefined) return placed.served;
    const first = this.#filestores.get(filestore);
    if (first && !this.#isGone(first, placed.container)) {
      return withFailure(placed.served, { kind: 'filestore-exists', first: label(first) });
    }
    this.#filestores.set(filestore, placed);
    return placed.served;
  }

  /** Whether a container has ended before another one starts, and has taken its filestores with it. */
  #isGone({ container }: Placed, before: ContainerInput): boolean {
    const hasEnded = container.endsFirst === true && container !== before;
    return hasEnded && !this.#leavesFilestores.has(container);
  }

  #share(hint: Hint, placed: Placed): ServedMount {
    const first = this.#masters.get(hint.source);
    if (first) return asMaster(placed, first);
    this.#masters.set(hint.source, placed);
    return placed.served;
  }
}

function mountersOf(containers: readonly ReadContainer[]): ReadonlyMap<string, readonly string[]> {
  const bySource = new Map<string, Set<string>>();
  for (const { container, spec } of containers) {
    for (const { source } of spec.mounts) {
      const names = bySource.get(source);
      if (names) names.add(container.name);
      else bySource.set(source, new Set([container.name]));
    }
  }
  return new Map([...bySource].map(([source, names]) => [source, [...names]]));
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
const NOTHING_KNOWN_OF_IMAGE: ImageDirectories = () => undefined;
const NO_WHY: readonly Why[] = [];
const NOBODY: readonly string[] = [];

type Others = Pick<ServedMount, 'alsoMountedBy' | 'furtherMounters'>;
const NO_OTHERS: Others = { alsoMountedBy: NOBODY };

/** A container with its spec read. */
interface ReadContainer {
  readonly container: ContainerInput;
  readonly spec: MemberSpec;
}

/** What a container's own annotations say to its gofer. */
interface OwnAnnotations {
  readonly flags: RunscFlags;
  readonly refusals: readonly FlagRefusal[];
  readonly malformedKeys: readonly string[];
  /** Only where directfs is switched off does it matter what a container's own spec says; else none. */
  readonly hints: ReadonlyMap<string, Hint>;
}

function bySource(hints: readonly Hint[]): ReadonlyMap<string, Hint> {
  return new Map(hints.map((hint) => [hint.source, hint]));
}

/** Serves one pod's containers, one after the other. */
class PodServing {
  readonly #pod: PodInput;
  readonly #rules: RunscRules;
  readonly #hints: ReadonlyMap<string, Hint>;
  readonly #directfsMatters: boolean;
  readonly #sandboxId: string;
  readonly #neighbours = new Neighbours();
  readonly #options = new Map<Hint, TmpfsOptions>();
  readonly #mounters: ReadonlyMap<string, readonly string[]>;
  /** Containers of a manifest's pod have their annotations in common, as one object. */
  readonly #own = new Map<Annotations, OwnAnnotations>();

  constructor(
    pod: PodInput,
    rules: RunscRules,
    hints: readonly Hint[],
    containers: readonly ReadContainer[],
  ) {
    this.#pod = pod;
    this.#rules = rules;
    this.#hints = bySource(hints);
    this.#directfsMatters = hints.some((hint) => hint.directfsOff);
    this.#sandboxId = sandboxIdOf(pod.sandbox.spec.annotations ?? {}) ?? UNKNOWN_ID;
    this.#mounters = mountersOf(containers);
  }

  serve({ container, spec }: ReadContainer): ExplainedContainer {
    const { name, endsFirst = false } = container;
    const { flags, refusals, malformedKeys, hints } = this.#ofAnnotations(spec.annotations);
    const isSandbox = container === this.#pod.sandbox;
    const context: ServingContext = {
      rules: this.#rules,
      flags,
      hints: this.#hints,
      ownHints: isSandbox ? undefined : hints,
      sandboxId: this.#sandboxId,
      sourceFacts: (source) => this.#pod.sources?.get(source) ?? NOTHING_KNOWN,
      othersAt: (source) => this.#othersAt(source, name),
      tmpfsOptions: (hint) => this.#tmpfsOptions(hint),
    };
    const malformed = isSandbox ? NOBODY : malformedKeys;
    const served = spec.mounts.map((mount) => this.#mount(container, mount, context));
    const mounts = placeMounts(served, this.#rules, container.image ?? NOTHING_KNOWN_OF_IMAGE);
    this.#neighbours.ended(container, mounts);
    return { name, endsFirst, flags, flagRefusals: refusals, malformedKeys: malformed, mounts };
  }

  #tmpfsOptions(hint: Hint): TmpfsOptions {
    let read = this.#options.get(hint);
    if (read === undefined) {
      read = readTmpfsOptions(hint.options, this.#rules);
      this.#options.set(hint, read);
    }
    return read;
  }

  #ofAnnotations(annotations: Annotations): OwnAnnotations {
    const own = this.#own.get(annotations) ?? this.#readOwn(annotations);
    this.#own.set(annotations, own);
    return own;
  }

  #readOwn(annotations: Annotations): OwnAnnotations {
    const rules = this.#rules;
    return {
      ...flagsFor(annotations, this.#pod.flags ?? DEFAULT_FLAGS, rules),
      malformedKeys: rules.directfsField ? malformedHintKeys(annotations) : NOBODY,
      hints: bySource(this.#directfsMatters ? readHints(annotations, rules).hints : []),
    };
  }

  #othersAt(source: string, name: string): Others {
    const mounters = source.startsWith('/') ? (this.#mounters.get(source) ?? NOBODY) : NOBODY;
    if (mounters.length < 2) return NO_OTHERS;
    const alsoMountedBy = mounters.slice(0, MAX_MOUNTERS + 1).filter((each) => each !== name);
    alsoMountedBy.length = Math.min(alsoMountedBy.length, MAX_MOUNTERS);
    const furtherMounters = mounters.length - 1 - alsoMountedBy.length;
    return { alsoMountedBy, ...(furtherMounters > 0 && { furtherMounters }) };
  }

  #mount(container: ContainerInput, mount: Mount, context: ServingContext): ServedMount {
    const settled = this.#neighbours.settle({ container, served: serveMount(mount, context) });
    const ofHint = settled.hint && this.#pod.hintRewrites?.get(settled.hint.name);
    return withRewrite(settled, ofHint, container.rewrites?.get(mount.index) ?? NO_WHY);
  }
}

/**
 * What runsc makes of each mount of each container of a pod, and why.
 *
 * @param pod specs as they are after the shim's rewrite, with what is known of the host.
 * @throws MH_RELEASE_INVALID; MH_RELEASE_NOT_MODELLED for a release before 20231023; MH_SPEC_SHAPE.
 */
export function explainPod(pod: PodInput): PodExplanation {
  const rules = runscRules(pod.release);
  const read = podSpecReader();
  const containers = pod.containers.map((container) => ({ container, spec: read(container.spec) }));
  const own = containers.find(({ container }) => container === pod.sandbox);
  const sandbox = own ?? { container: pod.sandbox, spec: read(pod.sandbox.spec) };
  const { hints, refusals, ignored } = readHints(sandbox.spec.annotations, rules);
  const serving = new PodServing(pod, rules, hints, containers);
  const pause = own ? undefined : serving.serve(sandbox);
  const served = containers.map((container) => serving.serve(container));
  const lone = own && served[containers.indexOf(own)];
  return {
    rules,
    hints,
    refusals,
    ignored,
    sandboxFlagRefusals: (pause ?? lone)?.flagRefusals ?? [],
    containers: served,
  };
}
