import type { Shape } from '../arguments/check-arguments.ts';
import type { PodOwner } from './pod-owner.ts';

/** Which pods of many are looked at: those that are in one of the namespaces, and belong to one of the owners. */
export interface PodFilter {
  /** Every namespace if empty or absent. */
  readonly namespaces?: readonly string[];
  /** `NAME`, or `KIND/NAME` with the kind in any letter case. Every owner, and none, if empty or absent. */
  readonly owners?: readonly string[];
}

/** The kinds of the fields of {@link PodFilter}. */
export const POD_FILTER = { namespaces: 'strings?', owners: 'strings?' } as const satisfies Shape;

function isNamed(owner: PodOwner | undefined, wanted: string): boolean {
  if (owner === undefined) return false;
  const slash = wanted.lastIndexOf('/');
  const isKind = slash < 0 || wanted.slice(0, slash).toLowerCase() === owner.kind.toLowerCase();
  return isKind && wanted.slice(slash + 1) === owner.name;
}

/** Whether a filter lets a pod through. */
export function passes(
  pod: { readonly namespace?: string; readonly owner?: PodOwner },
  { namespaces = [], owners = [] }: PodFilter,
): boolean {
  const isIn = namespaces.length === 0 || namespaces.some((namespace) => namespace === pod.namespace);
  return isIn && (owners.length === 0 || owners.some((wanted) => isNamed(pod.owner, wanted)));
}
