import { describe, expect, test } from '@jest/globals';
import { runscRules } from '../../../src/domain/runsc/runsc-rules.ts';
import { parseTmpfsSize, readTmpfsOptions } from '../../../src/domain/runsc/tmpfs-options.ts';

const NEW = runscRules('20260520');
const OLD = runscRules('20260519');
const bytes = (n: bigint) => ({ kind: 'bytes', bytes: n });

describe('size= of a tmpfs', () => {
  test.each([
    ['1', bytes(4096n)],
    ['4095', bytes(4096n)],
    ['4096', bytes(4096n)],
    ['4097', bytes(8192n)],
    ['512k', bytes(512n * 1024n)],
    ['512K', bytes(512n * 1024n)],
    ['1m', bytes(1024n ** 2n)],
    ['2G', bytes(2n * 1024n ** 3n)],
    ['1t', bytes(1024n ** 4n)],
    ['1P', bytes(1024n ** 5n)],
    ['1e', bytes(1024n ** 6n)],
    ['15e', bytes(15n * 1024n ** 6n)],
    ['18446744073709547520', bytes(18446744073709547520n)],
    ['18446744073709547521', 'size-too-large'],
    ['18446744073709551615', 'size-too-large'],
    ['18446744073709551615%', 'size-too-large'],
    ['1000000%', { kind: 'percent', percent: 1000000n }],
    ['50%', { kind: 'percent', percent: 50n }],
    ['0', { kind: 'unlimited' }],
    ['0g', { kind: 'unlimited' }],
    ['0%', { kind: 'unlimited' }],
    ['16e', 'size-too-large'],
    ['18446744073709551616', 'size'],
    ['1Gi', 'size'],
    ['1gb', 'size'],
    ['', 'size'],
    ['k', 'size'],
    ['%', 'size'],
    ['-1', 'size'],
    ['1.5g', 'size'],
    ['0x10', 'size'],
    [' 1g', 'size'],
  ])('%j since release 20260520', (text, expected) => {
    expect(parseTmpfsSize(text, NEW)).toEqual(expected);
  });

  test.each([
    ['0', { kind: 'zero' }],
    ['50%', 'size-percent'],
    ['1g', bytes(1024n ** 3n)],
  ])('%j before', (text, expected) => {
    expect(parseTmpfsSize(text, OLD)).toEqual(expected);
  });
});

describe('the options of a tmpfs', () => {
  test('size, mode, uid and gid are taken, the rest is passed over', () => {
    const read = readTmpfsOptions(['rw', 'size=4k', 'mode=0755', 'uid=1000', 'gid=0', 'nr_inodes=5'], NEW);
    expect(read).toEqual({ size: bytes(4096n), mode: '0755', uid: '1000', gid: '0', refusals: [] });
  });

  test('the last of each counts', () => {
    expect(readTmpfsOptions(['size=4k', 'size=8k'], NEW).size).toEqual(bytes(8192n));
  });

  test.each([
    ['uid=4294967294', { uid: '4294967294' }],
    ['gid=00', { gid: '00' }],
    ['mode=37777777777', { mode: '37777777777' }],
  ])('%s, at the edge of its type, is taken', (option, read) => {
    expect(readTmpfsOptions([option], NEW)).toEqual({ ...read, refusals: [] });
  });

  test.each([
    ['a=b=c', 'two-equals'],
    ['size=1=2', 'two-equals'],
    ['size=1Gi', 'size'],
    ['size', 'size'],
    ['mode=rwx', 'mode'],
    ['mode=0888', 'mode'],
    ['mode=77777777777', 'mode'],
    ['uid=root', 'uid'],
    ['uid=4294967296', 'uid'],
    ['uid=4294967295', 'uid'],
    ['gid=4294967295', 'gid'],
    ['gid=-1', 'gid'],
    ['mode=40000000000', 'mode'],
    ['size=18446744073709551615', 'size-too-large'],
  ])('%s is refused', (option, reason) => {
    expect(readTmpfsOptions([option], NEW).refusals).toEqual([{ option, reason }]);
  });
});
