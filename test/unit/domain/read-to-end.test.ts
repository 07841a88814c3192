import { expect, test } from '@jest/globals';
import { readToEnd } from '../../../src/domain/input-limit.ts';

test.each([[Number.NaN], [-1], [12], [undefined], ['a']])(
  'a reader that says %p is an error, not asked for ever',
  (count) => {
    let asked = 0;
    const read = () => {
      if (++asked > 3) throw new Error('asked for ever');
      return count as number;
    };
    expect(() => readToEnd('f', 10, (size) => new Uint8Array(size), read)).toThrow(
      expect.objectContaining({ code: 'MH_ARGUMENT_INVALID' }),
    );
  },
);
