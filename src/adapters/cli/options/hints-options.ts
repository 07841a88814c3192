import type { HintsOptions } from '../../../domain/hints/hints-options.ts';
import { MountHintsError } from '../../../domain/mount-hints-error.ts';
import { flag, type Invocation, type OptionSpec, textOption, textOptions } from '../commands/command.ts';
import { podSelectionOf, SELECTION_OPTIONS } from './pod-selection-options.ts';

const EXISTING = ['keep', 'overwrite', 'reject'] as const;
const MEDIA = ['disk', 'memory', 'declared'] as const;

/** The options of every command that computes hints. */
export const HINTS_OPTIONS = {
  ...SELECTION_OPTIONS,
  gke: { type: 'boolean', help: "GKE's rules exactly, without what they miss" },
  existing: {
    type: 'string',
    value: 'POLICY',
    choices: EXISTING,
    help: 'hints that are there: keep (default), overwrite, or reject as GKE does',
  },
  'no-hint': {
    type: 'string',
    multiple: true,
    value: 'VOLUME',
    help: 'a volume that something outside the pod writes to (repeatable)',
  },
  medium: {
    type: 'string',
    multiple: true,
    value: 'VOLUME=MEDIUM',
    help: 'keep a volume on disk or in memory, whatever it declares (repeatable)',
  },
  'size-slack': {
    type: 'string',
    value: 'AMOUNT',
    help: 'take 64Mi or 5% off each size, so that the sandbox is full before kubelet evicts',
  },
  release: {
    type: 'string',
    value: 'RELEASE',
    help: 'the gVisor release that will run the pods: latest (default), or a date as in its tag',
  },
  'no-size': { type: 'boolean', help: 'put no sizeLimit into the hints' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

function oneOf<T extends string>(value: string, choices: readonly T[], what: string): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new MountHintsError(
    'MH_USAGE',
    `${what} is one of ${choices.join(', ')}, not ${JSON.stringify(value)}.`,
    {
      value,
      choices,
    },
  );
}

function mediaOf(texts: readonly string[]): NonNullable<HintsOptions['medium']> {
  return Object.fromEntries(
    texts.map((text) => {
      const [volume = '', medium = '', ...rest] = text.split('=');
      if (volume === '' || medium === '' || rest.length > 0) {
        throw new MountHintsError(
          'MH_USAGE',
          `--medium takes VOLUME=disk or VOLUME=memory, not ${JSON.stringify(text)}.`,
          {
            value: text,
          },
        );
      }
      return [volume, oneOf(medium, MEDIA, 'A medium')];
    }),
  );
}

/**
 * The options with which hints are computed, as the command line has them.
 *
 * @throws MH_USAGE
 */
export function hintsOptionsOf(invocation: Invocation): HintsOptions {
  const noHint = textOptions(invocation, 'no-hint');
  const media = textOptions(invocation, 'medium');
  const existing = textOption(invocation, 'existing');
  const sizeSlack = textOption(invocation, 'size-slack');
  const release = textOption(invocation, 'release');
  return {
    rules: flag(invocation, 'gke') ? 'gke' : 'safe',
    ...podSelectionOf(invocation),
    ...(existing !== undefined && { existing: oneOf(existing, EXISTING, '--existing') }),
    ...(noHint.length > 0 && { noHint }),
    ...(media.length > 0 && { medium: mediaOf(media) }),
    ...(sizeSlack !== undefined && { sizeSlack }),
    ...(release !== undefined && { release }),
    ...(flag(invocation, 'no-size') && { size: false }),
  };
}
