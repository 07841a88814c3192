import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, run } from '../runsc/command.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const CONFIG = 'application/vnd.oci.image.config.v1+json';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** What an image has beside busybox's `sh`, `sleep` and `cat`. */
export interface ImageContents {
  /** More applets of busybox. */
  readonly applets?: readonly string[];
  /** Static programs for `/bin`, by name: where each is here. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Empty directories, without the leading slash. */
  readonly directories?: readonly string[];
  /** What a container runs that is told nothing else; `/bin/sleep 600` if absent. */
  readonly command?: readonly string[];
}

/**
 * Writes an OCI image of one layer (a static busybox) as a tarball that `ctr images import` takes, so that no
 * registry is needed.
 *
 * @param dir an empty directory to work in.
 * @param name the image's full name, such as `docker.io/observed/pause:1`.
 */
export async function writeBusyboxImage(
  dir: string,
  name: string,
  busybox: string,
  { applets = [], programs = {}, directories = [], command = ['/bin/sleep', '600'] }: ImageContents = {},
): Promise<string> {
  const bin = join(dir, 'rootfs', 'bin');
  const blobs = join(dir, 'oci', 'blobs', 'sha256');
  for (const folder of [bin, blobs]) mkdirSync(folder, { recursive: true });
  copyFileSync(busybox, join(bin, 'busybox'));
  for (const applet of ['sh', 'sleep', 'cat', ...applets]) symlinkSync('busybox', join(bin, applet));
  for (const [program, file] of Object.entries(programs)) copyFileSync(file, join(bin, program));
  for (const directory of directories) mkdirSync(join(dir, 'rootfs', directory), { recursive: true });
  await must(run('tar', ['-C', join(dir, 'rootfs'), '-cf', join(dir, 'layer.tar'), '.'], dir));
  const add = (mediaType: string, bytes: Buffer): Descriptor => {
    const hash = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hash), bytes);
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const layer = add(LAYER, readFileSync(join(dir, 'layer.tar')));
  const config = add(
    CONFIG,
    json({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Cmd: command, Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    }),
  );
  const manifest = add(MANIFEST, json({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] }));
  const annotations = { 'io.containerd.image.name': name };
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] };
  writeFileSync(join(dir, 'oci', 'index.json'), json(index));
  writeFileSync(join(dir, 'oci', 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  const tarball = join(dir, 'image.tar');
  await must(run('tar', ['-C', join(dir, 'oci'), '-cf', tarball, '.'], dir));
  return tarball;
}

/** A command's result, if it succeeded. */
export async function must(result: Promise<CommandResult>): Promise<CommandResult> {
  const done = await result;
  if (done.code !== 0) throw new Error(`exit ${done.signal ?? done.code}: ${done.stderr.trim()}`);
  return done;
}
