import type { ConfigReading } from '../domain/doctor/config-reading.ts';
import { CONTAINERD_LAYOUTS } from '../domain/doctor/node-layouts.ts';
import {
  containerdFile,
  type EngineFile,
  engineConfigError,
  engineFile,
  JOINED_FILES,
} from '../domain/install/engine-files.ts';
import { type EngineName, type Programs, WRAPPER_SETTINGS } from '../domain/install/engine-lines.ts';
import {
  type Installation,
  RECORD,
  readRecord,
  recordText,
  STATE_DIRECTORY,
} from '../domain/install/installation.ts';
import {
  type Change,
  type Found,
  type InstallPlan,
  planInstall,
  type WantedFile,
} from '../domain/install/plan-install.ts';
import { planUninstall, type Undoing, type UninstallPlan } from '../domain/install/plan-uninstall.ts';
import { MountHintsError } from '../domain/mount-hints-error.ts';
import type { NodeFiles } from '../ports/node-files.ts';
import type { NodeTree, StagedFile } from '../ports/node-tree.ts';
import { checkDropInEngine } from './check-drop-in-engine.ts';
import { loadContainerd } from './load-containerd.ts';

const LOCK = `${STATE_DIRECTORY}/lock`;

/** Where programs are put, in the order of preference; the second for nodes whose `/usr` cannot be written. */
const PROGRAM_DIRECTORIES = ['/usr/local/bin', '/opt/mount-hints/bin'] as const;

/** A program to be installed. */
export interface Program {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is to be installed. */
export interface InstallRequest {
  readonly version: string;
  /** The executable and the wrapper beside it. */
  readonly programs: readonly Program[];
  /** Where they go; the first of the usual directories that can be written if absent. */
  readonly directory?: string;
  /** The engine that is to call the wrapper; none if absent. */
  readonly engine?: EngineName;
  /** The runtime that the wrapper becomes. */
  readonly runtime: string;
}

/** What installing and uninstalling need of the world. */
export interface InstallPorts {
  readonly tree: NodeTree;
  readonly files: NodeFiles;
  parseToml(text: string): ConfigReading;
  /** SHA-256 in hex. */
  hash(bytes: Uint8Array): string;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** An installation that failed, and whose taking back failed too. */
function halfDone(error: unknown): MountHintsError {
  const { message, details } = error as MountHintsError<'MH_WRITE_FAILED'>;
  return new MountHintsError(
    'MH_WRITE_FAILED',
    `${message} What was done before that could not be taken back: uninstall when the node can be written again.`,
    details,
    error,
  );
}

/** Puts this package's programs on a node, and takes them away again. */
export class InstallOnNode {
  readonly #ports: InstallPorts;

  constructor(ports: InstallPorts) {
    this.#ports = ports;
  }

  /**
   * What {@link install} would do.
   *
   * @param missing directories that have been made for it already.
   * @throws MH_INSTALL_FOREIGN_FILE, MH_INSTALL_ENGINE_CONFIG, MH_INSTALL_RECORD_INVALID, MH_WRITE_FAILED
   */
  async plan(request: InstallRequest, missing: readonly string[] = []): Promise<InstallPlan> {
    const { tree, hash } = this.#ports;
    const installed = this.#record();
    const directory = request.directory ?? this.#programDirectory(installed);
    const wanted = [
      ...this.#programs(request, directory),
      ...(await this.#engine(request, directory, installed)),
    ];
    const paths = wanted.map(({ path }) => path);
    return planInstall({
      version: request.version,
      wanted: wanted.map((each) => ({ ...each, sha256: hash(each.bytes) })),
      found: new Map(paths.map((path) => [path, tree.look(path)])),
      missingDirectories: [
        ...new Set([...missing, ...[RECORD, ...paths].flatMap((path) => tree.missingDirectories(path))]),
      ],
      installed,
    });
  }

  /**
   * Installs: all of the plan, or nothing. A second time nothing is changed.
   *
   * @throws as {@link plan}; MH_INSTALL_BUSY
   */
  async install(request: InstallRequest): Promise<InstallPlan> {
    return this.#locked(async (made) => {
      const before = this.#ports.tree.look(RECORD);
      const plan = await this.plan(request, made);
      if (plan.changes.length > 0 || !this.#isRecorded(before, plan.after)) this.#carryOut(plan, before);
      return plan;
    });
  }

