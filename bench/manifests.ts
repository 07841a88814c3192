import { indent, TWO_VOLUMES } from '../test/support/manifest-shapes.ts';

const DEPLOYMENT = `# what a chart renders
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  labels:
LABELS
spec:
  template:
    metadata:
      labels: {app: agent}   # annotations come here
    spec:
${indent(TWO_VOLUMES, 6)}
`;

/** A stream of Deployments of some 2 KB each, every one of which needs hints. */
export function makeManifests(documents: number): string {
  const labels = (index: number) =>
    Array.from({ length: 44 }, (_, line) => `    label-${line}: "value ${index}.${line} of it"`).join('\n');
  return Array.from({ length: documents }, (_, index) => {
    return `---\n${DEPLOYMENT.replace('NAME', `agent-${index}`).replace('LABELS', labels(index))}`;
  }).join('');
}
