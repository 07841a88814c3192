import { MountHintsError } from './mount-hints-error.ts';

/** The error of a path that is a symbolic link to nothing: the link is there, and what it names is not. */
export function danglingLink(path: string, cause: unknown): MountHintsError {
  return new MountHintsError(
    'MH_INPUT_NOT_FOUND',
    `${path} is a symbolic link that leads nowhere. Correct the link, or remove it.`,
    { path, errno: 'ENOENT' },
    cause,
  );
}
