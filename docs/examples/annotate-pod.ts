import { describeDecision, hintsForPod, isDoubtful, type Pod } from 'gvisor-mount-hints/domain';

/** The pod, ready to be created: with the hints that it should have, and a word about each doubt. */
export function withMountHints<P extends Pod>(pod: P, warn: (line: string) => void): P {
  const { annotations, decisions } = hintsForPod(pod, { sizeSlack: '64Mi' });
  for (const decision of decisions.filter(isDoubtful)) warn(describeDecision(decision));
  const metadata = { ...pod.metadata, annotations: { ...pod.metadata?.annotations, ...annotations } };
  return { ...pod, metadata };
}
