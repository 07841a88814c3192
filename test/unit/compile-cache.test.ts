import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compileCacheDirectory } from '../../src/composition/compile-cache.ts';

describe('the directory for compiled code', () => {
  let home: string;
  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'mount-hints-home-')));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const directory = () => compileCacheDirectory({ XDG_CACHE_HOME: home });

  test('is made for this user alone', () => {
    expect(directory()).toBe(join(home, 'gvisor-mount-hints/compiled'));
    expect(statSync(directory() ?? '').mode & 0o777).toBe(0o700);
  });

  test('is made with those above it in a fresh home', () => {
    expect(compileCacheDirectory({ HOME: home })).toBe(join(home, '.cache/gvisor-mount-hints/compiled'));
  });

  test('is the one behind a symbolic link', () => {
    mkdirSync(join(home, 'real'), 0o700);
    symlinkSync('real', join(home, 'link'));
    expect(compileCacheDirectory({ XDG_CACHE_HOME: join(home, 'link') })).toBe(
      join(home, 'real/gvisor-mount-hints/compiled'),
    );
  });

  test.each([
    ['that others can read', 'gvisor-mount-hints/compiled', 0o755],
    ['below one that the group can write', 'gvisor-mount-hints', 0o770],
    ['below one that others can write', '.', 0o777],
  ])('is not one %s', (_, path, mode) => {
    mkdirSync(join(home, 'gvisor-mount-hints/compiled'), { recursive: true, mode: 0o700 });
    expect(directory()).toBeDefined();
    chmodSync(join(home, path), mode);
    expect(directory()).toBeUndefined();
  });

  test('is none without a home, or where none can be made', () => {
    expect(compileCacheDirectory({})).toBeUndefined();
    expect(compileCacheDirectory({ XDG_CACHE_HOME: '/proc/nowhere' })).toBeUndefined();
    expect(existsSync('/proc/nowhere')).toBe(false);
  });
});
