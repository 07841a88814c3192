import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUpdateCommand, type UpdateWiring } from '../../../src/adapters/cli/commands/update-command.ts';
import { updateWiring } from '../../../src/composition/commands/update.ts';
import { MountHintsError, type Release } from '../../../src/index.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { containerSpec, sandboxSpec, snapshot, Workplace } from '../../support/workplace.ts';

let place: Workplace;
let terminal: RecordingTerminal;
beforeEach(() => {
  place = new Workplace();
  terminal = new RecordingTerminal();
});
afterEach(() => place.remove());

/** The wiring of the real command, with an installed release of the test's choice. */
function wiring(installed: Release | undefined = '20260615', more: Partial<UpdateWiring> = {}): UpdateWiring {
  return { ...updateWiring, runtime: () => ({ installed: async () => installed }), ...more };
}

function update(args: readonly string[], wired: UpdateWiring = wiring()): Promise<number> {
  return runCommand(createUpdateCommand(wired), ['--kubelet-dir', place.kubeletDir, ...args], terminal);
}

const good = () => JSON.stringify(containerSpec(place.kubeletDir));
const textIn = (bundle: string) => readFileSync(join(bundle, 'config.json'), 'utf8');
const typeIn = (bundle: string) => JSON.parse(textIn(bundle)).mounts[1].type;
const jsonLines = () =>
  terminal.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const EDIT = {
  kind: 'change-mount',
  mount: 1,
  destination: '/scratch',
  type: { was: 'bind', value: 'tmpfs' },
  options: { was: ['rbind', 'rprivate', 'rw'], value: ['rprivate', 'rw'] },
};

describe('a bundle that was rewritten before, whose pod has written by now', () => {
  const again = async (...options: string[]) => {
    const directory = place.volume('scratch');
    const sandbox = place.bundle('sandbox', JSON.stringify(sandboxSpec()));
    const container = place.bundle('container', good());
    expect(await update([sandbox, container])).toBe(0);
    writeFileSync(join(directory, 'data'), 'x');
    const before = textIn(sandbox);
    terminal.stdout = '';
    expect(await update([...options, sandbox, container])).toBe(0);
    return { sandbox, container, before };
  };

  test('is left alone, and that is said', async () => {
    const { sandbox, before } = await again();
    expect(textIn(sandbox)).toBe(before);
    expect(terminal.stdout).toContain(
      `${sandbox}: unchanged: it was rewritten before (--again decides anew)\n`,
    );
  });

  test('is decided anew with --again, by what the volume holds', async () => {
    const { sandbox } = await again('--again');
    expect(JSON.parse(textIn(sandbox)).annotations['dev.gvisor.spec.mount.scratch.type']).toBe('bind');
  });
});

