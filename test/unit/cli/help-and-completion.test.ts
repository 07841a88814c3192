import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nearestWord } from '../../../src/adapters/cli/options/nearest-word.ts';
import { codeSection } from '../../../src/adapters/cli/rendering/code-section.ts';
import { commandHelp, programHelp, wrap } from '../../../src/adapters/cli/rendering/help.ts';
import { asMountHintsError, errorLine, worstStatus } from '../../../src/adapters/cli/terminal/exit-status.ts';
import { commandSpecs } from '../../../src/composition/command-specs.ts';
import { DOCTOR_CODES } from '../../../src/domain/doctor/node-finding.ts';
import { DIAGNOSTICS, ERROR_CODES } from '../../../src/domain.ts';
import { MountHintsError } from '../../../src/index.ts';
import { CLI, runCli } from '../../support/built-cli.ts';

const names = commandSpecs.map(({ name }) => name);

describe('help', () => {
  test.each([[['help']], [['--help']], [['-h']], [[]]])('%j lists every command', (args) => {
    const run = runCli(args);
    expect(run).toMatchObject({ status: 0, stderr: '', stdout: programHelp(commandSpecs) });
    for (const { name, summary } of commandSpecs)
      expect(run.stdout).toMatch(new RegExp(`^ {2}${name} +${summary.slice(0, 12)}`, 'm'));
  });

  test.each(commandSpecs.map((command) => [command.name, command] as const))(
    '%s --help shows its options',
    (name, command) => {
      const run = runCli([name, '--help']);
      expect(run).toMatchObject({ status: 0, stderr: '' });
      expect(run.stdout).toMatch(new RegExp(`^Usage: mount-hints ${name}`));
      for (const option of [...Object.keys(command.options), 'help'])
        expect(run.stdout).toContain(`--${option}`);
      expect(runCli([name, '-h']).stdout).toBe(run.stdout);
    },
  );

  test.each(['MH_VOLUME_NOT_FOUND', 'empty-dir-unhinted', 'DOCTOR_UNREADABLE', 'sandbox-not-rewritten'])(
    '%s is explained',
    (code) => {
      const run = runCli(['help', code]);
      expect([run.status, run.stderr]).toEqual([0, '']);
      expect(run.stdout.startsWith(code)).toBe(true);
      expect(run.stdout.length).toBeGreaterThan(code.length + 20);
    },
  );

  test('every error and every finding has a section that help can show', () => {
    const pages = ['errors', 'diagnostics', 'doctor'].map((name) =>
      readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8'),
    );
    const codes = [
      ...Object.keys(ERROR_CODES),
      ...DIAGNOSTICS.map(({ code }) => code),
      ...Object.keys(DOCTOR_CODES),
    ];
    const without = codes.filter((code) =>
      pages.every((page) => (codeSection(page, code) ?? '').length < code.length + 20),
    );
    expect(codes.length).toBeGreaterThan(140);
    expect(without).toEqual([]);
  });

  test('a code that is mistyped is met with the nearest', () => {
    const run = runCli(['help', 'MH_VOLUME_NOT_FOUN']);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('Did you mean "MH_VOLUME_NOT_FOUND"?');
  });

  test('a code may be in any letter case, and what is neither code nor command is said to be neither', () => {
    expect(runCli(['help', 'mh_volume_not_found'])).toEqual(runCli(['help', 'MH_VOLUME_NOT_FOUND']));
    const run = runCli(['help', 'nonsense-of-mine']);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain('no command and no code "nonsense-of-mine"');
  });

  test('codes are explained in 80 columns, with the exit status of errors, code as it stands', () => {
    const page = (name: string) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
    const isText = (line: string) => !/^[ |]|[{}=]|^dev\.gvisor| {3}# /.test(line);
    for (const [name, codes] of [
      ['errors', Object.keys(ERROR_CODES)],
      ['diagnostics', DIAGNOSTICS.map(({ code }) => code)],
      ['doctor', Object.keys(DOCTOR_CODES)],
    ] as const) {
      for (const code of codes) {
        const section = codeSection(page(name), code) ?? '';
        expect(section.split('\n').filter((line) => line.length > 80 && isText(line))).toEqual([]);
      }
    }
    expect(codeSection(page('errors'), 'MH_VOLUME_NOT_FOUND')).toMatch(
      /^MH_VOLUME_NOT_FOUND \(exit status 69\)\n/,
    );
    expect(codeSection('### X\n\none\ntwo\n\n```sh\na   b\n c\n```\n- d\ne\n', 'X')).toBe(
      'X\n\none two\n\na   b\n c\n- d e\n',
    );
  });

  test.each(names)('help %s is %s --help', (name) => {
    expect(runCli(['help', name])).toEqual(runCli([name, '--help']));
  });

  test.each(['program', ...names])('of %s fits 80 columns', (name) => {
    const command = commandSpecs.find((each) => each.name === name);
    const text = command ? commandHelp(command) : programHelp(commandSpecs);
    expect(text.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
    expect(text).toContain(command ? `Usage: mount-hints ${name}` : 'Usage: mount-hints COMMAND');
  });

  test('wraps words, and breaks no path', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('', 7)).toEqual(['']);
    expect(wrap('a /etc/bash_completion.d/mount-hints b', 20)).toEqual([
      'a',
      '/etc/bash_completion.d/mount-hints',
      'b',
    ]);
  });

  test('an option without a name for its value, and one that is long', () => {
    const text = commandHelp({
      name: 'x',
      summary: '',
      usage: '',
      details: 'First.\n\nSecond.',
      options: {
        plain: { type: 'string', help: 'what it is' },
        'an-option-with-a-very-long-name': { type: 'boolean', short: 'a', help: 'what that is' },
      },
    });
    expect(text).toBe(
      'Usage: mount-hints x\n\nFirst.\n\nSecond.\n\nOptions:\n      --plain VALUE         what it is\n  -a, --an-option-with-a-very-long-name\n                            what that is\n  -h, --help                show this help\n',
    );
  });
});

