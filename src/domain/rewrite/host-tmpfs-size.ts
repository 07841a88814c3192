import type { Volume } from '../spec/volume.ts';
import type { OpenDecision } from './open-decision.ts';

/** Whether one of the options, which stand between commas, is a size. */
const HAS_SIZE = /(?:^|,)size=/;

/**
 * Puts the size of the host tmpfs that `path` is on into the options of the volume's hint, unless they
 * have one. Source: gVisor main branch after 2026-08-21, `pkg/shim/v1/utils/volumes.go`.
 */
export function limitToHostTmpfs(decision: OpenDecision, volume: Volume, path: string): void {
  if (!decision.knowsTmpfsSize(path)) return;
  const size = decision.tmpfsSizeOf(path);
  if (size === undefined) return;
  const hint = decision.draft.hint(volume);
  const options = hint.currentOptions() ?? '';
  if (HAS_SIZE.test(options)) {
    decision.note({ code: 'size-kept', volume: volume.name, options });
    return;
  }
  const bytes = String(size);
  hint.options = options === '' ? `size=${bytes}` : `${options},size=${bytes}`;
  decision.note({ code: 'size-limited', volume: volume.name, bytes });
}
