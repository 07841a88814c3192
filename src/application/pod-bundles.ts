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

const NO_MEMBERS: Members = { bundles: [], gone: [] };

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
    return { path, loaded, sandboxId: sandboxIdOf(annotations) ?? '', isSandbox: role === 'sandbox' };
  }

  /**
   * The pod that some of its bundles belong to. What is not among them is looked for beside them: the
   * sandbox, and for a sandbox that is all that was named, its containers.
   *
   * @throws MH_SANDBOX_NOT_FOUND
   */
  async podOf(named: readonly Bundle[]): Promise<PodBundles> {
    const sandbox = await this.#sandboxOf(named);
    const containers = named.filter((bundle) => bundle.path !== sandbox.path);
    if (containers.length > 0) return { sandbox, containers, gone: [] };
    const { bundles, gone } = await this.#containersOf(sandbox);
    return { sandbox, containers: bundles, gone };
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
  async #sandboxBeside({ path, sandboxId }: Bundle): Promise<Bundle | undefined> {
    const named = this.#files.siblingWithId(path, sandboxId);
    try {
      if (named !== undefined) return await this.load(named);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    const { bundles } = await this.#members(path, sandboxId);
    return bundles.find(({ isSandbox }) => isSandbox);
  }

  async #containersOf({ path, sandboxId }: Bundle): Promise<Members> {
    if (sandboxId === '') return NO_MEMBERS;
    const { bundles, gone } = await this.#members(path, sandboxId);
    return { bundles: bundles.filter(({ isSandbox }) => !isSandbox), gone };
  }

  /** The siblings that belong to a sandbox. Nobody named them, so a broken one is passed over. */
  async #members(path: string, sandboxId: string): Promise<Members> {
    const bundles: Bundle[] = [];
    const gone: string[] = [];
    for (const sibling of this.#files.siblings(path)) {
      try {
        const bundle = await this.load(sibling);
        if (bundle.sandboxId === sandboxId) bundles.push(bundle);
      } catch (error) {
        // A broken one is not this pod's business; one that is gone may have been one of its containers.
        if (isGone(error)) gone.push(sibling);
      }
    }
    return { bundles, gone };
  }
}