describe('one bundle', () => {
  test('is rewritten; the result goes to standard output, the reason to standard error', async () => {
    const bundle = place.bundle('a', good());
    expect(await update([bundle])).toBe(0);
    expect(typeIn(bundle)).toBe('tmpfs');
    expect(terminal.stdout).toBe(`${bundle}: changed (1 edit)\n`);
    expect(terminal.stderr).toBe(
      `${bundle}: mount /scratch is of hinted volume scratch: its type is tmpfs\n`,
    );
  });

  test('is named by its config.json too', async () => {
    const bundle = place.bundle('a', good());
    expect(await update([join(bundle, 'config.json')])).toBe(0);
    expect(typeIn(bundle)).toBe('tmpfs');
  });

  test('with several edits says how many', async () => {
    place.volume('scratch');
    const bundle = place.bundle('a', JSON.stringify(sandboxSpec()));
    expect(await update(['--release', '20230517', bundle])).toBe(0);
    expect(terminal.stdout).toBe(`${bundle}: changed (2 edits)\n`);
  });

  test('without changes is not touched', async () => {
    const bundle = place.bundle('a', '{}');
    const before = snapshot(bundle);
    expect(await update([bundle])).toBe(0);
    expect(snapshot(bundle)).toEqual(before);
    expect(terminal).toMatchObject({ stdout: `${bundle}: unchanged\n`, stderr: '' });
  });

  test.each([
    ['--dry-run', 0],
    ['-n', 0],
    ['--diff', 0],
    ['--check', 1],
  ])('%s writes nothing and ends in %i', async (option, status) => {
    const bundle = place.bundle('a', good());
    const before = snapshot(place.root);
    expect(await update([option, bundle])).toBe(status);
    expect(snapshot(place.root)).toEqual(before);
    expect(terminal.stdout).toContain(`${bundle}: would change (1 edit)\n`);
    const edit = '  change mount /scratch: type bind -> tmpfs; options rbind,rprivate,rw -> rprivate,rw\n';
    expect(terminal.stdout.includes(edit)).toBe(option !== '--diff');
  });

  test('--dry-run on a terminal wraps an edit, and breaks no path', async () => {
    Object.assign(terminal, { shows: true });
    place.volume('scratch');
    const bundle = place.bundle('a', JSON.stringify(sandboxSpec()));
    const path = `${place.kubeletDir}/pods/`;
    expect(await update(['-n', bundle])).toBe(0);
    expect(terminal.stdout).toMatch(new RegExp(`=\\n {6}"${path}[^\\s"]+/scratch"\\n`));
    const whole = terminal.stdout;
    Object.assign(terminal, { shows: false, stdout: '' });
    expect(await update(['-n', bundle])).toBe(0);
    expect(terminal.stdout).toBe(whole.replaceAll(/\n {4,}/g, ' '));
  });

  test('--dry-run needs one line for each edit, and keeps its blanks', async () => {
    const spec = containerSpec(place.kubeletDir);
    const [proc, scratch] = spec.mounts;
    const mounts = [proc, { ...scratch, destination: '/two  blanks' }];
    const bundle = place.bundle('a', JSON.stringify({ ...spec, mounts }));
    expect(await update(['-n', bundle])).toBe(0);
    const edit = 'change mount /two  blanks: type bind -> tmpfs; options rbind,rprivate,rw -> rprivate,rw';
    expect(terminal.stdout).toBe(`${bundle}: would change (1 edit)\n  ${edit}\n`);
  });

  test('--check of what is right already is 0', async () => {
    expect(await update(['--check', place.bundle('a', '{}')])).toBe(0);
  });

  test('--diff shows lines, one-line JSON indented', async () => {
    const bundle = place.bundle('a', good());
    expect(await update(['--diff', bundle])).toBe(0);
    expect(terminal.stdout).toContain(`--- a${bundle}/config.json\n+++ b${bundle}/config.json\n@@`);
    expect(terminal.stdout).toContain('\n-      "type": "bind",\n');
    expect(terminal.stdout).toContain('\n+      "type": "tmpfs",\n');
    expect(terminal.stdout).not.toContain('\u001b');
  });

  test('--diff of text with lines of its own shows those', async () => {
    const bundle = place.bundle('a', `${JSON.stringify(containerSpec(place.kubeletDir), null, '\t')}\n`);
    expect(await update(['--diff', bundle])).toBe(0);
    expect(terminal.stdout).toContain('\n-\t\t\t"type": "bind",\n+\t\t\t"type": "tmpfs",\n');
  });

  test('--diff in colour, where the terminal has some', async () => {
    terminal.colour = true;
    const bundle = place.bundle('a', good());
    expect(await update(['--diff', bundle])).toBe(0);
    expect(terminal.stdout).toContain('\u001b[31m-      "type": "bind",\u001b[39m\n');
    expect(terminal.stdout).toContain('\u001b[32m+      "type": "tmpfs",\u001b[39m\n');
    expect(terminal.stdout).toContain(`\u001b[1m--- a${bundle}/config.json\u001b[22m\n`);
    expect(terminal.stdout).toContain('\u001b[36m@@');
  });

  test('--diff without changes shows none', async () => {
    const bundle = place.bundle('a', '{}');
    expect(await update(['--diff', bundle])).toBe(0);
    expect(terminal.stdout).toBe(`${bundle}: unchanged\n`);
  });

  test('--diff --check is both', async () => {
    const bundle = place.bundle('a', good());
    expect(await update(['--diff', '--check', bundle])).toBe(1);
    expect(terminal.stdout).toContain('+      "type": "tmpfs",');
  });

  test('--quiet says nothing', async () => {
    const bundle = place.bundle('a', good());
    expect(await update(['--quiet', bundle])).toBe(0);
    expect(typeIn(bundle)).toBe('tmpfs');
    expect(terminal).toMatchObject({ stdout: '', stderr: '' });
  });

  test('--quiet --check says it by the status alone', async () => {
    expect(await update(['-q', '--check', place.bundle('a', good())])).toBe(1);
    expect(terminal).toMatchObject({ stdout: '', stderr: '' });
  });

  test('--quiet still shows errors', async () => {
    expect(await update(['-q', place.bundle('a')])).toBe(66);
    expect(terminal.stderr).toMatch(/^error MH_INPUT_NOT_FOUND: /);
  });

  test('--quiet --diff still shows the diff that was asked for', async () => {
    expect(await update(['-q', '--diff', place.bundle('a', good())])).toBe(0);
    expect(terminal.stdout).toContain('+      "type": "tmpfs",');
    expect(terminal.stdout).not.toContain('would change');
  });
});

