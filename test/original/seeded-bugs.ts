/** A bug put into a copy of the rewrite: one text of a source file, replaced at its first place. */
export interface SeededBug {
  readonly name: string;
  /** Below `src/domain/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The release, of `ERAS`, at whose version the comparison has to find it. */
  readonly release: string;
}

const NEWEST = '20260615';

/** Bugs in each of the rules that docs/parity.md numbers, as far as a version of the original has them. */
export const SEEDED_BUGS: readonly SeededBug[] = [
  {
    name: 'rule 1: the volume of a key ends at its last dot',
    file: 'spec/annotation-keys.ts',
    from: "  const dot = key.indexOf('.', MOUNT_PREFIX.length);\n  return dot === -1",
    to: "  const dot = key.lastIndexOf('.');\n  return dot < MOUNT_PREFIX.length",
    release: NEWEST,
  },
  {
    name: 'rule 2: another text makes a sandbox',
    file: 'spec/identity.ts',
    from: "containerd === undefined ? 'sandbox' : 'container'",
    to: "'sandbox'",
    release: NEWEST,
  },
  {
    name: 'rule 3: the UID begins behind the first of the three fields',
    file: 'rewrite/identity-policy.ts',
    from: 'base.slice(second + 1)',
    to: 'base.slice(first + 1)',
    release: NEWEST,
  },
  {
    name: 'rule 4: a sandbox without hints has to have a UID',
    file: 'rewrite/releases.ts',
    from: 'uidOnlyForHints: true, emptyUidDemotes: false',
    to: 'emptyUidDemotes: false',
    release: NEWEST,
  },
  {
    name: 'rule 5: an empty UID makes a container, of late too',
    file: 'rewrite/releases.ts',
    from: 'uidOnlyForHints: true, emptyUidDemotes: false',
    to: 'uidOnlyForHints: true',
    release: NEWEST,
  },
  {
    name: 'rule 5: an empty UID makes no container',
    file: 'rewrite/releases.ts',
    from: 'emptyUidDemotes: true',
    to: 'emptyUidDemotes: false',
    release: '20230927',
  },
  {
    name: 'rule 7: a volume may have no directory',
    file: 'rewrite/sandbox-volumes.ts',
    from: 'paths.length === 1',
    to: 'paths.length <= 1',
    release: NEWEST,
  },
  {
    name: 'rule 8: a hint of type bind is passed over',
    file: 'rewrite/container-mounts.ts',
    from: 'if (onHost) {',
    to: "if (onHost || hint.type === 'bind') {",
    release: '20221203',
  },
  {
    name: 'rule 9: bind stays among the options',
    file: 'rewrite/releases.ts',
    from: 'dropsBindOptions: true',
    to: 'dropsBindOptions: false',
    release: '20221203',
  },
  {
    name: 'rule 9: rbind stays among the options',
    file: 'spec/mount.ts',
    from: "option === 'bind' || option === 'rbind'",
    to: "option === 'bind'",
    release: NEWEST,
  },
  {
    name: 'rule 10: an emptyDir has no lifecycle',
    file: 'rewrite/releases.ts',
    from: 'with({ lifecycle: true })',
    to: 'with({ lifecycle: false })',
    release: '20230927',
  },
  {
    name: "rule 10: an author's lifecycle is overwritten",
    file: 'rewrite/empty-dir-policy.ts',
    from: 'this.lifecycle && draft.currentLifecycle() === undefined',
    to: 'this.lifecycle',
    release: '20230927',
  },
  {
    name: 'rule 11: an emptyDir keeps its type',
    file: 'rewrite/releases.ts',
    from: 'lifecycle: false, becomesTmpfs: true',
    to: 'lifecycle: false, becomesTmpfs: false',
    release: '20231202',
  },
  {
    name: 'rule 12: an emptyDir that holds data becomes a tmpfs',
    file: 'rewrite/releases.ts',
    from: 'with({ keepsData: true })',
    to: 'with({ keepsData: false })',
    release: NEWEST,
  },
  {
    name: 'rule 12: its share stays what the author wrote',
    file: 'rewrite/empty-dir-policy.ts',
    from: "      draft.share = 'shared';\n",
    to: '',
    release: NEWEST,
  },
  {
    name: 'rule 13: host sockets stay closed',
    file: 'rewrite/releases.ts',
    from: 'opensHostUds: true',
    to: 'opensHostUds: false',
    release: NEWEST,
  },
  {
    name: 'rule 14: force-shared is not read',
    file: 'rewrite/releases.ts',
    from: 'forceShared: true',
    to: 'forceShared: false',
    release: NEWEST,
  },
  {
    name: "rule 14: one of ParseBool's words is missing",
    file: 'text/go-boolean.ts',
    from: "'t', 'T', ",
    to: "'t', ",
    release: NEWEST,
  },
  {
    name: 'rule 15: the last bind mount on /dev/shm is shared',
    file: 'rewrite/shm-policy.ts',
    from: "atShm.find(has('bind'))",
    to: "atShm.findLast(has('bind'))",
    release: NEWEST,
  },
  {
    name: 'rule 15: the tmpfs behind it stays',
    file: 'rewrite/shm-policy.ts',
    from: '    draft.remove(hidden);\n',
    to: '',
    release: NEWEST,
  },
  {
    name: 'rule 15: the hint of /dev/shm is read-only',
    file: 'rewrite/shm-policy.ts',
    from: "hint.options = 'rw'",
    to: "hint.options = 'ro'",
    release: NEWEST,
  },
  {
    name: 'rule 15: /dev/shm has no lifecycle',
    file: 'rewrite/releases.ts',
    from: 'new ShmPolicy({ lifecycle: true, sized: false })',
    to: 'new ShmPolicy({ lifecycle: false, sized: false })',
    release: '20230927',
  },
  {
    name: 'difference 4: the reserved volume is one of the tenant',
    file: 'spec/annotation-keys.ts',
    from: "export const SHM_VOLUME = 'gvisorinternaldevshm';",
    to: "export const SHM_VOLUME = 'gvisorinternaldevshn';",
    release: NEWEST,
  },
];
