import { checkArgument, checkFields } from '../arguments/check-arguments.ts';
import { checkPodPaths, type PodPaths } from '../hints/workloads.ts';

/**
 * Refuses what a reader of manifests cannot take for the name of a text and the options of its reading.
 *
 * @param name the function that was called.
 * @throws MH_ARGUMENT_INVALID
 */
export function checkManifestArguments(
  name: string,
  source: string,
  options: { readonly podPaths?: PodPaths },
): void {
  checkArgument(name, 'source', source, 'string');
  checkFields(name, 'options', options, {});
  checkPodPaths(name, options.podPaths);
}
