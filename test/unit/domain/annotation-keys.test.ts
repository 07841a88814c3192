import { describe, expect, test } from '@jest/globals';
import { forceSharedKey, hintKey, parseHintKey } from '../../../src/domain/spec/annotation-keys.ts';

describe('a hint key', () => {
  test.each([
    ['dev.gvisor.spec.mount.a.type', 'a', 'type'],
    ['dev.gvisor.spec.mount.a.x.type', 'a', 'type'],
    ['dev.gvisor.spec.mount.type', 'type', 'type'],
    ['dev.gvisor.spec.mount..type', '', 'type'],
    ['dev.gvisor.spec.mount.', '', ''],
    ['dev.gvisor.spec.mount.a.', 'a', ''],
    ['dev.gvisor.spec.mount.a.type.', 'a', ''],
    ['dev.gvisor.spec.mount.A.Type', 'A', 'Type'],
    ['dev.gvisor.spec.mount.a b.share', 'a b', 'share'],
  ])('%j is volume %j, field %j', (key, name, field) => {
    expect(parseHintKey(key)).toEqual({ name, field });
  });

  test.each([
    'dev.gvisor.spec.mount',
    'dev.gvisor.spec.mounta.type',
    'Dev.gvisor.spec.mount.a.type',
    'x.dev.gvisor.spec.mount.a.type',
    'dev.gvisor.empty-dir.a.force-shared',
    '',
  ])('%j is none', (key) => {
    expect(parseHintKey(key)).toBeUndefined();
  });

  test('is made of its parts', () => {
    expect(hintKey('a', 'options')).toBe('dev.gvisor.spec.mount.a.options');
    expect(parseHintKey(hintKey('a', 'source'))).toEqual({ name: 'a', field: 'source' });
    expect(forceSharedKey('a')).toBe('dev.gvisor.empty-dir.a.force-shared');
  });
});
