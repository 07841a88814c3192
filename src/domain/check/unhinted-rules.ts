import { type PodVolumeSummary, volumesOfPod } from '../explain/pod-volumes.ts';
import type { HintDecision } from '../hints/hint-decision.ts';
import type { Place } from '../text/place.ts';
import type { CheckContext } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

function fixFor(decision: HintDecision | undefined): { readonly fix?: string } {
  if (decision?.code !== 'hinted') return {};
  const { type, share, options } = decision.hint;
  return { fix: `Annotate the pod: type ${type}, share ${share}, options ${options}.` };
}

/** Whether a hint would be right; bundles do not tell, so there only what is an emptyDir counts. */
function wantsHint({ kind, hinted, decision }: PodVolumeSummary, context: CheckContext): boolean {
  if (hinted || kind !== 'emptyDir') return false;
  return context.placed === undefined || decision?.code === 'hinted';
}

function placeOf({ name, source }: PodVolumeSummary, context: CheckContext): Place {
  if (context.placed) return context.volumePlace(name);
  const [at] = context.mountsFrom(source);
  return at ? context.mount(at) : { in: 'sandbox', path: [] };
}

/** What could be better, though nothing is wrong. */
export const unhintedRules: readonly DiagnosticRule[] = [
  {
    code: 'empty-dir-unhinted',
    severity: 'info',
    what: 'An emptyDir has no hint.',
    why: "Without a hint runsc serves a volume from the host's directory: each file operation leaves the sandbox, and containers of the pod do not see one another's inotify events.",
    source: 'gVisor runsc/boot/vfs.go (getMountNameAndOptions), runsc/container/container.go',
    fix: 'Add the hint where the pod is created; docs/annotate.md lists the ways.',
    example: 'volumes: [{name: cache, emptyDir: {}}]   # and no dev.gvisor.spec.mount.cache.type',
    find: (context) =>
      volumesOfPod(context.pod)
        .filter((volume) => wantsHint(volume, context))
        .map(
          (volume): Found => ({
            place: placeOf(volume, context),
            message: `volume ${JSON.stringify(volume.name)} is an emptyDir without a hint, so the host's directory serves it: slower than the sandbox itself`,
            ...fixFor(volume.decision),
          }),
        ),
  },
];
