import type { OciSpec } from '../spec/oci-spec.ts';
import { ownField } from './go-shape.ts';

function listIn(spec: OciSpec, name: string): readonly unknown[] {
  const value = ownField(spec.linux, name);
  return Array.isArray(value) ? value : [];
}

function isIdentity(mapping: unknown): boolean {
  return ownField(mapping, 'containerID') === ownField(mapping, 'hostID');
}

/** Whether a spec has a user namespace whose IDs are its parent's, as runsc adds one. */
function hasIdentityNamespace(spec: OciSpec): boolean {
  const mappings = [...listIn(spec, 'uidMappings'), ...listIn(spec, 'gidMappings')];
  return hasUserNamespace(spec) && mappings.length > 0 && mappings.every(isIdentity);
}

function hasUserNamespace(spec: OciSpec): boolean {
  return listIn(spec, 'namespaces').some((each) => ownField(each, 'type') === 'user');
}

function hasNone(spec: OciSpec): boolean {
  const names = ['uidMappings', 'gidMappings'];
  return !hasUserNamespace(spec) && names.every((name) => listIn(spec, name).length === 0);
}

/**
 * A container's spec with the user namespace that runsc adds to each one before it sends it to the sandbox, where the
 * other spec of the pair has such a one: a checkpoint has it, and a bundle does not.
 *
 * Source: gVisor `runsc/container/container.go` (modifySpecForDirectfs); not with `--directfs=false` and
 * `--network=host`, which have to be the same at checkpoint and restore.
 */
export function withAddedUserNamespace(spec: OciSpec, other: OciSpec): OciSpec {
  if (!hasNone(spec) || !hasIdentityNamespace(other)) return spec;
  const namespaces = [...listIn(spec, 'namespaces'), { type: 'user' }];
  const { uidMappings, gidMappings } = other.linux ?? {};
  return { ...spec, linux: { ...spec.linux, namespaces, uidMappings, gidMappings } };
}
