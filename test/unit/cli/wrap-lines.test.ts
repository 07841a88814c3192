import { describe, expect, test } from '@jest/globals';
import { wrapLines } from '../../../src/adapters/cli/rendering/wrap-lines.ts';
import { printReport } from '../../../src/adapters/cli/terminal/print-report.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const PATH = `/var/lib/kubelet/pods/${'0'.repeat(36)}/volumes/kubernetes.io~empty-dir/scratch/config.json`;

describe('lines for a terminal', () => {
  test('that fit stay as they are, columns and all', () => {
    const text = `a  b   c\n${'x'.repeat(80)}\n  two   blanks\n\n`;
    expect(wrapLines(text, 80)).toBe(text);
  });

  test('that are longer go on indented, below their own indent', () => {
    const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
    const lines = wrapLines(`  ${words}\n`, 60).split('\n');
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.every((line) => line.length <= 60)).toBe(true);
    expect(lines[0]).toMatch(/^ {2}word0 /);
    expect(lines[1]).toMatch(/^ {6}word/);
  });

  test('break no path, however long', () => {
    const text = `error MH_INPUT_NOT_FOUND: ${PATH} is not there. Check the path, or whether its pod was removed.`;
    expect(
      wrapLines(text, 60)
        .split('\n')
        .map((line) => line.trim()),
    ).toContain(PATH);
  });

  test.each([
    '--pod-path Odd=pods.*',
    '--kubelet-dir /srv/kubelet',
    '"mount-hints help CODE"',
    '--ignore "hint-type-unknown: cache"',
  ])('break nothing that is copied as a whole: %s', (whole) => {
    for (let before = 1; before < 60; before++) {
      const text = `${'y'.repeat(before)} ${'z '.repeat(20)}${whole} and further words behind it, so that it is long`;
      expect(wrapLines(text, 60)).toContain(whole);
    }
  });
});

describe('a report', () => {
  const text = `${'word '.repeat(30)}\n`;
  const printed = (shows: boolean, documentGoesOut: boolean, isJson: boolean) => {
    const terminal = Object.assign(new RecordingTerminal(), { shows });
    printReport(terminal, text, { documentGoesOut, isJson });
    return { out: terminal.stdout, err: terminal.stderr };
  };

  test('is wrapped on a terminal alone', () => {
    expect(printed(true, false, false).out.split('\n').length).toBeGreaterThan(2);
    expect(printed(false, false, false).out).toBe(text);
  });

  test('in JSON never is', () => {
    expect(printed(true, false, true).out).toBe(text);
    expect(printed(true, true, true)).toEqual({ out: '', err: text });
  });
});
