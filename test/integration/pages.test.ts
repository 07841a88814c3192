import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { README_POD } from '../../playground/readme-pod.ts';
import { CLI } from '../support/built-cli.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const MINUTE = 60_000;
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith('.md'),
);

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const readme = read('README.md');
const withoutCode = (text: string) => text.replaceAll(/^```.*?^```/gms, '');

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...withoutCode(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('README.md', () => {
  test('is one screen of first steps', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(125);
  });

  test('shows explain and check, of the pod in docs/examples', () => {
    for (const image of ['explain', 'check']) expect(readme).toContain(`(docs/images/${image}.png)`);
    expect(read('docs/examples/agent.yaml')).toBe(README_POD);
  });

  const commands = [...readme.matchAll(/^mount-hints (\w+ .*docs\/examples\/\S+)/gm)].map(
    ([, words]) => words ?? '',
  );

  test.each(commands)('mount-hints %s works in the checkout', (words) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words.split(' ')], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      words.startsWith('check') ? 1 : 0,
      expect.not.stringContaining('error '),
    ]);
    expect(stdout).not.toBe('');
  });

  test('names an example for each of the first commands', () => {
    expect(commands.map((words) => words.split(' ')[0])).toEqual(['explain', 'check', 'annotate']);
  });
});

test.each(PAGES)('%s installs nothing by a name that is not published yet', (page) => {
  expect(
    read(page).match(/npm (i|install|exec)( -\S+)* gvisor-mount-hints(?!-)\S*|npx \S*mount-hints.*/g),
  ).toBeNull();
});

describe('links', () => {
  test.each(PAGES)('of %s lead somewhere', (page) => {
    const targets = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, target = '']) => target,
    );
    const broken = targets.filter((target) => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

/** What the pages' snippets take for granted: values of the reader's. */
const GIVEN: Readonly<Record<string, string>> = {
  ociSpec: 'import("gvisor-mount-hints").OciSpec',
  sandbox: 'import("gvisor-mount-hints").OciSpec',
  sandboxSpec: 'import("gvisor-mount-hints").OciSpec',
  appSpec: 'import("gvisor-mount-hints").OciSpec',
  containers: 'import("gvisor-mount-hints").OciSpec[]',
  pod: 'import("gvisor-mount-hints").Pod',
  hints: 'import("gvisor-mount-hints").MountHints',
  response: 'import("node:http").ServerResponse',
  body: 'string',
};

/** A snippet as a module, with declarations of what it takes for granted. */
function moduleOf(snippet: string): string {
  const declares = (name: string) => new RegExp(`(const|let)\\b[^=(]*\\b${name}\\b`).test(snippet);
  const given = Object.entries(GIVEN)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(snippet) && !declares(name))
    .map(([name, type]) => `declare const ${name}: ${type};\n`);
  return `${given.join('')}${snippet}\nexport {};\n`;
}

describe('snippets', () => {
  const snippets = new Map(
    PAGES.flatMap((page) =>
      [...read(page).matchAll(/^```ts\n(.*?)^```/gms)].map(
        ([, code = ''], index) =>
          [join(ROOT, `docs/examples/${page.replaceAll('/', '-')}-${index}.ts`), moduleOf(code)] as const,
      ),
    ),
  );

  test(
    'of all pages compile',
    () => {
      const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
      const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
      const { incremental, tsBuildInfoFile, ...settings } = options;
      const compile = { ...settings, noUnusedLocals: false };
      const host = ts.createCompilerHost(compile);
      const { getSourceFile, fileExists } = host;
      host.fileExists = (path) => snippets.has(path) || fileExists(path);
      host.getSourceFile = (path, version) => {
        const text = snippets.get(path);
        return text === undefined
          ? getSourceFile(path, version)
          : ts.createSourceFile(path, text, version, true);
      };
      const program = ts.createProgram([...snippets.keys()], compile, host);
      const problems = [...snippets.keys()].flatMap((path) => {
        const file = program.getSourceFile(path);
        return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      });
      const text = (each: ts.Diagnostic) =>
        `${each.file?.fileName}: ${ts.flattenDiagnosticMessageText(each.messageText, ' ')}`;
      expect(problems.map(text)).toEqual([]);
      expect(snippets.size).toBeGreaterThan(8);
    },
    2 * MINUTE,
  );
});
