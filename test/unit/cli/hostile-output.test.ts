import { describe, expect, test } from '@jest/globals';
import { renderGithub } from '../../../src/adapters/cli/render-findings.ts';

describe('A finding as a workflow command', () => {
  test('has no control characters of a tenant', () => {
    const line = renderGithub({
      code: 'unknown-field',
      severity: 'error',
      message: 'v\u001b[2J\u009b\u202e\n::error::x',
      fix: 'remove it',
      location: { file: 'a\u001b.yaml', line: 1, column: 1 },
      pod: 'p',
    });
    expect(line.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
