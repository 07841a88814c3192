import type { OciSpec } from '../../src/index.ts';
import type { OriginalOutcome } from './original-program.ts';

/** A spec in which a difference has no part, and what turns the original's outcome on it back. */
export interface WithoutDifference {
  readonly spec: OciSpec;
  restore(outcome: OriginalOutcome): OriginalOutcome;
}

/**
 * A deliberate difference of docs/parity.md, as a rule that can be checked: on the spec without what the
 * difference is about, the original does what we do on the spec itself.
 */
export interface Difference {
  /** Its number in docs/parity.md. */
  readonly number: number;
  readonly what: string;
  /** `undefined` where the spec has nothing that the difference is about. */
  without(spec: OciSpec, kubeletDir: string): WithoutDifference | undefined;
}

type Annotations = Record<string, string>;

const PREFIX = 'dev.gvisor.spec.mount.';
const RESERVED = 'gvisorinternaldevshm';
const ROLE = 'io.kubernetes.cri.container-type';
const LOG_DIRECTORY = 'io.kubernetes.cri.sandbox-log-directory';
const CRIO_ROLE = 'io.kubernetes.cri-o.ContainerType';
const UID = 'io.kubernetes.cri.sandbox-uid';

function annotationOf(annotations: Annotations, key: string): string | undefined {
  return Object.hasOwn(annotations, key) ? annotations[key] : undefined;
}

/** The annotations with some of them set, or left out where the value is undefined. */
function changed(
  annotations: Readonly<Annotations>,
  changes: ReadonlyMap<string, string | undefined>,
): Annotations {
  const kept = new Map(Object.entries(annotations));
  for (const [key, value] of changes) {
    if (value === undefined) kept.delete(key);
    else kept.set(key, value);
  }
  return Object.fromEntries(kept);
}

function volumeOfTypeKey(key: string): string | undefined {
  if (!key.startsWith(PREFIX)) return undefined;
  const fields = key.slice(PREFIX.length).split('.');
  return fields.at(-1) === 'type' ? fields[0] : undefined;
}

export function isHostileName(name: string): boolean {
  return name === '' || name === '.' || name === '..' || /[/*?[\\]/.test(name);
}

/** Leaves the type hints of some volumes out, and puts back those that the original did not write itself. */
function withoutHints(spec: OciSpec, isLeftOut: (volume: string) => boolean): WithoutDifference | undefined {
  const annotations = (spec.annotations ?? {}) as Annotations;
  const out = Object.entries(annotations).filter(([key]) => {
    const volume = volumeOfTypeKey(key);
    return volume !== undefined && isLeftOut(volume);
  });
  if (out.length === 0) return undefined;
  return {
    spec: { ...spec, annotations: changed(annotations, new Map(out.map(([key]) => [key, undefined]))) },
    restore: (outcome) => ({
      ...outcome,
      annotations: Object.fromEntries([...out, ...Object.entries(outcome.annotations ?? {})]),
    }),
  };
}

/** The UID that the log directory tells, as gVisor reads it. */
function uidOfLogDirectory(path: string | undefined): string | undefined {
  if (!path) return undefined;
  const trimmed = path.replace(/\/+$/, '');
  const fields = (trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)).split('_');
  return fields.length === 1 ? fields[0] : fields.length === 3 ? fields[2] : undefined;
}

const HIDDEN = 'hidden:';

/** Says role and pod in containerd's words, where they stand in others only. */
function inContainerdsWords(spec: OciSpec, kubeletDir: string): WithoutDifference | undefined {
  const before = (spec.annotations ?? {}) as Annotations;
  const said = (word: string | undefined) => word === 'sandbox' || word === 'container';
  const role = annotationOf(before, ROLE);
  const other = annotationOf(before, CRIO_ROLE);
  const changes = new Map<string, string | undefined>();
  if (!said(role) && said(other)) changes.set(ROLE, other);
  const isSandbox = ['sandbox', undefined].includes(changes.get(ROLE) ?? role);
  const uid = annotationOf(before, UID);
  if (isSandbox && uid && !uidOfLogDirectory(annotationOf(before, LOG_DIRECTORY)))
    changes.set(LOG_DIRECTORY, `/var/log/pods/ns_pod_${uid}`);
  const isElsewhere = (source: string) =>
    source.startsWith(`${kubeletDir}/pods/`) && !source.startsWith(`${kubeletDir}/pods/${uid}/`);
  const hides = !isSandbox && Boolean(uid) && spec.mounts?.some((mount) => isElsewhere(mount?.source ?? ''));
  if (changes.size === 0 && !hides) return undefined;
  const mounts = spec.mounts?.map((mount) =>
    hides && isElsewhere(mount?.source ?? '') ? { ...mount, source: `${HIDDEN}${mount?.source}` } : mount,
  );
  const back = new Map([...changes.keys()].map((key) => [key, annotationOf(before, key)]));
  return {
    spec: { ...spec, annotations: changed(before, changes), ...(mounts && { mounts }) } as OciSpec,
    restore: (outcome) => ({
      ...outcome,
      annotations: changed(outcome.annotations ?? {}, back),
      mounts: (outcome.mounts ?? []).map(([destination, type, source, options]) => [
        destination,
        type,
        source.startsWith(HIDDEN) ? source.slice(HIDDEN.length) : source,
        options,
      ]),
    }),
  };
}

export const DIFFERENCES: readonly Difference[] = [
  {
    number: 2,
    what: 'no crash on absent annotations',
    without: (spec) =>
      spec.annotations ? undefined : { spec: { ...spec, annotations: {} }, restore: (outcome) => outcome },
  },
  {
    number: 3,
    what: 'a hostile volume name matches nothing',
    without: (spec) => withoutHints(spec, isHostileName),
  },
  {
    number: 4,
    what: `${RESERVED} is no volume`,
    without: (spec) => withoutHints(spec, (volume) => volume === RESERVED),
  },
  { number: 8, what: 'role and pod from other annotations', without: inContainerdsWords },
];
