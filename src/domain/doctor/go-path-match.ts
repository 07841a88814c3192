/** What one place of a pattern takes: any run of characters, or one character. */
type Part = 'run' | ((character: string) => boolean);

interface Range {
  readonly low: string;
  readonly high: string;
}

function isInside(character: string, { low, high }: Range): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (low.codePointAt(0) ?? 0) <= code && code <= (high.codePointAt(0) ?? 0);
}

/** One character class of a pattern, from behind its `[`, and where it ends; `undefined` if it is malformed. */
function classAt(pattern: string, from: number): { part: Part; end: number } | undefined {
  const match = /(?:\^|(?!\^))(?:(?:\\.|[^\]\\-])(?:-(?:\\.|[^\]\\-]))?)+\]/suy;
  match.lastIndex = from;
  const text = match.exec(pattern)?.[0];
  if (text === undefined) return undefined;
  const isNegated = text.startsWith('^');
  const ranges = [...text.slice(isNegated ? 1 : 0, -1).matchAll(/\\?(.)(?:-\\?(.))?/gsu)].map(
    ([, low = '', high = low]) => ({ low, high }),
  );
  return {
    part: (character) => ranges.some((range) => isInside(character, range)) !== isNegated,
    end: from + text.length,
  };
}

function partAt(pattern: string, at: number): { part: Part; end: number } | undefined {
  const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
  if (character === '*') return { part: 'run', end: at + 1 };
  if (character === '?') return { part: (each) => each !== '/', end: at + 1 };
  if (character === '[') return classAt(pattern, at + 1);
  if (character !== '\\') return { part: (each) => each === character, end: at + character.length };
  if (at + 1 === pattern.length) return undefined;
  const escaped = String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0);
  return { part: (each) => each === escaped, end: at + 1 + escaped.length };
}

/** The parts of a pattern; `undefined` if it is malformed, or if it asks for more than `most` characters. */
function partsOf(pattern: string, most: number): readonly Part[] | undefined {
  const parts: Part[] = [];
  let single = 0;
  for (let at = 0; at < pattern.length; ) {
    const next = partAt(pattern, at);
    if (!next) return undefined;
    at = next.end;
    if (next.part !== 'run' && ++single > most) return undefined;
    if (next.part !== 'run' || parts.at(-1) !== 'run') parts.push(next.part);
  }
  return parts;
}

/**
 * Whether a pattern matches a whole name, as Go's `path.Match` decides it: `*` and `?` stop at a slash, and
 * a malformed pattern matches nothing. containerd's CRI plugin reads `pod_annotations` so
 * (`getPassthroughAnnotations`, containerd 1.7 `pkg/cri/server/helpers.go`).
 *
 * Only the last `*` passed is ever widened, so the work is at most the pattern's length times the name's.
 */
export function goPathMatch(pattern: string, name: string): boolean {
  const characters = [...name];
  const parts = partsOf(pattern, characters.length);
  if (!parts) return false;
  let run = -1;
  let runEnd = 0;
  let next = 0;
  for (let at = 0; at < characters.length; ) {
    const character = characters[at] ?? '';
    const part = parts[next];
    if (part === 'run') {
      run = next++;
      runEnd = at;
    } else if (part?.(character)) {
      next++;
      at++;
    } else if (run >= 0 && characters[runEnd] !== '/') {
      next = run + 1;
      at = ++runEnd;
    } else return false;
  }
  return next === parts.length || (next === parts.length - 1 && parts[next] === 'run');
}
