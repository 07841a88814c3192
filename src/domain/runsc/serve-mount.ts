import { FILESTORE_PREFIX } from '../rewrite/facts.ts';
import type { Mount } from '../spec/mount.ts';
import { isBindOption } from '../spec/mount.ts';
import { bigintsAsDigits } from '../text/bigints-as-digits.ts';
import { isRefusedOption } from './mount-options.ts';
import type { FileAccess, Hint } from './read-hints.ts';
import type { RunscFlags } from './runsc-flags.ts';
import type { RunscRules } from './runsc-rules.ts';
import type { MountFailure, ServedMount, SizeLimit } from './served-mount.ts';
import { type Serving, servingOf } from './serving-table.ts';
import { looserThan } from './shared-master.ts';
import { parseTmpfsSize, readTmpfsOptions, type TmpfsOptions, type TmpfsSize } from './tmpfs-options.ts';
import type { Why } from './why.ts';

/** What the host says of a mount's source, as far as it is known. */
export interface SourceFacts {
  /** Anything but a directory has no room for a filestore. */
  readonly isDirectory?: boolean;
  readonly isWritable?: boolean;
  /** The last part of the path is a symbolic link, to a directory. */
  readonly isSymlink?: boolean;
  /** The host directory holds more than a filestore. */
  readonly holdsData?: boolean;
  readonly onTmpfs?: boolean;
  /** The size of that tmpfs, where it is limited. */
  readonly tmpfsBytes?: bigint;
}

/** What decides about a mount beside the mount itself. */
export interface ServingContext {
  readonly rules: RunscRules;
  readonly flags: RunscFlags;
  /** The sandbox's hints, by source. */
  readonly hints: ReadonlyMap<string, Hint>;
  /** The hints in the container's own spec, by which its gofer goes; `undefined` for the sandbox's own mounts. */
  readonly ownHints: ReadonlyMap<string, Hint> | undefined;
  readonly sandboxId: string;
  sourceFacts(source: string): SourceFacts;
  /** The other containers that mount a source. */
  othersAt(source: string): Pick<ServedMount, 'alsoMountedBy' | 'furtherMounters'>;
  /** The tmpfs options of a hint. */
  tmpfsOptions(hint: Hint): TmpfsOptions;
}

/** File systems of the sandbox's own, by type. Source: gVisor `runsc/boot/vfs.go` (getMountNameAndOptions). */
const SPECIAL_TYPES: ReadonlySet<string> = new Set([
  'proc',
  'sysfs',
  'none',
  'devpts',
  'dev',
  'cgroup',
  'cgroup2',
  'erofs',
]);

/** Destinations whose type runsc sets itself. Source: gVisor `runsc/boot/vfs.go` (compileMounts). */
const SPECIAL_DESTINATIONS: ReadonlySet<string> = new Set(['/dev', '/dev/pts']);

type ServedKind = 'bind' | 'tmpfs' | 'special' | 'unknown';

/** What runsc takes a mount for: an option `bind` or `rbind` makes any type a bind mount. */
export function kindOf(mount: Mount): ServedKind {
  if (SPECIAL_DESTINATIONS.has(mount.destination)) return 'special';
  if (mount.type === 'bind' || mount.options.some(isBindOption)) return 'bind';
  if (mount.type === 'tmpfs') return 'tmpfs';
  return SPECIAL_TYPES.has(mount.type) ? 'special' : 'unknown';
}

/** A served mount while it is being decided on; it starts as one that nobody shares and nothing is known of. */
type Draft = { -readonly [K in keyof ServedMount]: ServedMount[K] } & {
  readonly why: Why[];
  readonly failures: MountFailure[];
};

function isReadOnly(mount: Mount): boolean {
  return mount.options.includes('ro');
}

function bindOptionOf(hint: Hint | undefined): string | undefined {
  return hint?.sharedMaster === true ? hint.options.find(isBindOption) : undefined;
}

/** `--overlay2=all:…` covers writable bind mounts that no hint keeps to the sandbox. */
function isOverlaid({ mount, hint }: Draft, { flags, rules }: ServingContext): boolean {
  const hintDecides = hint !== undefined && (hint.share !== 'shared' || rules.band !== '20250611');
  const { mounts, medium } = flags.overlay2;
  return mounts && medium !== 'none' && !hintDecides && !isReadOnly(mount);
}

function servingOfBind(draft: Draft, facts: SourceFacts, context: ServingContext): Serving {
  const { hint, mount, why } = draft;
  const bindOption = bindOptionOf(hint);
  if (bindOption !== undefined) {
    why.push({ kind: 'bind-option-in-hint', option: bindOption });
    return 'gofer';
  }
  if (isOverlaid(draft, context)) {
    why.push({ kind: 'overlay2', value: context.flags.overlay2.text });
    return 'overlay';
  }
  const serving = servingOf(hint, 'bind', context.rules.band);
  if (facts.isDirectory !== false || !hasSelfFilestore(serving)) return serving;
  why.push({ kind: 'not-a-directory', source: mount.source });
  if (serving === 'shared-file') return 'shared-memory';
  return serving === 'private-file' ? 'private-memory' : serving;
}

