/** A deliberate error of the model or of the rewrite: one text of a source file, replaced at its first place. */
export interface SeededBug {
  readonly name: string;
  /** Below `src/domain/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** An observation by which it must be noticed. */
  readonly noticedBy: string;
  /** The earlier version, by its date, whose recordings must notice it; those of the newest if absent. */
  readonly era?: string;
}

/** What the comparison with the recorded observations must notice. */
export const SEEDED_BUGS: readonly SeededBug[] = [
  {
    name: 'tmpfs+shared on a bind is taken for a filestore',
    file: 'runsc/serving-table.ts',
    from: "['private-file', 'private-file', 'gofer']",
    to: "['private-file', 'private-file', 'private-file']",
    noticedBy: 'row-tmpfs-shared-on-bind',
  },
  {
    name: 'a shared master in a file is taken for memory',
    file: 'runsc/serving-table.ts',
    from: "['shared-file', 'shared-file', 'shared-file']",
    to: "['shared-file', 'shared-file', 'shared-memory']",
    noticedBy: 'row-tmpfs-container-on-bind',
  },
  {
    name: 'noatime of a hint is not compared',
    file: 'runsc/shared-master.ts',
    from: "'noatime', ",
    to: '',
    noticedBy: 'rule-looser-noatime',
  },
  {
    name: 'a mount point that ends in a slash is made',
    file: 'runsc/mount-point.ts',
    from: 'return !endsInNoName(path) ||',
    to: 'return true ||',
    noticedBy: 'rule-destination-with-a-slash-shared-file',
  },
  {
    name: "runsc's own /tmp lies over nothing",
    file: 'runsc/place-mounts.ts',
    from: 'if (at.clean !== TMP ||',
    to: 'if (at.clean === TMP ||',
    noticedBy: 'rule-tmp-with-a-slash-shared-file',
  },
  {
    name: 'of two mounts on one destination the first one is seen',
    file: 'runsc/place-mounts.ts',
    from: 'a.path.length - b.path.length || a.index - b.index',
    to: 'a.path.length - b.path.length || b.index - a.index',
    noticedBy: 'rule-two-mounts-on-one-destination-gofer-and-master',
  },
  {
    name: 'sizes count in thousands',
    file: 'runsc/tmpfs-options.ts',
    from: '* 1024n **',
    to: '* 1000n **',
    noticedBy: 'rule-size-1m-on-bind',
  },
  {
    name: 'size=1Gi is taken for 1 GiB',
    file: 'runsc/tmpfs-options.ts',
    from: 'const last = value.slice(-1);',
    to: "value = value.replace('Gi', 'g');\n  const last = value.slice(-1);",
    noticedBy: 'rule-refused-option-size-1Gi-on-tmpfs',
  },
  {
    name: 'a second overlay of one source starts',
    file: 'runsc/explain-pod.ts',
    from: 'this.#filestores.set(filestore, placed);',
    to: '',
    noticedBy: 'row-bind-pod-on-bind',
  },
  {
    name: 'an exclusive gofer is taken for a shared one',
    file: 'runsc/read-hints.ts',
    from: "share === 'container'",
    to: "share === 'pod'",
    noticedBy: 'row-bind-container-on-bind',
  },
  {
    name: 'two hints may have one source',
    file: 'runsc/read-hints.ts',
    from: 'else twice.push(',
    to: 'else [].push.call([],',
    noticedBy: 'rule-duplicate-source',
  },
  {
    name: 'the rewrite leaves rbind on a tmpfs mount',
    file: 'spec/mount.ts',
    from: '!isBindOption(option)',
    to: "option !== 'bind'",
    noticedBy: 'row-tmpfs-pod-on-tmpfs',
  },
  {
    name: 'the rewrite leaves the share of a volume that holds data',
    file: 'rewrite/empty-dir-policy.ts',
    from: "draft.share = 'shared';",
    to: '',
    noticedBy: 'row-bind-shared-on-bind',
  },
  {
    name: 'the rewrite takes no size from the host tmpfs',
    file: 'rewrite/host-tmpfs-size.ts',
    from: 'if (size === undefined) return;',
    to: 'if (size !== undefined) return;',
    noticedBy: 'rule-prepared-memory-empty-dir',
  },
  {
    name: 'before 20250611 tmpfs+shared on a bind goes through the gofer',
    file: 'runsc/serving-table.ts',
    from: "['private-file', 'private-file', 'gofer']",
    to: "['private-file', 'gofer', 'gofer']",
    noticedBy: 'row-tmpfs-shared-on-bind',
    era: '20231202',
  },
  {
    name: 'before 20250611 bind+shared on a bind goes through the gofer',
    file: 'runsc/serving-table.ts',
    from: "['gofer', 'overlay', 'gofer']",
    to: "['gofer', 'gofer', 'gofer']",
    noticedBy: 'row-bind-shared-on-bind',
    era: '20250503',
  },
  {
    name: 'any option may stand in a hint before 20240501',
    file: 'runsc/runsc-rules.ts',
    from: "anyOption: '20240501'",
    to: "anyOption: '20231113'",
    noticedBy: 'rule-size-512k-on-bind',
    era: '20231202',
  },
  {
    name: 'a linked source has always been refused',
    file: 'runsc/runsc-rules.ts',
    from: 'followsSourceLinks: date < FROM.hardened',
    to: "followsSourceLinks: date < '20231113'",
    noticedBy: 'rule-source-is-a-symlink',
    era: '20250503',
  },
  {
    name: 'a bind option in a tmpfs hint has always refused writes',
    file: 'runsc/runsc-rules.ts',
    from: 'writesUnderBindHint: date < FROM.hardened',
    to: "writesUnderBindHint: date < '20231113'",
    noticedBy: 'rule-bind-in-a-tmpfs-hint',
    era: '20250503',
  },
  {
    name: 'a mount point that ends in a slash has never been made',
    file: 'runsc/mount-point.ts',
    from: '!endsInNoName(path) || !asWritten ||',
    to: '!endsInNoName(path) ||',
    noticedBy: 'rule-destination-with-a-slash-shared-file',
    era: '20250503',
  },
  {
    name: 'before the change any path was made',
    file: 'runsc/mount-point.ts',
    from: 'if (!isThere(at)) return false;',
    to: 'if (asWritten && !isThere(at)) return false;',
    noticedBy: 'rule-destination-dots-through-nothing',
    era: '20231202',
  },
  {
    name: 'sizes in percent have always been taken',
    file: 'runsc/runsc-rules.ts',
    from: "newSizes: '20260520'",
    to: "newSizes: '20231113'",
    noticedBy: 'rule-size-0-on-tmpfs',
    era: '20250503',
  },
];