describe('--json', () => {
  test('is one line of path, release, changed, edits and notes', async () => {
    const bundle = place.bundle('a', good());
    expect(await update(['--json', bundle])).toBe(0);
    expect(jsonLines()).toEqual([
      {
        path: bundle,
        release: '20260615',
        changed: true,
        edits: [EDIT],
        notes: [
          {
            code: 'mount-type-set',
            volume: 'scratch',
            destination: '/scratch',
            type: 'tmpfs',
            text: 'mount /scratch is of hinted volume scratch: its type is tmpfs',
          },
        ],
      },
    ]);
    expect(terminal.stderr).toBe('');
    expect(typeIn(bundle)).toBe('tmpfs');
  });

  test('has an error in place of edits and notes', async () => {
    const bundle = place.bundle('a', '[]');
    expect(await update(['--json', bundle])).toBe(65);
    expect(jsonLines()).toEqual([
      {
        path: bundle,
        release: '20260615',
        changed: false,
        error: { code: 'MH_SPEC_SHAPE', message: expect.any(String), details: expect.any(Object) },
      },
    ]);
  });

  test.each([[['--diff']], [['--check']], [['--dry-run']], [['--quiet', '-n']], [['--diff', '--check']]])(
    'with %j is still one line, and nothing is written',
    async (options) => {
      const bundle = place.bundle('a', good());
      const before = snapshot(bundle);
      expect(await update(['--json', ...options, bundle])).toBe(options.includes('--check') ? 1 : 0);
      expect(jsonLines()).toMatchObject([{ path: bundle, changed: true, edits: [EDIT] }]);
      expect(terminal.stderr).toBe('');
      expect(snapshot(bundle)).toEqual(before);
    },
  );
});

