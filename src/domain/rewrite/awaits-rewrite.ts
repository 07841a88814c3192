import type { MemberSpec } from '../spec/read-spec.ts';
import type { Volume } from '../spec/volume.ts';
import type { RuleSet } from './releases.ts';

/** Whether a hint has its source from a rewrite, and not from its author, who knows no pod's UID. */
function hasRewrittenSource(volume: Volume, podUid: string | undefined): boolean {
  const source = volume.field('source');
  return source !== undefined && (!podUid || source.includes(`/pods/${podUid}/volumes/`));
}

/** Whether each hinted volume of a sandbox has its source, as after the rewrite. */
export function hasItsSources(spec: MemberSpec, { identity }: RuleSet): boolean {
  const podUid = identity.podUidOf(spec.annotations);
  return spec.typeHints.every(({ volume }) => hasRewrittenSource(volume, podUid));
}

/** Whether a spec is a sandbox's that knows its pod and that the rewrite has not been through yet. */
export function awaitsRewrite(spec: MemberSpec, rules: RuleSet): boolean {
  if (spec.role !== 'sandbox' || !rules.identity.podUidOf(spec.annotations)) return false;
  return !hasItsSources(spec, rules);
}
