import { expect, test } from '@jest/globals';
import {
  checkRewrite,
  dockerRuntimes,
  podmanRuntimes,
  readDockerConfig,
} from '../../../src/domain/doctor/check-oci-engine.ts';

const DAEMON = '/etc/docker/daemon.json';
const RUNSC = '/usr/local/bin/runsc';
const WRAPPER = '/usr/local/bin/mount-hints-runtime';

test.each<[unknown, string[] | undefined]>([
  [{ path: '/opt/gvisor/runsc' }, ['/opt/gvisor/runsc']],
  [{ path: WRAPPER }, [WRAPPER]],
  [{ path: '/usr/bin/crun' }, undefined],
  [{ path: '' }, undefined],
  [{ runtimeType: 'io.containerd.runsc.v1' }, []],
  [{ runtimeType: 'io.containerd.runsc.v1', path: '' }, []],
  [{ runtimeType: 'io.containerd.runc.v2' }, undefined],
  [{ runtimeType: 7 }, undefined],
  ['runsc', undefined],
  [null, undefined],
])("Docker's runtime %j starts gVisor by %j", (runtime, binaries) => {
  const found = dockerRuntimes(DAEMON, { runtimes: { sandboxed: runtime } });
  expect(found).toEqual(
    binaries === undefined ? [] : [{ engine: 'Docker', name: 'sandboxed', file: DAEMON, binaries }],
  );
});

test("a runtime of gVisor's name is gVisor's, whatever it calls", () => {
  expect(dockerRuntimes(DAEMON, { runtimes: { 'gvisor-kvm': { path: '/opt/start' } } })).toHaveLength(1);
});

test('of several programs of a runtime of Podman one that is runsc is enough, and the last file holds', () => {
  const file = (path: string, runtimes: object) => ({ path, config: { engine: { runtimes } }, headings: [] });
  const first = file('/etc/containers/containers.conf', { a: ['/usr/bin/crun', RUNSC], b: [RUNSC] });
  const second = file('/etc/containers/containers.conf.d/b.conf', { b: ['/usr/bin/crun'] });
  expect(podmanRuntimes([first, second])).toEqual([
    { engine: 'Podman', name: 'a', file: first.path, binaries: ['/usr/bin/crun', RUNSC] },
  ]);
});

test.each([
  ['{', 'not valid JSON'],
  ['[]', 'not a JSON object'],
  ['7', 'not a JSON object'],
])('the file %j keeps Docker from starting', (text, reason) => {
  expect(readDockerConfig(DAEMON, text)).toEqual({
    config: {},
    findings: [
      expect.objectContaining({
        code: 'DOCTOR_MALFORMED',
        path: DAEMON,
        message: expect.stringContaining(reason),
      }),
    ],
  });
});

test.each(['', ' \n\t', '{}'])('the file %j says nothing', (text) => {
  expect(readDockerConfig(DAEMON, text)).toEqual({ config: {}, findings: [] });
});

test('an engine with no runtime of gVisor, one that rewrites, or a shim lacks nothing', () => {
  const runtimes = (path: string | undefined, name = 'runsc') =>
    dockerRuntimes(DAEMON, {
      runtimes: { [name]: path === undefined ? { runtimeType: 'io.containerd.runsc.v1' } : { path } },
    });
  expect(checkRewrite([], WRAPPER)).toEqual([]);
  expect(checkRewrite([...runtimes(RUNSC), ...runtimes(WRAPPER, 'hints')], WRAPPER)).toEqual([]);
  expect(checkRewrite(runtimes(undefined), WRAPPER)).toEqual([]);
  expect(checkRewrite(runtimes(RUNSC), WRAPPER)).toEqual([
    expect.objectContaining({ code: 'DOCTOR_ENGINE_NO_REWRITE', path: DAEMON, runtime: 'runsc' }),
  ]);
});