function hasSelfFilestore(serving: Serving): boolean {
  return serving === 'shared-file' || serving === 'private-file' || serving === 'overlay';
}

const NO_HINT: Why = { kind: 'no-hint' };

function hintReason({ name, type, share, options }: Hint): Why {
  return { kind: 'hint', name, type, share, options };
}

function servingFor(draft: Draft, kind: ServedKind, facts: SourceFacts, context: ServingContext): Serving {
  const { mount, hint, why, failures } = draft;
  if (kind === 'bind' || kind === 'tmpfs') {
    why.push(hint ? hintReason(hint) : NO_HINT, { kind: 'mount', as: kind, type: mount.type });
    if (failures.some((failure) => failure.kind === 'no-source')) return 'ignored';
    return kind === 'bind'
      ? servingOfBind(draft, facts, context)
      : servingOf(hint, 'tmpfs', context.rules.band);
  }
  if (kind === 'unknown' && hint?.sharedMaster) {
    failures.push({ kind: 'no-tmpfs', type: mount.type });
    why.push(hintReason(hint));
  }
  why.push({ kind: 'file-system', type: mount.type });
  return kind === 'special' ? 'special' : 'ignored';
}

/** What a mount comes to, as the end of its reasons; one without a source ends with its failure. */
function conclusionOf(kind: ServedKind, { serving, hint }: Draft): readonly Why[] {
  if (kind === 'unknown' && hint?.sharedMaster) return [{ kind: 'not-shared' }];
  return serving === 'ignored' && kind !== 'unknown' ? [] : [{ kind: 'becomes', serving }];
}

function limitOf(
  size: TmpfsSize | undefined,
  from: 'hint' | 'mount' | 'overlay2',
  otherwise: SizeLimit,
): SizeLimit {
  switch (size?.kind) {
    case undefined:
      return otherwise;
    case 'bytes':
      return bigintsAsDigits({ kind: 'bytes', bytes: size.bytes, from });
    case 'percent':
      return bigintsAsDigits({ kind: 'percent', percent: size.percent, from });
    case 'zero':
      return { kind: 'zero' };
    default:
      return NO_LIMIT;
  }
}

const HALF: SizeLimit = { kind: 'half-of-memory' };
const NO_LIMIT: SizeLimit = { kind: 'none' };
const OF_HOST: SizeLimit = { kind: 'host' };

function overlaySize(context: ServingContext, overlaid: boolean): SizeLimit {
  const text = overlaid ? context.flags.overlay2.size : undefined;
  const size = text === undefined ? undefined : parseTmpfsSize(text, context.rules);
  return limitOf(typeof size === 'string' ? undefined : size, 'overlay2', NO_LIMIT);
}

function tmpfsLimit(
  { mount, hint, failures }: Draft,
  isShared: boolean,
  isFile: boolean,
  context: ServingContext,
): SizeLimit {
  const from = isShared ? 'hint' : 'mount';
  const read = isShared && hint ? context.tmpfsOptions(hint) : readTmpfsOptions(mount.options, context.rules);
  for (const refusal of read.refusals) failures.push({ kind: 'tmpfs-option', refusal, from });
  return limitOf(read.size, from, isFile ? NO_LIMIT : HALF);
}

/** The tmpfs of the host below a filestore limits it too. */
function withinHost(limit: SizeLimit, facts: SourceFacts): SizeLimit {
  const bytes = facts.tmpfsBytes;
  if (!facts.onTmpfs || bytes === undefined || limit.kind === 'zero') return limit;
  return limit.kind === 'bytes' && limit.bytes <= bytes
    ? limit
    : bigintsAsDigits({ kind: 'bytes', bytes, from: 'host-tmpfs' });
}

/**
 * `directfs=off` is known to the sandbox by its hints, and to a container's gofer by the container's own
 * spec: where the latter does not have the whole hint, they do not fit together.
 */
function checkDirectfs({ mount, hint, failures }: Draft, { flags, ownHints }: ServingContext): void {
  if (!hint?.directfsOff || !flags.directfs || ownHints === undefined) return;
  if (!ownHints.get(mount.source)?.directfsOff) failures.push({ kind: 'directfs-off' });
}

function throughGofer(draft: Draft, context: ServingContext): FileAccess {
  checkDirectfs(draft, context);
  const access = draft.hint?.access ?? context.flags.fileAccessMounts;
  draft.access = access;
  draft.hostData = 'seen';
  draft.hostChangesSeen = access === 'shared';
  return access;
}

