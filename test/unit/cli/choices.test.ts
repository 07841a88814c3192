import { describe, expect, test } from '@jest/globals';
import { choiceOption } from '../../../src/adapters/cli/options/choice-option.ts';
import { checkCodes } from '../../../src/adapters/cli/options/ignore-option.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

function chosen(value: string): () => string {
  const invocation = { values: { severity: value }, positionals: [], terminal: new RecordingTerminal() };
  return () => choiceOption(invocation, 'check', 'severity', ['error', 'warning', 'info'], 'info');
}

describe('a word of a closed set', () => {
  test('that is mistyped is met with what there is and the nearest', () => {
    expect(chosen('warning')()).toBe('warning');
    expect(chosen('eror')).toThrow(
      '--severity takes error, warning or info, not "eror". Did you mean error?',
    );
    expect(chosen('yes')).toThrow(/ not "yes"\.$/);
  });

  test('may be a code of a diagnostic', () => {
    expect(() => checkCodes('check', ['hint-on-workload'], 'ignore')).not.toThrow();
    expect(() => checkCodes('check', ['hint-on-workloda'], 'ignore')).toThrow(
      'Did you mean hint-on-workload?',
    );
    expect(() => checkCodes('check', ['nothing-like-it'], 'report')).toThrow(
      'docs/diagnostics.md lists them.',
    );
  });
});
