import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { CLI } from '../support/built-cli.ts';

const root = new URL('../..', import.meta.url).pathname;
const read = (name: string) => readFileSync(join(root, name), 'utf8');

const pod = (annotations: string) => `kind: Pod
metadata: {name: p, annotations: {${annotations}}}
spec:
  runtimeClassName: gvisor
  containers: [{name: c, volumeMounts: [{name: v, mountPath: /v}]}]
  volumes: [{name: v, emptyDir: {}}]
`;
const GOOD = pod(
  'dev.gvisor.spec.mount.v.type: bind, dev.gvisor.spec.mount.v.share: container, dev.gvisor.spec.mount.v.options: "rw,rprivate"',
);
const BAD = pod('dev.gvisor.spec.mount.gone.type: bind');

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'mount-hints-ci-'));
  mkdirSync(join(work, 'bin'));
  writeFileSync(join(work, 'bin/mount-hints'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, {
    mode: 0o755,
  });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Runs a script as a CI job would, over one manifest in `manifests/`. */
function job(script: string, manifest: string, env: NodeJS.ProcessEnv = {}) {
  mkdirSync(join(work, 'manifests'), { recursive: true });
  writeFileSync(join(work, 'manifests/p.yaml'), manifest);
  return spawnSync('bash', ['-e', '-c', script], {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(work, 'bin')}:${process.env.PATH}`, ...env },
  });
}

describe('the pre-commit hooks', () => {
  const hooks: { id: string; entry: string; language: string }[] = parse(read('.pre-commit-hooks.yaml'));

  test('run on the files that pre-commit names', () => {
    for (const { language } of hooks) expect(language).toBe('node');
    const entry = (id: string) => `${hooks.find((hook) => hook.id === id)?.entry} manifests/p.yaml`;
    expect(job(entry('mount-hints-check'), GOOD).status).toBe(0);
    expect(job(entry('mount-hints-check'), BAD).status).toBe(1);
    expect(job(entry('mount-hints-annotate'), pod('')).status).toBe(0);
    expect(readFileSync(join(work, 'manifests/p.yaml'), 'utf8')).toContain('dev.gvisor.spec.mount.v.type');
  });
});

describe('the GitHub Action', () => {
  const { inputs, runs } = parse(read('action.yml'));

  test('shows findings as workflow commands', () => {
    const { run, env } = runs.steps.at(-1);
    expect(Object.keys(env)).toEqual(['PATHS', 'SEVERITY', 'RELEASE', 'MOUNT_HINTS']);
    const given = {
      PATHS: 'manifests',
      SEVERITY: inputs.severity.default,
      RELEASE: 'latest',
      MOUNT_HINTS: CLI,
    };
    expect(job(run, GOOD, given).status).toBe(0);
    const { status, stdout } = job(run, BAD, given);
    expect([status, stdout]).toEqual([1, expect.stringContaining('::error file=manifests/p.yaml,line=2')]);
  });
});

describe('docs/ci.md', () => {
  const page = read('docs/ci.md');

  test('the gate stops errors', () => {
    const gate = /## A gate[^`]*```sh\n([^`]*)```/.exec(page)?.[1] ?? '';
    expect(job(gate, GOOD).status).toBe(0);
    expect(job(gate, BAD).status).toBe(1);
  });

  test('a gate may ask for a pod', () => {
    const gate = /```sh\n(\[ -n [^`]*)```/.exec(page)?.[1] ?? 'exit 2';
    expect(job(gate, GOOD).status).toBe(0);
    const { status, stderr } = job(gate, 'kind: Service\nmetadata: {name: s}\n');
    expect([status, stderr]).toEqual([1, expect.stringContaining('note: no pod was found: no object in')]);
  });

  test('the SARIF log is there, whether something is found or not', () => {
    const script = /- run: (mount-hints check --format sarif .*)\n/.exec(page)?.[1] ?? '';
    for (const manifest of [GOOD, BAD]) {
      expect(job(script, manifest).status).toBe(0);
      expect(JSON.parse(readFileSync(join(work, 'mount-hints.sarif'), 'utf8')).version).toBe('2.1.0');
    }
  });

  test('the GitLab job is one', () => {
    const text = /## GitLab\n\n```yaml\n([^`]*)```/.exec(page)?.[1] ?? '';
    expect(parse(text)['mount-hints'].script.at(-1)).toBe('mount-hints check manifests/');
  });
});

describe('an install from Git', () => {
  const build = (env: NodeJS.ProcessEnv) => {
    const tree = mkdtempSync(join(work, 'tree-'));
    const scripts = {
      build: 'echo built > built',
      prepare: JSON.parse(read('package.json')).scripts.prepare,
    };
    mkdirSync(join(tree, 'scripts'));
    mkdirSync(join(tree, 'node_modules'));
    writeFileSync(
      join(tree, 'package.json'),
      JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', scripts }),
    );
    writeFileSync(join(tree, 'scripts/prepare.js'), read('scripts/prepare.js'));
    const { status } = spawnSync('npm', ['run', 'prepare'], { cwd: tree, env: { ...process.env, ...env } });
    return [status, existsSync(join(tree, 'built'))];
  };

  test('builds, as pre-commit needs it, and npm ci in a checkout does not', () => {
    expect(build({ _PACOTE_NO_PREPARE_: 'git+file:///x' })).toEqual([0, true]);
    expect(build({})).toEqual([0, false]);
  });
});
