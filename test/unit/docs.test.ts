import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { POLICY_OPTIONS } from '../../src/adapters/cli/options/policy-options.ts';
import { commandSpecs } from '../../src/composition/command-specs.ts';
import { POLICY_DIAGNOSTICS } from '../../src/domain/policy/validating-policy.ts';
import { type RuleSet, releases } from '../../src/domain/rewrite/releases.ts';
import { DIAGNOSTICS, ERROR_CODES } from '../../src/domain.ts';

function root(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}

function page(name: string): string {
  return readFileSync(root(`docs/${name}`), 'utf8');
}

/** The columns of the table of releases, each as the rules have it. */
const COLUMNS: [string, (rules: RuleSet) => boolean][] = [
  ['bind options dropped', (r) => r.containerMount.dropsBindOptions],
  ['/dev/shm shared', (r) => r.shm !== undefined],
  ['shm lifecycle', (r) => r.shm?.lifecycle === true],
  ['shm sized', (r) => r.shm?.sized === true],
  ['emptyDir lifecycle', (r) => r.emptyDir.lifecycle],
  ['becomes tmpfs', (r) => r.emptyDir.becomesTmpfs],
  ['keeps data', (r) => r.emptyDir.keepsData],
  ['force-shared', (r) => r.emptyDir.forceShared],
  ['opens host-uds', (r) => r.emptyDir.opensHostUds],
  ['emptyDir sized', (r) => r.emptyDir.sized],
  ['UID only for hints', (r) => r.identity.uidOnlyForHints],
  ['empty UID demotes', (r) => r.identity.emptyUidDemotes],
  ['UID annotation first', (r) => r.identity.uidAnnotationFirst],
];

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('docs/parity.md', () => {
  const lines = page('parity.md').split('\n');

  test('has the table of releases, cell by cell', () => {
    const head = lines.findIndex((line) => line.startsWith('| release |'));
    expect(cells(lines[head] ?? '')).toEqual(['release', ...COLUMNS.map(([name]) => name)]);
    const rows = lines.slice(head + 2, lines.indexOf('', head)).map(cells);
    const table = releases.map((rules) => [
      rules.release,
      ...COLUMNS.map(([, holds]) => (holds(rules) ? 'yes' : 'no')),
    ]);
    expect(rows).toEqual(table);
  });

  test('covers every policy that a row has', () => {
    const [first] = releases;
    const flags = [first?.identity, first?.emptyDir, first?.containerMount].flatMap((policy) =>
      Object.keys(policy ?? {}),
    );
    const shmFlags = Object.keys(releases.at(-1)?.shm ?? {});
    expect(COLUMNS).toHaveLength(flags.length + shmFlags.length + 1);
  });

  test('names files that are there', () => {
    const files = [...page('parity.md').matchAll(/\| `([a-z/-]+\.ts)` \|/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      expect(() => readFileSync(root(`src/domain/${file}`))).not.toThrow();
    }
  });
});

describe('docs/errors.md', () => {
  test('has one section for each code, with its exit status', () => {
    const sections = [...page('errors.md').matchAll(/^### (MH_[A-Z_]+) — (\d+)$/gm)];
    const documented = Object.fromEntries(sections.map(([, code, status]) => [code, Number(status)]));
    expect(sections).toHaveLength(Object.keys(documented).length);
    expect(documented).toEqual(ERROR_CODES);
  });

  test('has no code that nothing raises', () => {
    const table = 'domain/mount-hints-error.ts';
    const files = readdirSync(root('src'), { recursive: true, encoding: 'utf8' });
    const sources = files.filter((file) => file.endsWith('.ts') && file !== table);
    const text = sources.map((file) => readFileSync(root(`src/${file}`), 'utf8')).join('');
    const raising = text.replaceAll(/[!=]== 'MH_\w+'/g, '');
    const guarded = readFileSync(root('scripts/bundle-settings.js'), 'utf8').match(/error (MH_\w+)/)?.[1];
    const raised = (code: string) => raising.includes(`'${code}'`) || code === guarded;
    expect(Object.keys(ERROR_CODES).filter((code) => !raised(code))).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  test('has one line for each package, and no other', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(root('package.json'), 'utf8'));
    const [ofLibrary = '', inPrograms = '', forBuilding = ''] = page('dependencies.md')
      .split(/^## /m)
      .slice(1);
    const listed = (section: string) =>
      [...section.matchAll(/^\| ([^|]+) \|/gm)]
        .slice(1)
        .flatMap(([, names = '']) => names.split(', '))
        .filter((name) => !/^-+$/.test(name));
    expect(listed(ofLibrary).sort()).toEqual(Object.keys(dependencies).sort());
    expect([...listed(inPrograms), ...listed(forBuilding)].sort()).toEqual(
      Object.keys(devDependencies).sort(),
    );
  });
});

describe('docs/architecture.md', () => {
  test('names every folder of adapters, and every command', () => {
    const adapters = readdirSync(root('src/adapters'));
    const commands = commandSpecs.map(({ name }) => name);
    const text = page('architecture.md');
    expect(adapters.length).toBeGreaterThan(10);
    expect([...adapters, ...commands].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test('names every room of the domain, and every folder of tests', () => {
    const text = page('architecture.md');
    const folders = (path: string) =>
      readdirSync(root(path), { withFileTypes: true }).flatMap((each) =>
        each.isDirectory() ? each.name : [],
      );
    const rooms = /\n## The rooms of the domain\n([^#]*)/.exec(text)?.[1] ?? '';
    expect(folders('src/domain').filter((name) => !rooms.includes(`\`${name}\``))).toEqual([]);
    const supporting = ['support', 'fixtures', 'mutation', 'types', 'custom-kinds'];
    const tests = folders('test').filter((name) => !supporting.includes(name));
    expect(tests.filter((name) => !text.includes(`\`test/${name}\``))).toEqual([]);
  });

  test('leads to files that are there, and to tests of that name', () => {
    const text = page('architecture.md');
    const paths = [...text.matchAll(/`((?:src|test)\/[\w/.-]+)`/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(25);
    expect(paths.filter((path) => !existsSync(root(path)))).toEqual([]);
    const named = [...text.matchAll(/`(test\/[\w/.-]+\.test\.ts)`, "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(2);
    const missing = named.filter(
      ([, path = '', name = '']) => !readFileSync(root(path), 'utf8').includes(name),
    );
    expect(missing).toEqual([]);
  });
});

describe('docs/cli.md', () => {
  test('has one section for each command', () => {
    const sections = [...page('cli.md').matchAll(/^## (.+)$/gm)].flatMap(([, names = '']) =>
      names.split(', '),
    );
    const others = ['Configuration file', 'Exit status', 'help'];
    expect(sections.sort()).toEqual([...commandSpecs.map(({ name }) => name), ...others].sort());
  });
});

describe('docs/policy.md', () => {
  test('names every option and every code of a policy, and no other code', () => {
    const text = page('policy.md');
    const options = Object.keys(POLICY_OPTIONS);
    expect(options.filter((name) => !text.includes(`--${name}`))).toEqual([]);
    const [, list = ''] = /begins with the code of[^:]*:\n\n([\s\S]*?)\n\n/.exec(text) ?? [];
    const codes = [...list.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code);
    expect(codes).toEqual(POLICY_DIAGNOSTICS.map(({ code }) => code));
    const known = new Map(DIAGNOSTICS.map(({ code, severity }) => [code, severity]));
    expect(codes.filter((code) => known.get(code ?? '') !== 'error')).toEqual([]);
    const errors = DIAGNOSTICS.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    expect(errors.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });
});

describe('tests that pages name', () => {
  const PAGES = ['SECURITY.md', 'docs/reliability.md'];

  test.each(PAGES)('%s: are there', (name) => {
    const text = readFileSync(root(name), 'utf8');
    const named = [...text.matchAll(/test\/[\w./-]*\.(?:test\.ts|jsonl|json|js)/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(root(path)))).toEqual([]);
  });
});
