import { afterAll, describe, expect, test } from '@jest/globals';
import { handed, ScriptBench, SHELLS } from '../../support/runtime-script.ts';

interface Row {
  args: string[];
  /** What Node must be told; absent: Node must not be asked. `bundle: ''` is the working directory. */
  rewrite?: { bundle: string; spec?: string; log?: string; format?: string };
}

const rewrite = (args: string[], bundle = '', rest: Partial<Row['rewrite'] & object> = {}): Row => ({
  args,
  rewrite: { bundle, ...rest },
});
const pass = (...args: string[]): Row => ({ args });

const ROWS: Row[] = [
  // The bundle, in every spelling.
  rewrite(['create', '--bundle', '/b', 'id'], '/b'),
  rewrite(['create', '--bundle=/b', 'id'], '/b'),
  rewrite(['create', '-b', '/b', 'id'], '/b'),
  rewrite(['create', '-b=/b', 'id'], '/b'),
  rewrite(['create', '-bundle', '/b', 'id'], '/b'),
  rewrite(['create', '-bundle=/b', 'id'], '/b'),
  rewrite(['create', '-b/b', 'id'], '/b'),
  rewrite(['run', '-d', '-b', '/b', 'id'], '/b'),
  rewrite(['run', '-db', '/b', 'id'], '/b'),
  rewrite(['run', '-db/b', 'id'], '/b'),
  rewrite(['create', 'id']),
  rewrite(['create', '--bundle', '', 'id']),
  rewrite(['create', '--bundle=', 'id']),
  rewrite(['create', '--bundle', '/a', '--bundle', '/b', 'id'], '/b'),
  rewrite(['create', '--bundle', 'relative/b', 'id'], 'relative/b'),
  rewrite(['create', '--bundle', '-b', 'id'], '-b'),
  rewrite(['create', '--bundle=a=b', 'id'], 'a=b'),
  rewrite(['create', '--bundle', '/b b', 'id'], '/b b'),
  rewrite(['create', '--bundle', '/b\nb\n', 'id'], '/b\nb\n'),
  rewrite(['create', '--bundle', `/b'"$(x)\`y\`\\*?`, 'id'], `/b'"$(x)\`y\`\\*?`),
  rewrite(['create', '--bundle=/ä€😀', 'id'], '/ä€😀'),
  // Names that look like commands.
  rewrite(['create', '--bundle', 'create', 'create'], 'create'),
  rewrite(['create', 'create']),
  rewrite(['create', '-b', 'run', 'state'], 'run'),
  rewrite(['--root', 'create', 'create', '--bundle', '/b', 'create'], '/b'),
  pass('--root', 'create', 'state', 'create'),
  pass('state', 'create'),
  pass('kill', 'create', 'KILL'),
  pass('exec', 'create', 'run', '--bundle', '/b'),
  pass('exec', '-d', 'id', 'create', '-b', '/b'),
  pass('delete', '--force', 'run'),
  pass('--log', 'run', 'delete', 'run'),
  pass('spec', '--bundle', '/b'),
  pass('checkpoint', '--image-path', 'create', 'id'),
  // The end of options.
  rewrite(['create', '--bundle', '/b', '--', 'id'], '/b'),
  rewrite(['create', '--', '--bundle']),
  rewrite(['create', 'id', '--bundle', '/b']),
  rewrite(['--', 'create', '-b', '/b', 'id'], '/b'),
  pass('--', 'state', 'id'),
  // Global options: runc, crun, runsc, and ones that nobody here knows.
  rewrite(['--root', '/r', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--root=/r', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['-root', '/r', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['-root=/r', '-debug', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--debug', '--systemd-cgroup', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--debug=true', 'run', '-b', '/b', 'id'], '/b'),
  rewrite(['--rootless', 'auto', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--rootless', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--rootless=true', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--cgroup-manager', 'disabled', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--platform', 'kvm', '-overlay2', 'none', '--network=host', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--strace', '--debug-log', '/tmp/', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--unknown-flag', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--unknown-flag', 'value', 'create', '-b', '/b', 'id'], '/b'),
  rewrite(['--unknown-flag', '--other', 'create', '-b', '/b', 'id'], '/b'),
  pass('--unknown-flag', 'state', 'create'),
  pass('--debug', 'checkpoint', 'create'),
  // Where the caller reads errors.
  rewrite(['--log', '/l', '--log-format', 'json', 'create', 'id'], '', { log: '/l', format: 'json' }),
  rewrite(['--log=/l l', '--log-format=text', 'create', 'id'], '', { log: '/l l', format: 'text' }),
  rewrite(['-log', '/l', '-log-format=json', 'run', 'id'], '', { log: '/l', format: 'json' }),
  rewrite(['--log-level', 'debug', '--log', '/l', 'create', 'id'], '', { log: '/l' }),
  // Options of create, run and restore beside the bundle.
  rewrite(['create', '--console-socket', '/s', '--bundle', '/b', '--pid-file', '/p', 'id'], '/b'),
  rewrite(['create', '--pid-file', '--bundle', 'id']),
  rewrite(['create', '--preserve-fds', '3', '-b', '/b', 'id'], '/b'),
  rewrite(['create', '--preserve-fds=3', '--no-pivot', '--no-new-keyring', '-b', '/b', 'id'], '/b'),
  rewrite(['run', '--detach', '--keep', '--no-subreaper', '-b', '/b', 'id'], '/b'),
  rewrite(['create', '--unknown', '-b', '/b', 'id'], '/b'),
  rewrite(['create', '--unknown', 'value', '-b', '/b', 'id'], '/b'),
  rewrite(['create', '--unknown', 'id']),
  rewrite(['create', '-f', '/c.json', '-b', '/b', 'id'], '/b', { spec: '/c.json' }),
  rewrite(['run', '--config=c.json', 'id'], '', { spec: 'c.json' }),
  rewrite(['restore', '--image-path', '/i', '--bundle', '/b', 'id'], '/b'),
  pass('restore', '--image-path', '/i', 'id'),
  // Nothing to rewrite, and command lines that only the real runtime can answer.
  pass(),
  pass('--version'),
  pass('-v', 'create'),
  pass('--help', 'create'),
  pass('create', '--help'),
  pass('-h'),
  pass(''),
  pass('-', 'create'),
  pass('--root'),
  pass('--root', '/r'),
  pass('created', '-b', '/b'),
  pass('Create', '-b', '/b'),
  pass('create', '--bundle'),
  pass('create', '--bundle', '/b'),
  pass('create', '--'),
  pass('create', '--bundle', '/b', '--help', 'id'),
  pass('create'),
];

test('the table is as long as it was meant to be', () => expect(ROWS.length).toBeGreaterThanOrEqual(60));

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('under %s', (_, shell) => {
  const bench = new ScriptBench();
  afterAll(() => bench.remove());

  test.each(ROWS.map((row) => [JSON.stringify(row.args), row] as const))('%s', (_words, row) => {
    const run = bench.run(shell, row.args);
    const told = run.node && {
      bundle: handed(run, 'bundle'),
      spec: handed(run, 'spec'),
      log: handed(run, 'log'),
      format: handed(run, 'log-format'),
    };
    const wanted = row.rewrite && { spec: '', log: '', format: 'text', ...row.rewrite };
    expect({ told, runtime: run.runtime }).toEqual({ told: wanted, runtime: row.args });
    expect(run).toMatchObject({ status: 0, stdout: 'out\n', stderr: 'err\n' });
  });

  // An option that nobody here knows, before a command's name: its value, or the command?
  const DOUBTFUL = [
    ['--unknown-flag', 'state', 'create', '-b', '/b', 'id'],
    ['--unknown-flag', 'kill', 'run', 'id'],
    ['--debug', '-unknown-flag', 'exec', '--root', '/r', 'create', 'id'],
  ];
  test.each(DOUBTFUL)('neither reading is taken: %s', (...words) => {
    const run = bench.run(shell, words);
    expect(run).toMatchObject({ status: 1, stdout: '', node: undefined, runtime: undefined });
    expect(run.stderr).toContain('VALUE_OPTIONS');
  });

  test.each([DOUBTFUL[0] ?? []])('a setting says that it takes a value: %s', (...words) => {
    const run = bench.run(shell, words, { MOUNT_HINTS_VALUE_OPTIONS: 'other,unknown-flag' });
    expect([handed(run, 'bundle'), run.runtime]).toEqual(['/b', words]);
  });

  test.each(DOUBTFUL)('a setting says that it takes none: %s', (...words) => {
    const run = bench.run(shell, words, { MOUNT_HINTS_BOOLEAN_OPTIONS: 'unknown-flag' });
    expect([run.node, run.runtime]).toEqual([undefined, words]);
  });
});
