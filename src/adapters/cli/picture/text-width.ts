/** Widths of characters in thousandths of the type size, those of a wide face, so that texts fit in any common face. */
const NARROW = 370;
const WIDE = 960;
const USUAL = 615;
const CAPITAL = 720;
const FULL = 1000;
const MONOSPACED = 615;
const BOLDER = 1.1;

function widthOf(character: string, isMonospaced: boolean): number {
  if ((character.codePointAt(0) ?? 0) >= 0x1100) return FULL;
  if (isMonospaced) return MONOSPACED;
  if (/[ijlI.,:;'|!()[\]/ ft-]/.test(character)) return NARROW;
  if (/[mwMW@%]/.test(character)) return WIDE;
  return /[A-Z]/.test(character) ? CAPITAL : USUAL;
}

/** How a text is set. */
export interface Face {
  readonly size: number;
  readonly monospaced?: boolean;
  readonly bold?: boolean;
}

/** The width of a text, estimated; there is no browser to ask. */
export function textWidth(text: string, { size, monospaced = false, bold = false }: Face): number {
  let total = 0;
  for (const character of text) total += widthOf(character, monospaced);
  return (total * size * (bold ? BOLDER : 1)) / 1000;
}

/** A text cut to a width, with an ellipsis where something is missing. */
export function cutText(text: string, width: number, face: Face): string {
  // No text that fits has more characters than this, and a hostile one may have a million.
  const least = Math.ceil((width * 1000) / (face.size * NARROW));
  const candidate = text.length > least ? text.slice(0, least) : text;
  if (candidate === text && textWidth(text, face) <= width) return text;
  const characters = [...candidate];
  const room = width - textWidth('…', face);
  let used = 0;
  let count = 0;
  for (const character of characters) {
    used += textWidth(character, face);
    if (used > room) break;
    count++;
  }
  return `${characters.slice(0, count).join('').trimEnd()}…`;
}

/** A text on several lines of a width, the last one cut where it does not fit. */
export function wrapText(text: string, width: number, face: Face, most: number): readonly string[] {
  const lines: string[] = [];
  let rest = text.slice(0, 4000).split(' ');
  while (rest.length > 0 && lines.length < most - 1) {
    let count = 1;
    while (count < rest.length && textWidth(rest.slice(0, count + 1).join(' '), face) <= width) count++;
    lines.push(cutText(rest.slice(0, count).join(' '), width, face));
    rest = rest.slice(count);
  }
  return rest.length === 0 ? lines : [...lines, cutText(rest.join(' '), width, face)];
}
