import { isMountHintsError, MountHintsError } from '../domain/mount-hints-error.ts';
import { sandboxIdOf } from '../domain/spec/identity.ts';
import { readSpec } from '../domain/spec/read-spec.ts';
import type { PodFiles } from '../ports/pod-files.ts';
import type { LoadedSpec, SpecStore } from '../ports/spec-store.ts';

/** A bundle that was loaded. */
export interface Bundle {
  readonly path: string;
  readonly loaded: LoadedSpec;
  /** Empty where no annotation tells. */
  readonly sandboxId: string;
  readonly isSandbox: boolean;
}

/** The bundles of one pod. */
export interface PodBundles {
  readonly sandbox: Bundle;
  /** None where the sandbox is all there is. */
  readonly containers: readonly Bundle[];
  /** The bundles beside the named ones that were removed before they could be read. */
  readonly gone: readonly string[];
}

/** Whether a bundle or manifest is not there, or no longer. */
export function isGone(error: unknown): boolean {
  return isMountHintsError(error) && error.code === 'MH_INPUT_NOT_FOUND';
}

/** The bundles of a pod that lie beside one of them. */
interface Members {
  readonly bundles: readonly Bundle[];
  readonly gone: readonly string[];
}

/** Where the bundles of each sandbox are that one directory has. */
interface Neighbourhood {
  readonly pathsOf: ReadonlyMap<string, readonly string[]>;
  /** Those that were removed before they could be read, until they are told of. */
  readonly gone: string[];
}

function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/').filter((segment, index) => (segment || index === 0) && segment !== '.');
  return segments.at(-1) === 'config.json' ? segments.slice(0, -1) : segments;
}

/** A bundle's path, however it is spelled. */
function plainPath(path: string): string {
  return segmentsOf(path).join('/');
}

/** What bundles of one directory have in common: that directory, and CRI-O's level below the id. */
function neighbourhoodOf(path: string): string {
  const segments = segmentsOf(path);
  const inner = segments.at(-1) === 'userdata' ? ['userdata'] : [];
  const above = segments.slice(0, segments.length - inner.length);
  const isUp = above.length === 0 || above.at(-1) === '..';
  return [...(isUp ? [...above, '..'] : above.slice(0, -1)), '*', ...inner].join('/');
}

/** The bundles of each pod together, in the order in which they came. */
export function groupsOf(bundles: readonly Bundle[]): Iterable<readonly Bundle[]> {
  const groups = new Map<string, Bundle[]>();
  for (const bundle of bundles) {
    const key = bundle.sandboxId || bundle.path;
    const group = groups.get(key);
    if (group) group.push(bundle);
    else groups.set(key, [bundle]);
  }
  return groups.values();
}

/** Loads bundles, and finds those of the same pod beside them. */
export class BundleFinder {
  readonly #files: Pick<PodFiles, 'siblings' | 'siblingWithId'>;
  readonly #specs: Pick<SpecStore, 'load'>;
  readonly #sandbox: string | undefined;
  /** The sandbox of each bundle that was loaded, by its plain path. */
  readonly #sandboxIds = new Map<string, string>();
  readonly #neighbourhoods = new Map<string, Promise<Neighbourhood>>();

  /** @param sandbox the bundle whose spec has the hints; found beside each container's bundle if absent. */
  constructor(
    files: Pick<PodFiles, 'siblings' | 'siblingWithId'>,
    specs: Pick<SpecStore, 'load'>,
    sandbox?: string,
  ) {
    this.#files = files;
    this.#specs = specs;
    this.#sandbox = sandbox;
  }

  /** @throws MH_INPUT_…; MH_SPEC_… */
  async load(path: string): Promise<Bundle> {
    const loaded = await this.#specs.load(path);
    const { role, annotations } = readSpec(loaded.spec);
    const sandboxId = sandboxIdOf(annotations) ?? '';
    this.#sandboxIds.set(plainPath(path), sandboxId);
    return { path, loaded, sandboxId, isSandbox: role === 'sandbox' };
  }

