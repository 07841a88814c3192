import { expect, test } from '@jest/globals';
import { isSpecText } from '../../../src/domain/spec/is-spec-text.ts';

test.each([
  ['a spec', '{"ociVersion": "1.1.0"}', true],
  ['a spec with a manifest’s words', '{"kind": "x", "ociVersion": 1}', true],
  ['a spec that is cut short', ' {"ociVersion": "1.1.0", "mounts": [', true],
  [
    'a pod with the word in an annotation',
    '{"kind": "Pod", "metadata": {"annotations": {"ociVersion": "1"}}}',
    false,
  ],
  ['a pod with the word in a list', '{"kind": "Pod", "x": ["ociVersion"]}', false],
  ['a pod that is cut short', '{"kind": "Pod", "x": ["ociVersion"', false],
  ['a spec behind escaped quotes', '{"x": "\\\\\\"{", "ociVersion" : 1}', true],
  ['a pod with the word as a value', '{"kind": "ociVersion", "x": 1}', false],
  [
    'a spec whose other fields come first',
    '{"root": {"path": "/"}, "mounts": [[], {}], "ociVersion": "1"}',
    true,
  ],
  [
    'a pod with the word below several',
    '{"kind": "Pod", "x": [{"ociVersion": 1}], "y": {"ociVersion": 1}}',
    false,
  ],
  ['a pod with the word behind what it closed', '{"kind": "Pod"} {"x": {"ociVersion": 1}}', false],
  ['a spec behind a text that ends in a backslash', '{"x": "a\\\\", "ociVersion": 1}', true],
  ['a pod with the word in a text that has quotes', '{"x": "a\\"b\\"ociVersion\\": "}', false],
  ['a spec without its brace', '"x": {"ociVersion": 1}', false],
  ['a list', '["ociVersion"]', false],
  ['a text', '"ociVersion"', false],
  ['null', 'null', false],
  ['YAML', 'x: "ociVersion"', false],
])('%s', (_, text, expected) => expect(isSpecText(text)).toBe(expected));