function serveGofer(draft: Draft, context: ServingContext): void {
  const { hint, why } = draft;
  const access = throughGofer(draft, context);
  if (hint === undefined && access === 'exclusive') why.push({ kind: 'file-access', access });
  if (bindOptionOf(hint) !== undefined && !context.rules.writesUnderBindHint) draft.readOnly = true;
  draft.storage = 'host';
  draft.size = OF_HOST;
  draft.sharedBy = 'host';
  draft.othersChangesSeen = access === 'shared';
  draft.sockets = context.flags.hostUds === 'all';
  draft.survivesRestart = true;
  draft.hostSeesWrites = !draft.readOnly;
}

function keepInSelf(draft: Draft, facts: SourceFacts, { sandboxId, rules }: ServingContext): void {
  const { mount, why, failures } = draft;
  if (facts.onTmpfs) why.push({ kind: 'on-host-tmpfs', source: mount.source });
  if (facts.isWritable === false) failures.push({ kind: 'filestore-unwritable', source: mount.source });
  if (facts.isSymlink && !rules.followsSourceLinks)
    failures.push({ kind: 'source-symlink', source: mount.source });
  draft.storage = facts.onTmpfs ? 'host-tmpfs' : 'disk';
  draft.filestore = `${mount.source}/${FILESTORE_PREFIX}${sandboxId}`;
  draft.size = withinHost(draft.size, facts);
}

function serveOverlay(draft: Draft, facts: SourceFacts, context: ServingContext): void {
  const overlaid = isOverlaid(draft, context);
  const { medium, directory } = context.flags.overlay2;
  throughGofer(draft, context);
  draft.size = overlaySize(context, overlaid);
  if (overlaid && medium === 'dir') {
    draft.storage = 'disk';
    draft.filestore = directory;
  } else if ((overlaid && medium === 'memory') || facts.isDirectory === false) draft.storage = 'memory';
  else keepInSelf(draft, facts, context);
  if (draft.readOnly && draft.storage !== 'memory') draft.failures.push({ kind: 'overlay-read-only' });
}

function serveTmpfs(draft: Draft, facts: SourceFacts, context: ServingContext): void {
  const { serving } = draft;
  const isShared = serving === 'shared-memory' || serving === 'shared-file';
  const isFile = serving === 'shared-file' || serving === 'private-file';
  if (isShared) {
    draft.sharedBy = 'sandbox';
    draft.inotify = true;
    draft.sockets = true;
    draft.othersChangesSeen = true;
    draft.survivesRestart = context.ownHints !== undefined;
  }
  draft.hostData = draft.mount.source.startsWith('/') ? 'hidden' : 'none';
  draft.size = tmpfsLimit(draft, isShared, isFile, context);
  if (isFile) keepInSelf(draft, facts, context);
  else draft.storage = 'memory';
}

/** The refusals that the mount's own options and its hint's earn it. */
function checkMount({ mount, hint, failures }: Draft, kind: ServedKind, { rules }: ServingContext): void {
  if (kind === 'bind') {
    if (mount.source === '') failures.push({ kind: 'no-source' });
    for (const option of mount.options) {
      if (isRefusedOption(option, rules.knownOptionsOnly)) failures.push({ kind: 'option-refused', option });
    }
  }
  if (!hint?.sharedMaster) return;
  const missing = looserThan(hint, mount, rules);
  if (missing.length > 0) failures.push({ kind: 'looser-than-hint', missing });
}

/**
 * What runsc makes of one mount of a container, as the spec stands after the shim's rewrite.
 *
 * Source: gVisor `runsc/container/container.go` (initGoferConfs, createGoferFilestoreInSelf),
 * `runsc/boot/vfs.go` (compileMounts, prepareMounts, getMountNameAndOptions, mountSharedMaster).
 */
export function serveMount(mount: Mount, context: ServingContext): ServedMount {
  const draft: Draft = {
    mount,
    hint: context.hints.get(mount.source),
    serving: 'ignored',
    storage: 'none',
    filestore: undefined,
    access: undefined,
    size: NO_LIMIT,
    readOnly: isReadOnly(mount),
    sharedBy: 'mount',
    hiddenBy: undefined,
    ...context.othersAt(mount.source),
    inotify: false,
    sockets: false,
    survivesRestart: false,
    hostSeesWrites: false,
    hostData: 'none',
    othersChangesSeen: false,
    hostChangesSeen: false,
    failures: [],
    why: [],
  };
  const kind = kindOf(mount);
  const facts = context.sourceFacts(mount.source);
  checkMount(draft, kind, context);
  const serving = servingFor(draft, kind, facts, context);
  draft.serving = serving;
  if (serving === 'gofer') serveGofer(draft, context);
  else if (serving === 'overlay') serveOverlay(draft, facts, context);
  else if (serving !== 'special' && serving !== 'ignored') serveTmpfs(draft, facts, context);
  draft.why.push(...conclusionOf(kind, draft));
  return draft;
}
