import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FLAGS, flagsFor, parseOverlay2 } from '../../../src/domain/runsc/runsc-flags.ts';
import { runscRules } from '../../../src/domain/runsc/runsc-rules.ts';

const RULES = runscRules('latest');

describe('--overlay2', () => {
  test.each([
    ['none', { mounts: false, medium: 'none' }],
    ['root:self', { mounts: false, medium: 'self' }],
    ['all:memory', { mounts: true, medium: 'memory' }],
    ['all:self,size=2g', { mounts: true, medium: 'self', size: '2g' }],
    ['all:dir=/var/big', { mounts: true, medium: 'dir', directory: '/var/big' }],
    ['all:', { mounts: true, medium: 'none' }],
  ])('%s', (text, expected) => {
    expect(parseOverlay2(text)).toEqual({ text, ...expected });
  });

  test.each([
    '',
    'all',
    'some:self',
    'all:disk',
    'all:dir=big',
    'all:self,1g',
    'all:self,size=1g,x',
    'all:self:x',
  ])('%j is refused', (text) => {
    expect(parseOverlay2(text)).toBeUndefined();
  });
});

describe('flags in annotations', () => {
  test.each([
    ['host-uds', 'open', { hostUds: 'open' }],
    ['overlay2', 'all:memory', { overlay2: { text: 'all:memory', mounts: true, medium: 'memory' } }],
    ['debug', 'true', {}],
  ])('any pod may set %s', (name, value, expected) => {
    const { flags, refusals } = flagsFor({ [`dev.gvisor.flag.${name}`]: value }, DEFAULT_FLAGS, RULES);
    expect(refusals).toEqual([]);
    expect(flags).toEqual({ ...DEFAULT_FLAGS, ...expected });
  });

  test.each([
    ['directfs', 'false', 'not-allowed'],
    ['file-access-mounts', 'exclusive', 'not-allowed'],
    ['platform', 'kvm', 'not-allowed'],
    ['overlay2', 'all:dir=/tmp', 'not-allowed'],
    ['overlay2', 'everything', 'invalid'],
    ['host-uds', 'yes', 'invalid'],
  ])('%s=%s is refused', (name, value, reason) => {
    const key = `dev.gvisor.flag.${name}`;
    const { flags, refusals } = flagsFor({ [key]: value }, DEFAULT_FLAGS, RULES);
    expect(refusals).toEqual([{ key, value, reason }]);
    expect(flags).toEqual(DEFAULT_FLAGS);
  });

  test('--allow-flag-override lets a pod set all of them', () => {
    const annotations = {
      'dev.gvisor.flag.directfs': 'false',
      'dev.gvisor.flag.file-access-mounts': 'exclusive',
      'dev.gvisor.flag.platform': 'kvm',
    };
    const { flags, refusals } = flagsFor(annotations, { ...DEFAULT_FLAGS, allowFlagOverride: true }, RULES);
    expect(refusals).toEqual([]);
    expect(flags).toMatchObject({ directfs: false, fileAccessMounts: 'exclusive' });
  });
});
