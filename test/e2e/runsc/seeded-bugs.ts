/** A deliberate error of the model or of the rewrite: one text of a source file, replaced at its first place. */
export interface SeededBug {
  readonly name: string;
  /** Below `src/domain/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** An observation by which it must be noticed. */
  readonly noticedBy: string;
}

/** What the comparison with the recorded observations must notice. */
export const SEEDED_BUGS: readonly SeededBug[] = [
  {
    name: 'tmpfs+shared on a bind is taken for a filestore',
    file: 'runsc/serving-table.ts',
    from: "'20231113': 'private-file', '20250611': 'gofer'",
    to: "'20231113': 'private-file', '20250611': 'private-file'",
    noticedBy: 'row-tmpfs-shared-on-bind',
  },
  {
    name: 'a shared master in a file is taken for memory',
    file: 'runsc/serving-table.ts',
    from: "'20231113': 'shared-file', '20250611': 'shared-file'",
    to: "'20231113': 'shared-file', '20250611': 'shared-memory'",
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
];
