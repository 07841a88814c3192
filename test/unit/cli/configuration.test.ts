import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAnnotateCommand } from '../../../src/adapters/cli/commands/annotate-command.ts';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import type { Command } from '../../../src/adapters/cli/commands/command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { findConfiguration } from '../../../src/adapters/files/find-configuration.ts';
import { memoryFileSystem } from '../../../src/adapters/memory-fs/memory-file-system.ts';
import { readConfigurationFile } from '../../../src/adapters/yaml/read-configuration-file.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import { isMountHintsError } from '../../../src/index.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const noRunsc = () => ({ installed: async () => undefined });
const pods = { ...podCommandWiring(), runtime: noRunsc };
const COMMANDS: Readonly<Record<'check' | 'explain' | 'annotate', Command>> = {
  check: createCheckCommand(pods),
  explain: createExplainCommand(pods),
  annotate: createAnnotateCommand({ ...annotateWiring, runtime: noRunsc }),
};

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    dev.gvisor.spec.mount.cache.type: tmpfs
    dev.gvisor.spec.mount.cache.share: container
spec:
  runtimeClassName: gvisor
  containers:
    - name: app
      volumeMounts: [{name: cache, mountPath: /cache}]
  volumes: [{name: cache, emptyDir: {}}]
`;
const CODE = 'empty-dir-in-memory';
const IGNORE = `ignores:\n  - code: ${CODE}\n    reason: memory is meant\n`;

let home = '';
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'configuration-')));
  put('repository/.git/HEAD', '');
  put('repository/manifests/pod.yaml', POD);
});
afterEach(() => rmSync(home, { recursive: true }));

function at(path: string): string {
  return join(home, path);
}

function put(path: string, text: string): string {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
  return at(path);
}

async function run(name: keyof typeof COMMANDS, ...args: string[]) {
  const terminal = new RecordingTerminal();
  const status = await runCommand(COMMANDS[name], args, terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

const pod = () => at('repository/manifests/pod.yaml');
const CONFIG = 'repository/.mount-hints.yaml';

describe('a configuration file', () => {
  test('holds for the inputs below it', async () => {
    expect((await run('check', pod())).status).toBe(1);
    put(CONFIG, IGNORE);
    const { status, err } = await run('check', pod());
    expect(err).toContain('1 ignored');
    expect(status).toBe(0);
    expect((await run('check', at('repository/manifests'))).status).toBe(0);
    expect((await run('check', at('repository/**/pod.yaml'))).status).toBe(0);
    expect((await run('explain', pod())).out).not.toContain(CODE);
  });

  test('the nearest one holds, whole', async () => {
    put(CONFIG, IGNORE);
    put('repository/manifests/.mount-hints.yaml', 'severity: warning\n');
    expect((await run('check', pod())).status).toBe(1);
  });

  test('above the repository holds for nothing in it', async () => {
    put('.mount-hints.yaml', IGNORE);
    expect((await run('check', pod())).status).toBe(1);
    expect((await run('check', put('elsewhere/pod.yaml', POD))).status).toBe(0);
  });

  test('gives its reason to JSON', async () => {
    put(CONFIG, IGNORE);
    const { out } = await run('check', '--json', pod());
    expect(JSON.parse(out).ignored).toMatchObject([
      { code: CODE, ignored: { by: 'option', reason: 'memory is meant' } },
    ]);
  });

  test('says which release holds, as it is written', async () => {
    put(CONFIG, 'release: 20240101\n');
    expect(JSON.parse((await run('explain', '--json', pod())).out).explanation.release).toBe('20240101');
    const { out } = await run('explain', '--json', '--release', '20250611', pod());
    expect(JSON.parse(out).explanation.release).toBe('20250611');
  });

  test('says which runtime classes are meant, for all commands alike', async () => {
    put(CONFIG, 'runtimeClasses: [other]\n');
    for (const name of ['check', 'explain', 'annotate'] as const) {
      const { out, err } = await run(name, pod(), ...(name === 'annotate' ? ['--dry-run'] : []));
      expect([name, out + err]).toEqual([name, expect.stringContaining('pod of another runtime class')]);
    }
  });

  test('says by which rules annotate computes hints', async () => {
    const file = put(
      'repository/claim.yaml',
      POD.replace(/ {2}annotations:(\n {4}.*)+/, '  annotations: {}').replace(
        'emptyDir: {}',
        'emptyDir: {sizeLimit: 64Mi}',
      ),
    );
    expect((await run('annotate', file)).out).toContain('size=');
    put(CONFIG, 'rules: gke\n');
    expect((await run('annotate', file)).out).not.toContain('size=');
    // GKE's rules know no release, and check knows no rules: one file serves both.
    put(CONFIG, 'rules: gke\nrelease: 20240101\n');
    const { status, out } = await run('annotate', file);
    expect([status, out]).toEqual([0, expect.not.stringContaining('size=')]);
    expect((await run('annotate', '--release', '20240101', file)).status).toBe(2);
  });

  test('says where custom resources have their pods', async () => {
    const file = put(
      'repository/widget.yaml',
      `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec:\n  template:\n${POD.split('\n')
        .slice(2)
        .map((line) => `    ${line}\n`)
        .join('')}`,
    );
    expect((await run('check', file)).status).toBe(0);
    put(CONFIG, 'podPaths: [Widget=spec.template]\n');
    expect((await run('check', file)).status).toBe(1);
  });

  test('is named by --config, and left aside by --no-config', async () => {
    const other = put('other.yaml', IGNORE);
    expect((await run('check', '--config', other, pod())).status).toBe(0);
    put(CONFIG, IGNORE);
    expect((await run('check', '--no-config', pod())).status).toBe(1);
    expect((await run('check', '--no-config', '--config', other, pod())).err).toContain('contradict');
    expect((await run('check', '--config', at('none.yaml'), pod())).status).toBe(66);
  });

  test('is added to by ignores of the command line', async () => {
    put(CONFIG, 'ignores: [{code: empty-dir-unhinted, reason: slow is fine}]\n');
    expect((await run('check', pod())).status).toBe(1);
    expect((await run('check', '--ignore', CODE, pod())).status).toBe(0);
  });
});

describe('--print-config', () => {
  test('says each setting with its source, as a file that says the same', async () => {
    put(CONFIG, `release: 20240101\n${IGNORE}`);
    const { out, status } = await run(
      'check',
      '--print-config',
      '--severity',
      'error',
      '--ignore',
      'hint-key-malformed',
      pod(),
    );
    const path = at(CONFIG);
    expect(out).toBe(
      [
        `release: "20240101"  # ${path}:1`,
        'severity: "error"  # command line',
        'runtimeClasses:',
        '  - "gvisor"  # default',
        'podPaths: []  # default',
        'ignores:',
        `  - {"code":"${CODE}","reason":"memory is meant"}  # ${path}:3`,
        '  - {"code":"hint-key-malformed"}  # command line',
        '',
      ].join('\n'),
    );
    expect(status).toBe(0);
    const again = put(
      'again.yaml',
      out.replace('{"code":"hint-key-malformed"}', '{"code":"hint-key-malformed","reason":"x"}'),
    );
    expect((await run('check', '--config', again, pod())).status).toBe(0);
  });

  test("says no release that annotate's GKE rules have no use for", async () => {
    put(CONFIG, 'release: 20260615\nrules: gke\n');
    const releaseOf = async (name: keyof typeof COMMANDS, ...args: string[]) =>
      /^release:.*/m.exec((await run(name, '--print-config', ...args, pod())).out)?.[0];
    expect(await releaseOf('annotate')).toBeUndefined();
    expect(await releaseOf('check')).toContain('20260615');
    expect(await releaseOf('annotate', '--release', '20240325')).toBe('release: "20240325"  # command line');
  });

  test('says it as JSON, and without any input', async () => {
    const config = put('c.yaml', 'rules: gke\n');
    const { out } = await run('annotate', '--print-config', '--json', '--config', config);
    const { path, settings } = JSON.parse(out);
    expect(path).toBe(config);
    expect(settings).toContainEqual({
      key: 'rules',
      value: 'gke',
      source: { from: 'file', path: config, line: 1 },
    });
    expect(settings).toContainEqual({
      key: 'runtimeClasses',
      values: [{ value: 'gvisor', source: { from: 'default' } }],
    });
  });
});

