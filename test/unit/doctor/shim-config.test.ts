import { expect, test } from '@jest/globals';
import { checkShimConfig } from '../../../src/domain/doctor/check-shim-config.ts';
import { tomlHeadings } from '../../../src/domain/doctor/toml-headings.ts';

const PATH = '/etc/containerd/runsc.toml';

const checked = (config: object) => {
  const headings = tomlHeadings('runsc_config' in config ? '[runsc_config]\n' : '');
  return checkShimConfig(PATH, 'runsc', { kind: 'config', config: { ...config }, headings });
};

/** The lines to write for the first thing that is found, without their indentation. */
const textsFor = (config: object) =>
  checked(config)[0]?.lines?.flatMap(({ text }) => text.map((line) => line.trim()));

const numbered = (count: number, value: (index: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, value(index)]));

// Source: gVisor pkg/shim/v1/runsc/options.go (Options).
test('the keys that the shim has are known, in any letter case', () => {
  const keys =
    'shim_cgroup io_uid io_gid binary_name root log_level log_path grouping enable_hibernate_server Root'.split(
      ' ',
    );
  expect(checked(Object.fromEntries(keys.map((key) => [key, 'x'])))).toEqual([]);
});

test('what stands beside them is not', () => {
  expect(checked({ roots: '/run' })).toEqual([
    expect.objectContaining({ code: 'DOCTOR_SHIM_CONFIG_UNKNOWN', path: PATH, runtime: 'runsc' }),
  ]);
});

test.each([
  ['DOCTOR_SHIM_CONFIG_UNKNOWN', (count: number) => checked(numbered(count, () => 'x'))],
  ['DOCTOR_SHIM_CONFIG_VALUE', (count: number) => checked({ runsc_config: numbered(count, Number) })],
])('twenty keys of %s are named, and the rest counted', (code, findings) => {
  expect(findings(20)).toHaveLength(20);
  const many = findings(25);
  expect(many.map((each) => each.code)).toEqual(Array(21).fill(code));
  expect(many.at(-1)).toMatchObject({
    path: PATH,
    runtime: 'runsc',
    message: expect.stringContaining(' 5 '),
  });
  expect(many.at(-1)).not.toHaveProperty('lines');
});

test('a value is put down as a text where it can be, and is short enough', () => {
  const linesFor = (value: unknown) => textsFor({ runsc_config: { debug: value } });
  expect(linesFor(true)).toEqual(['debug = "true"']);
  expect(linesFor(1n)).toEqual(['debug = "1"']);
  expect(linesFor([])).toBeUndefined();
  expect(linesFor({})).toBeUndefined();
});

test('an unknown key is moved to the flags where its value can be one, and no such flag is there', () => {
  const moved = 'debug = "true"';
  expect(textsFor({ debug: true, runsc_config: {} })).toContain(moved);
  expect(textsFor({ debug: true, runsc_config: { debug: 'false' } })).not.toContain(moved);
  expect(textsFor({ debug: 'x'.repeat(1000), runsc_config: {} })).toContain(`debug = "${'x'.repeat(1000)}"`);
  expect(checked({ debug: 'x'.repeat(1001), runsc_config: {} })[0]).not.toHaveProperty('lines');
  expect(checked({ debug: [], runsc_config: {} })[0]).not.toHaveProperty('lines');
});

test('a key whose value would do harm as a flag is only removed', () => {
  const [found] = checked({ overlay2: 'all:self', runsc_config: {} });
  expect(found?.message).toContain('DOCTOR_OVERLAY_ALL');
  expect(textsFor({ overlay2: 'all:self', runsc_config: {} })).not.toContain('overlay2 = "all:self"');
  expect(checked({ debug: 'x' })[0]?.message).not.toContain('harm');
});

test('flags that do harm get the value that does none', () => {
  const linesOf = (flags: object) => textsFor({ runsc_config: flags });
  expect(linesOf({ overlay2: 'all:memory' })).toEqual(['overlay2 = "root:self"']);
  expect(linesOf({ 'file-access-mounts': 'exclusive' })).toEqual(['file-access-mounts = "shared"']);
});

test('a file that is missing is written with the table of flags', () => {
  expect(checkShimConfig(PATH, 'runsc', { kind: 'absent' })).toMatchObject([
    { code: 'DOCTOR_SHIM_CONFIG_MISSING', lines: [{ file: PATH, text: ['[runsc_config]'] }] },
  ]);
});
