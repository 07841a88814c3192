import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CLI } from '../support/built-cli.ts';
import { neutralSpec } from '../support/neutral-spec.ts';
import { Containerd } from './containerd/containerd.ts';
import { findContainerd } from './containerd/find-containerd.ts';
import { CONTAINER_NAMES, containerRequest, makeVolumes, SANDBOX_CONFIG } from './containerd/observed-pod.ts';
import { must } from './containerd/oci-image.ts';
import { run } from './runsc/command.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url).pathname;
const NAMES = ['sandbox', ...CONTAINER_NAMES];
const isRecording = process.env.MOUNT_HINTS_E2E_RECORD !== undefined;

const dir = mkdtempSync('/var/tmp/mh-containerd-');
const found = await findContainerd(dir);

if ('unavailable' in found) {
  rmSync(dir, { recursive: true, force: true });
  process.stderr.write(`containerd is not driven: ${found.unavailable}\n`);
  test.skip(`containerd: ${found.unavailable}`, () => {});
} else {
  describe(`containerd ${found.version}`, () => {
    const kubeletDir = join(dir, 'kubelet');
    const fixture = join(FIXTURES, `containerd-${found.version}`);
    const containerd = new Containerd(dir, found);
    const specs = new Map<string, string>();
    const neutral = new Map<string, string>();
    let unmount = () => {};

    beforeAll(async () => {
      unmount = makeVolumes(kubeletDir);
      await containerd.start();
      const { podSandboxId = '' } = await containerd.cri('RunPodSandbox', {
        config: SANDBOX_CONFIG,
        runtimeHandler: 'runc',
      });
      const ids = [podSandboxId];
      for (const name of CONTAINER_NAMES) {
        const request = containerRequest(name, podSandboxId, kubeletDir);
        const { containerId = '' } = await containerd.cri('CreateContainer', request);
        await containerd.cri('StartContainer', { containerId });
        ids.push(containerId);
      }
      const captured = {
        state: join(dir, 'state'),
        root: join(dir, 'root'),
        kubeletDir,
        hostname: hostname(),
        ids,
      };
      for (const [index, name] of NAMES.entries()) {
        const spec = containerd.specOf(ids[index] ?? '');
        specs.set(name, spec);
        neutral.set(name, neutralSpec(spec, captured));
        if (isRecording) record(fixture, name, neutral.get(name) ?? '');
      }
    });

    afterAll(async () => {
      await containerd.stop().finally(unmount);
      rmSync(dir, { recursive: true, force: true });
    });

    test.each(NAMES)('writes the spec of %s as the fixture has it', (name) => {
      if (statSync(fixture, { throwIfNoEntry: false }) === undefined) {
        process.stderr.write(`there is no fixture of containerd ${found.version}\n`);
        return;
      }
      expect(JSON.parse(neutral.get(name) ?? '')).toEqual(
        JSON.parse(readFileSync(join(fixture, `${name}.json`), 'utf8')),
      );
    });

    test('its bundles are prepared, once and for all', async () => {
      const bundles = NAMES.map((name) => join(dir, 'bundles', name));
      for (const [index, name] of NAMES.entries()) {
        mkdirSync(bundles[index] ?? '', { recursive: true });
        writeFileSync(join(bundles[index] ?? '', 'config.json'), specs.get(name) ?? '');
      }
      const args = ['update', '--release', 'latest', '--kubelet-dir', kubeletDir];
      await must(run(process.execPath, [CLI, ...args, ...bundles], dir));
      const read = (bundle: string) => JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
      const [sandbox, writer, reader] = bundles.map(read);
      const hints = 'dev.gvisor.spec.mount';
      expect(sandbox.annotations).toMatchObject({
        [`${hints}.scratch.type`]: 'tmpfs',
        [`${hints}.kept.type`]: 'bind',
        [`${hints}.kept.share`]: 'shared',
        [`${hints}.mem.options`]: 'size=8388608',
        [`${hints}.gvisorinternaldevshm.options`]: 'rw,size=67108864',
      });
      const types = ({ mounts }: { mounts: { destination: string; type: string }[] }) =>
        Object.fromEntries(mounts.map(({ destination, type }) => [destination, type]));
      expect(types(writer)).toMatchObject({
        '/scratch': 'bind',
        '/cache': 'tmpfs',
        '/kept': 'bind',
        '/mem': 'tmpfs',
      });
      expect(types(reader)).toMatchObject({ '/scratch': 'bind', '/kept': 'bind', '/dev/shm': 'tmpfs' });
      const again = await run(process.execPath, [CLI, ...args, '--check', ...bundles], dir);
      expect(again.code).toBe(0);
    });
  });
}

function record(fixture: string, name: string, text: string): void {
  mkdirSync(fixture, { recursive: true });
  writeFileSync(join(fixture, `${name}.json`), text);
}
