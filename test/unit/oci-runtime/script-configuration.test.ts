import { chownSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { handed, SCRIPT, ScriptBench, SHELLS } from '../../support/runtime-script.ts';

const CREATE = ['create', '--bundle', '/b', 'id'];

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('under %s', (_, shell) => {
  const bench = new ScriptBench();
  afterAll(() => bench.remove());

  /** A run with a configuration file, and nothing of it in the environment. */
  const configured = (text: string, args = CREATE, environment: Record<string, string> = {}, mode = 0o644) =>
    bench.run(shell, args, {
      MOUNT_HINTS_CONFIG: bench.file('runtime.conf', text, mode),
      MOUNT_HINTS_RUNTIME: '',
      MOUNT_HINTS_NODE: '',
      ...environment,
    });
  const basics = `RUNTIME=${bench.runtime}\nNODE=${bench.node}\n`;

  test('every key reaches Node', () => {
    const run = configured(
      `# a comment\n\n${basics}RELEASE=20260615\nKUBELET_DIR=/k k\nVOLUME_LAYOUT=podman\nVOLUMES_DIR=/v\nON_ERROR=ignore\nLOG_FILE=/l$HOME\`x\`\nLOG_LEVEL=debug\nCGROUP_PARENT=on`,
    );
    expect(run.status).toBe(0);
    expect(run.node?.slice(1)).toEqual([
      '--bundle=/b',
      '--spec=',
      `--runtime=${bench.runtime}`,
      '--release=20260615',
      `--release-from=${join(bench.root, 'runtime.conf')}, line 5`,
      '--kubelet-dir=/k k',
      '--volume-layout=podman',
      '--volumes-dir=/v',
      '--cgroup-parent=on',
      '--on-error=ignore',
      '--log=',
      '--log-format=text',
      '--log-file=/l$HOME`x`',
      '--log-level=debug',
    ]);
  });

  const OVERRIDES: [string, string, string][] = [
    ['RELEASE', 'latest', 'release'],
    ['KUBELET_DIR', '/other', 'kubelet-dir'],
    ['VOLUME_LAYOUT', 'docker', 'volume-layout'],
    ['VOLUMES_DIR', '/v2', 'volumes-dir'],
    ['ON_ERROR', 'ignore', 'on-error'],
    ['LOG_FILE', '/dev/null', 'log-file'],
    ['LOG_LEVEL', 'error', 'log-level'],
    ['CGROUP_PARENT', 'off', 'cgroup-parent'],
  ];
  test.each(OVERRIDES)('the environment overrides %s', (key, value, name) => {
    const run = configured(`${basics}RELEASE=20230517\nON_ERROR=fail\n`, CREATE, {
      [`MOUNT_HINTS_${key}`]: value,
    });
    expect(handed(run, name)).toBe(value);
  });

  const BAD: [string, string, string][] = [
    ['RELEASE=yesterday', 'RELEASE', 'line 3'],
    ['ON_ERROR=maybe', 'ON_ERROR', 'line 3'],
    ['ON_ERROR=', 'ON_ERROR', 'line 3'],
    ['LOG_LEVEL=loud', 'LOG_LEVEL', 'line 3'],
    ['KUBELET_DIR=relative', 'KUBELET_DIR', 'line 3'],
    ['KUBELET_DIR="/quoted"', 'KUBELET_DIR', 'line 3'],
    ['LOG_FILE=l', 'LOG_FILE', 'line 3'],
    ['VOLUME_LAYOUT=crio', 'VOLUME_LAYOUT', 'line 3'],
    ['CGROUP_PARENT=1', 'CGROUP_PARENT', 'line 3'],
    ['UNKNOWN=1', 'UNKNOWN', 'line 3'],
    ['RUNTIMES=/x', 'RUNTIMES', 'line 3'],
    ['NODE=/second', 'NODE', 'line 3'],
    ['release=20260615', 'release', 'line 3'],
    [' RELEASE=20260615', 'RELEASE', 'line 3'],
    ['RELEASE = 20260615', 'RELEASE', 'line 3'],
    ['RELEASE=20260615\r', 'RELEASE', 'line 3'],
    ['export RELEASE=20260615', 'export', 'line 3'],
    ['no equals sign', 'no equals sign', 'line 3'],
    ['# fine\n\nRELEASE=no', 'RELEASE', 'line 5'],
  ];
  test.each(BAD)('%j stops a create, naming key and line', (text, key, line) => {
    const run = configured(`${basics}${text}\n`);
    expect(run).toMatchObject({ status: 1, stdout: '', node: undefined, runtime: undefined });
    expect(run.stderr).toContain(key);
    expect(run.stderr).toContain(line);
  });

  test('a wrong line does not stop a delete', () => {
    expect(configured(`${basics}ON_ERROR=maybe\n`, ['delete', 'id'])).toMatchObject({
      status: 0,
      runtime: ['delete', 'id'],
    });
  });

  test.each(['RUNTIME=relative/path', 'RUNTIME=', ' RUNTIME=/x'])('%j stops every command', (line) => {
    const run = configured(`NODE=${bench.node}\n${line}\n`, ['delete', 'id']);
    expect(run).toMatchObject({ status: 1, stdout: '', runtime: undefined });
    expect(run.stderr).toContain('RUNTIME');
  });

  test.each([0o664, 0o646, 0o666, 0o620])('a file of mode %o is refused', (mode) => {
    const run = configured(basics, ['state', 'id'], {}, mode);
    expect(run).toMatchObject({ status: 1, runtime: undefined });
    expect(run.stderr).toContain('chmod');
  });

  const asRoot = process.geteuid?.() === 0 ? test : test.skip;
  if (process.geteuid?.() !== 0) process.stdout.write('skipped: only root can give a file away\n');
  asRoot("another user's file is refused", () => {
    const path = bench.file('given-away.conf', basics);
    chownSync(path, 65534, 65534);
    const run = bench.run(shell, ['state', 'id'], { MOUNT_HINTS_CONFIG: path });
    expect(run).toMatchObject({ status: 1, runtime: undefined });
  });

  test('a file that is named and not there is an error', () => {
    const run = bench.run(shell, ['state', 'id'], { MOUNT_HINTS_CONFIG: join(bench.root, 'nothing') });
    expect(run).toMatchObject({ status: 1, runtime: undefined });
  });

  test('nothing in the file is evaluated', () => {
    const mark = join(bench.root, 'evaluated');
    configured(`${basics}LOG_FILE=/x$(touch ${mark})\n`);
    configured(`${basics}LOG_FILE=/x;touch ${mark}\n`);
    expect(() => readFileSync(mark)).toThrow('ENOENT');
  });

  test('the runtime is never the wrapper itself, by whatever name', () => {
    const bin = join(bench.root, 'bin');
    mkdirSync(bin);
    copyFileSync(SCRIPT, join(bin, 'mount-hints-runtime'));
    const script = join(bin, 'mount-hints-runtime');
    symlinkSync(script, join(bin, 'runsc'));
    const run = (MOUNT_HINTS_RUNTIME: string, PATH = bin) =>
      bench.run(shell, ['state', 'id'], { MOUNT_HINTS_RUNTIME, PATH: `${PATH}:/usr/bin:/bin` }, script);
    expect(run(script)).toMatchObject({ status: 1, runtime: undefined });
    expect(run(join(bin, 'runsc'))).toMatchObject({ status: 1, runtime: undefined });

    const real = join(bench.root, 'bin2');
    mkdirSync(real);
    bench.program(join(real, 'runsc'), '#!/bin/sh\necho the real one\n');
    expect(run('runsc', `relative:${bin}:${real}`)).toMatchObject({ status: 0, stdout: 'the real one\n' });
    const last = bench.run(
      shell,
      ['state', 'id'],
      { MOUNT_HINTS_RUNTIME: 'runsc', PATH: `/bin::${real}` },
      script,
    );
    expect(last).toMatchObject({ status: 0, stdout: 'the real one\n' });
  });

  test('the program is found beside the script, through links and odd names', () => {
    const home = join(bench.root, 'home \'\n" dir');
    mkdirSync(home);
    copyFileSync(SCRIPT, join(home, 'mount-hints-runtime'));
    symlinkSync(join(home, 'mount-hints-runtime'), join(bench.root, 'linked'));
    const run = bench.run(shell, CREATE, {}, join(bench.root, 'linked'));
    expect(run.node?.[0]).toBe(join(home, 'mount-hints-runtime.cjs'));
  });

  describe('when the rewrite fails', () => {
    const log = join(bench.root, 'log "file"');
    const fails = (environment: Record<string, string>, args: string[] = CREATE) =>
      bench.run(shell, args, environment);

    test('and was reported, the container is not started', () => {
      expect(fails({ NODE_STATUS: '3' })).toMatchObject({
        status: 1,
        stdout: '',
        stderr: '',
        runtime: undefined,
      });
    });

    test('and was reported, and errors are ignored, it is started', () => {
      const run = fails({ NODE_STATUS: '3', MOUNT_HINTS_ON_ERROR: 'ignore' });
      expect(run).toMatchObject({ status: 0, stdout: 'out\n', stderr: 'err\n', runtime: CREATE });
    });

    test.each(['1', '70', '134'])('with status %s, the script reports it in JSON', (status) => {
      const args = ['--log', log, '--log-format', 'json', ...CREATE];
      const run = fails({ NODE_STATUS: status }, args);
      expect(run).toMatchObject({ status: 1, stdout: '', runtime: undefined });
      const entry = JSON.parse(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '');
      expect(entry).toEqual({
        level: 'error',
        msg: expect.stringContaining(status),
        time: expect.any(String),
      });
      expect(Date.parse(entry.time)).toBeGreaterThan(0);
      expect(run.stderr).toContain(status);
    });

    test('without Node, it says so, and starts if errors are ignored', () => {
      const missing = { MOUNT_HINTS_NODE: '/no/such "node"' };
      expect(fails(missing)).toMatchObject({ status: 1, runtime: undefined });
      const run = fails({ ...missing, MOUNT_HINTS_ON_ERROR: 'ignore', MOUNT_HINTS_LOG_FILE: log });
      expect(run).toMatchObject({ status: 0, stdout: 'out\n', stderr: 'err\n', runtime: CREATE });
      const entry = JSON.parse(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '');
      expect(entry).toMatchObject({ level: 'warning', msg: expect.stringContaining('/no/such "node"') });
    });

    test('text logs are as logrus writes them', () => {
      const file = join(bench.root, 'text.log');
      fails({ NODE_STATUS: '9' }, ['--log', file, ...CREATE]);
      expect(readFileSync(file, 'utf8')).toMatch(
        /^time="[-0-9T:Z]+" level=error msg="mount-hints-runtime: .*"\n$/,
      );
    });
  });

  test("the real runtime's status is the script's", () => {
    expect(bench.run(shell, ['state', 'id'], { RUNTIME_STATUS: '42' }).status).toBe(42);
    expect(bench.run(shell, CREATE, { RUNTIME_STATUS: '42' }).status).toBe(42);
  });
});
