import * as fs from 'node:fs';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';

const terminals = new Set<number>();
let written: [number, string][] = [];

jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  fstatSync: (fd: number) => ({ isCharacterDevice: () => terminals.has(fd) }),
  writeSync: (fd: number, bytes: Buffer, from: number) => {
    written.push([fd, bytes.toString('utf8', from)]);
    return bytes.length - from;
  },
}));
jest
  .spyOn(process, 'getBuiltinModule')
  .mockImplementation(() => ({ isatty: (fd: number) => terminals.has(fd) }) as never);
const { ProcessTerminal } = await import('../../../src/adapters/cli/terminal/process-terminal.ts');

const CLEAR = '\r\u001b[K';

beforeEach(() => {
  terminals.clear();
  written = [];
});

describe('a status line', () => {
  test.each([
    ['standard output that is the terminal', [1, 2], 1],
    ['standard error', [2], 2],
  ])('makes room for %s', (_, fds, fd) => {
    for (const each of fds) terminals.add(each);
    const terminal = new ProcessTerminal();
    terminal.status('1/2');
    if (fd === 1) terminal.out('text\n');
    else terminal.error('text\n');
    expect(written).toEqual([
      [2, `${CLEAR}1/2`],
      [2, CLEAR],
      [fd, 'text\n'],
    ]);
  });

  test('stays while standard output goes elsewhere', () => {
    terminals.add(2);
    const terminal = new ProcessTerminal();
    terminal.status('1/2');
    terminal.out('text\n');
    terminal.status('');
    expect(written).toEqual([
      [2, `${CLEAR}1/2`],
      [1, 'text\n'],
      [2, CLEAR],
    ]);
  });

  test('that is not there is not taken away', () => {
    const terminal = new ProcessTerminal();
    terminal.status('');
    terminal.error('text\n');
    expect(written).toEqual([[2, 'text\n']]);
  });
});

describe('words on standard error', () => {
  const NOTE =
    'note: no runsc is on PATH, so the rules of the newest release known here, 20260914, hold. Name another with --release or --runsc.\n';
  const told = () => written.map(([, text]) => text).join('');

  test('are wrapped to a terminal', () => {
    terminals.add(2);
    new ProcessTerminal().error(NOTE);
    expect(told()).not.toBe(NOTE);
    expect(
      told()
        .split('\n')
        .every((line) => line.length <= 80),
    ).toBe(true);
    expect(told().replaceAll('\n    ', ' ')).toBe(NOTE);
  });

  test('stay one line in a pipe, and where they are for programs', () => {
    new ProcessTerminal().error(NOTE);
    terminals.add(2);
    new ProcessTerminal().errorAsIs(NOTE);
    expect(written.map(([, text]) => text)).toEqual([NOTE, NOTE]);
  });
});
