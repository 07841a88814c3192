import { checkArgument, checkFields } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
import { MOUNT_PREFIX } from '../spec/annotation-keys.ts';
import type { Annotations } from '../spec/identity.ts';
import { isRefusedOption } from './mount-options.ts';
import type { RunscRules } from './runsc-rules.ts';

/** What runsc is to make of a volume. */
export type HintType = 'tmpfs' | 'bind';
/** Who uses a volume: one container, several of the pod, or somebody outside it too. */
export type HintShare = 'container' | 'pod' | 'shared';
/** Whether runsc may trust that nobody else changes a directory (`exclusive`), or asks again each time. */
export type FileAccess = 'exclusive' | 'shared';

/** A hint that survived runsc's reading of the sandbox's annotations. */
export interface Hint {
  readonly name: string;
  /** The host directory; mounts with exactly this source belong to the hint. */
  readonly source: string;
  readonly type: HintType;
  readonly share: HintShare;
  /** The mount options of the shared master, without those that runsc drops. */
  readonly options: readonly string[];
  readonly directfsOff: boolean;
  /** One tmpfs for the whole sandbox serves all mounts of the volume. */
  readonly sharedMaster: boolean;
  /** How a gofer that serves the volume is asked. */
  readonly access: FileAccess;
}

/** Why the sandbox does not start. */
export type HintRefusal =
  | { readonly kind: 'key-malformed'; readonly key: string }
  | {
      readonly kind: 'source-twice';
      readonly names: readonly [string, string];
      readonly source: string;
      /** One of the two is incomplete: some starts of the sandbox fail, and some do not. */
      readonly byChance: boolean;
    };

/** What runsc reads and leaves aside, with a warning in its log. */
export type IgnoredHint =
  | { readonly kind: 'field-unknown'; readonly key: string; readonly name: string; readonly field: string }
  | { readonly kind: 'type-unknown'; readonly key: string; readonly name: string; readonly value: string }
  | { readonly kind: 'share-unknown'; readonly key: string; readonly name: string; readonly value: string }
  | { readonly kind: 'directfs-unknown'; readonly key: string; readonly name: string; readonly value: string }
  | { readonly kind: 'source-empty'; readonly key: string; readonly name: string; readonly value: string }
  | { readonly kind: 'option-dropped'; readonly key: string; readonly name: string; readonly option: string }
  | {
      readonly kind: 'incomplete';
      readonly name: string;
      readonly missing: readonly ('source' | 'type' | 'share')[];
    };

/** A sandbox's annotations as runsc reads them. With a refusal, the sandbox does not start and no hint counts. */
export interface ReadHints {
  readonly hints: readonly Hint[];
  readonly refusals: readonly HintRefusal[];
  readonly ignored: readonly IgnoredHint[];
}

/** A hint while its fields come together. */
interface HintDraft {
  readonly name: string;
  source?: string;
  type?: HintType;
  share?: HintShare;
  options: readonly string[];
  directfsOff: boolean;
}

const NO_OPTIONS: readonly string[] = [];

const SHARES: ReadonlySet<string> = new Set(['container', 'pod', 'shared']);

interface HintEntry {
  readonly key: string;
  readonly name: string;
  readonly field: string;
  readonly value: string;
}

function setOptions(draft: HintDraft, entry: HintEntry, rules: RunscRules, ignored: IgnoredHint[]): void {
  const { key, name } = entry;
  const options: string[] = [];
  for (const option of entry.value.split(',')) {
    if (option === '') continue;
    if (isRefusedOption(option, rules.knownOptionsOnly))
      ignored.push({ kind: 'option-dropped', key, name, option });
    else options.push(option);
  }
  draft.options = options;
}

/** Takes one field over; says what is wrong with it otherwise. */
function setField(draft: HintDraft, entry: HintEntry, rules: RunscRules, ignored: IgnoredHint[]): void {
  const { key, name, field, value } = entry;
  if (field === 'source') {
    if (value === '') ignored.push({ kind: 'source-empty', key, name, value });
    else draft.source = value;
  } else if (field === 'type') {
    if (value === 'tmpfs' || value === 'bind') draft.type = value;
    else ignored.push({ kind: 'type-unknown', key, name, value });
  } else if (field === 'share') {
    if (SHARES.has(value)) draft.share = value as HintShare;
    else ignored.push({ kind: 'share-unknown', key, name, value });
  } else if (field === 'options') setOptions(draft, entry, rules, ignored);
  else if (field === 'directfs' && rules.directfsField) {
    if (value === 'off' || value === 'default') draft.directfsOff = value === 'off';
    else ignored.push({ kind: 'directfs-unknown', key, name, value });
  } else ignored.push({ kind: 'field-unknown', key, name, field });
}

