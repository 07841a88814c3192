import { JsonManifestReader } from '../adapters/json-manifest/json-manifest-reader.ts';
import { YamlManifestReader } from '../adapters/yaml/yaml-manifest-reader.ts';
import type { PodReport } from '../application/pod-report.ts';
import { type ReportManifestOptions, reportManifest } from '../application/report-manifest.ts';
import { checkArgument, checkOptions } from '../domain/arguments/check-arguments.ts';
import { guardArguments } from '../domain/arguments/guard-arguments.ts';
import { checkIgnores } from '../domain/check/check-ignores.ts';
import { POD_FILTER } from '../domain/hints/pod-filter.ts';
import { POD_SELECTION } from '../domain/hints/pod-selection.ts';
import { checkPodPaths } from '../domain/hints/workloads.ts';
import { checkFlags } from '../domain/runsc/runsc-flags.ts';

/** By what a manifest is explained and checked. */
export interface InspectManifestOptions extends ReportManifestOptions {
  /** What the manifest is called in reports and errors; `manifest` if absent. */
  readonly source?: string;
}

const OPTIONS = {
  release: 'string',
  source: 'string?',
  selection: 'object?',
  filter: 'object?',
  layout: 'object?',
  ignores: 'list?',
  heedsPods: 'boolean?',
  origin: 'object?',
  toAnnotate: 'boolean?',
} as const;
const CHECKED_BELOW = ['podPaths', 'flags'];

/**
 * Explains and checks the pods in a manifest's text, and says at which line and column each finding
 * stands: what `mount-hints explain` and `mount-hints check` say. Pure, and without Node: it runs in a
 * browser too.
 *
 * @param text YAML or JSON, any number of documents, with Pods or workloads that have pod templates.
 * @returns a report on each pod that `options.selection` selects (every pod, if absent), in the order of the text.
 * @throws MH_MANIFEST_INVALID with `source`, `line` and `column` in its details; MH_RELEASE_INVALID,
 *   MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED, MH_ARGUMENT_INVALID
 */
export function inspectManifest(text: string, options: InspectManifestOptions): readonly PodReport[] {
  return guardArguments('inspectManifest', () => {
    checkArgument('inspectManifest', 'text', text, 'string');
    checkOptions('inspectManifest', 'options', options, OPTIONS, CHECKED_BELOW);
    if (options.selection)
      checkOptions('inspectManifest', 'options.selection', options.selection, POD_SELECTION);
    if (options.filter) checkOptions('inspectManifest', 'options.filter', options.filter, POD_FILTER);
    checkPodPaths('inspectManifest', options.podPaths);
    checkIgnores('inspectManifest', options.ignores ?? []);
    checkFlags('inspectManifest', options.flags);
    const { source = 'manifest', ...rest } = options;
    const readings = [
      ...reportManifest(text, source, new JsonManifestReader(new YamlManifestReader()), rest),
    ];
    return readings.flatMap((reading) => (reading.kind === 'pod' ? [reading.pod] : []));
  });
}
