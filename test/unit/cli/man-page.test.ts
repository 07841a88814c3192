import { describe, expect, test } from '@jest/globals';
import { commandOptions } from '../../../src/adapters/cli/rendering/help.ts';
import {
  commandManPage,
  type ManPage,
  programManPage,
  renderManPage,
} from '../../../src/adapters/cli/rendering/man-page.ts';
import { commandSpecs } from '../../../src/composition/command-specs.ts';

const EDITION = { version: '1.2.3', date: '2026-11-28' };

/** What a reader sees of a page, in one line: without requests, fonts and escapes. */
function seen(page: ManPage): string {
  return renderManPage(page, EDITION)
    .split('\n')
    .map((line) => line.replace(/^\.(SH|SS|IP|TP|PP|RS|RE|nf|fi|TH)\b/, ''))
    .join(' ')
    .replaceAll(/\\f[BIR]/g, '')
    .replaceAll(/\\\[u([0-9A-F]+)\]/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('\\(aq', "'")
    .replaceAll('\\(dq', '"')
    .replaceAll('\\(ga', '`')
    .replaceAll('\\(ha', '^')
    .replaceAll('\\(ti', '~')
    .replaceAll('\\&', '')
    .replaceAll('\\-', '-')
    .replaceAll('\\e', '\\')
    .replaceAll(/\s+/g, ' ');
}

const onePage = (text: string): ManPage => ({
  name: 'a',
  section: 1,
  summary: 's',
  parts: [{ title: 'T', blocks: [{ paragraph: [{ text }] }] }],
});

describe('a page of the manual', () => {
  test.each(commandSpecs.map((spec) => [spec.name, spec] as const))(
    'of %s says what its --help says',
    (_, spec) => {
      const text = seen(commandManPage(spec));
      for (const [name, { help }] of commandOptions(spec)) {
        expect(text).toContain(`--${name}`);
        expect(text).toContain(help);
      }
      expect(text).toContain(spec.details.trim().replaceAll(/\s+/g, ' '));
      expect(text).toContain(spec.summary);
    },
  );

  test('of the program names each command', () => {
    const text = seen(programManPage(commandSpecs));
    for (const { name, summary } of commandSpecs) expect(text).toContain(`${name} ${summary}`);
  });

  test.each([
    ['a request at the start of a line', '.so /etc/passwd', '\\&.so /etc/passwd'],
    ['a quote at the start of a line', "'tis", '\\(aqtis'],
    ['a backslash', 'a\\fBb', 'a\\efBb'],
    ['dashes, so that they can be copied', '--all', '\\-\\-all'],
    ['other alphabets', 'BUNDLE… ×', 'BUNDLE\\[u2026] \\[u00D7]'],
  ])('escapes %s', (_, text, expected) => {
    expect(renderManPage(onePage(text), EDITION).trimEnd().split('\n').at(-1)).toBe(expected);
  });

  test('has short lines, and a dot that comes to the start of one is guarded', () => {
    const lines = renderManPage(onePage('word .dot '.repeat(100)), EDITION).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.filter((line) => line.startsWith('.dot'))).toEqual([]);
  });
});
