import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMountHints } from '../../../src/index.ts';
import type { InjectedFileSystem } from '../../../src/ports/file-system.ts';
import { containerSpec, sandboxSpec, snapshot, Workplace } from '../../support/workplace.ts';

export const RELEASE = 'latest';

/** Syscall filters of a real size, so that the file is more than one block. */
const PADDING = Array.from({ length: 400 }, (_, index) => ({
  names: [`syscall_${index}`],
  action: 'SCMP_ACT_ALLOW',
}));

/** A bundle that an update changes, with all that the update reads, and what must not be touched around it. */
export class Victim {
  readonly place = new Workplace();
  readonly bundle: string;
  readonly file: string;
  readonly before: string;
  after = '';

  constructor(role: 'sandbox' | 'container' = 'sandbox', padding = PADDING) {
    this.place.volume('scratch');
    const spec = role === 'sandbox' ? sandboxSpec() : containerSpec(this.place.kubeletDir);
    this.before = JSON.stringify({ ...spec, linux: { seccomp: { syscalls: padding } } });
    this.bundle = this.place.bundle('victim', this.before);
    this.file = join(this.bundle, 'config.json');
    chmodSync(this.file, 0o640);
    if (process.geteuid?.() === 0) chownSync(this.file, 1234, 4321);
    this.place.bundle('neighbour', '{"a neighbour":true}');
  }

  /** Learns what an undisturbed update makes of it, and puts the old file back. */
  async prepare(): Promise<this> {
    await this.update();
    this.after = readFileSync(this.file, 'utf8');
    this.reset();
    return this;
  }

  update(fs?: InjectedFileSystem) {
    const options = { release: RELEASE, kubeletDir: this.place.kubeletDir };
    return createMountHints(fs === undefined ? options : { ...options, fs }).updateBundle(this.bundle);
  }

  /** What the command line is to be called with. */
  get args(): string[] {
    return ['update', '--quiet', '--release', RELEASE, '--kubelet-dir', this.place.kubeletDir, this.bundle];
  }

  reset(): void {
    mkdirSync(this.bundle, { recursive: true });
    writeFileSync(this.file, this.before);
    chmodSync(this.file, 0o640);
    if (process.geteuid?.() === 0) chownSync(this.file, 1234, 4321);
  }

  /** Whether the file is the old or the new one, whole, with its mode and owner. */
  state(): 'old' | 'new' {
    const text = readFileSync(this.file, 'utf8');
    const { mode, uid, gid } = statSync(this.file);
    const owner = process.geteuid?.() === 0 ? ' 1234 4321' : ` ${uid} ${gid}`;
    if (`${mode & 0o7777} ${uid} ${gid}` !== `${0o640}${owner}`)
      throw new Error(`mode ${mode.toString(8)}, ${uid}, ${gid}`);
    if (text === this.before) return 'old';
    if (text === this.after) return 'new';
    throw new Error(`neither the old nor the new file, but ${text.length} bytes: ${text.slice(0, 200)}`);
  }

  /** Files in the bundle besides its own. */
  leftovers(): string[] {
    return readdirSync(this.bundle).filter((name) => name !== 'config.json');
  }

  /** A digest of everything outside of the bundle. */
  surroundings(): string {
    const all = Object.entries(snapshot(this.place.root));
    const outside = all.filter(([path]) => !path.startsWith('bundles/victim') && path !== 'strace.log');
    return createHash('sha256').update(JSON.stringify(outside)).digest('hex');
  }

  remove(): void {
    this.place.remove();
  }
}
