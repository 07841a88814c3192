import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { CheckContext } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';
import type { Finding } from './finding.ts';
import { type AnnotatedIgnore, IGNORE_PREFIX, ignoresIn, isAbout } from './ignore.ts';
import { volumeFinder } from './volume-of-place.ts';

const INVALID = 'ignore-invalid';
const UNUSED = 'ignore-unused';
const SOURCE =
  "Kubernetes API v1 (ObjectMeta.annotations); the key is this package's own, and gVisor passes over it";

/** What is wrong with an ignore, and what to write; `undefined` for a good one. */
function mistakeIn(
  { code, volume, reason }: AnnotatedIgnore,
  codes: readonly string[],
): Omit<Found, 'place'> | undefined {
  if (code === INVALID || code === UNUSED) {
    return {
      message: `findings about ignores cannot be ignored, and ${code} is one`,
      fix: 'Remove the annotation.',
    };
  }
  if (!codes.includes(code)) {
    const rest = volume === undefined ? '' : `.${volume}`;
    return {
      message: `the ignore names ${JSON.stringify(code)}, which is not a diagnostic, and has no effect`,
      fix:
        didYouMean(closest(code, codes), (meant) => `${IGNORE_PREFIX}${meant}${rest}`) ??
        'Remove the annotation.',
    };
  }
  if (reason !== '') return undefined;
  return {
    message: `the ignore of ${code} has no reason, and so no effect`,
    fix: 'Write the reason as the value of the annotation.',
  };
}

/** The ignores that would have an effect if there were something to ignore. */
export function soundIgnores(
  { pod }: Pick<CheckContext, 'pod'>,
  codes: readonly string[],
): readonly AnnotatedIgnore[] {
  return ignoresIn(pod).filter((ignore) => mistakeIn(ignore, codes) === undefined);
}

function invalidIgnores(context: CheckContext, codes: readonly string[]): Found[] {
  return ignoresIn(context.pod).flatMap((ignore) => {
    const mistake = mistakeIn(ignore, codes);
    return mistake === undefined ? [] : [{ place: context.annotation(ignore.key), ...mistake }];
  });
}

function unusedIgnores(context: CheckContext, codes: readonly string[], others: readonly Finding[]): Found[] {
  const sound = soundIgnores(context, codes);
  if (sound.length === 0) return [];
  const volumeAt = volumeFinder(context.pod);
  return sound
    .filter((ignore) => !others.some(({ code, place }) => isAbout(ignore, code, volumeAt(place))))
    .map(({ key, code, volume }) => {
      const where = volume === undefined ? 'in this pod' : `about the volume ${JSON.stringify(volume)}`;
      return { place: context.annotation(key), message: `there is no ${code} ${where} to ignore` };
    });
}

/** What is wrong with a pod's ignores of these codes. */
export function ignoreRulesFor(codes: readonly string[]): readonly DiagnosticRule[] {
  return [
    {
      code: INVALID,
      severity: 'warning',
      what: `An annotation ${IGNORE_PREFIX}CODE names no diagnostic, or has no reason.`,
      why: 'Such an ignore has no effect: what it was meant to leave out is still reported. The reason tells the next reader whether the ignore is still right.',
      source: SOURCE,
      fix: `Write ${IGNORE_PREFIX}CODE with the reason as its value; for one volume alone, ${IGNORE_PREFIX}CODE.VOLUME.`,
      example: `${IGNORE_PREFIX}empty-dir-unhinted: ""`,
      find: (context) => invalidIgnores(context, codes),
    },
    {
      code: UNUSED,
      severity: 'warning',
      what: `An annotation ${IGNORE_PREFIX}CODE ignores a diagnostic that this pod does not have.`,
      why: 'What it was written for is gone, or was never there (a misspelt volume). Left behind, it will hide the next finding of that code.',
      source: SOURCE,
      fix: 'Remove the annotation, or correct the volume in its key.',
      example: `${IGNORE_PREFIX}empty-dir-unhinted.no-such-volume: "it is small"`,
      find: (context, others) => unusedIgnores(context, codes, others),
    },
  ];
}
