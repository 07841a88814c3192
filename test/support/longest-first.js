import { sep } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** Seconds of the longest files, for a clone that has not run them: the last to begin should be short. */
const SECONDS = {
  'integration/package': 16,
  'integration/input-costs': 14,
  'integration/process': 12,
  'integration/bad-input': 11,
  'vectors/rewrite': 9,
  'vectors/runsc-seeded-bugs': 9,
  'unit/domain/growth': 9,
  'property/rewrite': 9,
  'unit/doctor/hostile-node': 8,
  'integration/annotate-memory': 8,
  'integration/concurrent-writes': 8,
  'unit/cli/annotate-streams': 8,
  'unit/adapters/json-manifest/yaml-streams': 7,
  'unit/cli/help-and-completion': 7,
  'property/json-text': 7,
  'property/one-answer': 5,
  'unit/adapters/yaml/long-lists': 5,
  'unit/adapters/yaml/empty-documents': 4,
  'vectors/second-rewrite': 4,
};
/** Of the others the larger are the longer. */
const MILLISECONDS_PER_BYTE = 0.1;

/** Begins with the tests that take longest, also where jest has not seen them yet. */
export default class LongestFirst extends Sequencer {
  time(test) {
    return super.time(test) ?? this.#guess(test);
  }

  #guess({ path, context }) {
    const name = path
      .split(`${sep}test${sep}`)
      .at(-1)
      .replace(/\.test\.ts$/, '');
    if (SECONDS[name] !== undefined) return 1000 * SECONDS[name];
    return MILLISECONDS_PER_BYTE * (context.hasteFS.getSize(path) ?? 0);
  }
}
