import { createMountHints, type OciSpec } from 'gvisor-mount-hints';
import { createMemoryFileSystem } from 'gvisor-mount-hints/testing';

/** The spec of a bundle after the rewrite, on a node in memory whose pod has two volumes. */
export async function rewrittenInMemory(podUid: string, spec: OciSpec): Promise<OciSpec> {
  const fs = await createMemoryFileSystem({
    pods: { [podUid]: { scratch: {}, settings: { plugin: 'kubernetes.io~configmap' } } },
    bundles: { '/run/bundle': spec },
  });
  await createMountHints({ release: '20260615', fs }).updateBundle('/run/bundle');
  return JSON.parse(fs.readFileSync('/run/bundle/config.json', 'utf8'));
}
