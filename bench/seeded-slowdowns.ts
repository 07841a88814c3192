/** A slowdown put into a copy of the package, and the figure that must miss its bar because of it. */
export interface SeededSlowdown {
  readonly name: string;
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Text to put at the end of the file. */
  readonly append?: string;
  /** The group of figures, for `--only`. */
  readonly suite: string;
  readonly figure: string;
}

/** Mistakes of the kind that a reviewer might let through. */
export const SEEDED_SLOWDOWNS: readonly SeededSlowdown[] = [
  {
    name: 'every volume looks at every mount',
    file: 'src/domain/rewrite/container-mounts.ts',
    find: 'decision.spec.mountsOf(volume, layout)',
    replace: 'decision.spec.mounts.filter((mount) => layout.volumeAt(mount.source)?.name === volume.name)',
    suite: 'linearity',
    figure: 'linear: product, container',
  },
  {
    name: 'names are made unique by searching the list for each',
    file: 'src/domain/rewrite/open-decision.ts',
    find: '[...new Set(unknown.map(({ volume }) => volume.name))]',
    replace:
      'unknown.map(({ volume }) => volume.name).filter((name, index, all) => all.findIndex((other) => other === name) === index)',
    suite: 'linearity',
    figure: 'linear: exponent, sandbox',
  },
  {
    name: 'every edit copies the whole text',
    file: 'src/adapters/files/splice-edits.ts',
    find: 'copy(bytes, copied, start, result, at)',
    replace: 'copy(Buffer.from(bytes), copied, start, result, at)',
    suite: 'linearity',
    figure: 'linear: text, sandbox',
  },
  {
    name: 'the pod is listed once for each volume',
    file: 'src/adapters/host-fs/readdir-volume-lookup.ts',
    find: 'for (const plugin of this.#entries(root, failures)) {',
    replace: 'for (const plugin of names.map(() => this.#entries(root, failures)).at(0) ?? []) {',
    suite: 'directory-reads',
    figure: 'directory reads: 100 volumes, 8 plugins',
  },
  {
    name: 'specs are kept after they were saved',
    file: 'src/adapters/files/json-file-spec-store.ts',
    find: '    const kept: FileDocument = {',
    replace: '    kepts.push(document);\n    const kept: FileDocument = {',
    append: '\nconst kepts: SpecDocument[] = [];\n',
    suite: 'batch',
    figure: 'batch: memory growth',
  },
  {
    name: 'a command is loaded before the words are looked at',
    file: 'src/composition/launcher.ts',
    find: "const ended = first === '--version'",
    replace:
      "loadBuiltFile(join(__dirname, 'commands'), 'update', process.env);\nconst ended = first === '--version'",
    suite: 'start-up',
    figure: 'start-up: --version',
  },
  {
    name: 'the wrapper starts Node for every command',
    file: 'src/adapters/oci-runtime/mount-hints-runtime.sh',
    find: '# --- the command line ---',
    replace: '"$MOUNT_HINTS_NODE" -e 0\n# --- the command line ---',
    suite: 'wrapper',
    figure: 'wrapper: create',
  },
  {
    name: 'the compiled code is not kept',
    file: 'src/composition/load-built-file.ts',
    find: 'keepCompiledCode(environment);',
    replace: '',
    suite: 'start-up',
    figure: 'start-up: update, container',
  },
];
