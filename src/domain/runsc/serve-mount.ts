import { FILESTORE_PREFIX } from '../facts.ts';
import { isBindOption } from '../mount.ts';
import type { Mount } from '../sandbox-spec.ts';
import { isRefusedOption } from './mount-options.ts';
import type { Hint } from './read-hints.ts';
import type { RunscFlags } from './runsc-flags.ts';
import type { RunscRules } from './runsc-rules.ts';
import type { MountFailure, ServedMount, SizeLimit, Storage } from './served-mount.ts';
import { type Serving, servingOf } from './serving-table.ts';
import { hintOf, looserThan } from './shared-master.ts';
import { parseTmpfsSize, readTmpfsOptions, type TmpfsSize } from './tmpfs-options.ts';
import type { Why } from './why.ts';

/** What the host says of a mount's source, as far as it is known. */
export interface SourceFacts {
  /** Anything but a directory has no room for a filestore. */
  readonly isDirectory?: boolean;
  readonly isWritable?: boolean;
  /** The last part of the path is a symbolic link. */
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
  /** The sandbox's hints. */
  readonly hints: readonly Hint[];
  /** The hints in the container's own spec, by which its gofer goes; `undefined` for the sandbox's own mounts. */
  readonly ownHints: readonly Hint[] | undefined;
  readonly sandboxId: string;
  sourceFacts(source: string): SourceFacts;
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

type MountKind = 'bind' | 'tmpfs' | 'special' | 'unknown';

/** What runsc takes a mount for: an option `bind` or `rbind` makes any type a bind mount. */
export function kindOf(mount: Mount): MountKind {
  if (SPECIAL_DESTINATIONS.has(mount.destination)) return 'special';
  if (mount.type === 'bind' || mount.options.some(isBindOption)) return 'bind';
  if (mount.type === 'tmpfs') return 'tmpfs';
  return SPECIAL_TYPES.has(mount.type) ? 'special' : 'unknown';
}

/** The decision on one mount, under way. */
interface Draft {
  readonly mount: Mount;
  readonly hint: Hint | undefined;
  readonly kind: MountKind;
  readonly facts: SourceFacts;
  readonly why: Why[];
  readonly failures: MountFailure[];
}

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

function servingOfBind(draft: Draft, context: ServingContext): Serving {
  const { hint, facts, mount, why } = draft;
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

function servingFor(draft: Draft, context: ServingContext): Serving {
  const { kind, mount, hint, why, failures } = draft;
  if (kind === 'bind' || kind === 'tmpfs') {
    why.push(hint ? { ...hint, kind: 'hint' } : { kind: 'no-hint' });
    why.push({ kind: 'mount', as: kind, type: mount.type });
    return kind === 'bind' ? servingOfBind(draft, context) : servingOf(hint, 'tmpfs', context.rules.band);
  }
  why.push({ kind: 'file-system', type: mount.type });
  if (kind === 'unknown' && hint?.sharedMaster) failures.push({ kind: 'no-tmpfs', type: mount.type });
  return kind === 'special' ? 'special' : 'ignored';
}

function limitOf(
  size: TmpfsSize | undefined,
  from: 'hint' | 'mount' | 'overlay2',
  otherwise: SizeLimit,
): SizeLimit {
  if (size === undefined) return otherwise;
  if (size.kind === 'unlimited') return { kind: 'none' };
  return size.kind === 'zero' ? size : { ...size, from };
}

const HALF: SizeLimit = { kind: 'half-of-memory' };
const NO_LIMIT: SizeLimit = { kind: 'none' };

function overlaySize(context: ServingContext, overlaid: boolean): SizeLimit {
  const text = overlaid ? context.flags.overlay2.size : undefined;
  const size = text === undefined ? undefined : parseTmpfsSize(text, context.rules);
  return limitOf(typeof size === 'string' ? undefined : size, 'overlay2', NO_LIMIT);
}

function tmpfsLimit({ mount, hint, failures }: Draft, serving: Serving, context: ServingContext): SizeLimit {
  const isShared = serving === 'shared-memory' || serving === 'shared-file';
  const from = isShared ? 'hint' : 'mount';
  const read = readTmpfsOptions((isShared ? hint?.options : undefined) ?? mount.options, context.rules);
  for (const refusal of read.refusals) failures.push({ kind: 'tmpfs-option', refusal, from });
  const isFile = serving === 'shared-file' || serving === 'private-file';
  return limitOf(read.size, from, isFile ? NO_LIMIT : HALF);
}

/** The tmpfs of the host below a filestore limits it too. */
function withinHost(limit: SizeLimit, facts: SourceFacts): SizeLimit {
  const bytes = facts.tmpfsBytes;
  if (bytes === undefined || (limit.kind === 'bytes' && limit.bytes <= bytes) || limit.kind === 'zero')
    return limit;
  return { kind: 'bytes', bytes, from: 'host-tmpfs' };
}

type Served = Omit<ServedMount, 'mount' | 'hint' | 'serving' | 'readOnly' | 'failures' | 'why'>;

const ALONE = {
  sharedBy: 'mount',
  inotify: false,
  sockets: false,
  survivesRestart: false,
  hostSeesWrites: false,
  hostChangesSeen: false,
} as const;

/**
 * `directfs=off` is known to the sandbox by its hints, and to a container's gofer by the container's own
 * spec: where the latter does not have the whole hint, they do not fit together.
 */
function checkDirectfs({ mount, hint, failures }: Draft, { flags, ownHints }: ServingContext): void {
  if (!hint?.directfsOff || !flags.directfs || ownHints === undefined) return;
  if (!hintOf(ownHints, mount)?.directfsOff) failures.push({ kind: 'directfs-off' });
}

function serveGofer(draft: Draft, context: ServingContext): Served {
  const { mount, hint, why } = draft;
  const { flags } = context;
  checkDirectfs(draft, context);
  const access = hint?.access ?? flags.fileAccessMounts;
  if (hint === undefined && access === 'exclusive') why.push({ kind: 'file-access', access });
  return {
    ...ALONE,
    storage: 'host',
    access,
    size: { kind: 'host' },
    sharedBy: 'host',
    sockets: flags.hostUds === 'all',
    survivesRestart: true,
    hostSeesWrites: !isReadOnly(mount) && bindOptionOf(hint) === undefined,
    hostData: 'seen',
    hostChangesSeen: access === 'shared',
  };
}

interface Filestore {
  readonly storage: Storage;
  readonly filestore?: string;
}

function selfFilestore({ mount, facts, why, failures }: Draft, sandboxId: string): Filestore {
  if (facts.onTmpfs) why.push({ kind: 'on-host-tmpfs', source: mount.source });
  if (facts.isWritable === false) failures.push({ kind: 'filestore-unwritable', source: mount.source });
  if (facts.isSymlink) failures.push({ kind: 'source-symlink', source: mount.source });
  const filestore = `${mount.source}/${FILESTORE_PREFIX}${sandboxId}`;
  return { storage: facts.onTmpfs ? 'host-tmpfs' : 'disk', filestore };
}

function overlayFilestore(draft: Draft, context: ServingContext, overlaid: boolean): Filestore {
  const { overlay2 } = context.flags;
  const medium = overlaid ? overlay2.medium : 'self';
  if (medium === 'dir') return { storage: 'disk', filestore: overlay2.directory ?? '' };
  if (medium === 'memory' || draft.facts.isDirectory === false) return { storage: 'memory' };
  return selfFilestore(draft, context.sandboxId);
}

function serveOverlay(draft: Draft, context: ServingContext): Served {
  const overlaid = isOverlaid(draft, context);
  const store = overlayFilestore(draft, context, overlaid);
  if (isReadOnly(draft.mount) && store.storage !== 'memory')
    draft.failures.push({ kind: 'overlay-read-only' });
  const access = draft.hint?.access ?? context.flags.fileAccessMounts;
  checkDirectfs(draft, context);
  const size = overlaySize(context, overlaid);
  return {
    ...ALONE,
    ...store,
    access,
    size: store.storage === 'host-tmpfs' ? withinHost(size, draft.facts) : size,
    hostData: 'seen',
    hostChangesSeen: access === 'shared',
  };
}

function serveTmpfs(draft: Draft, serving: Serving, context: ServingContext): Served {
  const isShared = serving === 'shared-memory' || serving === 'shared-file';
  const isFile = serving === 'shared-file' || serving === 'private-file';
  const size = tmpfsLimit(draft, serving, context);
  const store: Filestore = isFile ? selfFilestore(draft, context.sandboxId) : { storage: 'memory' };
  return {
    ...ALONE,
    ...store,
    ...(isShared && { sharedBy: 'sandbox', inotify: true, sockets: true, survivesRestart: true }),
    size: store.storage === 'host-tmpfs' ? withinHost(size, draft.facts) : size,
    hostData: draft.mount.source.startsWith('/') ? 'hidden' : 'none',
  };
}

function served(draft: Draft, serving: Serving, context: ServingContext): Served {
  if (serving === 'gofer') return serveGofer(draft, context);
  if (serving === 'overlay') return serveOverlay(draft, context);
  if (serving === 'special' || serving === 'ignored') {
    return { ...ALONE, storage: 'none', size: NO_LIMIT, hostData: 'none' };
  }
  return serveTmpfs(draft, serving, context);
}

/** The refusals that the mount's own options and its hint's earn it. */
function checkMount({ mount, hint, kind, failures }: Draft, { rules }: ServingContext): void {
  if (kind === 'bind' && mount.source === '') failures.push({ kind: 'no-source' });
  if (kind === 'bind') {
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
  const hint = mount.source === '' ? undefined : hintOf(context.hints, mount);
  const facts = context.sourceFacts(mount.source);
  const draft: Draft = { mount, hint, kind: kindOf(mount), facts, why: [], failures: [] };
  checkMount(draft, context);
  const serving = servingFor(draft, context);
  const rest = served(draft, serving, context);
  draft.why.push({ kind: 'becomes', serving });
  return {
    mount,
    hint,
    serving,
    readOnly: isReadOnly(mount) || (serving === 'gofer' && bindOptionOf(hint) !== undefined),
    ...rest,
    failures: draft.failures,
    why: draft.why,
  };
}
