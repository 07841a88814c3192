import { expect, test } from '@jest/globals';
import { authoredAnnotations, recordOf, WRITTEN_RECORD } from '../../../src/domain/policy/written-record.ts';

test('a record takes what was written away, and itself', () => {
  const annotations = {
    other: 'x',
    'dev.gvisor.spec.mount.a.type': 'bind',
    'dev.gvisor.spec.mount.a.share': 'pod',
    'dev.gvisor.spec.mount.b.type': 'bind',
    'dev.gvisor.spec.mount.b.options': 'rw',
    'dev.gvisor.empty-dir.c.force-shared': 'true',
    [WRITTEN_RECORD]: 'a.share,b,gone.type,c.force-shared',
  };
  expect(authoredAnnotations(annotations)).toEqual({ other: 'x', 'dev.gvisor.spec.mount.a.type': 'bind' });
  expect(authoredAnnotations({ other: 'x' })).toEqual({ other: 'x' });
});

test('a record is of whole hints and of fields, and there is none of nothing', () => {
  const whole = ['options', 'share', 'type'].map((field) => `dev.gvisor.spec.mount.a.${field}`);
  expect(recordOf([...whole, 'dev.gvisor.spec.mount.b.type'])).toBe('a,b.type');
  expect(recordOf(['dev.gvisor.spec.mount.a.type', 'dev.gvisor.spec.mount.b.share'])).toBe('a.type,b.share');
  expect(recordOf(['dev.gvisor.empty-dir.c.force-shared'])).toBe('c.force-shared');
  expect(recordOf([])).toBeUndefined();
});