function errorOf(text: string): { code: string; message: string; details: unknown } {
  try {
    readConfigurationFile('c.yaml', text);
  } catch (error) {
    if (isMountHintsError(error)) return { code: error.code, message: error.message, details: error.details };
    throw error;
  }
  throw new Error('it was read');
}

describe('a configuration that is not valid', () => {
  test.each([
    ['releases: latest', 1, 1, 'Did you mean release?'],
    ['release: 2024', 1, 1, 'not a gVisor release'],
    ['\nrelease: [20240101]', 2, 1, 'release must be a text'],
    ['release:', 1, 1, 'release must be a text'],
    ['rules: safest', 1, 1, 'safe, gke'],
    ['severity: fatal', 1, 1, 'error, warning, info'],
    ['runtimeClasses: gvisor', 1, 1, 'must be a list'],
    ['runtimeClasses:\n  - gvisor\n  - ""', 3, 5, 'must be a text'],
    ['podPaths:\n  - Widget', 2, 5, 'names no pod template'],
    ['ignores:\n  - code: empty-dir-unhinetd\n    reason: x', 2, 5, 'Did you mean empty-dir-unhinted?'],
    ['ignores:\n  - code: empty-dir-unhinted', 2, 5, 'reason is missing'],
    ['ignores:\n  - code: empty-dir-unhinted\n    reason: " "', 3, 5, 'reason must be a text'],
    [
      'ignores:\n  - code: empty-dir-unhinted\n    volume: "a: b"\n    reason: x',
      3,
      5,
      'not a name of a volume',
    ],
    ['ignores:\n  - empty-dir-unhinted', 2, 5, 'must be a map'],
    ['- release', 1, 1, 'must be a map'],
    ['release: latest\nrelease: latest', 2, 1, 'not valid YAML'],
    ['release: "latest', 1, 17, 'not valid YAML'],
    ['release: latest\n---\nrelease: latest', 2, 1, 'not valid YAML'],
    ['release: &a latest\nrules: *a', 1, 1, 'no aliases'],
    ['runsc: /tmp/evil', 1, 1, 'there is no key "runsc"'],
    ['__proto__: {release: latest}', 1, 1, 'there is no key "__proto__"'],
    ['"\\u001b[31m": x', 1, 1, 'there is no key "\\u001b[31m"'],
    [`release: ${'x'.repeat(70_000)}`, 1, 1, 'at most'],
    ['['.repeat(20_000), 1, undefined, 'YAML'],
  ])('is refused where it is wrong: %#', (text, line, column, words) => {
    const { code, message, details } = errorOf(text);
    expect([code, message]).toEqual(['MH_CONFIG_INVALID', expect.stringContaining(words)]);
    expect(details).toMatchObject({ path: 'c.yaml', line, ...(column !== undefined && { column }) });
    expect(message).toContain(`c.yaml:${line}:`);
  });

  test.each(['', '# nothing\n', '{}', '---\n'])('an empty one is: %j', (text) => {
    expect(readConfigurationFile('c.yaml', text).configuration).toEqual({});
  });

  test('ends a command with status 2, before any input is read', async () => {
    put(CONFIG, 'release: latest\nignore: []\n');
    const { status, err, out } = await run('check', pod());
    expect(status).toBe(2);
    expect(err).toContain(`${at(CONFIG)}:2:1`);
    expect(out).toBe('');
  });
});

