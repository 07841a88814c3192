import { MountHintsError } from '../domain/mount-hints-error.ts';
import type { InputFinder } from '../ports/input-finder.ts';
import type { PodFile, PodFiles } from '../ports/pod-files.ts';

/** What finding bundles needs of the world. */
export interface FindBundlesPorts {
  readonly inputs: InputFinder;
  readonly files: Pick<PodFiles, 'find'>;
}

/** The error of an input in which nothing is that could be worked on. */
export function nothingBelow(path: string, what: string): MountHintsError {
  return new MountHintsError(
    'MH_INPUT_NOT_FOUND',
    `${path} is a directory without ${what} in it or below. Check the name.`,
    { path },
  );
}

/** What is at a path; nothing where whoever reads it will say better why it cannot be looked at. */
function filesAt(files: FindBundlesPorts['files'], path: string): readonly PodFile[] | undefined {
  // A file is what its name says: it is not read here to learn whether it is a spec.
  if (/\.json$/i.test(path)) return undefined;
  try {
    return files.find(path);
  } catch {
    return undefined;
  }
}

function bundlesAt(
  files: FindBundlesPorts['files'],
  path: string,
  unreadable: (error: MountHintsError) => void,
) {
  const found = filesAt(files, path);
  if (found === undefined || found.some((each) => each.path === path)) return [path];
  const bundles = found.filter(({ kind }) => kind === 'bundle');
  const errors = found.flatMap((each) => (each.kind === 'unreadable' ? [each.error] : []));
  for (const error of errors) unreadable(error);
  if (bundles.length === 0 && errors.length === 0) throw nothingBelow(path, 'a bundle');
  return bundles.map((bundle) => bundle.path);
}

/**
 * The bundles that an argument names: one bundle, those that it matches as a glob, and of a directory that is none
 * itself those below it.
 *
 * @param unreadable is told of each directory below that cannot be looked into; the others are still found.
 * @throws MH_INPUT_NOT_FOUND if there are none.
 */
export async function findBundles(
  { inputs, files }: FindBundlesPorts,
  argument: string,
  unreadable: (error: MountHintsError) => void,
): Promise<readonly string[]> {
  const paths = await inputs.find(argument);
  const bundles: string[] = [];
  let empty: unknown;
  for (const path of paths) {
    try {
      bundles.push(...bundlesAt(files, path, unreadable));
    } catch (error) {
      empty = error;
    }
  }
  // Of a glob, empty directories beside others are passed over.
  if (bundles.length === 0 && empty !== undefined) throw empty;
  return [...new Set(bundles)];
}
