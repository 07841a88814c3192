import { MountHintsError } from '../../../domain/mount-hints-error.ts';

/**
 * The path that an option names; only what no configuration format could misread.
 *
 * @throws MH_USAGE
 */
export function pathOption(command: string, name: string, value: string): string {
  if (/^\/[^\s'"\\]+$/.test(value)) return value.replace(/\/+$/, '');
  throw new MountHintsError(
    'MH_USAGE',
    `mount-hints ${command}: --${name} must be an absolute path without spaces, quotes or backslashes, and ${JSON.stringify(value)} is not.`,
    { option: name, value },
  );
}