  /**
   * What {@link uninstall} would do; `undefined` if nothing is installed.
   *
   * @throws MH_INSTALL_CHANGED, MH_INSTALL_RECORD_INVALID, MH_WRITE_FAILED
   */
  planUninstall(leavesChanged: boolean): UninstallPlan | undefined {
    const installed = this.#record();
    if (!installed) return undefined;
    const found = installed.files.map(({ path }): [string, Found] => [path, this.#ports.tree.look(path)]);
    return planUninstall(installed, new Map(found), leavesChanged);
  }

  /**
   * Takes an installation back, also one that was killed before it was whole, or while it was taken back.
   *
   * @throws as {@link planUninstall}; MH_INSTALL_BUSY
   */
  async uninstall(leavesChanged: boolean): Promise<UninstallPlan | undefined> {
    const { tree } = this.#ports;
    if (tree.look(STATE_DIRECTORY).kind === 'absent') return undefined;
    let directories: readonly string[] = [];
    const removeDirectories = () => {
      for (const directory of directories.toReversed()) tree.removeEmptyDirectory(directory);
    };
    const undone = await this.#locked(async () => {
      const plan = this.planUninstall(leavesChanged);
      directories = this.#record()?.directories ?? [];
      if (plan) this.#undo(plan.undoings);
      removeDirectories();
      if (plan?.after) tree.stage(RECORD, bytesOf(recordText(plan.after)), 0o644).commit();
      else tree.removeFile(RECORD);
      return plan;
    });
    // Those that the record itself was in.
    removeDirectories();
    return undone;
  }

  #record(): Installation | undefined {
    const found = this.#ports.tree.look(RECORD);
    return found.kind === 'absent'
      ? undefined
      : readRecord(RECORD, found.kind === 'file' ? (found.text ?? '') : '');
  }

  #isRecorded(before: Found, after: Installation): boolean {
    return before.kind === 'file' && before.text === recordText(after);
  }

