import { containerNameOf } from '../domain/explain/analyse-pod.ts';
import {
  bindsShm,
  type DecidedSandbox,
  hintAtFault,
  isRewritten,
  type UnderstoodPod,
  understandMembers,
  understandPlacedPod,
} from '../domain/explain/analysed-pod.ts';
import { type PodMember, withoutHints } from '../domain/explain/pod-member.ts';
import type { KubeletLayout } from '../domain/layouts/kubelet-layout.ts';
import { placePod } from '../domain/manifest/place-pod.ts';
import { isMountHintsError, MountHintsError } from '../domain/mount-hints-error.ts';
import { type Release, rulesOf } from '../domain/rewrite/releases.ts';
import { readHints } from '../domain/runsc/read-hints.ts';
import type { RunscFlags } from '../domain/runsc/runsc-flags.ts';
import { runscRules } from '../domain/runsc/runsc-rules.ts';
import type { SourceFacts } from '../domain/runsc/serve-mount.ts';
import { sandboxIdOf } from '../domain/spec/identity.ts';
import type { OciSpec } from '../domain/spec/oci-spec.ts';
import { readSpec } from '../domain/spec/read-spec.ts';
import type { Place } from '../domain/text/place.ts';
import type { ManifestPod, ManifestReader } from '../ports/manifest-reader.ts';
import type { PodFile, PodFiles } from '../ports/pod-files.ts';
import type { SourceLookup } from '../ports/source-lookup.ts';
import type { SpecPositions } from '../ports/spec-positions.ts';
import type { LoadedSpec, SpecStore } from '../ports/spec-store.ts';
import type { VolumeLookup } from '../ports/volume-lookup.ts';
import { decideWithLookup } from './decide-with-lookup.ts';
import { decodeManifest } from './manifest-text.ts';

/** Where in which file something stands; lines and columns count from 1. */
export interface FileLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A pod, with what it came from. */
export interface ReadPod {
  /** The file, or the bundles. */
  readonly file: string;
  /** What people call it: `Deployment web`, `pod 5f3a…`. */
  readonly title: string;
  readonly understood: UnderstoodPod;
  locate(place: Place): FileLocation;
}

/** One pod, or the error that one input ended in; the other inputs go on. */
export type PodReading =
  | { readonly kind: 'pod'; readonly pod: ReadPod }
  | { readonly kind: 'error'; readonly path: string; readonly error: unknown };

/** That `done` of `total` files have been read: a moment at which the reading can be left. */
export interface ReadStep {
  readonly kind: 'step';
  readonly done: number;
  readonly total: number;
}

/** A file that an input named, or why there is none. */
type FoundFile = PodFile | Extract<PodReading, { readonly kind: 'error' }>;

/** What reading pods needs of the world. */
export interface ReadPodsPorts {
  readonly files: PodFiles;
  readonly specs: SpecStore;
  readonly positions: SpecPositions;
  readonly manifests: ManifestReader;
  readonly lookup: VolumeLookup;
  readonly sources: SourceLookup;
  readonly layout: KubeletLayout;
}

/** By what pods are read. */
export interface ReadPodsOptions {
  readonly release: Release;
  readonly flags?: RunscFlags;
  /** The bundle whose spec has the hints; found beside each container's bundle if absent. */
  readonly sandbox?: string;
}

/** A bundle that was loaded. */
interface Bundle {
  readonly path: string;
  readonly loaded: LoadedSpec;
  readonly sandboxId: string;
  readonly isSandbox: boolean;
}

const LONG_ID = 12;

