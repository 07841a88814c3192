/** The page mount-hints-runtime(8), from docs/runtime.md. */
import { lexer } from 'marked';

/** The sections that are of use on a node, in this order. */
const SECTIONS = [
  'Settings',
  'Errors',
  'What counts as which volume',
  'Who is a sandbox',
  'What the real runtime gets',
];

const STYLES = { codespan: 'bold', strong: 'bold', em: 'italic' };

/** Inline Markdown as the spans of a page; of a link only its text is left. */
function spans(tokens, style) {
  return tokens.flatMap((token) => {
    const own = STYLES[token.type] ?? style;
    return token.tokens ? spans(token.tokens, own) : [{ text: token.text, ...(own && { style: own }) }];
  });
}

/** A row of a table: the first column is the term; the third and later ones are named by their heads. */
function term(header, [first, ...others]) {
  const meaning = others
    .map(({ tokens }, index) => {
      const head = index === 0 ? '' : header[index + 1].text;
      return tokens.length === 0 ? [] : [{ text: head && `${head}: ` }, ...spans(tokens)];
    })
    .filter((cell) => cell.length > 0)
    .flatMap((cell, index) => (index === 0 ? cell : [{ text: '; ' }, ...cell]));
  return [spans(first.tokens), meaning];
}

const BLOCKS = {
  paragraph: ({ tokens }) => ({ paragraph: spans(tokens) }),
  code: ({ text }) => ({ verbatim: text }),
  table: ({ header, rows }) => ({ terms: rows.map((row) => term(header, row)) }),
  list: ({ items }) => ({ items: items.map(({ tokens }) => spans(tokens)) }),
  heading: ({ text }) => ({ subheading: text }),
};

function blocks(tokens) {
  return tokens.filter(({ type }) => type !== 'space').map((token) => BLOCKS[token.type](token));
}

/** The text below each heading of the second level; what stands above them all is under the empty name. */
function sectionsOf(markdown) {
  const sections = new Map([['', []]]);
  let name = '';
  for (const token of lexer(markdown)) {
    if (token.type === 'heading' && token.depth < 3) {
      name = token.depth === 1 ? '' : token.text;
      if (!sections.has(name)) sections.set(name, []);
    } else sections.get(name).push(token);
  }
  return sections;
}

/**
 * @param markdown the text of docs/runtime.md
 * @returns the page, as src/adapters/cli/rendering/man-page.ts renders it
 */
export function runtimeManual(markdown) {
  const sections = sectionsOf(markdown);
  const missing = SECTIONS.find((title) => !sections.has(title));
  if (missing !== undefined) throw new Error(`docs/runtime.md has no section "${missing}".`);
  const plain = (text) => ({ paragraph: [{ text }] });
  return {
    name: 'mount-hints-runtime',
    section: 8,
    summary: "an OCI runtime in front of runsc that applies gVisor's mount hints",
    parts: [
      { title: 'Synopsis', blocks: [plain('mount-hints-runtime [OPTIONS AND COMMAND OF THE REAL RUNTIME]')] },
      { title: 'Description', blocks: blocks(sections.get('')) },
      ...SECTIONS.map((title) => ({ title, blocks: blocks(sections.get(title)) })),
      { title: 'Files', blocks: [plain('/etc/gvisor-mount-hints/runtime.conf')] },
      { title: 'See also', blocks: [plain('mount-hints(1), mount-hints-runtime-config(1)')] },
    ],
  };
}
