import { expect, test } from '@jest/globals';
import { goPathMatch } from '../../../src/domain/doctor/go-path-match.ts';

// The first rows are those of Go's own path/match_test.go.
test.each([
  ['abc', 'abc', true],
  ['*', 'abc', true],
  ['*c', 'abc', true],
  ['a*', 'a', true],
  ['a*', 'abc', true],
  ['a*', 'ab/c', false],
  ['a*/b', 'abc/b', true],
  ['a*/b', 'a/c/b', false],
  ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
  ['a*b?c*x', 'abxbbxdbxebxczzx', true],
  ['a*b?c*x', 'abxbbxdbxebxczzy', false],
  ['ab[c]', 'abc', true],
  ['ab[b-d]', 'abc', true],
  ['ab[e-g]', 'abc', false],
  ['ab[^c]', 'abc', false],
  ['ab[^b-d]', 'abc', false],
  ['ab[^e-g]', 'abc', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'ab', false],
  ['a?b', 'a☺b', true],
  ['a[^a]b', 'a☺b', true],
  ['a???b', 'a☺b', false],
  ['[a-ζ]*', 'α', true],
  ['*[a-ζ]', 'A', false],
  ['a?b', 'a/b', false],
  ['a*b', 'a/b', false],
  ['[\\]a]', ']', true],
  ['[\\-]', '-', true],
  ['[x\\-]', 'x', true],
  ['[x\\-]', 'z', false],
  ['[]a]', 'a', false],
  ['[-]', '-', false],
  ['[a-', 'a', false],
  ['[', 'a', false],
  ['a[', 'a', false],
  ['a\\', 'a', false],
  ['*x', 'xxx', true],
  ['dev.gvisor.*', 'devXgvisor.spec', false],
  ['dev.gvisor.*', 'dev.gvisor.spec.mount.a.type', true],
  ['dev.gvisor.*', 'xdev.gvisor.a', false],
  ['dev.gvisor.*', 'dev.gvisor.a/b', false],
])('%j on %j: %j', (pattern, name, matches) => {
  expect(goPathMatch(pattern, name)).toBe(matches);
});

test.each([
  ['[b-a]', 'b', false],
  ['[^]b', '^b', false],
  ['[^]b', 'b', false],
  ['[^x]', '/', true],
  ['*', '', true],
  ['**', '', true],
  ['', '', true],
  ['', 'a', false],
  ['[a-\\]]', ']', false],
  ['[\\[-\\]]', '\\', true],
  ['☺', '☺', true],
  ['\\☺', '☺', true],
  ['?', '\u{1f600}', true],
  ['a*', '', false],
  ['*/a/*/b', 'x/a/y/b', true],
  ['*a*', '/a', false],
])('%j on %j: %j, as Go 1.26 answers', (pattern, name, matches) => {
  expect(goPathMatch(pattern, name)).toBe(matches);
});

test.each([
  ['stars', `${'*'.repeat(30)}x`],
  ['stars between letters', `${'*a'.repeat(40)}b`],
  ['a pattern of 4 MB', '*?'.repeat(2_000_000)],
])('%s: compared without searching for every combination', (_, pattern) => {
  const name = 'a'.repeat(255);
  const started = process.cpuUsage();
  expect(goPathMatch(pattern, name)).toBe(false);
  // Backtracking takes minutes and more.
  expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
});
