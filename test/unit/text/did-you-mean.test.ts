import { describe, expect, test } from '@jest/globals';
import { closest } from '../../../src/domain/text/closest.ts';
import { didYouMean } from '../../../src/domain/text/did-you-mean.ts';
import { editDistance } from '../../../src/domain/text/edit-distance.ts';
import { sentences } from '../../../src/domain/text/sentences.ts';

describe('a word that was probably meant', () => {
  test.each([
    ['cache', 'cache', 0],
    ['cahce', 'cache', 1],
    ['cach', 'cache', 1],
    ['cashe', 'cache', 1],
    ['', 'cache', 5],
    ['ca', 'abc', 3],
  ])('%j and %j are %i apart', (one, other, apart) => {
    expect(editDistance(one, other)).toBe(apart);
    expect(editDistance(other, one)).toBe(apart);
  });

  test('is near, and no other word', () => {
    expect(closest('sahre', ['type', 'share'])).toBe('share');
    expect(closest('ba', ['ab'])).toBe('ab');
    expect(closest('size', ['type', 'share'])).toBeUndefined();
  });

  test.each([[['private', 'rprivate']], [['rprivate', 'private']]])(
    'of %j, which are as near, is the one with the same first letter',
    (words) => {
      expect(closest('rpivate', words)).toBe('rprivate');
    },
  );

  test('is asked for as it stands where it belongs', () => {
    expect(didYouMean('share')).toBe('Did you mean share?');
    expect(didYouMean('share', (meant) => `.${meant}`)).toBe('Did you mean .share?');
    expect(didYouMean(undefined)).toBeUndefined();
  });

  test('ends a message, which is whole without it', () => {
    expect(sentences('No such field.', didYouMean('share'))).toBe('No such field. Did you mean share?');
    expect(sentences('No such field.', didYouMean(undefined), 'See docs.')).toBe('No such field. See docs.');
  });
});
