import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';

const root = new URL('../..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const manifests = parseAllDocuments(readFileSync(new URL('deploy/daemonset.yaml', root), 'utf8')).map(
  (each) => each.toJS(),
);
const { spec } = manifests.find(({ kind }) => kind === 'DaemonSet').spec.template;
const [install] = spec.initContainers;
const [installed] = spec.containers;

describe('the DaemonSet', () => {
  test('runs on labelled nodes, installs once, and uninstalls before it ends', () => {
    expect(spec.nodeSelector).toMatchObject({ 'gvisor-mount-hints/install': 'true' });
    expect(install.args).toEqual(['install', '--root', '/host', '--engine', 'containerd']);
    expect(installed.lifecycle.preStop.exec.command).toEqual([
      '/usr/bin/mount-hints',
      'uninstall',
      '--root',
      '/host',
    ]);
    // One image, of this version, which has both programs.
    expect(new Set([install.image, installed.image])).toEqual(
      new Set([`registry.example/gvisor-mount-hints:${version}`]),
    );
  });

  test.each([install, installed])('gives $name no more than SECURITY.md says', (container) => {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const writable = container.volumeMounts.filter(({ readOnly }: { readOnly?: boolean }) => !readOnly);
    expect(writable.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual([
      '/host/etc',
      '/host/usr/local',
      '/host/opt',
      '/host/var/lib',
    ]);
    // Each is mounted where it is on the node.
    for (const { name, mountPath } of container.volumeMounts) {
      const { hostPath } = spec.volumes.find((each: { name: string }) => each.name === name);
      expect(mountPath).toBe(`/host${hostPath.path}`.replace(/\/$/, ''));
    }
  });

  test('shares no namespace with the node, and cannot speak to the API server', () => {
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers'])
      expect(spec).not.toHaveProperty(field);
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(manifests.map(({ kind }) => kind)).toEqual(['Namespace', 'ServiceAccount', 'DaemonSet']);
  });
});
