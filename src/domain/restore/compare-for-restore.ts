import { checkOptions, type Shape } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
import type { Release } from '../rewrite/releases.ts';
import type { Edit } from '../spec/edits.ts';
import { type Annotations, annotation, roleOf } from '../spec/identity.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { type MemberSpec, readSpec } from '../spec/read-spec.ts';
import { withAddedUserNamespace } from './added-user-namespace.ts';
import { linuxDifferences } from './compare-linux.ts';
import { comparedMounts, mountDifferences } from './compare-mounts.ts';
import {
  differing,
  type FieldPair,
  fieldOf,
  freeDifferences,
  isEqual,
  processDifferences,
  restDifferences,
} from './compare-process.ts';
import { annotationDifferences } from './compared-annotations.ts';
import { containerNameOf } from './container-name.ts';
import type { GoShape } from './go-shape.ts';
import type { RestoreDifference } from './restore-difference.ts';
import { restoreEdits } from './restore-edits.ts';
import { type RestoreRules, restoreRules } from './restore-rules.ts';
import { REST_OF_SPEC } from './spec-shapes.ts';

/** What runsc does about specs that differ: its flag `--restore-spec-validation`. */
type RestoreValidation = 'enforce' | 'warning' | 'ignore';

export const RESTORE_VALIDATIONS = ['enforce', 'warning', 'ignore'] as const;

/** What a comparison goes by beside the specs and the release. */
export interface RestoreOptions {
  /** `enforce` if absent, which is runsc's default. */
  readonly validation?: RestoreValidation;
}

/** The kinds of its fields. */
export const RESTORE_OPTIONS = { validation: RESTORE_VALIDATIONS } as const satisfies Shape;

/** Whether runsc restores a container from its checkpoint, and what differs. */
export interface RestoreComparison {
  readonly verdict: 'accepted' | 'refused';
  /** Of every kind, refused ones first. */
  readonly differences: readonly RestoreDifference[];
  /**
   * The edits of the spec to restore that give it the checkpoint's value wherever that changes nothing but how runsc
   * serves the same mounts: gVisor's annotations, and types and options of mounts.
   */
  readonly edits: readonly Edit[];
}

const RANK: Readonly<Record<RestoreDifference['outcome'], number>> = { refused: 0, warned: 1, ignored: 2 };

const SECCOMP_DEFAULT = 'dev.gvisor.internal.seccomp.';

/** Source: gVisor `runsc/specutils/specutils.go` (fixSpec). */
function withoutDefaultSeccomp(spec: OciSpec): OciSpec {
  const annotations: Annotations = spec.annotations ?? {};
  const name = containerNameOf(annotations, false);
  if (name === undefined || annotation(annotations, SECCOMP_DEFAULT + name) !== 'RuntimeDefault') return spec;
  return { ...spec, linux: { ...spec.linux, seccomp: undefined } };
}

const HOOK: GoShape = 'any';

/** What differs between two specs by the rules of one stage. */
function differencesOf(
  [oldRead, oldSpec]: readonly [MemberSpec, OciSpec],
  [newRead, newSpec]: readonly [MemberSpec, OciSpec],
  rules: RestoreRules,
): readonly RestoreDifference[] {
  const isSent = roleOf(newRead.annotations) === 'container';
  const asSent = (own: OciSpec, other: OciSpec) => (isSent ? withAddedUserNamespace(own, other) : own);
  const spec: FieldPair = {
    where: '',
    checkpoint: withoutDefaultSeccomp(asSent(oldSpec, newSpec)),
    restore: withoutDefaultSeccomp(asSent(newSpec, oldSpec)),
    passage: isSent ? 'sent' : 'read',
  };
  const version = fieldOf(spec, 'ociVersion');
  const root = fieldOf(spec, 'root');
  const readonly = fieldOf(root, 'readonly');
  return [
    ...(isEqual('string', version) ? [] : [differing('oci-version', version)]),
    ...(isEqual('boolean', readonly) ? [] : [differing('root-readonly', readonly)]),
    ...mountDifferences(comparedMounts(oldRead, oldSpec), comparedMounts(newRead, newSpec)),
    ...annotationDifferences(oldRead.annotations, newRead.annotations, rules),
    ...processDifferences(fieldOf(spec, 'process'), rules),
    ...linuxDifferences(fieldOf(spec, 'linux'), rules),
    ...restDifferences('spec-field', REST_OF_SPEC, spec),
    ...freeDifferences(root, { path: 'string' }),
    ...freeDifferences(spec, { hostname: 'string', domainname: 'string', hooks: HOOK }),
  ];
}

/** A difference under the policy: what is not enforced is warned of, or ignored. */
function underPolicy(
  difference: RestoreDifference,
  validation: RestoreValidation,
  { comparesSpecs }: RestoreRules,
): RestoreDifference {
  if (!comparesSpecs) return { ...difference, outcome: 'ignored' };
  if (validation === 'enforce' || difference.outcome === 'ignored') return difference;
  return { ...difference, outcome: validation === 'warning' ? 'warned' : 'ignored' };
}

/**
 * Whether runsc of `release` restores a container from the checkpoint of another spec, as far as the two specs say:
 * all differences, not the first alone, and the edits that are safe.
 *
 * The pod's other containers, runsc's version and flags, and the files that hold volumes count too:
 * {@link comparePodForRestore}. Integers above 2^53 count as the nearest number that JavaScript has.
 *
 * Source: gVisor `runsc/specutils/restore.go` (RestoreValidateSpec).
 *
 * @param checkpointSpec the spec that the container was checkpointed with; `checkpoint.img` has it.
 * @param restoreSpec the spec in the bundle that is to be restored. Neither is changed.
 * @throws MH_SPEC_SHAPE; MH_RELEASE_INVALID; MH_RELEASE_NOT_MODELLED; MH_ARGUMENT_INVALID.
 */
export function compareForRestore(
  checkpointSpec: OciSpec,
  restoreSpec: OciSpec,
  release: Release,
  options: RestoreOptions = {},
): RestoreComparison {
  return guardArguments('compareForRestore', () => {
    checkOptions('compareForRestore', 'options', options, RESTORE_OPTIONS);
    const { validation = 'enforce' } = options;
    const rules = restoreRules(release);
    const was = readSpec(checkpointSpec);
    const now = readSpec(restoreSpec);
    const differences = differencesOf([was, checkpointSpec], [now, restoreSpec], rules)
      .map((difference) => underPolicy(difference, validation, rules))
      .sort((a, b) => RANK[a.outcome] - RANK[b.outcome]);
    return {
      verdict: differences.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'accepted',
      differences,
      edits: restoreEdits(was, now, rules),
    };
  });
}