describe('a configuration that was found in a repository', () => {
  test('has no key that names a program or a file', () => {
    const source = readFileSync(
      new URL('../../../src/domain/configuration/configuration.ts', import.meta.url),
      'utf8',
    );
    const keys = [...source.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, key]) => key);
    expect(keys).toEqual(['reason', 'release', 'rules', 'severity', 'runtimeClasses', 'podPaths', 'ignores']);
  });

  test('is not read through a symbolic link, which could show what only its reader may see', async () => {
    const secret = put('secret', 'root:hash\n');
    symlinkSync(secret, at(CONFIG));
    const { status, err } = await run('check', pod());
    expect(status).toBe(2);
    expect(err).toContain('not a regular file');
    expect(err).not.toContain('hash');
  });

  test('is passed over where anyone could have put it', () => {
    const fs = memoryFileSystem({ files: { '/tmp/.mount-hints.yaml': '', '/tmp/project/pod.yaml': '' } });
    fs.chownSync('/tmp/.mount-hints.yaml', 1001, 1001);
    const found = (user: number | undefined) => findConfiguration(fs, '/tmp/project/pod.yaml', user)?.trust;
    fs.chmodSync('/tmp', 0o755);
    expect(found(1000)).toBe('read');
    fs.chmodSync('/tmp', 0o1777);
    expect(found(1000)).toBe('foreign');
    expect(found(1001)).toBe('read');
    fs.chownSync('/tmp/.mount-hints.yaml', 0, 0);
    expect(found(1000)).toBe('read');
  });

  test('that is passed over is told of, and nothing else changes', async () => {
    const terminal = new RecordingTerminal();
    const path = at(CONFIG);
    const configuration = { ...pods.configuration, find: () => ({ path, trust: 'foreign' as const }) };
    const status = await runCommand(createCheckCommand({ ...pods, configuration }), [pod()], terminal);
    expect(status).toBe(1);
    expect(terminal.stderr).toContain(`note: ${path} is not read`);
  });
});
