import type { UnknownVolume } from '../../../domain/hints/named-volumes.ts';
import { oneLine } from '../../../domain/text/escape-controls.ts';

const OPTIONS = { medium: '--medium', noHint: '--no-hint' } as const;

/** Says of volumes that options name that no pod has them; empty if there are none. */
export function unknownVolumesText(unknown: readonly UnknownVolume[]): string {
  return unknown
    .map(({ option, volume }) => {
      return `note: no gVisor pod here has a volume ${JSON.stringify(oneLine(volume))}, so ${OPTIONS[option]} has no effect on it. Check the name.\n`;
    })
    .join('');
}

/** Likewise of volumes that ignores name. */
export function unknownIgnoredText(volumes: readonly string[]): string {
  return volumes
    .map(
      (volume) =>
        `note: no pod here has a volume ${JSON.stringify(oneLine(volume))}, so no finding of it is ignored. Check the name.\n`,
    )
    .join('');
}
