import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CLI, runCli } from '../support/built-cli.ts';
import { containerSpec, Workplace } from '../support/workplace.ts';

const RELEASE = ['--release', '20260615'];

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

const good = () => JSON.stringify(containerSpec(place.kubeletDir));
const updateArgs = () => ['update', ...RELEASE, '--kubelet-dir', place.kubeletDir];

function many(count: number, text = good()): string[] {
  return Array.from({ length: count }, (_, index) =>
    place.bundle(`b${String(index).padStart(4, '0')}`, text),
  );
}

/** What lies in the bundles: how many are rewritten, how many are not, and what else there is. */
function state() {
  const bundles = join(place.root, 'bundles');
  const found = { rewritten: 0, original: 0, broken: 0, others: [] as string[] };
  for (const name of readdirSync(bundles)) {
    found.others.push(...readdirSync(join(bundles, name)).filter((file) => file !== 'config.json'));
    const text = readFileSync(join(bundles, name, 'config.json'), 'utf8');
    if (text === good()) found.original++;
    else if (/^\{.*"type":"tmpfs".*\}$/.test(text)) found.rewritten++;
    else found.broken++;
  }
  return found;
}

describe('a closed pipe', () => {
  const shell = (command: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; ${command}; echo "\${PIPESTATUS[0]}" >&2`], {
      encoding: 'utf8',
      cwd: place.root,
    });

  test('is no error: --json | head -1', () => {
    many(300, '{}');
    const run = shell(`node ${CLI} ${updateArgs().join(' ')} --json 'bundles/*' | head -1`);
    expect(JSON.parse(run.stdout)).toMatchObject({ path: 'bundles/b0000', changed: false });
    expect(run.stderr).toBe('0\n');
  });

  test.each(['--version', 'help'])('is no error of %s', (word) => {
    expect(shell(`(sleep 0.3; exec node ${CLI} ${word}) | true`).stderr).toBe('0\n');
  });

  test('is no error of a document either', () => {
    const run = shell(`printf '{"x":"%0200000d"}' 1 | node ${CLI} ${updateArgs().join(' ')} - | head -c 1`);
    expect(run.stdout).toBe('{');
    expect(run.stderr).toBe('-: unchanged\n0\n');
  });

  test('does not stop the work', () => {
    many(100);
    shell(`node ${CLI} ${updateArgs().join(' ')} 'bundles/*' 2>/dev/null | true`);
    expect(state()).toEqual({ rewritten: 100, original: 0, broken: 0, others: [] });
  });
});

describe('a full disk behind standard output', () => {
  test.each([[[]], [['--json']], [['--diff']]])('is an error 74 with %j', (options) => {
    const full = openSync('/dev/full', 'w');
    try {
      const run = runCli([...updateArgs(), ...options, '-'], {
        input: good(),
        stdio: ['pipe', full, 'pipe'],
      });
      expect(run.status).toBe(74);
      expect(run.stderr).toContain('MH_WRITE_FAILED');
      expect(run.stderr).not.toContain('MH_BUG');
    } finally {
      closeSync(full);
    }
  });
});

describe('a full disk', () => {
  const onFull = (args: readonly string[], stdio: readonly ('full' | 'pipe')[]) => {
    const full = openSync('/dev/full', 'w');
    try {
      const [out, error] = stdio.map((each) => (each === 'full' ? full : each));
      return runCli(args, { stdio: ['ignore', out ?? 'pipe', error ?? 'pipe'] });
    } finally {
      closeSync(full);
    }
  };

  test.each([[['--version']], [['help']], [['update', '--help']]])(
    'behind standard output is an error 74 with %j',
    (args) => {
      const run = onFull(args, ['full', 'pipe']);
      expect(run.status).toBe(74);
      expect(run.stderr).toMatch(/^error MH_WRITE_FAILED: .*\n$/);
    },
  );

  test('behind standard error leaves the work and its exit status as they are', () => {
    const rewritten = onFull([...updateArgs(), place.bundle('a', good())], ['pipe', 'full']);
    expect(rewritten).toMatchObject({ status: 0, stdout: expect.stringContaining(': changed') });
    expect(state()).toMatchObject({ rewritten: 1 });
    expect(onFull([...updateArgs(), join(place.root, 'none')], ['pipe', 'full']).status).toBe(66);
    expect(onFull(['no-command'], ['pipe', 'full']).status).toBe(2);
  });

  test('behind both leaves the exit status', () => {
    for (const args of [['--version'], ['help'], ['demo'], [...updateArgs(), place.bundle('b', good())]]) {
      expect(onFull(args, ['full', 'full']).status).toBe(74);
    }
  });
});

describe('signals', () => {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  const start = (args: string[]) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    started.push(child);
    return child;
  };

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s in a batch leaves whole files and no temporary ones',
    async (signal) => {
      const bundles = many(700);
      const child = start([...updateArgs(), '--json', ...bundles]);
      const exit = once(child, 'exit');
      await once(child.stdout, 'data');
      child.stdout.resume();
      child.kill(signal);
      expect(await exit).toEqual([null, signal]);
      const { rewritten, original, broken, others } = state();
      expect({ broken, others }).toEqual({ broken: 0, others: [] });
      expect(rewritten).toBeGreaterThan(0);
      expect(original).toBeGreaterThan(0);

      const again = runCli([...updateArgs(), '-q', ...bundles]);
      expect(again).toMatchObject({ status: 0, stdout: '', stderr: '' });
      expect(state()).toEqual({ rewritten: 700, original: 0, broken: 0, others: [] });
    },
  );

  test('SIGINT in a long explanation ends it between two pods', async () => {
    const directory = place.bundle('manifests');
    const pod =
      'kind: Pod\nmetadata: {name: web}\nspec: {runtimeClassName: gvisor, containers: [{name: app}]}\n---\n';
    for (let index = 0; index < 300; index++) writeFileSync(join(directory, `${index}.yaml`), pod);
    const child = start(['explain', ...RELEASE, '--format', 'json', directory]);
    const exit = once(child, 'close');
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await exit).toEqual([null, 'SIGINT']);
    expect(out.endsWith('}\n')).toBe(true);
    expect(out.split('\n').length - 1).toBeLessThan(300);
  });

  test('SIGINT during the wait for standard input ends it', async () => {
    const child = start([...updateArgs(), '-']);
    const exit = once(child, 'exit');
    // Half a document, so that the wait for the rest has begun once it is read.
    child.stdin.write('{"annotations":');
    await new Promise((resolve) => setTimeout(resolve, 700));
    child.kill('SIGINT');
    expect(await exit).toEqual([null, 'SIGINT']);
  });
});

describe('a terminal', () => {
  const isThere = spawnSync('script', ['--version']).status === 0;
  if (!isThere) process.stdout.write('no script(1) here: colours on a real terminal are not tried\n');
  const onTerminal = isThere ? test : test.skip;
  const diff = (environment: Record<string, string>) => {
    const bundle = place.bundle('a', good());
    const command = [process.execPath, CLI, ...updateArgs(), '--diff', bundle].join(' ');
    const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
    const run = spawnSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { ...rest, TERM: 'xterm', ...environment },
      input: '',
    });
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('"type": "tmpfs"');
    return run.stdout.includes('\u001b[3');
  };

  onTerminal('has colours', () => expect(diff({})).toBe(true));
  onTerminal('has none with NO_COLOR', () => expect(diff({ NO_COLOR: '1' })).toBe(false));
  onTerminal('has some with an empty NO_COLOR', () => expect(diff({ NO_COLOR: '' })).toBe(true));
  onTerminal('has none that is dumb', () => expect(diff({ TERM: 'dumb' })).toBe(false));

  test('that is none has no colours, whatever FORCE_COLOR says', () => {
    const run = runCli([...updateArgs(), '--diff', place.bundle('a', good())], {
      env: { ...process.env, FORCE_COLOR: '1' },
    });
    expect(run.stdout).toContain('"type": "tmpfs"');
    expect(run.stdout).not.toContain('\u001b');
  });
});

describe('a working directory that has been removed', () => {
  const within = (...words: string[]) => {
    const gone = join(place.root, 'gone');
    const script = 'mkdir "$1" && cd "$1" && rmdir "$1" && shift && exec "$@"';
    return spawnSync('sh', ['-c', script, 'sh', gone, process.execPath, CLI, ...words], { encoding: 'utf8' });
  };

  test.each([
    [['update', ...RELEASE, 'bundle']],
    [['update', ...RELEASE, '*']],
    [['check', ...RELEASE, 'bundle']],
    [['explain', ...RELEASE, 'bundle']],
    [['annotate', 'pod.yaml']],
    [['doctor', '--root', '.']],
  ])('is told for the relative path of %j', (words) => {
    const { status, stderr } = within(...words);
    expect([status, stderr]).toEqual([66, expect.stringContaining('MH_INPUT_NOT_FOUND')]);
    expect(stderr).toContain('working directory');
  });

  test('does not matter to an absolute one', () => {
    expect(within(...updateArgs(), place.bundle('a', good())).status).toBe(0);
  });
});
