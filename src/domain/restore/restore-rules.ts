import { MountHintsError } from '../mount-hints-error.ts';
import { type Release, releaseDate } from '../rewrite/releases.ts';

/** How runsc compares the first word of a process. */
export type ProgramRule = 'exact' | 'in-working-directory' | 'base-name';

/** What runsc of a release compares when it restores. */
export interface RestoreRules {
  /** The date of the first version that was read and has them, YYYYMMDD. */
  readonly release: string;
  /** Whether the specs are compared at all; before, the containers' names are. */
  readonly comparesSpecs: boolean;
  readonly program: ProgramRule;
  /** Capabilities count as sets without duplicates; before, as sorted lists. */
  readonly capabilitySets: boolean;
  /** Flags of logging and the annotations that rename containers may differ. */
  readonly exemptsLogging: boolean;
  /** NVIDIA's devices, which runsc maps anew, may differ. */
  readonly exemptsNvidia: boolean;
  /** runsc knows, and compares, the fields that `specs-go` has since 1.1.0 and 1.2: scheduling and time offsets. */
  readonly comparesNewFields: boolean;
  /** Only one container of the pod is compared, whichever Go's map gives first. */
  readonly comparesOneContainer: boolean;
}

/**
 * The stages of runsc's comparison, oldest first. Source: gVisor `runsc/boot/restore.go` (2024) and
 * `runsc/specutils/restore.go` (2025 on), of the versions that the Go module proxy serves; at which release between
 * two of them a rule changed is not known.
 */
const STAGES: readonly RestoreRules[] = [
  {
    release: '20240916',
    comparesSpecs: false,
    program: 'exact',
    capabilitySets: false,
    exemptsLogging: false,
    exemptsNvidia: false,
    comparesNewFields: false,
    comparesOneContainer: false,
  },
  {
    release: '20250205',
    comparesSpecs: true,
    program: 'exact',
    capabilitySets: false,
    exemptsLogging: false,
    exemptsNvidia: false,
    comparesNewFields: false,
    comparesOneContainer: true,
  },
  {
    release: '20250503',
    comparesSpecs: true,
    program: 'in-working-directory',
    capabilitySets: false,
    exemptsLogging: false,
    exemptsNvidia: false,
    comparesNewFields: false,
    comparesOneContainer: true,
  },
  {
    release: '20260905',
    comparesSpecs: true,
    program: 'base-name',
    capabilitySets: true,
    exemptsLogging: true,
    exemptsNvidia: true,
    comparesNewFields: true,
    comparesOneContainer: false,
  },
];

/**
 * What runsc of a release compares: the newest stage that is not after it.
 *
 * @throws MH_RELEASE_INVALID; MH_RELEASE_NOT_MODELLED before the first stage, where no spec is kept.
 */
export function restoreRules(release: Release): RestoreRules {
  const date = releaseDate(release);
  const rules = STAGES.findLast((stage) => stage.release <= date);
  if (rules) return rules;
  throw new MountHintsError(
    'MH_RELEASE_NOT_MODELLED',
    `What gVisor ${date} compares at a restore is not known; the oldest release that is known is ${STAGES[0]?.release}. Give a later one.`,
    { release, oldest: STAGES[0]?.release },
  );
}