  /**
   * The pod that some of its bundles belong to: those, the sandbox, and the other containers beside it. Who shares a
   * volume can be told of the whole pod alone. A pod whose bundles lie in several directories is what was named.
   *
   * @throws MH_SANDBOX_NOT_FOUND
   */
  async podOf(named: readonly Bundle[]): Promise<PodBundles> {
    const sandbox = await this.#sandboxOf(named);
    const containers = named.filter(({ path }) => path !== sandbox.path);
    const [first = sandbox] = named;
    const home = neighbourhoodOf(first.path);
    if (sandbox.sandboxId === '' || named.some(({ path }) => neighbourhoodOf(path) !== home)) {
      return { sandbox, containers, gone: [] };
    }
    const { bundles, gone } = await this.#members(first.path, sandbox.sandboxId, [sandbox, ...containers]);
    return { sandbox, containers: [...containers, ...bundles.filter((each) => !each.isSandbox)], gone };
  }

  async #sandboxOf(named: readonly Bundle[]): Promise<Bundle> {
    const [first] = named;
    if (this.#sandbox !== undefined) return await this.#namedSandbox(this.#sandbox, first);
    const own = named.find(({ isSandbox }) => isSandbox);
    if (own) return own;
    const found = first && first.sandboxId !== '' ? await this.#sandboxBeside(first) : undefined;
    if (found) return found;
    throw new MountHintsError(
      'MH_SANDBOX_NOT_FOUND',
      `${first?.path} is the bundle of a container, and hints are in its sandbox's, which is not beside it. Name the sandbox's bundle too.`,
      { path: first?.path, sandboxId: first?.sandboxId },
    );
  }

  /** The bundle that the caller says is the sandbox's, if it can be. */
  async #namedSandbox(path: string, first: Bundle | undefined): Promise<Bundle> {
    const sandbox = await this.load(path);
    const isOther = first !== undefined && first.sandboxId !== '' && first.sandboxId !== sandbox.sandboxId;
    if (sandbox.isSandbox && !(isOther && sandbox.sandboxId !== '')) return sandbox;
    const what = sandbox.isSandbox
      ? `the sandbox of another pod than ${first?.path}`
      : 'the bundle of a container';
    throw new MountHintsError(
      'MH_SANDBOX_NOT_FOUND',
      `${path} is ${what}, and was named as the sandbox, whose annotations are the hints. Name the bundle of the pod's own sandbox.`,
      { path, sandboxId: sandbox.sandboxId },
    );
  }

  /** The sandbox of a container: the sibling that is called by its id, else the one whose spec says so. */
  async #sandboxBeside(container: Bundle): Promise<Bundle | undefined> {
    const { path, sandboxId } = container;
    const named = this.#files.siblingWithId(path, sandboxId);
    try {
      if (named !== undefined) return await this.load(named);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    const { bundles } = await this.#members(path, sandboxId, [container]);
    return bundles.find(({ isSandbox }) => isSandbox);
  }

  /** The bundles of a sandbox beside this one, but for those that are there already. */
  async #members(path: string, sandboxId: string, present: readonly Bundle[]): Promise<Members> {
    const neighbourhood = await this.#beside(path);
    const known = new Set(present.map((bundle) => plainPath(bundle.path)));
    const bundles: Bundle[] = [];
    const gone = neighbourhood.gone.splice(0);
    for (const member of neighbourhood.pathsOf.get(sandboxId) ?? []) {
      if (known.has(plainPath(member))) continue;
      const bundle = await this.#loadFound(member, gone);
      if (bundle) bundles.push(bundle);
    }
    return { bundles, gone };
  }

  /** Looked at once for all bundles of a directory: it may have thousands. */
  #beside(path: string): Promise<Neighbourhood> {
    const key = neighbourhoodOf(path);
    const known = this.#neighbourhoods.get(key) ?? this.#survey(path);
    this.#neighbourhoods.set(key, known);
    return known;
  }

  async #survey(path: string): Promise<Neighbourhood> {
    const pathsOf = new Map<string, string[]>();
    const gone: string[] = [];
    for (const each of [path, ...this.#files.siblings(path)]) {
      const id = this.#sandboxIds.get(plainPath(each)) ?? (await this.#loadFound(each, gone))?.sandboxId;
      if (id === undefined) continue;
      const paths = pathsOf.get(id);
      if (paths) paths.push(each);
      else pathsOf.set(id, [each]);
    }
    return { pathsOf, gone };
  }

  /** Nobody named it, so a broken one is passed over; one that is gone may have been one of the pod's containers. */
  async #loadFound(path: string, gone: string[]): Promise<Bundle | undefined> {
    try {
      return await this.load(path);
    } catch (error) {
      if (isGone(error)) gone.push(path);
      return undefined;
    }
  }
}
