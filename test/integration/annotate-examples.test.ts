import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { withMountHints } from '../../docs/examples/annotate-pod.ts';
import { withHints } from '../../docs/examples/annotate-text.ts';
import { CLI } from '../support/built-cli.ts';
import { absence, findTool, type Tool } from '../support/manifest-tools.ts';

const DOCS = new URL('../../docs/', import.meta.url).pathname;
const PAGE = readFileSync(join(DOCS, 'annotate.md'), 'utf8');

interface Block {
  language: string;
  label: string;
  text: string;
}

const blocks = [...PAGE.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', label = '', text = '']): Block => ({ language, label, text }),
);

/** Commands with what they print, from a block of a console. */
function commandsIn({ text }: Block): [command: string, output: string][] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]);
}

/** A copy of the examples, and a PATH on which `mount-hints` and one version of each tool stand. */
const work = mkdtempSync(join(tmpdir(), 'mount-hints-examples-'));
const bin = join(work, 'bin');
mkdirSync(bin);
cpSync(join(DOCS, 'examples'), join(work, 'examples'), { recursive: true });
symlinkSync(CLI, join(bin, 'mount-hints'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function run(command: string, tool?: string): string {
  const toolBin = join(work, `bin-${tool}`);
  if (tool !== undefined) {
    mkdirSync(toolBin, { recursive: true });
    rmSync(join(toolBin, tool.replace(/\d$/, '')), { force: true });
    symlinkSync(findTool(tool as Tool) ?? '', join(toolBin, tool.replace(/\d$/, '')));
  }
  const { stdout, stderr, error } = spawnSync('/bin/sh', ['-c', command], {
    cwd: join(work, 'examples'),
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      ...process.env,
      PATH: [bin, toolBin, process.env.PATH].join(':'),
      HELM_CACHE_HOME: join(work, 'cache'),
      HELM_CONFIG_HOME: join(work, 'config'),
      HELM_DATA_HOME: join(work, 'data'),
    },
  });
  if (error) throw error;
  return stdout === '' ? stderr : stdout;
}

describe('docs/annotate.md', () => {
  test('has the examples that are run here', () => {
    const consoles = blocks.filter(({ language }) => language === 'console').map(({ label }) => label);
    expect(consoles).toEqual(['', 'helm3', 'helm4', 'kustomize']);
    expect(blocks.filter(({ label }) => label.startsWith('file='))).toHaveLength(5);
  });

  const files = blocks.filter(({ label }) => label.startsWith('file='));
  test.each(files.map(({ label, text }) => [label.slice('file='.length), text]))(
    'shows %s as it is',
    (file, text) => {
      expect(readFileSync(join(DOCS, 'examples', file), 'utf8')).toBe(text);
    },
  );

  for (const block of blocks.filter(({ language }) => language === 'console')) {
    const tool = block.label === '' ? undefined : (block.label as Tool);
    const isHere = tool === undefined || findTool(tool) !== undefined;
    if (!isHere) process.stderr.write(`${absence(tool)}\n`);
    for (const [command, output] of isHere ? commandsIn(block) : []) {
      test(`${tool ?? 'mount-hints'}: ${command}`, () => {
        expect(run(command, tool)).toBe(output);
      });
    }
  }
});

describe('the examples in TypeScript', () => {
  test('annotate a pod', () => {
    const lines: string[] = [];
    const pod = withMountHints(
      {
        metadata: { name: 'p', annotations: { 'dev.gvisor.spec.mount.gone.type': 'bind' } },
        spec: {
          runtimeClassName: 'gvisor',
          volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi' } }],
          containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
        },
      },
      (line) => lines.push(line),
    );
    expect(pod.metadata).toEqual({
      name: 'p',
      annotations: {
        'dev.gvisor.spec.mount.gone.type': 'bind',
        'dev.gvisor.spec.mount.v.options': 'rw,rprivate,size=960m',
        'dev.gvisor.spec.mount.v.share': 'container',
        'dev.gvisor.spec.mount.v.type': 'bind',
      },
    });
    expect(lines).toHaveLength(1);
  });

  test('annotate a text', () => {
    const text = readFileSync(join(DOCS, 'examples/web.yaml'), 'utf8');
    expect(withHints(text, 'web.yaml').match(/dev\.gvisor\.spec\.mount/g)).toHaveLength(6);
    expect(withHints('kind: Service\n', 'm')).toBe('kind: Service\n');
  });
});
