import { isMountHintsError } from '../domain/mount-hints-error.ts';
import type { DecideOptions, SubPaths } from '../domain/rewrite/decide-options.ts';
import { otherNamesNote } from '../domain/rewrite/notes.ts';
import { infraBundleOf, sourcedVolumes } from '../domain/rewrite/podman-pod.ts';
import { type DatedRules, datedRules, type Release } from '../domain/rewrite/releases.ts';
import { CRIO_CONTAINER_TYPE } from '../domain/spec/annotation-keys.ts';
import { annotation } from '../domain/spec/identity.ts';
import { type MemberSpec, readSpec } from '../domain/spec/read-spec.ts';
import { decideWithLookup } from './decide-with-lookup.ts';
import type { MountHintsPorts, RewrittenBundle } from './mount-hints.ts';
import { retryOvertaken } from './retry-overtaken.ts';

/** Whether a sandbox is told its pod's cgroup; `auto`: if CRI-O made it. */
export type CgroupParent = 'auto' | 'on' | 'off';

/** What an administrator has set for all containers. */
export interface PrepareSettings {
  readonly cgroupParent: CgroupParent;
  readonly subPaths: SubPaths;
}

const NOTHING_HINTED: ReadonlySet<string> = new Set();

/** The rewrite as a runtime of its own does it, just before a container is created, below any engine. */
export class PrepareBundle {
  readonly #ports: MountHintsPorts;
  readonly #settings: PrepareSettings;

  constructor(ports: MountHintsPorts, settings: PrepareSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  /**
   * Rewrites the spec of a bundle where it is stored, once however often it is called.
   *
   * @param bundle the bundle directory, an absolute path.
   * @param location what the store loads: the bundle, or a spec file given apart from it.
   * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_INPUT_…, MH_SPEC_…, MH_VOLUME_…,
   *   MH_POD_UID_HOSTILE, MH_WRITE_FAILED, MH_SPEC_CHANGED; the stored spec is then what it was.
   */
  async run(bundle: string, location: string, release: Release): Promise<RewrittenBundle> {
    const dated = datedRules(release);
    return retryOvertaken(() => this.#attempt(bundle, location, dated));
  }

  async #attempt(bundle: string, location: string, { date, rules }: DatedRules): Promise<RewrittenBundle> {
    const { lookup, layout, store } = this.#ports;
    const loaded = await store.load(location);
    const spec = readSpec(loaded.part ?? loaded.spec);
    const options = await this.#optionsFor(spec, bundle);
    const { edits, notes: ofRules } = await decideWithLookup(spec, rules, lookup, layout, options);
    const notes = [...ofRules, ...otherNamesNote(edits.length > 0, loaded.otherNames)];
    await store.save(loaded, edits);
    return { path: location, release: date, changed: edits.length > 0, edits, notes };
  }

  async #optionsFor(spec: MemberSpec, bundle: string): Promise<DecideOptions> {
    const { cgroupParent: asked, subPaths } = this.#settings;
    const isCrio = annotation(spec.annotations, CRIO_CONTAINER_TYPE) !== undefined;
    const cgroupParent = asked === 'auto' ? isCrio : asked === 'on';
    const sandbox = infraBundleOf(spec, bundle);
    const sandboxVolumes = sandbox === undefined ? undefined : await this.#hintedIn(sandbox);
    return {
      standalone: true,
      mayBeRewritten: true,
      cgroupParent,
      subPaths,
      ...(sandboxVolumes && { sandboxVolumes }),
    };
  }

  /** What the sandbox's spec has hints for: nothing, if it cannot be read. */
  async #hintedIn(bundle: string): Promise<ReadonlySet<string>> {
    try {
      const loaded = await this.#ports.store.load(bundle);
      return sourcedVolumes(readSpec(loaded.part ?? loaded.spec).annotations);
    } catch (error) {
      if (isMountHintsError(error)) return NOTHING_HINTED;
      throw error;
    }
  }
}
