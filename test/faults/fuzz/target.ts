import { isDeepStrictEqual } from 'node:util';
import { isMountHintsError } from '../../../src/domain/mount-hints-error.ts';
import { releases } from '../../../src/domain/rewrite/releases.ts';
import { applyEdits } from '../../../src/domain/spec/edits.ts';
import { rewriteText } from '../support/rewrite-text.ts';

/** What the fuzzer calls: the first byte picks the release, the rest is the file. Throws where the product may not. */
export function fuzz(data: Buffer): void {
  const release = releases[(data[0] ?? 0) % releases.length]?.release ?? 'latest';
  const input = data.subarray(1);
  let result: ReturnType<typeof rewriteText>;
  try {
    result = rewriteText(input, release);
  } catch (error) {
    if (isMountHintsError(error) && error.code !== 'MH_BUG') return;
    throw error;
  }
  const { spec, edits, bytes } = result;
  if (edits.length === 0 && !bytes.equals(input)) throw new Error('bytes changed without an edit');
  if (edits.length > 0 && !isDeepStrictEqual(JSON.parse(bytes.toString('utf8')), applyEdits(spec, edits))) {
    throw new Error('the text and the edits differ');
  }
}
