import { guardArguments } from '../arguments/guard-arguments.ts';
import type { MountFailure } from './served-mount.ts';

type Describe = {
  readonly [K in MountFailure['kind']]: (failure: Extract<MountFailure, { kind: K }>) => string;
};

const describe: Describe = {
  'looser-than-hint': (f) => `the mount lacks ${f.missing.join(', ')}, which the hint has`,
  'tmpfs-option': (f) => `tmpfs refuses ${f.refusal.option} of the ${f.from}`,
  'option-refused': (f) => `runsc refuses the option ${f.option}`,
  'no-source': () => 'a bind mount needs a source',
  'no-tmpfs': (f) => `type ${JSON.stringify(f.type)} cannot be shared`,
  'filestore-exists': (f) => `${f.first} has the filestore of this source already`,
  'filestore-unwritable': (f) => `no filestore can be made in ${f.source}, which is read-only`,
  'overlay-read-only': () => 'an overlay on a read-only mount cannot hide its filestore',
  'source-symlink': (f) => `no filestore is made through ${f.source}, a symbolic link`,
  'directfs-off': () => "directfs is off in the sandbox's hint only",
  'mount-point': (f) => `no directory can be made at ${f.destination}, a path that is not clean`,
  'second-mount-crashes': (f) => `the sandbox crashes: ${f.first} has mounted the volume before`,
};

/** Why a container does not start, in a few plain words. */
export function describeFailure(failure: MountFailure): string {
  return guardArguments('describeFailure', () =>
    (describe[failure.kind] as (failure: MountFailure) => string)(failure),
  );
}
