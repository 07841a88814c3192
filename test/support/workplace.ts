import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const POD_UID = '6f9d3c1a-7f0e-4b7e-9a57-2f4d8a1c9e10';

/** What one file of a tree is, as far as a rewrite could spoil it. */
function fingerprint(path: string): string {
  const { ino, mode, uid, gid, size } = lstatSync(path);
  const status = lstatSync(path);
  const content = status.isSymbolicLink()
    ? readlinkSync(path)
    : status.isFile() && size < 1024 * 1024
      ? readFileSync(path).toString('base64')
      : '';
  return [ino, mode.toString(8), uid, gid, size, content].join(' ');
}

/** Every file below a directory with its inode, mode, owner, size and bytes: equal means untouched. */
export function snapshot(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true }).map(String).sort();
  return Object.fromEntries(names.map((name) => [name, fingerprint(join(directory, name))]));
}

/** A real temporary directory with a kubelet directory in it, and room for bundles. */
export class Workplace {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'mount-hints-test-')));
  readonly kubeletDir = join(this.root, 'kubelet');

  constructor() {
    mkdirSync(this.kubeletDir);
  }

  /** The directory of a volume of the pod, made. */
  volume(name: string, plugin = 'kubernetes.io~empty-dir', podUid = POD_UID): string {
    const path = `${this.kubeletDir}/pods/${podUid}/volumes/${plugin}/${name}`;
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** A bundle directory; with a `config.json` unless there is no text. */
  bundle(name: string, text?: string | Uint8Array): string {
    const path = join(this.root, 'bundles', name);
    mkdirSync(path, { recursive: true });
    if (text !== undefined) writeFileSync(join(path, 'config.json'), text);
    return path;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const HINTS = {
  'dev.gvisor.spec.mount.scratch.type': 'tmpfs',
  'dev.gvisor.spec.mount.scratch.share': 'pod',
};

/** A container's spec that every release rewrites: one mount of a hinted volume. */
export function containerSpec(kubeletDir: string) {
  return {
    ociVersion: '1.1.0',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      {
        destination: '/scratch',
        type: 'bind',
        source: `${kubeletDir}/pods/${POD_UID}/volumes/kubernetes.io~empty-dir/scratch`,
        options: ['rbind', 'rprivate', 'rw'],
      },
    ],
    annotations: { 'io.kubernetes.cri.container-type': 'container', ...HINTS },
  };
}

/** A sandbox's spec whose volume `scratch` must be looked up. */
export function sandboxSpec() {
  return {
    ociVersion: '1.1.0',
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    annotations: {
      'io.kubernetes.cri.container-type': 'sandbox',
      'io.kubernetes.cri.sandbox-log-directory': `/var/log/pods/shop_web-0_${POD_UID}`,
      ...HINTS,
    } as Record<string, string>,
  };
}
