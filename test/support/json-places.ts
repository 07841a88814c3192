/** Where a value stands in JSON text, and its members or elements with their own places. */
export interface Place {
  start: number;
  end: number;
  members: [string, Place][];
  elements: Place[];
}

const TOKEN = /[ \t\r\n]*("(?:\\.|[^"\\])*"|[[\]{},:]|[^\s[\]{},:"]+)/gsy;

/**
 * A JSON parser that gives places instead of values, by a regular expression over tokens: another way to
 * the same answer than the package's own scanner. The text is latin1 or ASCII, and valid.
 */
export function placesIn(text: string): Place {
  const tokens: { text: string; start: number; end: number }[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [whole, token = ''] = match;
    const end = match.index + whole.length;
    tokens.push({ text: token, start: end - token.length, end });
  }
  let at = 0;
  const next = () => tokens[at++] ?? { text: '', start: text.length, end: text.length };
  const value = (): Place => {
    const first = next();
    const place: Place = { start: first.start, end: first.end, members: [], elements: [] };
    if (first.text !== '{' && first.text !== '[') return place;
    while (tokens[at]?.text !== '}' && tokens[at]?.text !== ']') {
      if (tokens[at]?.text === ',') at++;
      if (first.text === '[') place.elements.push(value());
      else {
        const name = JSON.parse(Buffer.from(next().text, 'latin1').toString('utf8'));
        at++;
        place.members.push([name, value()]);
      }
    }
    return { ...place, end: next().end };
  };
  return value();
}
