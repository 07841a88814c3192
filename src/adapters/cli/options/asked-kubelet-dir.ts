import { kubeletLayout } from '../../../domain/layouts/kubelet-layout.ts';
import { type Invocation, textOption } from '../commands/command.ts';

/**
 * What `--kubelet-dir` says; `undefined` for kubelet's default.
 *
 * @throws MH_KUBELET_DIR_INVALID, once for the command line and not for each input.
 */
export function askedKubeletDir(invocation: Invocation): string | undefined {
  const asked = textOption(invocation, 'kubelet-dir');
  return asked === undefined ? undefined : kubeletLayout(asked).kubeletDir;
}