describe('several inputs', () => {
  test('one that is bad does not stop the others', async () => {
    const bundles = [place.bundle('a', good()), place.bundle('b', 'no'), place.bundle('c', good())];
    expect(await update(bundles)).toBe(65);
    expect([bundles[0], bundles[2]].map((bundle) => typeIn(String(bundle)))).toEqual(['tmpfs', 'tmpfs']);
    expect(textIn(String(bundles[1]))).toBe('no');
    expect(terminal.stderr).toContain(`error MH_SPEC_NOT_JSON: ${bundles[1]}`);
    expect(terminal.stdout).toBe(`${bundles[0]}: changed (1 edit)\n${bundles[2]}: changed (1 edit)\n`);
  });

  test('of which the first is not there: it is said first, and the rest is done', async () => {
    const bundle = place.bundle('a', good());
    expect(await update(['--json', join(place.root, 'none'), bundle])).toBe(66);
    expect(jsonLines().map(({ error, changed }) => error?.code ?? changed)).toEqual([
      'MH_INPUT_NOT_FOUND',
      true,
    ]);
  });

  const outcomes: Record<number, () => MountHintsError | Error | undefined> = {
    0: () => undefined,
    65: () => new MountHintsError('MH_SPEC_SHAPE', 'a'),
    66: () => new MountHintsError('MH_INPUT_NOT_FOUND', 'b'),
    69: () => new MountHintsError('MH_VOLUME_NOT_FOUND', 'c'),
    70: () => new TypeError('not ours'),
    74: () => new MountHintsError('MH_WRITE_FAILED', 'd'),
  };

  test.each([
    [[0, 0], 0],
    [[0, 65, 0], 65],
    [[65, 66], 66],
    [[66, 65], 66],
    [[69, 66, 65], 69],
    [[65, 74, 69], 74],
    [[74, 70, 0], 70],
    [[66, 65, 69, 74, 70], 70],
  ])('that end in %j end in %i', async (statuses, worst) => {
    const files: UpdateWiring['files'] = (...args) => {
      const rewriter = updateWiring.files(...args);
      const store = {
        ...rewriter.store,
        load: async (location: string) => {
          const error = outcomes[Number(location.split('-').at(-1))]?.();
          if (error) throw error;
          return { location, spec: {}, document: undefined };
        },
        save: async () => {},
        render: async () => '',
      };
      const hints = new Proxy(rewriter.hints, {
        get: () => async (path: string) => {
          const loaded = await store.load(path);
          return { path, release: '20260615', changed: false, edits: [], notes: [], loaded };
        },
      });
      return { hints, store };
    };
    const inputs = { find: async (argument: string) => [argument] };
    const names = statuses.map((status, index) => `${index}-${status}`);
    const bundles = { ...updateWiring.bundles, inputs };
    expect(await update(names, wiring('20260615', { bundles, files }))).toBe(worst);
    expect(terminal.stderr.match(/^error /gm)?.length ?? 0).toBe(statuses.filter(Boolean).length);
    expect(terminal.stdout.match(/unchanged/g)?.length ?? 0).toBe(
      statuses.filter((status) => !status).length,
    );
  });

  test('a --check that finds something yields to an error', async () => {
    expect(await update(['--check', place.bundle('a', good()), place.bundle('b', '')])).toBe(65);
  });

  test('what is thrown and not ours is a bug, and says of which input', async () => {
    const inputs = {
      find: () => Promise.reject(new TypeError('x is undefined')),
    };
    const bundles = { ...updateWiring.bundles, inputs };
    expect(await update(['a'], wiring('latest', { bundles }))).toBe(70);
    expect(terminal.stderr).toMatch(/^error MH_BUG: a: This is a bug: x is undefined\./);
  });
});

describe('names and patterns', () => {
  test('a literal name comes before a pattern', async () => {
    const odd = place.bundle('a*[1]', good());
    const matched = place.bundle('ab1', good());
    expect(await update([odd])).toBe(0);
    expect([typeIn(odd), typeIn(matched)]).toEqual(['tmpfs', 'bind']);
  });

  test('a pattern finds bundles in ascending order, dot files aside', async () => {
    for (const name of ['c', 'a', 'b', '.hidden']) place.bundle(name, good());
    expect(await update(['--json', join(place.root, 'bundles/*')])).toBe(0);
    expect(jsonLines().map(({ path }) => path)).toEqual(
      ['a', 'b', 'c'].map((name) => join(place.root, 'bundles', name)),
    );
  });

  test('a pattern of config.json files', async () => {
    const bundle = place.bundle('a', good());
    expect(await update([join(place.root, 'bundles/{a,z}/config.json')])).toBe(0);
    expect(typeIn(bundle)).toBe('tmpfs');
  });

  test.each(['bundles/*', 'none', 'bundles/[x]', ''])(
    '%j that matches nothing is no input',
    async (pattern) => {
      const argument = pattern && join(place.root, pattern);
      expect(await update([argument])).toBe(66);
      expect(terminal.stderr).toMatch(/^error MH_INPUT_NOT_FOUND: /);
      expect(terminal.stderr).toContain(JSON.stringify(argument));
    },
  );

  test('-- ends the options', async () => {
    expect(await update(['--', '--json'])).toBe(66);
    expect(terminal.stderr).toContain('"--json"');
  });
});