function complete({ name, source, type, share, options, directfsOff }: HintDraft): Hint | undefined {
  if (source === undefined || type === undefined || share === undefined) return undefined;
  const local = share !== 'shared';
  const sharedMaster = type === 'tmpfs' && local;
  const access = sharedMaster || share === 'container' ? 'exclusive' : 'shared';
  return { name, source, type, share, options, directfsOff, sharedMaster, access };
}

function incomplete(draft: HintDraft): IgnoredHint {
  const missing = (['source', 'type', 'share'] as const).filter((field) => draft[field] === undefined);
  return { kind: 'incomplete', name: draft.name, missing };
}

function sourcesTwice(hints: readonly Hint[], rest: readonly HintDraft[]): HintRefusal[] {
  const bySource = new Map<string, string>();
  const twice: HintRefusal[] = [];
  for (const { name, source } of hints) {
    const first = bySource.get(source);
    if (first === undefined) bySource.set(source, name);
    else twice.push({ kind: 'source-twice', names: [first, name], source, byChance: false });
  }
  for (const { name, source } of rest) {
    const first = source === undefined ? undefined : bySource.get(source);
    if (source === undefined || first === undefined) continue;
    twice.push({ kind: 'source-twice', names: [first, name], source, byChance: true });
  }
  return twice;
}

/** `NAME.FIELD` behind the prefix, taken apart; `undefined` if the key is anything else. */
function parseRunscKey(key: string): { readonly name: string; readonly field: string } | undefined {
  const dot = key.indexOf('.', MOUNT_PREFIX.length);
  if (dot <= MOUNT_PREFIX.length || key.indexOf('.', dot + 1) !== -1) return undefined;
  return { name: key.slice(MOUNT_PREFIX.length, dot), field: key.slice(dot + 1) };
}

/** The keys with which runsc refuses a spec. */
export function malformedHintKeys(annotations: Annotations): readonly string[] {
  const malformed: string[] = [];
  for (const key of Object.keys(annotations)) {
    if (key.startsWith(MOUNT_PREFIX) && parseRunscKey(key) === undefined) malformed.push(key);
  }
  return malformed.sort();
}

function byName(a: HintDraft, b: HintDraft): number {
  return a.name < b.name ? -1 : 1;
}

function keyOf(each: HintRefusal | IgnoredHint): string {
  return 'key' in each ? each.key : '';
}

function byKey(a: HintRefusal | IgnoredHint, b: HintRefusal | IgnoredHint): number {
  return keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b));
}

function settle(drafts: readonly HintDraft[]): { readonly hints: Hint[]; readonly rest: HintDraft[] } {
  const hints: Hint[] = [];
  const rest: HintDraft[] = [];
  for (const draft of drafts) {
    const hint = complete(draft);
    if (hint) hints.push(hint);
    else rest.push(draft);
  }
  return { hints, rest };
}

/**
 * Reads a sandbox's annotations as runsc does: which hints hold, what is ignored, and whether the sandbox
 * is refused. The result is in ascending order, where runsc's own order is random.
 *
 * An incomplete hint that names the same source as a complete one is refused or ignored by chance (runsc
 * removes incomplete hints while it compares sources); here it is refused, which is what may happen.
 *
 * Source: gVisor `runsc/boot/mount_hints.go` (NewPodMountHints, setField).
 *
 * @param annotations the sandbox's, after the shim's rewrite.
 */
export function readHints(annotations: Annotations, rules: RunscRules): ReadHints {
  return guardArguments('readHints', () => readChecked(annotations, rules));
}

function readChecked(annotations: Annotations, rules: RunscRules): ReadHints {
  checkArgument('readHints', 'annotations', annotations, 'object');
  checkFields('readHints', 'rules', rules, { release: 'string' });
  const drafts = new Map<string, HintDraft>();
  const refusals: HintRefusal[] = [];
  const ignored: IgnoredHint[] = [];
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(MOUNT_PREFIX)) continue;
    const parsed = parseRunscKey(key);
    if (parsed === undefined) {
      refusals.push({ kind: 'key-malformed', key });
      continue;
    }
    const { name, field } = parsed;
    let draft = drafts.get(name);
    if (draft === undefined) {
      draft = { name, options: NO_OPTIONS, directfsOff: false };
      drafts.set(name, draft);
    }
    setField(draft, { key, name, field, value: annotations[key] ?? '' }, rules, ignored);
  }
  const { hints, rest } = settle([...drafts.values()].sort(byName));
  refusals.sort(byKey);
  ignored.sort(byKey);
  for (const draft of rest) ignored.push(incomplete(draft));
  for (const refusal of sourcesTwice(hints, rest)) refusals.push(refusal);
  return { hints, refusals, ignored };
}
