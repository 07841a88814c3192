import { afterAll, beforeAll } from '@jest/globals';
import { apply, runtimeClass } from './apply.ts';
import { ControlPlane } from './control-plane.ts';
import type { findControlPlane } from './find-control-plane.ts';

/**
 * For the tests around the call: a control plane that knows the RuntimeClass `gvisor`, from their start to their end.
 *
 * @param more what else they start before the first test.
 */
export function gvisorPlane(
  programs: Awaited<ReturnType<typeof findControlPlane>>,
  more: (plane: ControlPlane) => Promise<void> = async () => {},
): () => ControlPlane {
  let plane: ControlPlane | undefined;
  beforeAll(async () => {
    if ('unavailable' in programs) return;
    plane = await ControlPlane.start(programs);
    await apply(plane.client, runtimeClass('gvisor', 'runsc'));
    await more(plane);
  }, 120_000);
  afterAll(() => plane?.stop());
  return () => {
    if (plane === undefined) throw new Error('no control plane was started');
    return plane;
  };
}
