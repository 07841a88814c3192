import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { describeIf } from '../support/describe-if.ts';
import { buildImage, ImageRunner } from './support/image.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const IMAGE = `localhost/gvisor-mount-hints:${version}`;
const ARCHIVE = `gvisor-mount-hints_${version}_${process.arch === 'arm64' ? 'arm64' : 'amd64'}.oci.tar`;

const work = mkdtempSync(join(tmpdir(), 'mount-hints-image-test-'));
const missing = buildImage(join(work, 'one'));
if (missing !== undefined) console.warn(`The image is not tried: ${missing}.`);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describeIf(missing === undefined)('the image', () => {
  const runner = new ImageRunner();
  const pod = join(work, 'pod');
  const mounted = { options: ['--volume', `${pod}:/trial:ro`] };
  beforeAll(() => {
    const loaded = runner.podman(['load', '--input', join(work, 'one', ARCHIVE)]);
    expect(loaded).toMatchObject({ status: 0 });
    for (const part of ['container', 'sandbox']) {
      cpSync(join(ROOT, 'scripts/warm-up', part), join(pod, part), { recursive: true });
    }
    mkdirSync(join(pod, 'kubelet/pods/0/volumes/kubernetes.io~empty-dir/cache'), { recursive: true });
    chmodSync(work, 0o755);
  });
  afterAll(() => runner.remove());

  test('is byte for byte the same when it is built again', () => {
    expect(buildImage(join(work, 'two'))).toBeUndefined();
    const [one, two] = ['one', 'two'].map((name) => readFileSync(join(work, name, ARCHIVE)));
    expect(one?.equals(two as Buffer)).toBe(true);
  });

  test('runs as nobody in particular, and without a shell', () => {
    const { stdout } = runner.podman(['image', 'inspect', IMAGE, '--format', '{{.Config.User}}']);
    expect(stdout.trim()).toBe('65532:65532');
    expect(runner.run(IMAGE, [], { options: ['--entrypoint', '/bin/sh'] }).status).not.toBe(0);
    expect(runner.run(IMAGE, ['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('explains and checks bundles that are mounted into it', () => {
    const options = ['--release', '20260615', '--kubelet-dir', '/trial/kubelet', '/trial/sandbox'];
    const explained = runner.run(IMAGE, ['explain', ...options], mounted);
    expect(explained).toMatchObject({ status: 0, stderr: '' });
    expect(explained.stdout).toContain('cache');
    const checked = runner.run(IMAGE, ['check', '--format', 'json', ...options], mounted);
    expect([0, 1]).toContain(checked.status);
    expect(JSON.parse(checked.stdout.split('\n')[0] ?? '')).toEqual(expect.any(Object));
  });

  test('is a KRM function without arguments, as kustomize and kpt start it', () => {
    const item = parse(readFileSync(join(ROOT, 'docs/examples/kustomize/web.yaml'), 'utf8'));
    const functionConfig = parse(readFileSync(join(ROOT, 'deploy/kustomize/mount-hints.yaml'), 'utf8'));
    const list = {
      apiVersion: 'config.kubernetes.io/v1',
      kind: 'ResourceList',
      items: [item],
      functionConfig,
    };
    const { status, stdout } = runner.run(IMAGE, [], { input: JSON.stringify(list) });
    expect(status).toBe(0);
    const [web] = parse(stdout).items;
    expect(web.spec.template.metadata.annotations).toMatchObject({
      'dev.gvisor.spec.mount.scratch.type': expect.any(String),
    });
    expect(functionConfig.metadata.annotations['config.kubernetes.io/function']).toContain(
      `gvisor-mount-hints:${version}`,
    );
  });

  test('has a process that waits until it is told to end', () => {
    const waiting = ['--entrypoint', '/usr/bin/catatonit', '--detach', '--name', 'waits'];
    expect(runner.run(IMAGE, ['-P'], { options: waiting })).toMatchObject({ status: 0 });
    const stopped = runner.podman(['stop', '--time', '20', 'waits']);
    expect(stopped).toMatchObject({ status: 0 });
    // By SIGTERM, not by the SIGKILL that follows when the time is over.
    expect(stopped.stderr).not.toContain('SIGKILL');
  });
});
