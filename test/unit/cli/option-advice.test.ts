import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { OptionSpec } from '../../../src/adapters/cli/commands/command.ts';
import { adviceOf, errorLine } from '../../../src/adapters/cli/terminal/exit-status.ts';
import { commandSpecs } from '../../../src/composition/command-specs.ts';
import { type ErrorCode, MountHintsError } from '../../../src/domain/mount-hints-error.ts';

function option(name: string): OptionSpec {
  return { type: 'string', help: name };
}

const SRC = new URL('../../../src/', import.meta.url);

/** The texts of all errors that a folder raises, by file. */
function raised(folder: string): string[] {
  const files = readdirSync(new URL(folder, SRC), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(new URL(`${folder}/${file}`, SRC), 'utf8');
      return [...text.matchAll(/new MountHintsError\(([\s\S]*?)\n\s*\);/g)].map(
        ([, call]) => `${file}: ${call}`,
      );
    });
}

describe('advice about options', () => {
  test.each(['domain', 'application'])('no error of %s names an option of the command line', (folder) => {
    const errors = raised(folder);
    expect(errors.length).toBeGreaterThan(0);
    // kubelet's own --root-dir and runsc's --version are no options of this command line.
    expect(errors.filter((text) => /--(?!root-dir|version)[a-z]/.test(text))).toEqual([]);
  });

  test.each([
    ['MH_SANDBOX_NOT_FOUND', 'sandbox', '--sandbox BUNDLE'],
    ['MH_HINTS_CONFLICT', 'existing', '--existing keep'],
    ['MH_RELEASE_NOT_MODELLED', 'release', '--release'],
    ['MH_VOLUME_NOT_FOUND', 'kubelet-dir', '--kubelet-dir'],
  ] as const)('the command line adds the option that helps with %s', (code, name, words) => {
    const line = errorLine(
      new MountHintsError<ErrorCode>(code, 'Something is wrong.'),
      'a',
      adviceOf({ [name]: option(name) }),
    );
    expect(line.startsWith(`error ${code}: a: Something is wrong. ${words}`)).toBe(true);
    expect(line.endsWith('.\n')).toBe(true);
  });

  test.each(commandSpecs)('$name is advised to use options that it has', ({ options }) => {
    for (const text of adviceOf(options).values()) {
      const [, name = ''] = /--([a-z-]+)/.exec(text) ?? [];
      expect(Object.keys(options)).toContain(name);
    }
  });

  test('what the library alone raised gets no options of commands', () => {
    const error = new MountHintsError<ErrorCode>('MH_SANDBOX_NOT_FOUND', 'It is not there.');
    expect(errorLine(error)).toBe('error MH_SANDBOX_NOT_FOUND: It is not there.\n');
    expect(errorLine(error, undefined, adviceOf({}))).toBe(errorLine(error));
  });

  test('an error that no option helps with gets no more words', () => {
    expect(errorLine(new MountHintsError('MH_BUG', 'It is wrong.', {}))).toBe('error MH_BUG: It is wrong.\n');
  });
});