function baseName(path: string): string {
  const parts = path.replace(/\/(config\.json|userdata)?\/*$/, '').split('/');
  return parts.pop() || path;
}

function nameOf({ path, loaded }: Bundle): string {
  return containerNameOf(loaded.spec) ?? baseName(path).slice(0, LONG_ID);
}

/** The bundles of each pod together, in the order in which they came. */
function groupsOf(bundles: readonly Bundle[]): Iterable<readonly Bundle[]> {
  const groups = new Map<string, Bundle[]>();
  for (const bundle of bundles) {
    const key = bundle.sandboxId || bundle.path;
    const group = groups.get(key);
    if (group) group.push(bundle);
    else groups.set(key, [bundle]);
  }
  return groups.values();
}

/** Reads pods out of bundles and manifests, and puts together all that is to be said about each. */
export class ReadPods {
  readonly #ports: ReadPodsPorts;
  readonly #options: ReadPodsOptions;

  /** @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED */
  constructor(ports: ReadPodsPorts, options: ReadPodsOptions) {
    this.#ports = ports;
    this.#options = options;
    rulesOf(options.release);
    runscRules(options.release);
  }

  /**
   * The pods of these inputs: those of manifests one after the other as they are read, those of bundles
   * together at the end. An input that is bad gives an error in its place. There is a step when all files are
   * found, and behind each file and each pod of bundles.
   *
   * @param paths bundle directories, spec files, files of manifests, directories of all of them.
   */
  async *read(paths: readonly string[]): AsyncGenerator<PodReading | ReadStep> {
    const files = paths.flatMap((path) => this.#find(path));
    const total = files.length;
    yield { kind: 'step', done: 0, total };
    const bundles: Bundle[] = [];
    for (const [index, file] of files.entries()) {
      if (file.kind === 'bundle') yield* this.#bundle(file.path, bundles);
      else if (file.kind === 'manifest') yield* this.#manifestFile(file.path);
      else yield { kind: 'error', path: file.path, error: file.error };
      yield { kind: 'step', done: index + 1, total };
    }
    for (const group of groupsOf(bundles)) {
      yield* this.#group(group);
      yield { kind: 'step', done: total, total };
    }
  }

  /** The pods of a text of manifests; `name` is what it is called. */
  *readText(text: string, name: string): Generator<PodReading> {
    try {
      for (const document of this.#ports.manifests.documents(text, name)) {
        for (const pod of document.pods) yield { kind: 'pod', pod: this.#manifestPod(pod, name) };
      }
    } catch (error) {
      yield { kind: 'error', path: name, error };
    }
  }

  *#manifestFile(path: string): Generator<PodReading> {
    let text: string;
    try {
      text = decodeManifest(this.#ports.files.read(path), path);
    } catch (error) {
      yield { kind: 'error', path, error };
      return;
    }
    yield* this.readText(text, path);
  }

  #manifestPod(found: ManifestPod, file: string): ReadPod {
    const { kind, name, namespace } = found.workload;
    return {
      file,
      title: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name || '(no name)'}`,
      understood: understandPlacedPod(
        placePod(found.pod, this.#ports.layout, found.outerAnnotationKeys),
        this.#options,
      ),
      locate: (place) => {
        const { line, column } = found.positionOf(place.path);
        return { file, line, column };
      },
    };
  }

  #find(path: string): readonly FoundFile[] {
    try {
      return this.#ports.files.find(path);
    } catch (error) {
      return [{ kind: 'error', path, error }];
    }
  }

  /** Puts a bundle to those that were read. */
  async *#bundle(path: string, bundles: Bundle[]): AsyncGenerator<PodReading> {
    try {
      bundles.push(await this.#load(path));
    } catch (error) {
      yield { kind: 'error', path, error };
    }
  }

  async *#group(group: readonly Bundle[]): AsyncGenerator<PodReading> {
    try {
      yield { kind: 'pod', pod: await this.#bundledPod(group) };
    } catch (error) {
      yield { kind: 'error', path: group[0]?.path ?? '', error };
    }
  }

  async #load(path: string): Promise<Bundle> {
    const loaded = await this.#ports.specs.load(path);
    const { role, annotations } = readSpec(loaded.spec);
    return { path, loaded, sandboxId: sandboxIdOf(annotations) ?? '', isSandbox: role === 'sandbox' };
  }

  async #sandboxOf(group: readonly Bundle[]): Promise<Bundle> {
    const [first] = group;
    const own = group.find(({ isSandbox }) => isSandbox);
    if (this.#options.sandbox !== undefined) return await this.#load(this.#options.sandbox);
    if (own) return own;
    const found = first && first.sandboxId !== '' ? await this.#sandboxBeside(first) : undefined;
    if (found) return found;
    throw new MountHintsError(
      'MH_SANDBOX_NOT_FOUND',
      `${first?.path} is the bundle of a container, and hints are in its sandbox's, which is not beside it. Name the sandbox's bundle with --sandbox.`,
      { path: first?.path, sandboxId: first?.sandboxId },
    );
  }

  /** The sandbox of a container: the sibling that is called by its id, else the one whose spec says so. */
  async #sandboxBeside({ path, sandboxId }: Bundle): Promise<Bundle | undefined> {
    const { files } = this.#ports;
    const named = files.siblingWithId(path, sandboxId);
    try {
      if (named !== undefined) return await this.#load(named);
    } catch (error) {
      if (!isMountHintsError(error) || error.code !== 'MH_INPUT_NOT_FOUND') throw error;
    }
    const siblings = await this.#members(files.siblings(path), sandboxId);
    return siblings.find(({ isSandbox }) => isSandbox);
  }

  /** The containers beside a sandbox that is all that was named. */
  async #containersOf(sandbox: Bundle): Promise<Bundle[]> {
    if (sandbox.sandboxId === '') return [];
    const siblings = await this.#members(this.#ports.files.siblings(sandbox.path), sandbox.sandboxId);
    return siblings.filter(({ isSandbox }) => !isSandbox);
  }

  /** Those of some bundles that belong to a sandbox. Nobody named them, so a broken one is passed over. */
  async #members(paths: readonly string[], sandboxId: string): Promise<Bundle[]> {
    const found: Bundle[] = [];
    for (const path of paths) {
      try {
        const bundle = await this.#load(path);
        if (bundle.sandboxId === sandboxId) found.push(bundle);
      } catch {
        // Not this pod's business.
      }
    }
    return found;
  }

  async #bundledPod(group: readonly Bundle[]): Promise<ReadPod> {
    const sandbox = await this.#sandboxOf(group);
    const named = group.filter((bundle) => bundle.path !== sandbox.path);
    const bundles = named.length > 0 ? named : await this.#containersOf(sandbox);
    const { layout } = this.#ports;
    const { wasRewritten, member: sandboxMember, errors } = await this.#sandboxMember(sandbox);
    const members: PodMember[] = [];
    for (const bundle of bundles) members.push(await this.#containerMember(bundle, wasRewritten));
    const containers = members.length > 0 ? members : [sandboxMember];
    const understood = understandMembers(
      {
        sandbox: sandboxMember,
        containers,
        wasRewritten,
        authored: sandbox.loaded.spec.annotations ?? {},
        sandboxErrors: errors,
        sources: this.#sourcesOf(sandboxMember),
      },
      { ...this.#options, layout },
    );
    const files = bundles.length > 0 ? bundles : [sandbox];
    return {
      file: sandbox.path,
      title: `pod ${(sandbox.sandboxId || baseName(sandbox.path)).slice(0, LONG_ID)}`,
      understood,
      locate: (place) => this.#locate(place, sandbox, files),
    };
  }

  #locate({ in: where, path }: Place, sandbox: Bundle, containers: readonly Bundle[]): FileLocation {
    const bundle = (typeof where === 'number' ? containers[where] : undefined) ?? sandbox;
    const { line, column } = this.#ports.positions.positionOf(bundle.loaded, path);
    const file = bundle.path.endsWith('.json')
      ? bundle.path
      : `${bundle.path.replace(/\/+$/, '')}/config.json`;
    return { file, line, column };
  }

  async #sandboxMember(bundle: Bundle): Promise<DecidedSandbox & { readonly wasRewritten: boolean }> {
    let { spec } = bundle.loaded;
    const name = containerNameOf(spec) ?? 'sandbox';
    if (isRewritten(readSpec(spec))) return { wasRewritten: true, member: { name, spec }, errors: [] };
    const errors: MountHintsError[] = [];
    for (;;) {
      try {
        return { wasRewritten: false, member: await this.#decided(name, spec), errors };
      } catch (thrown) {
        const fault = hintAtFault(thrown);
        errors.push(fault.error);
        if (fault.name === undefined) return { wasRewritten: false, member: { name, spec }, errors };
        spec = withoutHints(spec, fault.name);
      }
    }
  }

  async #containerMember(bundle: Bundle, sandboxWasRewritten: boolean): Promise<PodMember> {
    const { spec } = bundle.loaded;
    const name = nameOf(bundle);
    const read = readSpec(spec);
    return sandboxWasRewritten && !bindsShm(read) ? { name, spec } : await this.#decided(name, spec);
  }

  async #decided(name: string, spec: OciSpec): Promise<PodMember> {
    const { lookup, layout } = this.#ports;
    const rules = rulesOf(this.#options.release);
    return { name, spec, decision: await decideWithLookup(readSpec(spec), rules, lookup, layout) };
  }

  /** What the host says of the hinted directories, the only ones where that matters. */
  #sourcesOf({ spec, decision }: PodMember): ReadonlyMap<string, SourceFacts> {
    const annotations: Record<string, string> = { ...spec.annotations };
    for (const edit of decision?.edits ?? []) {
      if (edit.kind === 'set-annotation') annotations[edit.key] = edit.value;
    }
    const { hints } = readHints(annotations, runscRules(this.#options.release));
    return new Map(hints.map(({ source }) => [source, this.#ports.sources.factsOf(source)]));
  }
}