describe('the program', () => {
  test('tells its version', () => {
    const version = runCli(['--version']);
    expect(version).toMatchObject({ status: 0, stderr: '' });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(runCli(['-V']).stdout).toBe(version.stdout);
  });

  test.each(['updat', '--json', '-x', '\u001b[2J'])('has no command %j', (word) => {
    const run = runCli([word]);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toMatch(/^error MH_USAGE: .*\n$/);
    expect(run.stderr).not.toContain('\u001b');
  });
});

test('demo refuses arguments', () => {
  const run = runCli(['demo', '/some/bundle']);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  expect(run.stderr).toContain('demo takes no arguments');
});

describe('a word that is mistyped', () => {
  test.each([
    ['updat', 'update'],
    ['expalin', 'explain'],
    ['runtime-conifg', 'runtime-config'],
    ['xyz', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%.20j was meant to be %j', (word, meant) => expect(nearestWord(word, names)).toBe(meant));

  test('is put right in the message, command or option', () => {
    expect(runCli(['anotate']).stderr).toContain('"annotate"');
    expect(runCli(['annotate', '--writte', 'x']).stderr).toContain('--write?');
    expect(runCli(['annotate', '--zzz', 'x']).stderr).not.toContain('?');
  });
});

describe('exit statuses', () => {
  test('the worst is the command’s', () => {
    expect(worstStatus([])).toBe(0);
    expect(worstStatus([0, 1])).toBe(1);
    const order = [70, 74, 69, 66, 65, 2, 1];
    for (const [index, status] of order.entries())
      expect(worstStatus(order.slice(index).reverse())).toBe(status);
  });

  test('what is not ours is a bug, with its cause', () => {
    const cause = new TypeError('odd');
    expect(asMountHintsError(cause)).toMatchObject({ code: 'MH_BUG', exitCode: 70, cause });
    expect(asMountHintsError('text')).toMatchObject({
      code: 'MH_BUG',
      cause: 'text',
      message: expect.stringContaining('text'),
    });
    const ours = new MountHintsError('MH_USAGE', 'a');
    expect(asMountHintsError(ours)).toBe(ours);
  });

  test('an error’s line names its input once', () => {
    expect(errorLine(new MountHintsError('MH_SPEC_SHAPE', 'b is odd'), 'b')).toBe(
      'error MH_SPEC_SHAPE: b: b is odd\n',
    );
    expect(errorLine(new MountHintsError('MH_SPEC_BOM', 'b/c is odd', { location: 'b/c' }), 'b')).toBe(
      'error MH_SPEC_BOM: b/c is odd\n',
    );
    expect(errorLine(new MountHintsError('MH_WRITE_FAILED', 'b/c is full', { path: 'b/c' }), 'b')).toBe(
      'error MH_WRITE_FAILED: b/c is full\n',
    );
    expect(errorLine(new MountHintsError('MH_USAGE', 'a\nb\u0007'))).toBe(
      'error MH_USAGE: a\\u000ab\\u0007\n',
    );
  });
});

describe('completion', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'mount-hints-completion-'));
    mkdirSync(join(root, 'here/bundle'), { recursive: true });
    writeFileSync(join(root, 'mount-hints'), `#!/bin/sh\nexec ${process.execPath} ${CLI} "$@"\n`);
    chmodSync(join(root, 'mount-hints'), 0o755);
    for (const shell of ['bash', 'zsh', 'fish'])
      writeFileSync(join(root, shell), runCli(['completion', shell]).stdout);
    symlinkSync('zsh', join(root, '_mount-hints'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test.each(['bash', 'zsh', 'fish'])('for %s names every command and option', (shell) => {
    const run = runCli(['completion', shell]);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    for (const { name, options } of commandSpecs) {
      expect(run.stdout).toContain(name);
      for (const option of Object.keys(options))
        expect(run.stdout).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`);
    }
  });

  test.each([[[]], [['csh']], [['bash', 'zsh']]])('for %j is refused', (args) => {
    const run = runCli(['completion', ...args]);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain('MH_USAGE');
  });

  const has = (shell: string) => {
    const isThere = spawnSync(shell, ['-c', 'true']).status === 0;
    if (!isThere) process.stdout.write(`no ${shell} here: its completion is not tried\n`);
    return isThere ? test : test.skip;
  };

  /** What bash offers for the words after the program's name. */
  const bash = (...words: string[]): string[] => {
    const script = `source ${root}/bash; COMP_WORDS=(mount-hints "$@"); COMP_CWORD=$#; _mount_hints; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync('bash', ['-c', script, 'bash', ...words], {
      cwd: join(root, 'here'),
      encoding: 'utf8',
    });
    return out.split('\n').filter(Boolean).sort();
  };

  describe('in bash', () => {
    const inBash = has('bash');
    inBash('is a correct script', () => {
      expect(execFileSync('bash', ['-n', join(root, 'bash')], { encoding: 'utf8' })).toBe('');
    });
    inBash('offers commands', () => {
      expect(bash('up')).toEqual(['update']);
      expect(bash('')).toEqual(expect.arrayContaining([...names, 'help', '--version']));
    });
    inBash('offers the options of the command', () => {
      expect(bash('update', '--di')).toEqual(['--diff']);
      expect(bash('demo', '--')).toEqual(['--help']);
    });
    inBash('offers values where they are a closed set', () => {
      expect(bash('update', '--release', '')).toEqual(['auto', 'latest']);
      expect(bash('update', '--release', 'l')).toEqual(['latest']);
      expect(bash('update', '--release', '=')).toEqual(['auto', 'latest']);
      expect(bash('update', '--release', '=', 'l')).toEqual(['latest']);
      expect(bash('completion', 'f')).toEqual(['fish']);
      expect(bash('runtime-config', 'cri')).toEqual(['cri-o']);
      expect(bash('help', 'upd')).toEqual(['update']);
      expect(bash('help', 'MH_SPEC_B')).toEqual(['MH_SPEC_BOM']);
      expect(bash('help', 'DOCTOR_NO_G')).toEqual(['DOCTOR_NO_GVISOR_RUNTIME']);
      expect(bash('help', 'hint-type-unk')).toEqual(['hint-type-unknown']);
      expect(bash('explain', '--format', 'm')).toEqual(['mermaid']);
      expect(bash('check', '--format', 's')).toEqual(['sarif']);
      expect(bash('check', '--ignore', 'hint-type-unk')).toEqual(['hint-type-unknown']);
    });
    inBash('offers files elsewhere', () => {
      expect(bash('update', 'bu')).toEqual(['bundle']);
      expect(bash('update', '--diff', '')).toEqual(['bundle']);
    });
  });

  describe('in zsh', () => {
    const inZsh = has('zsh');
    /** What zsh offers for a line, by a terminal of its own (zsh/zpty). */
    const zsh = (line: string): string => {
      const [rc, ready, result] = ['rc', 'ready', 'result'].map((name) => join(root, name)) as [
        string,
        string,
        string,
      ];
      for (const file of [ready, result]) rmSync(file, { force: true });
      writeFileSync(
        rc,
        `fpath=(${root} $fpath); autoload -Uz compinit; compinit -u -D; cd ${join(root, 'here')}
        capture() { zle complete-word; print -r -- $BUFFER > ${result}.new; mv ${result}.new ${result} }
        zle -N capture; bindkey '^X' capture; touch ${ready}\n`,
      );
      const script = `zmodload zsh/zpty; zpty z zsh -f -i; zpty -w z "source ${rc}"
        await() { for i in {1..200}; do [[ -e $1 ]] && return; sleep 0.05; done; exit 1 }
        await ${ready}; zpty -w -n z ${JSON.stringify(line)}$'\\x18'; await ${result}; zpty -d z`;
      execFileSync('zsh', ['-fc', script], { env: { ...process.env, TERM: 'xterm' }, timeout: 30_000 });
      return readFileSync(result, 'utf8').trimEnd();
    };
    inZsh('is a correct script', () => {
      expect(execFileSync('zsh', ['-n', join(root, 'zsh')], { encoding: 'utf8' })).toBe('');
    });
    inZsh('completes a command', () => expect(zsh('mount-hints upd')).toBe('mount-hints update'));
    inZsh('completes an option', () =>
      expect(zsh('mount-hints update --kub')).toBe('mount-hints update --kubelet-dir='),
    );
    inZsh('completes a value', () =>
      expect(zsh('mount-hints update --release=la')).toBe('mount-hints update --release=latest'),
    );
    inZsh('completes a shell', () =>
      expect(zsh('mount-hints completion fi')).toBe('mount-hints completion fish'),
    );
    inZsh('completes a kind of engine, a command and a code', () => {
      expect(zsh('mount-hints runtime-config cri')).toBe('mount-hints runtime-config cri-o');
      expect(zsh('mount-hints help upd')).toBe('mount-hints help update');
      expect(zsh('mount-hints help MH_SPEC_B')).toBe('mount-hints help MH_SPEC_BOM');
      expect(zsh('mount-hints help hint-type-unk')).toBe('mount-hints help hint-type-unknown');
      expect(zsh('mount-hints check --ignore=hint-type-unk')).toBe(
        'mount-hints check --ignore=hint-type-unknown',
      );
    });
    inZsh('completes a file', () => expect(zsh('mount-hints update bu')).toBe('mount-hints update bundle/'));
  });

  describe('in fish', () => {
    const inFish = has('fish');
    const fish = (line: string): string[] => {
      const script = `source ${root}/fish; complete -C ${JSON.stringify(line)}`;
      const env = {
        ...process.env,
        HOME: root,
        XDG_CONFIG_HOME: root,
        XDG_DATA_HOME: root,
        PATH: `${root}:${process.env.PATH}`,
      };
      const out = execFileSync('fish', ['--private', '-c', script], {
        cwd: join(root, 'here'),
        encoding: 'utf8',
        env,
      });
      return out
        .split('\n')
        .filter(Boolean)
        .map((each) => each.split('\t')[0] ?? '')
        .sort();
    };
    inFish('is a correct script', () => {
      expect(execFileSync('fish', ['-n', join(root, 'fish')], { encoding: 'utf8' })).toBe('');
    });
    inFish('offers commands', () => {
      expect(fish('mount-hints up')).toEqual(['update']);
      expect(fish('mount-hints ')).toEqual(expect.arrayContaining(names));
    });
    inFish('offers the options of the command', () => {
      expect(fish('mount-hints update --di')).toEqual(['--diff']);
      expect(fish('mount-hints demo --di')).toEqual([]);
    });
    inFish('offers values where they are a closed set', () => {
      expect(fish('mount-hints update --release ')).toEqual(['auto', 'latest']);
      expect(fish('mount-hints completion f')).toEqual(['fish']);
      expect(fish('mount-hints runtime-config cri')).toEqual(['cri-o']);
      expect(fish('mount-hints help upd')).toEqual(['update']);
      expect(fish('mount-hints help DOCTOR_NO_G')).toEqual(['DOCTOR_NO_GVISOR_RUNTIME']);
      expect(fish('mount-hints help hint-type-unk')).toEqual(['hint-type-unknown']);
      expect(fish('mount-hints check --ignore hint-type-unk')).toEqual(['hint-type-unknown']);
    });
    inFish('offers files elsewhere', () => expect(fish('mount-hints update bu')).toEqual(['bundle/']));
  });
});
