function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

/** One character class of a pattern, from behind its `[`, and where it ends; `undefined` if it is malformed. */
function classAt(pattern: string, from: number): { source: string; end: number } | undefined {
  const match = /^(\^?)((?:\\.|[^\]\\-])(?:-(?:\\.|[^\]\\-]))?)+\]/su.exec(pattern.slice(from));
  if (!match) return undefined;
  const body = match[0]
    .slice(match[1]?.length ?? 0, -1)
    .replace(/\\(.)/gsu, (_, each: string) => escaped(each));
  return { source: `[${match[1]}${body.replaceAll('[', '\\[')}]`, end: from + match[0].length };
}

function sourceOf(pattern: string): string | undefined {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const found = classAt(pattern, at + 1);
      if (!found) return undefined;
      source += found.source;
      at = found.end - 1;
    } else if (character === '\\') {
      const next = pattern[++at];
      if (next === undefined) return undefined;
      source += escaped(next);
    } else source += escaped(character);
  }
  return source;
}

/**
 * Whether a pattern matches a whole name, as Go's `path.Match` decides it: `*` and `?` stop at a slash, and
 * a malformed pattern matches nothing. containerd's CRI plugin reads `pod_annotations` so
 * (`getPassthroughAnnotations`, containerd 1.7 `pkg/cri/server/helpers.go`).
 */
export function goPathMatch(pattern: string, name: string): boolean {
  const source = sourceOf(pattern);
  return source !== undefined && new RegExp(`^${source}$`, 'su').test(name);
}
