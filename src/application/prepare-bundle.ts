import { isMountHintsError, type MountHintsError } from '../domain/mount-hints-error.ts';
import { checkpointedSpecOf } from '../domain/restore/checkpoint.ts';
import { compareForRestore, type RestoreComparison } from '../domain/restore/compare-for-restore.ts';
import { decideForRestore } from '../domain/restore/decide-for-restore.ts';
import { restoreRules } from '../domain/restore/restore-rules.ts';
import type { DecideOptions, SubPaths } from '../domain/rewrite/decide-options.ts';
import { otherNamesNote } from '../domain/rewrite/notes.ts';
import type { Decision } from '../domain/rewrite/open-decision.ts';
import { infraBundleOf, sourcedVolumes } from '../domain/rewrite/podman-pod.ts';
import { type DatedRules, datedRules, type Release } from '../domain/rewrite/releases.ts';
import { decide } from '../domain/rewrite/rewrite.ts';
import { CRIO_CONTAINER_TYPE } from '../domain/spec/annotation-keys.ts';
import { applyEdits } from '../domain/spec/edits.ts';
import { annotation } from '../domain/spec/identity.ts';
import type { OciSpec } from '../domain/spec/oci-spec.ts';
import { type MemberSpec, readSpec } from '../domain/spec/read-spec.ts';
import type { CheckpointImages } from '../ports/checkpoint-images.ts';
import { decideWithLookup } from './decide-with-lookup.ts';
import type { MountHintsPorts } from './mount-hints.ts';
import type { PlannedBundle, RewrittenBundle } from './rewritten-spec.ts';
import { savePlan } from './save-plan.ts';

/** Whether a sandbox is told its pod's cgroup; `auto`: if CRI-O made it. */
export type CgroupParent = 'auto' | 'on' | 'off';

/** What an administrator has set for all containers. */
export interface PrepareSettings {
  readonly cgroupParent: CgroupParent;
  readonly subPaths: SubPaths;
  /** What a restore comes to: its differences are told (`log`), or the spec is rewritten so that it fits (`fix`). */
  readonly restore: 'log' | 'fix';
  /** The image directory that is to be restored; absent where nothing is. */
  readonly imagePath: string | undefined;
}

/** A bundle that is ready for its runtime. */
export interface PreparedBundle extends RewrittenBundle {
  /** How the spec, as it is now, compares with the checkpoint that it is restored from. */
  readonly restore?: RestoreComparison;
  /** Why there is no such comparison. */
  readonly restoreError?: MountHintsError;
}

/** The ports that preparing a bundle needs. */
export interface PrepareBundlePorts extends MountHintsPorts {
  readonly images: CheckpointImages;
}

const NOTHING_HINTED: ReadonlySet<string> = new Set();

/** The rewrite as a runtime of its own does it, just before a container is created, below any engine. */
export class PrepareBundle {
  readonly #ports: PrepareBundlePorts;
  readonly #settings: PrepareSettings;

  constructor(ports: PrepareBundlePorts, settings: PrepareSettings) {
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
  async run(bundle: string, location: string, release: Release): Promise<PreparedBundle> {
    const dated = datedRules(release);
    const { loaded, ...result } = await savePlan(this.#ports.store, () =>
      this.#plan(bundle, location, dated),
    );
    if (this.#settings.imagePath === undefined) return result;
    return { ...result, ...this.#compared(applyEdits(loaded.spec, result.edits), dated.date) };
  }

  async #plan(bundle: string, location: string, dated: DatedRules): Promise<PlannedBundle> {
    const loaded = await this.#ports.store.load(location);
    const fixes = this.#settings.restore === 'fix' && this.#settings.imagePath !== undefined;
    const fixing = fixes ? this.#checkpointedSpec(loaded.spec) : undefined;
    const { edits, notes: ofRules } = fixing
      ? await this.#decideForRestore(fixing, loaded.spec, dated)
      : await this.#decide(readSpec(loaded.part ?? loaded.spec), bundle, dated);
    const notes = [...ofRules, ...otherNamesNote(edits.length > 0, loaded.otherNames)];
    return { path: location, release: dated.date, changed: edits.length > 0, edits, notes, loaded };
  }

  async #decide(spec: MemberSpec, bundle: string, { rules }: DatedRules): Promise<Decision> {
    const { lookup, layout } = this.#ports;
    const options = await this.#optionsFor(spec, bundle);
    return decideWithLookup(lookup, (facts) => decide(spec, rules, facts, layout, options));
  }

  #decideForRestore(checkpoint: OciSpec, restore: OciSpec, { rules, date }: DatedRules): Promise<Decision> {
    const { lookup, layout } = this.#ports;
    const pair = { checkpoint, restore, rules, restoreRules: restoreRules(date) };
    return decideWithLookup(lookup, (facts) => decideForRestore(pair, facts, layout, { standalone: true }));
  }

  /** The spec of this container in the image; `undefined` where there is no image of runsc's. */
  #checkpointedSpec(spec: OciSpec): OciSpec | undefined {
    const { imagePath } = this.#settings;
    const checkpoint = imagePath === undefined ? undefined : this.#ports.images.read(imagePath);
    return checkpoint && checkpointedSpecOf(checkpoint, readSpec(spec).annotations);
  }

  /** A comparison is for the log: what keeps it from being made does not keep the container. */
  #compared(spec: OciSpec, release: Release): Pick<PreparedBundle, 'restore' | 'restoreError'> {
    try {
      const checkpoint = this.#checkpointedSpec(spec);
      return checkpoint ? { restore: compareForRestore(checkpoint, spec, release) } : {};
    } catch (error) {
      if (isMountHintsError(error)) return { restoreError: error };
      throw error;
    }
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