describe('- is standard input', () => {
  test('to standard output; words go to standard error', async () => {
    terminal.standardInput = Buffer.from(good());
    expect(await update(['-'])).toBe(0);
    expect(JSON.parse(terminal.stdout).mounts[1]).toMatchObject({
      type: 'tmpfs',
      options: ['rprivate', 'rw'],
    });
    expect(terminal.stderr).toContain('-: changed (1 edit)\n');
  });

  test('unchanged comes out as it went in', async () => {
    terminal.standardInput = Buffer.from(' {"x" : 1.0}\n\n');
    expect(await update(['-', '-q'])).toBe(0);
    expect(terminal).toMatchObject({ stdout: ' {"x" : 1.0}\n\n', stderr: '' });
  });

  test('that is bad gives no output', async () => {
    terminal.standardInput = Buffer.from('no');
    expect(await update(['-'])).toBe(65);
    expect(terminal.stdout).toBe('');
    expect(terminal.stderr).toMatch(/^error MH_SPEC_NOT_JSON: - is not JSON/);
  });

  test('--json: the document stays alone on standard output', async () => {
    terminal.standardInput = Buffer.from(good());
    expect(await update(['--json', '-'])).toBe(0);
    expect(JSON.parse(terminal.stdout).mounts).toHaveLength(2);
    expect(JSON.parse(terminal.stderr)).toMatchObject({ path: '-', changed: true, edits: [EDIT] });
  });

  test('--json: an error too is on standard error, where the document would have gone out', async () => {
    expect(await update(['--json', '-'])).toBe(65);
    expect(terminal.stdout).toBe('');
    expect(JSON.parse(terminal.stderr)).toMatchObject({ path: '-', error: { code: 'MH_SPEC_NOT_JSON' } });
  });

  test('--diff replaces the document', async () => {
    terminal.standardInput = Buffer.from(good());
    expect(await update(['--diff', '-'])).toBe(0);
    expect(terminal.stdout).toMatch(/^--- -\n\+\+\+ -\n@@/);
    expect(terminal.stdout).toMatch(/\n$/);
    expect(terminal.stderr).toContain('-: would change (1 edit)\n');
  });

  test.each(['--check', '--dry-run'])('%s replaces it by the report', async (option) => {
    terminal.standardInput = Buffer.from(good());
    expect(await update([option, '-'])).toBe(option === '--check' ? 1 : 0);
    expect(terminal.stdout).toMatch(/^-: would change \(1 edit\)\n {2}change mount/);
  });

  test.each(['--check', '--dry-run', '--diff'])('--json %s is on standard output', async (option) => {
    terminal.standardInput = Buffer.from(good());
    await update(['--json', option, '-']);
    expect(jsonLines()).toMatchObject([{ path: '-', changed: true }]);
    expect(terminal.stderr).toBe('');
  });

  test('beside files', async () => {
    terminal.standardInput = Buffer.from('{}');
    const bundle = place.bundle('a', good());
    expect(await update(['-q', bundle, '-'])).toBe(0);
    expect(terminal.stdout).toBe('{}');
    expect(typeIn(bundle)).toBe('tmpfs');
  });

  test('./- is a file of that name', async () => {
    const bundle = place.bundle('x');
    writeFileSync(join(bundle, '-'), good());
    expect(await update([join(bundle, '-')])).toBe(0);
    expect(JSON.parse(readFileSync(join(bundle, '-'), 'utf8')).mounts[1].type).toBe('tmpfs');
  });
});

