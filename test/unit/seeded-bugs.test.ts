import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const BUGS: { bug: string; file: string; find: string; put: string }[] = JSON.parse(
  read('test/faults/seeded-bugs.json'),
);

describe('the bugs that the fault suite must catch', () => {
  test.each(BUGS)('$bug: its place is in the source, once', ({ file, find, put }) => {
    expect(read(file).split(find)).toHaveLength(2);
    expect(put).not.toBe(find);
  });
});
