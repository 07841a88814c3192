import { execFileSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
      `# a comment\n\n${basics}RELEASE=20260615\nKUBELET_DIR=/k k\nVOLUME_LAYOUT=podman\nVOLUMES_DIR=/v\nON_ERROR=ignore\nLOG_FILE=/l$HOME\`x\`\nLOG_LEVEL=debug\nCGROUP_PARENT=on\nSUB_PATHS=refuse\nRESTORE=fix`,
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
      '--sub-paths=refuse',
      '--restore=fix',
      '--image-path=',
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
    ['SUB_PATHS', 'refuse', 'sub-paths'],
    ['RESTORE', 'fix', 'restore'],
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
    ['SUB_PATHS=yes', 'SUB_PATHS', 'line 3'],
    ['RESTORE=yes', 'RESTORE', 'line 3'],
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

  /** A PATH with a runsc that says so. */
  const withRunsc = () => {
    const bin = join(bench.root, 'runsc-bin');
    mkdirSync(bin, { recursive: true });
    bench.program(join(bin, 'runsc'), '#!/bin/sh\necho "runsc $*"\n');
    return `${bin}:${process.env.PATH}`;
  };

  describe('a configuration that does not say which runtime is meant', () => {
    const asRoot = process.geteuid?.() === 0;
    if (!asRoot) process.stdout.write('skipped: only root can give a file away\n');
    const givenAway = () => {
      const path = bench.file('given-away.conf', basics);
      chownSync(path, 65534, 65534);
      return path;
    };
    const file = (text: string, mode?: number) => () => bench.file('runtime.conf', text, mode);
    const CASES: [string, string, () => string][] = [
      ...['RUNTIME=relative/path', 'RUNTIME=', ' RUNTIME=/x'].map((line): [string, string, () => string] => [
        line,
        'RUNTIME',
        file(`NODE=${bench.node}\n${line}\n`),
      ]),
      ...[0o664, 0o646, 0o666, 0o620].map((mode): [string, string, () => string] => [
        `mode ${mode.toString(8)}`,
        'chmod',
        file(basics, mode),
      ]),
      ['a file that is not there', 'MOUNT_HINTS_CONFIG', () => join(bench.root, 'nothing')],
      ['RUNTIME names no program', 'RUNTIME', file('RUNTIME=/no/such/runsc\n')],
      ['RUNTIME names this script', 'RUNTIME', file(`RUNTIME=${SCRIPT}\n`)],
      ...(asRoot ? [["another user's file", 'chown', givenAway] as [string, string, () => string]] : []),
    ];

    test.each(CASES)('%s: stops a create, and says why', (_what, word, path) => {
      const environment = { MOUNT_HINTS_CONFIG: path(), MOUNT_HINTS_RUNTIME: '', PATH: withRunsc() };
      const run = bench.run(shell, CREATE, environment);
      expect(run).toMatchObject({ status: 1, stdout: '', node: undefined, runtime: undefined });
      expect(run.stderr).toContain(word);
    });

    test.each(CASES)('%s: kill and delete reach the runsc on PATH, with a warning', (_what, word, path) => {
      const log = join(bench.root, 'engine.log');
      for (const args of [
        ['kill', 'id', 'KILL'],
        ['delete', '--force', 'id'],
      ]) {
        const words = ['--log', log, '--log-format', 'json', ...args];
        const environment = { MOUNT_HINTS_CONFIG: path(), MOUNT_HINTS_RUNTIME: '', PATH: withRunsc() };
        const run = bench.run(shell, words, environment);
        expect(run).toMatchObject({ status: 0, stdout: `runsc ${words.join(' ')}\n`, stderr: '' });
        const entry = JSON.parse(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '');
        expect(entry).toMatchObject({ level: 'warning', msg: expect.stringContaining(word) });
      }
    });

    test('without any runtime, a delete says what is wrong', () => {
      const environment = { MOUNT_HINTS_CONFIG: join(bench.root, 'nothing'), MOUNT_HINTS_RUNTIME: '' };
      const run = bench.run(shell, ['delete', 'id'], environment);
      expect(run).toMatchObject({ status: 1, stdout: '', runtime: undefined });
      expect(run.stderr).toContain('MOUNT_HINTS_CONFIG');
    });

    test('the environment names the runtime all the same', () => {
      const environment = { MOUNT_HINTS_CONFIG: join(bench.root, 'nothing') };
      const run = bench.run(shell, ['delete', 'id'], environment);
      expect(run).toMatchObject({ status: 0, stderr: 'err\n', runtime: ['delete', 'id'] });
      expect(bench.run(shell, CREATE, environment)).toMatchObject({ status: 1, runtime: undefined });
    });
  });

  test("of the caller's environment Node gets what it needs, and no more", () => {
    const run = bench.run(shell, CREATE, {
      HOME: "/ho me'",
      XDG_CACHE_HOME: '/cache',
      XDG_DATA_HOME: '/data',
      NODE_OPTIONS: '--require=/evil.cjs',
      NODE_EXTRA_CA_CERTS: '/evil',
      OPENSSL_CONF: '/evil.cnf',
      OPENSSL_MODULES: '/evil',
      SSL_CERT_FILE: '/evil',
      ICU_DATA: '/evil',
      UV_THREADPOOL_SIZE: '1',
    });
    expect(run).toMatchObject({ status: 0, runtime: CREATE });
    const { PWD: _, SHLVL: __, _: ___, ...seen } = bench.nodeEnvironment();
    expect(seen).toEqual({
      PATH: process.env.PATH,
      HOME: "/ho me'",
      XDG_CACHE_HOME: '/cache',
      XDG_DATA_HOME: '/data',
    });
  });

  test('Node may lie at a path with an equals sign', () => {
    const directory = join(bench.root, 'a=b');
    mkdirSync(directory, { recursive: true });
    symlinkSync(process.execPath, join(directory, 'node'));
    writeFileSync(
      join(bench.root, 'mount-hints-runtime.cjs'),
      `process.exit(process.argv.length > 5 ? 0 : 9)`,
    );
    copyFileSync(SCRIPT, join(bench.root, 'mount-hints-runtime'));
    const environment = { MOUNT_HINTS_NODE: join(directory, 'node') };
    const run = bench.run(shell, CREATE, environment, join(bench.root, 'mount-hints-runtime'));
    expect(run).toMatchObject({ status: 0, runtime: CREATE });
  });

  test('copies named runsc on PATH do not take each other for the runtime', () => {
    const [one, two, real] = ['one', 'two', 'real'].map((name) => {
      const directory = join(bench.root, `copy-${name}`);
      mkdirSync(directory, { recursive: true });
      return directory;
    }) as [string, string, string];
    for (const each of [one, two]) copyFileSync(SCRIPT, join(each, 'runsc'));
    const environment = (path: string) => ({ MOUNT_HINTS_RUNTIME: 'runsc', PATH: `${path}:/usr/bin:/bin` });
    const alone = bench.run(shell, ['state', 'id'], environment(`${one}:${two}`), join(one, 'runsc'));
    expect(alone).toMatchObject({ status: 1, stdout: '' });
    expect(alone.stderr).toContain('no OCI runtime named runsc');
    const named = { MOUNT_HINTS_RUNTIME: join(two, 'runsc'), PATH: '/usr/bin:/bin' };
    expect(bench.run(shell, CREATE, named, join(one, 'runsc'))).toMatchObject({ status: 1 });
    bench.program(join(real, 'runsc'), '#!/bin/sh\n# not mount-hints-runtime: the real one\necho real\n');
    const path = `${one}:${two}:${real}`;
    const run = bench.run(shell, ['state', 'id'], environment(path), join(one, 'runsc'));
    expect(run).toMatchObject({ status: 0, stdout: 'real\n' });
  });

  test('a FIFO for a log, which nobody reads, does not hold anything up', () => {
    const fifo = join(bench.root, 'fifo');
    if (!existsSync(fifo)) execFileSync('mkfifo', [fifo]);
    const environment = { NODE_STATUS: '9', MOUNT_HINTS_LOG_FILE: fifo };
    const run = bench.run(shell, ['--log', fifo, ...CREATE], environment);
    expect(run).toMatchObject({ status: 1, runtime: undefined });
    expect(run.stderr).toContain('status 9');
  });

  test('the time to report an error grows with its length, not with the square of it', () => {
    const timeOf = (length: number) => {
      const text = 'x"\\'.repeat(length / 3);
      const environment = { MOUNT_HINTS_RELEASE: text };
      const before = process.hrtime.bigint();
      const run = bench.run(
        shell,
        ['--log', join(bench.root, 'long.log'), '--log-format', 'json', ...CREATE],
        environment,
      );
      expect(run.status).toBe(1);
      const entry = JSON.parse(
        readFileSync(join(bench.root, 'long.log'), 'utf8').trimEnd().split('\n').at(-1) ?? '',
      );
      expect(entry.msg).toContain(`is "${text}"`);
      return Number(process.hrtime.bigint() - before) / 1e6;
    };
    timeOf(300);
    // A square would be 400 times; what does not grow with the length makes it far less.
    expect(timeOf(60_000)).toBeLessThan(100 * timeOf(3000));
  });

  test('control characters and line ends of a message are escaped in the logs', () => {
    const log = join(bench.root, 'escaped.log');
    const config = bench.file('odd.conf', `${basics}RELEASE=a\t"b"\\\u0001ä\n`);
    const environment = { MOUNT_HINTS_CONFIG: config, MOUNT_HINTS_RUNTIME: '', MOUNT_HINTS_NODE: '' };
    bench.run(shell, ['--log', log, '--log-format', 'json', ...CREATE], environment);
    const entry = JSON.parse(readFileSync(log, 'utf8'));
    expect(entry.msg).toContain('RELEASE is "a?"b"\\?ä"');
    const bad = join(bench.root, 'bad\nname');
    bench.run(shell, ['--log', log, '--log-format', 'json', ...CREATE], { MOUNT_HINTS_CONFIG: bad });
    expect(JSON.parse(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '').msg).toContain(
      'bad\nname',
    );
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