describe('the release', () => {
  const releaseOf = async (args: string[], installed?: Release) => {
    const status = await update(['--json', ...args, place.bundle('a', '{}')], wiring(installed));
    return status === 0 ? jsonLines()[0].release : status;
  };

  test('is by default the installed one', async () => {
    expect(await releaseOf([], '20250915')).toBe('20250915');
    expect(terminal.stderr).toBe('');
  });

  test.each([
    ['20240501', '20240501'],
    ['20240501.3', '20240501'],
    ['release-20240501.0', '20240501'],
    ['latest', '20260914'],
    ['20300101', '20300101'],
    ['auto', '20250915'],
  ])('--release %s is %s', async (release, expected) => {
    expect(await releaseOf([`--release=${release}`], '20250915')).toBe(expected);
  });

  test('without a runsc is the newest, which is said unless --quiet', async () => {
    const none = { ...wiring(), runtime: () => ({ installed: async () => undefined }) };
    const bundle = place.bundle('a', '{}');
    expect(await update(['--json', bundle], none)).toBe(0);
    expect(jsonLines()[0].release).toBe('20260914');
    expect(terminal.stderr).toMatch(/20260914/);
    terminal.stderr = '';
    expect(await update(['-q', bundle], none)).toBe(0);
    expect(terminal.stderr).toBe('');
  });

  describe('that is assumed', () => {
    const none = { ...wiring(), runtime: () => ({ installed: async () => undefined }) };

    test('is said once, before what was done by its rules', async () => {
      expect(await update([place.bundle('a', good()), place.bundle('b', good())], none)).toBe(0);
      expect(terminal.stderr.match(/20260914/g)).toHaveLength(1);
      expect(terminal.stderr).toMatch(/^note: no runsc is on PATH/);
    });

    test.each([
      ['is not there', undefined, 66],
      ['is no spec', '[]', 65],
    ])('is not said of a bundle whose config.json %s', async (_, text, status) => {
      expect(await update([place.bundle('a', text)], none)).toBe(status);
      expect(terminal.stderr).toMatch(/^error .*\n$/);
    });

    test('is said behind the error of a volume, which its rules looked for', async () => {
      expect(await update([place.bundle('a', JSON.stringify(sandboxSpec()))], none)).toBe(69);
      expect(terminal.stderr).toMatch(/^error MH_VOLUME_NOT_FOUND: .*\nnote: no runsc is on PATH.*\n$/);
    });
  });

  test('that is named does not ask runsc', async () => {
    const asking: UpdateWiring['runtime'] = () => ({
      installed: () => Promise.reject(new MountHintsError('MH_RUNSC_UNUSABLE', 'runsc hangs')),
    });
    const bundle = place.bundle('a', '{}');
    expect(await update(['--release', 'latest', bundle], wiring('latest', { runtime: asking }))).toBe(0);
    expect(await update([bundle], wiring('latest', { runtime: asking }))).toBe(69);
    expect(terminal.stderr).toBe('error MH_RUNSC_UNUSABLE: runsc hangs\n');
  });

  test('--runsc says whom to ask', async () => {
    const asked: (string | undefined)[] = [];
    const runtime: UpdateWiring['runtime'] = (runsc) => {
      asked.push(runsc);
      return { installed: async () => 'latest' };
    };
    await update(['--runsc', '/opt/runsc', place.bundle('a', '{}')], wiring('latest', { runtime }));
    await update([place.bundle('a', '{}')], wiring('latest', { runtime }));
    expect(asked).toEqual(['/opt/runsc', undefined]);
  });
});

describe('a long run', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => place.bundle(`b${index}`, '{}'));

  test('shows its progress after a second, on a terminal', async () => {
    Object.assign(terminal, { interactive: true, tick: 250 });
    expect(await update(['-q', ...many(10)])).toBe(0);
    const lines = terminal.statuses;
    expect(lines.at(-1)).toBe('');
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^\d+\/10 · \d+\/s · \d+ s left$/);
  });

  test.each([
    ['elsewhere', false, 250],
    ['before that', true, 1],
  ])('shows none %s', async (_, interactive, tick) => {
    Object.assign(terminal, { interactive, tick });
    expect(await update(['-q', ...many(10)])).toBe(0);
    expect(terminal).toMatchObject({ statuses: [], stderr: '' });
  });

  test('ends with the file in hand when a signal asks it to', async () => {
    Object.assign(terminal, { tick: 10, signalAfter: 2 });
    const bundles = Array.from({ length: 9 }, (_, index) => place.bundle(`b${index}`, good()));
    await update(['-q', ...bundles]);
    expect(terminal.endedBy).toBe('SIGTERM');
    const types = bundles.map(typeIn);
    const done = types.filter((type) => type === 'tmpfs').length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(9);
    expect(types.slice(done)).toEqual(types.slice(done).map(() => 'bind'));
  });

  test('that no signal met ends by itself', async () => {
    await update(['-q', ...many(3)]);
    expect(terminal.endedBy).toBeUndefined();
  });
});

