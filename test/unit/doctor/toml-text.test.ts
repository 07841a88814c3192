import { describe, expect, test } from '@jest/globals';
import { parse } from 'smol-toml';
import { layTables, tableAt, textsOf } from '../../../src/domain/doctor/config-value.ts';
import { tableText, withValues } from '../../../src/domain/doctor/file-lines.ts';
import { tomlHeadings } from '../../../src/domain/doctor/toml-headings.ts';
import {
  describeKey,
  describeValue,
  tomlAssignment,
  tomlHeading,
} from '../../../src/domain/doctor/toml-text.ts';

describe('what is written as TOML', () => {
  test.each([
    ['a-B_9', 'x'],
    ['a.b', 'say "no"\n'],
    ['', true],
    ['a b', 12],
    ['a', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]],
    ['é', ['a', ['b', 1.5], { c: 'd' }]],
    ['a', { 'b.c': { d: [] }, e: 'f' }],
    ['a', {}],
  ])('is read again: %j = %j', (key, value) => {
    const line = tomlAssignment([key, value]);
    expect(line).not.toContain('\n');
    expect(parse(line)).toEqual({ [key]: value });
    expect(parse(`${tomlHeading(['top', key])}\n`)).toEqual({ top: { [key]: {} } });
  });

  test('keeps a date, and quotes no key that needs no quotes', () => {
    const { day } = parse('day = 2026-11-28T10:00:00Z');
    expect(tomlAssignment(['day', day])).toBe('day = 2026-11-28T10:00:00.000Z');
    expect(tomlHeading(['a-B_9', 'x.y', 'z z', 'é'])).toBe('[a-B_9."x.y"."z z"."é"]');
  });
});

describe('the headings of a file', () => {
  test.each([
    ['[a]', ['a']],
    ['  [ a . "b.c" . \'d "e"\' ]  # why', ['a', 'b.c', 'd "e"']],
    ['[a."b\\"\\u00e9"]', ['a', 'b"é']],
    ['["\\q"]', ['\\q']],
    ['[ab-9_]', ['ab-9_']],
  ])('%s', (line, path) => {
    const [heading, ...more] = tomlHeadings(`x = 1\r\n${line}\r\ny = "[z]"\n`);
    expect(heading).toEqual({ path, text: line.trim().replace(/\s*#.*/, '') });
    expect(more).toEqual([]);
  });

  test.each(['[[a]]', '[a', '[a] b', '[a.]', '[.a]', '[]', '[a b]', '["a]', 'a]', '# [a]', '[a]]'])(
    'and none in %j',
    (line) => {
      expect(tomlHeadings(line)).toEqual([]);
    },
  );

  test('are in their order', () => {
    expect(tomlHeadings('[b]\n[a.c]\n[a]').map(({ text }) => text)).toEqual(['[b]', '[a.c]', '[a]']);
  });
});

describe('in a sentence', () => {
  test.each([
    ['short', '"short"'],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
    [['a'], 'a list'],
    [{ a: 1 }, 'a table'],
    [12, '12'],
    [true, 'true'],
  ])('a value %j is %s', (value, words) => {
    expect(describeValue(value)).toBe(words);
  });

  test('a date is not a table, and a key is as TOML has it', () => {
    expect(describeValue(new Date(0))).not.toBe('a table');
    expect([describeKey('a'), describeKey('a.b')]).toEqual(['a', '"a.b"']);
    expect(describeKey('k'.repeat(81))).toBe(`${'k'.repeat(80)}…`);
  });
});

describe('tables', () => {
  const table = { a: { b: { c: 'd' } }, list: ['x', 1, 'y'], text: 'z' };

  test('are found at a path, and are empty where it breaks off', () => {
    expect(tableAt(table, 'a', 'b')).toEqual({ c: 'd' });
    expect(tableAt(table)).toBe(table);
    for (const path of [['a', 'x'], ['text'], ['list'], ['toString'], ['a', 'b', 'c', 'd']]) {
      expect(tableAt(table, ...path)).toEqual({});
    }
    expect([textsOf(table.list), textsOf('x'), textsOf(undefined)]).toEqual([['x', 'y'], [], []]);
  });

  test('get values at the end of a path, and are not changed', () => {
    expect(withValues(table, ['a', 'b'], { e: 'f' })).toEqual({ ...table, a: { b: { c: 'd', e: 'f' } } });
    expect(withValues(table, ['text', 'n'], { e: 'f' })).toEqual({ ...table, text: { n: { e: 'f' } } });
    expect(withValues({}, ['toString'], { e: 'f' })).toEqual({ toString: { e: 'f' } });
    expect(table.a.b).toEqual({ c: 'd' });
  });

  test('are written with all the tables in them, each below its own heading', () => {
    const runtime = {
      type: 'x',
      at: new Date(0),
      options: { ConfigPath: '/r', deep: { list: ['a'] } },
      last: 1,
    };
    const text = tableText(['plugins', 'io.cri'], runtime);
    expect(text.filter((line) => line.startsWith('['))).toEqual([
      '[plugins."io.cri"]',
      '[plugins."io.cri".options]',
      '[plugins."io.cri".options.deep]',
    ]);
    expect(JSON.parse(JSON.stringify(parse(text.join('\n'))))).toEqual({
      plugins: { 'io.cri': JSON.parse(JSON.stringify(runtime)) },
    });
  });

  test('laid over one another are joined to a depth, and replaced below it', () => {
    const layers = [
      { a: { b: { c: 1 } }, x: 1 },
      { a: { b: { d: 2 } }, y: { z: 1 } },
    ];
    expect(layTables(layers, 1)).toEqual({ a: { b: { d: 2 } }, x: 1, y: { z: 1 } });
    expect(layTables(layers, 2)).toEqual({ a: { b: { d: 2 } }, x: 1, y: { z: 1 } });
    expect(layTables(layers, 3)).toEqual({ a: { b: { c: 1, d: 2 } }, x: 1, y: { z: 1 } });
  });

  test('laid over another value begin anew', () => {
    expect(layTables([{ a: { b: 1 } }, { a: 'text' }, { a: { c: 2 } }, { a: { d: 3 } }], 2)).toEqual({
      a: { c: 2, d: 3 },
    });
    expect(layTables([{ a: { b: 1 } }, { a: 'text' }], 2)).toEqual({ a: 'text' });
  });
});