  /** Where an earlier installation put its programs, or the first directory that can be written. */
  #programDirectory(installed: Installation | undefined): string {
    const [first, second] = PROGRAM_DIRECTORIES;
    const has = (directory: string) => installed?.files.some(({ path }) => path.startsWith(`${directory}/`));
    if (has(first) || has(second)) return has(first) ? first : second;
    return this.#ports.tree.isWritable(first) ? first : second;
  }

  #programs({ programs }: InstallRequest, directory: string): WantedFile[] {
    return programs.map(({ name, bytes }) => ({ path: `${directory}/${name}`, bytes, mode: 0o755 }));
  }

  async #engine(
    { engine, runtime }: InstallRequest,
    directory: string,
    installed: Installation | undefined,
  ): Promise<WantedFile[]> {
    if (engine === undefined) return [];
    const programs = { wrapper: `${directory}/mount-hints-runtime`, runtime };
    const { path, text, joins } = await this.#engineFile(engine, programs, installed);
    const { file, text: settings } = WRAPPER_SETTINGS;
    return [
      { path: file, bytes: bytesOf(`${settings(programs)}\n`), mode: 0o644, yields: true },
      { path, bytes: bytesOf(text), mode: 0o644, ...(joins && { joins }) },
    ];
  }

  async #engineFile(
    engine: EngineName,
    programs: Programs,
    installed: Installation | undefined,
  ): Promise<EngineFile> {
    const path = JOINED_FILES[engine];
    const base = path === undefined ? undefined : this.#textWithoutOurs(path, installed);
    const isOwn = (file: string) => installed?.files.some((each) => each.path === file) ?? false;
    if (engine === 'cri-o' || engine === 'podman') await checkDropInEngine(this.#ports.files, engine, isOwn);
    if (engine !== 'containerd') return engineFile(engine, base, programs);
    return this.#checked(containerdFile(await this.#containerd(), base, programs, isOwn));
  }

  /** @throws MH_INSTALL_ENGINE_CONFIG */
  async #containerd() {
    for (const layout of CONTAINERD_LAYOUTS) {
      const { config, findings } = await loadContainerd(this.#ports.files, layout);
      const [bad] = findings;
      if (bad) throw engineConfigError(bad.path ?? layout.config, 'cannot be read', bad.message);
      if (!config) continue;
      if (layout === CONTAINERD_LAYOUTS[0]) return config;
      throw engineConfigError(
        layout.config,
        `is written anew by ${layout.distribution} itself`,
        'Put the lines of "mount-hints runtime-config containerd" where "mount-hints doctor" says, and install without an engine.',
      );
    }
    return undefined;
  }

  /** The lines must leave the file one that can be read. */
  #checked(file: EngineFile): EngineFile {
    const reading = this.#ports.parseToml(file.text);
    if (reading.kind !== 'malformed') return file;
    throw engineConfigError(
      file.path,
      `would not be valid TOML with the lines at its end (line ${reading.line}: ${reading.reason})`,
      'Put the lines of "mount-hints runtime-config containerd" in yourself, and install without an engine.',
    );
  }

  /** A file's text as it would be without an earlier installation; `undefined` if there is none. */
  #textWithoutOurs(path: string, installed: Installation | undefined): string | undefined {
    const found = this.#ports.tree.look(path);
    if (found.kind === 'absent') return undefined;
    if (found.kind !== 'file' || found.text === undefined) {
      throw engineConfigError(path, 'is not a regular file of UTF-8 text', 'Look at it on the node.');
    }
    const own = installed?.files.filter((file) => file.path === path) ?? [];
    if (own.length === 0) return found.text;
    const { undoings } = planUninstall(
      { format: 1, version: '', directories: [], files: own },
      new Map([[path, found]]),
      false,
    );
    const [undoing] = undoings;
    if (undoing?.kind === 'restore') return undoing.text;
    return undoing?.kind === 'remove' ? undefined : found.text;
  }

  /** @param work is told which directories were made for the lock; they go again where nothing is installed. */
  async #locked<T>(work: (made: readonly string[]) => Promise<T>): Promise<T> {
    const { tree } = this.#ports;
    const made = tree.missingDirectories(LOCK);
    try {
      for (const directory of made) tree.makeDirectory(directory);
      const release = tree.lock(LOCK);
      try {
        return await work(made);
      } finally {
        release();
      }
    } finally {
      if (tree.look(RECORD).kind === 'absent') {
        for (const directory of [...made.toReversed(), STATE_DIRECTORY]) tree.removeEmptyDirectory(directory);
      }
    }
  }

  /** Writes the record, then everything new beside its place, and only then puts it there. */
  #carryOut(plan: InstallPlan, before: Found): void {
    const { tree } = this.#ports;
    const staged: StagedFile[] = [];
    const done: Change[] = [];
    try {
      tree.stage(RECORD, bytesOf(recordText(plan.during)), 0o644).commit();
      for (const directory of plan.during.directories) {
        if (tree.look(directory).kind === 'absent') tree.makeDirectory(directory);
      }
      const whole = plan.changes.filter(({ keepsAttributes }) => !keepsAttributes);
      for (const { path, bytes, mode } of whole) staged.push(tree.stage(path, bytes, mode));
      const record = tree.stage(RECORD, bytesOf(recordText(plan.after)), 0o644);
      staged.push(record);
      for (const change of whole) {
        staged.shift()?.commit();
        done.push(change);
      }
      for (const change of plan.changes.filter(({ keepsAttributes }) => keepsAttributes)) {
        tree.replace(change.path, change.bytes);
        done.push(change);
      }
      staged.shift()?.commit();
    } catch (error) {
      for (const file of staged) file.discard();
      try {
        this.#rollBack(plan, done, before);
      } catch {
        throw halfDone(error);
      }
      throw error;
    }
  }

  /** What a failed installation did is taken back; what cannot be stays in the record for `uninstall`. */
  #rollBack(plan: InstallPlan, done: readonly Change[], before: Found): void {
    const { tree } = this.#ports;
    for (const { path, before: was, keepsAttributes } of done.toReversed()) {
      if (was.kind !== 'file') tree.removeFile(path);
      else if (keepsAttributes) tree.replace(path, was.bytes);
      else tree.stage(path, was.bytes, was.mode & 0o7777).commit();
    }
    if (before.kind === 'file') {
      tree.stage(RECORD, before.bytes, 0o644).commit();
      return;
    }
    for (const directory of plan.during.directories.toReversed()) tree.removeEmptyDirectory(directory);
    tree.removeFile(RECORD);
  }

  #undo(undoings: readonly Undoing[]): void {
    const { tree } = this.#ports;
    for (const undoing of undoings) {
      if (undoing.kind === 'restore') tree.replace(undoing.path, bytesOf(undoing.text));
    }
    for (const undoing of undoings) {
      if (undoing.kind === 'remove') tree.removeFile(undoing.path);
    }
  }
}