describe('the end of several inputs', () => {
  const bundles = () => [place.bundle('a', good()), place.bundle('b', '{}'), place.bundle('c')];

  test('is a summary; notes are for --verbose', async () => {
    expect(await update(bundles())).toBe(66);
    expect(terminal.stderr).toMatch(/^error MH_INPUT_NOT_FOUND: .*\n1 changed, 1 unchanged, 1 failed\n$/);
    terminal.stderr = '';
    await update(['--verbose', place.bundle('d', good()), place.bundle('e', good())]);
    expect(terminal.stderr.match(/its type is tmpfs/g)).toHaveLength(2);
    expect(terminal.stderr.endsWith('2 changed\n')).toBe(true);
  });

  test.each(['--quiet', '--json'])('has no summary with %s', async (option) => {
    await update([option, ...bundles()]);
    expect(terminal.stderr).not.toContain('unchanged');
  });

  test('says how far it came, where a signal stopped it', async () => {
    Object.assign(terminal, { tick: 30, signalAfter: 1 });
    await update(['a', 'b', 'c'].map((name) => place.bundle(name, good())));
    expect(terminal.stderr).toContain('stopped by a signal: 1 changed; 2 inputs not looked at\n');
  });
});

describe('usage errors', () => {
  test.each([
    [[], 'BUNDLE'],
    [['--nonsense', 'x'], '--nonsense'],
    [['--release'], '--release'],
    [['--json=yes', 'x'], '--json'],
    [['-x', 'y'], '-x'],
  ])('%j is refused with 2, naming %s', async (args, names) => {
    expect(await runCommand(createUpdateCommand(wiring()), args, terminal)).toBe(2);
    expect(terminal.stdout).toBe('');
    expect(terminal.stderr).toMatch(/^error MH_USAGE: mount-hints update: .*\n$/);
    expect(terminal.stderr).toContain(names);
  });

  test.each([[[]], [['--json']], [['--diff']]])(
    'a relative kubelet directory is refused once, before the first bundle, with %j',
    async (options) => {
      const bundles = ['a', 'b'].map((name) => place.bundle(name, good()));
      expect(await update([...options, '--kubelet-dir', 'here', ...bundles, '/nowhere'])).toBe(2);
      expect(terminal.stdout).toBe('');
      expect(terminal.stderr).toMatch(/^error MH_KUBELET_DIR_INVALID: [^\n]*\n$/);
    },
  );
});

test('a container whose volume is below another kubelet directory: the note names that, and nothing fails', async () => {
  const bundle = place.bundle('a', good());
  expect(await update(['--kubelet-dir', '/nokube', bundle])).toBe(0);
  expect(terminal.stdout).toBe(`${bundle}: unchanged\n`);
  expect(terminal.stderr).toContain(
    `it is mounted from below ${place.kubeletDir}. Is that kubelet's directory?\n`,
  );
});

test('a kubelet directory that is wrong for many bundles is told once, with the one that their mounts show', async () => {
  for (const name of ['a', 'b', 'c']) place.bundle(name, good());
  const note = (bundles: string, taken: string) =>
    `note: hinted volumes of ${bundles} were looked for below ${taken}, and are mounted from below ${place.kubeletDir}. If that is kubelet's directory: --kubelet-dir ${place.kubeletDir}\n`;
  const directory = join(place.root, 'bundles');
  expect(await update(['--kubelet-dir', '/nokube', directory])).toBe(0);
  expect(terminal.stderr).toBe(`3 unchanged\n${note('3 bundles', '/nokube')}`);
  terminal = new RecordingTerminal();
  expect(await runCommand(createUpdateCommand(wiring()), [join(directory, 'a')], terminal)).toBe(0);
  expect(terminal.stderr).toContain(note('1 bundle', '/var/lib/kubelet'));
  for (const option of ['--quiet', '--json']) {
    terminal = new RecordingTerminal();
    expect(await update(['--kubelet-dir', '/nokube', option, directory])).toBe(0);
    expect(terminal.stderr).toBe('');
  }
});

