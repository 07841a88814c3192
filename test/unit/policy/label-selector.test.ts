import { describe, expect, test } from '@jest/globals';
import { parseLabelSelector } from '../../../src/domain/policy/label-selector.ts';

describe('a label selector in the words of kubectl', () => {
  test.each([
    ['', []],
    ['a=b', [{ key: 'a', operator: 'In', values: ['b'] }]],
    ['a == b', [{ key: 'a', operator: 'In', values: ['b'] }]],
    ['x.io/a!=', [{ key: 'x.io/a', operator: 'NotIn', values: [''] }]],
    [
      'a in (b, c),d notin (e)',
      [
        { key: 'a', operator: 'In', values: ['b', 'c'] },
        { key: 'd', operator: 'NotIn', values: ['e'] },
      ],
    ],
    [
      'a,!b',
      [
        { key: 'a', operator: 'Exists' },
        { key: 'b', operator: 'DoesNotExist' },
      ],
    ],
  ])('%s', (text, requirements) => {
    expect(parseLabelSelector(text)).toEqual(requirements);
  });

  test.each(['=b', 'a=b c', 'a in b', 'a in (b', 'a,,b', 'a=-b', '/a', 'a in (b c)', 'a>1'])(
    'not %s',
    (text) => {
      expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ code: 'MH_USAGE' }));
    },
  );
});