test('a volume that is not there: the error names the directory that was looked in', async () => {
  const bundle = place.bundle('sandbox', JSON.stringify(sandboxSpec()));
  expect(await update(['--kubelet-dir', '/nokube', bundle])).toBe(69);
  expect(terminal.stderr).toMatch(/ below \/nokube\/pods\/[^/ ]+\/volumes\. /);
});

describe('what a tenant wrote', () => {
  test('never moves the cursor of who reads it', async () => {
    const evil = 'x\u001b[2J\u009b1A\nforged: unchanged\u2028\u202e';
    const spec = containerSpec(place.kubeletDir);
    const annotations = { ...spec.annotations, 'dev.gvisor.spec.mount.scratch.type': evil };
    const mounts = spec.mounts.map((mount) => ({ ...mount, destination: `${mount.destination}${evil}` }));
    const bundle = place.bundle('a', JSON.stringify({ ...spec, annotations, mounts }));
    terminal.columns = 1000;
    expect(await update(['-n', bundle])).toBe(0);
    const shown = terminal.stdout + terminal.stderr;
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    expect(shown.split('\n')).toHaveLength(4);
    expect(shown).toContain('\\u001b[2J');
  });
});

test('a bug shows its stack only when asked', async () => {
  const inputs = { find: () => Promise.reject(new MountHintsError('MH_BUG', 'odd')) };
  const command = {
    ...createUpdateCommand(wiring('latest', { bundles: { ...updateWiring.bundles, inputs } })),
    run: () => Promise.reject(new Error('odd')),
  };
  expect(await runCommand(command, [], terminal)).toBe(70);
  expect(terminal.stderr.split('\n')).toHaveLength(2);
  terminal.env.MOUNT_HINTS_DEBUG = '1';
  expect(await runCommand(command, [], terminal)).toBe(70);
  expect(terminal.stderr).toMatch(/\n\s+at /);
});

test('the file that is replaced keeps its mode', async () => {
  const bundle = place.bundle('a');
  writeFileSync(join(bundle, 'config.json'), good(), { mode: 0o604 });
  expect(await update([bundle])).toBe(0);
  expect(statSync(join(bundle, 'config.json')).mode & 0o7777).toBe(0o604);
});

describe('a Kubernetes manifest', () => {
  const manifest = '{"apiVersion": "v1", "\\u006bind": "Pod", "spec": {}}';

  test('is an error, not a spec without anything to change', async () => {
    const bundle = place.bundle('a', manifest);
    expect(await update(['--json', bundle])).toBe(65);
    expect(jsonLines()).toMatchObject([{ error: { code: 'MH_SPEC_SHAPE', details: { kind: 'Pod' } } }]);
    expect(textIn(bundle)).toBe(manifest);
  });

  test('is a spec if it says that it is one', async () => {
    const bundle = place.bundle('a', manifest.replace('{', '{"ociVersion": "1.0.2", '));
    expect(await update([bundle])).toBe(0);
  });
});

describe('a container that mounts a part of a hinted volume', () => {
  const part = () => {
    const spec = containerSpec(place.kubeletDir);
    const annotations = { ...spec.annotations, 'dev.gvisor.spec.mount.scratch.share': 'pod' };
    const [proc, scratch] = spec.mounts;
    const source = scratch?.source.replace(
      'volumes/kubernetes.io~empty-dir/scratch',
      'volume-subpaths/scratch/app/0',
    );
    return JSON.stringify({ ...spec, annotations, mounts: [proc, { ...scratch, source }] });
  };

  test('is left as it is, with a note', async () => {
    const bundle = place.bundle('a', part());
    expect(await update([bundle])).toBe(0);
    expect(textIn(bundle)).toBe(part());
    expect(terminal.stderr).toContain('mount /scratch is a subPath of hinted volume scratch');
  });

  test('is refused with --sub-paths refuse, and left as it is', async () => {
    const bundle = place.bundle('a', part());
    expect(await update(['--sub-paths', 'refuse', bundle])).toBe(69);
    expect(textIn(bundle)).toBe(part());
    expect(terminal.stderr).toContain('MH_SUB_PATH_REFUSED');
  });

  test('has two policies', async () => {
    expect(await update(['--sub-paths', 'keep', place.bundle('a', part())])).toBe(2);
  });
});
