import type {
  Kept,
  Picture,
  PictureContainer,
  PictureMount,
  PictureVolume,
} from '../../../domain/picture/picture.ts';
import { listed } from '../../../domain/picture/volume-words.ts';
import { classes, markup } from './markup.ts';
import { colourVariables, pictureStyle } from './picture-style.ts';
import { cutText, type Face, textWidth, wrapText } from './text-width.ts';

/** How a picture is drawn. */
export interface DrawOptions {
  /**
   * `wide` (840 units) and `medium` (660): containers to the left, volumes to the right, wires between them; `narrow`
   * (358): volumes alone, for a phone.
   */
  readonly shape: 'wide' | 'medium' | 'narrow';
  /** What each volume is a link to, from its id; without it the picture is an image. */
  readonly linkOf?: (volume: string) => string;
  /** Whether the picture brings its own style, for a file of its own. */
  readonly standalone: boolean;
}

/** How many volumes a picture shows; for more nobody looks at one. */
const MOST_DRAWN = 200;

const NARROW = 358;

/** Where the columns of a picture with wires are. */
interface Columns {
  readonly width: number;
  readonly containers: number;
  readonly volumesAt: number;
}

const COLUMNS: Readonly<Record<'wide' | 'medium', Columns>> = {
  wide: { width: 840, containers: 270, volumesAt: 390 },
  medium: { width: 660, containers: 208, volumesAt: 290 },
};
const GAP = 14;
const ROW = 24;
const NAME: Face = { size: 15, bold: true };
const STRONG: Face = { size: 13, bold: true };
const TEXT: Face = { size: 13 };
const QUIET: Face = { size: 12 };
const MONO: Face = { size: 12, monospaced: true };

/** A shape for each way of keeping, in a square of 24, so that no colour is needed to tell them apart. */
const ICONS: Readonly<Record<Kept, string>> = {
  memory:
    '<path d="M6 6h12v12H6zM9.500 9.500h5v5h-5zM9 6V3M15 6V3M9 21v-3M15 21v-3M6 9H3M6 15H3M21 9h-3M21 15h-3"/>',
  disk: '<path d="M4 6c0-1.700 3.600-3 8-3s8 1.300 8 3v12c0 1.700-3.600 3-8 3s-8-1.300-8-3zM4 6c0 1.700 3.600 3 8 3s8-1.300 8-3M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3"/>',
  host: '<path d="M3 6.500C3 5.700 3.700 5 4.500 5H9l2 2.500h8.500c.8 0 1.500.7 1.500 1.500v8.500c0 .8-.7 1.500-1.500 1.500h-15c-.8 0-1.500-.7-1.500-1.500z"/>',
  layer: '<path d="M12 3l9 4.500-9 4.500-9-4.500zM3 12l9 4.500 9-4.500M3 16.500L12 21l9-4.500"/>',
  none: '<path d="M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM5.800 5.800l12.400 12.400"/>',
};

const DASHES: Readonly<Record<Kept, string>> = {
  memory: '',
  disk: '',
  host: 'dash',
  layer: 'dots',
  none: 'dots',
};

const MARKS = { error: '✕', warning: '▲', add: '+', none: '✓' } as const;

function text(x: number, y: number, words: string, name = '', anchor = ''): string {
  const end = anchor === '' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${x}" y="${y}"${end}${name === '' ? '' : ` ${classes(name)}`}>${markup(words)}</text>`;
}

/** What is to change, as a mark and a class. */
export function markOf({ kind, severity }: PictureVolume['change']): {
  readonly mark: string;
  readonly tone: string;
} {
  if (kind === 'fix')
    return severity === 'error'
      ? { mark: MARKS.error, tone: 'error' }
      : { mark: MARKS.warning, tone: 'warning' };
  return kind === 'add' ? { mark: MARKS.add, tone: 'add' } : { mark: MARKS.none, tone: 'fine' };
}

/** The small facts of a volume, on one line. */
export function factsOf({ survivesRestart, hostView, limit }: PictureVolume): string {
  return [survivesRestart ? 'kept at a restart' : 'lost at a restart', hostView, `limit ${limit}`].join(
    ' · ',
  );
}

/** A volume in one sentence, for those who do not see it. */
function sentenceOf(volume: PictureVolume): string {
  const { name, keptIn, keptHow, sharing, change } = volume;
  return `${name}: ${keptIn}, ${keptHow}. ${sharing}. ${factsOf(volume)}. ${change.text}`;
}

/** A piece of the picture with its height. */
interface Block {
  readonly height: number;
  draw(x: number, y: number): string;
}

const ICON_BOX = 44;

/** Lines of text under one another. */
class Column {
  readonly parts: string[] = [];
  readonly #x: number;
  #y: number;

  constructor(x: number, y: number) {
    this.#x = x;
    this.#y = y;
  }

  get y(): number {
    return this.#y;
  }

  down(by: number): void {
    this.#y += by;
  }

  lines(lines: readonly string[], step: number, name = '', indent = 0): void {
    for (const line of lines) {
      this.down(step);
      this.parts.push(text(this.#x + indent, this.#y, line, name));
    }
  }
}

function volumeBlock(
  volume: PictureVolume,
  width: number,
  mounts: readonly string[],
  options: DrawOptions,
): Block {
  const inner = width - ICON_BOX - 42;
  const { mark, tone } = markOf(volume.change);
  const advice = wrapText(volume.change.text, inner - 20, volume.change.kind === 'fix' ? STRONG : TEXT, 4);
  const sharing = wrapText(volume.sharing, inner, TEXT, 2);
  const facts = wrapText(`${volume.keptHow} · ${factsOf(volume)}`, inner, QUIET, 3);
  const places = mounts.length > 6 ? [...mounts.slice(0, 5), `and ${mounts.length - 5} more`] : mounts;
  const body =
    30 + 20 + sharing.length * 19 + places.length * 18 + facts.length * 17 + 12 + advice.length * 18;
  const height = body + 26;
  return {
    height,
    draw(x, y) {
      const left = x + ICON_BOX + 28;
      const right = x + width - 14;
      const column = new Column(left, y + 27);
      // The name is what people look for: the rest of the line is for what it is.
      const named = cutText(volume.name, inner - 60, NAME);
      column.parts.push(text(left, column.y, named, 'name'));
      const what = cutText(volume.what, inner - textWidth(named, NAME) - 12, QUIET);
      if (what.length > 3) column.parts.push(text(right, column.y, what, 'quiet', 'end'));
      column.lines([volume.keptIn], 23, 'big');
      column.lines(sharing, 19);
      column.lines(
        places.map((place) => cutText(place, inner, MONO)),
        18,
        'mono',
      );
      column.lines(facts, 17, 'quiet');
      column.down(12);
      column.parts.push(`<path ${classes('rule')} d="M${left} ${column.y}H${right}"/>`);
      column.down(2);
      column.parts.push(text(left, column.y + 18, mark, tone));
      column.lines(advice, 18, `${tone}${volume.change.kind === 'fix' ? ' strong' : ''}`, 20);
      const link = options.linkOf?.(volume.id);
      const open =
        link === undefined
          ? `<g ${classes(`k-${volume.kept}`)}><title>${markup(sentenceOf(volume))}</title>`
          : `<a href="${markup(link)}" data-volume="${volume.id}" ${classes(`k-${volume.kept}`)}>`;
      const box = `<rect ${classes('box')} x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>`;
      const tint = `<rect ${classes('tint')} x="${x + 14}" y="${y + 14}" width="${ICON_BOX}" height="${ICON_BOX}" rx="10"/>`;
      const icon = `<g ${classes('icon')} transform="translate(${x + 24} ${y + 24})">${ICONS[volume.kept]}</g>`;
      return `${open}${box}${tint}${icon}${column.parts.join(' ')}${link === undefined ? '</g>' : '</a>'}`;
    },
  };
}

function containerBlock(
  width: number,
  container: PictureContainer,
  mounts: readonly PictureMount[],
  kindOf: (id: string) => Kept,
): Block {
  const height = 44 + Math.max(mounts.length, 1) * ROW + 8;
  const state = container.problems.length > 0 ? 'does not start' : container.endsFirst ? 'init' : '';
  return {
    height,
    draw(x, y) {
      const rows = mounts.map((mount, index) => {
        const at = y + 44 + index * ROW;
        const tags = [mount.readOnly && 'ro', mount.isRewritten && '*', mount.failures.length > 0 && '✕'];
        const tag = tags.filter(Boolean).join(' ');
        const room = width - 36 - (tag === '' ? 0 : 34);
        const port = `<circle ${classes('port', `k-${kindOf(mount.volume)}`)} cx="${x + width}" cy="${at + 8}" r="4"/>`;
        const tone = mount.failures.length > 0 ? 'mono error' : 'mono';
        const words = text(x + 16, at + 12, cutText(mount.destination, room, MONO), tone);
        return words + (tag === '' ? '' : text(x + width - 14, at + 12, tag, 'quiet', 'end')) + port;
      });
      const box = `<rect ${classes('box')} x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>`;
      const name = text(
        x + 16,
        y + 27,
        cutText(container.name, width - 32 - (state === '' ? 0 : textWidth(state, QUIET) + 12), NAME),
        'name',
      );
      const kind =
        state === ''
          ? ''
          : text(
              x + width - 14,
              y + 27,
              state,
              container.problems.length > 0 ? 'quiet error' : 'quiet',
              'end',
            );
      const nothing = mounts.length === 0 ? text(x + 16, y + 56, 'no volumes', 'quiet') : '';
      return `<g>${box}${name}${kind}${rows.join('')}${nothing}</g>`;
    },
  };
}

function stack(
  blocks: readonly Block[],
  x: number,
  top: number,
): { readonly tops: readonly number[]; readonly drawn: string; readonly bottom: number } {
  const tops: number[] = [];
  let at = top;
  for (const { height } of blocks) {
    tops.push(at);
    at += height + GAP;
  }
  const drawn = blocks.map((block, index) => block.draw(x, tops[index] ?? 0)).join('\n');
  return { tops, drawn, bottom: Math.max(at - GAP, top) };
}

function wire(
  from: readonly [number, number],
  to: readonly [number, number],
  kept: Kept,
  fails: boolean,
): string {
  const [x1, y1] = from;
  const [x2, y2] = to;
  const middle = (x1 + x2) / 2;
  const path = `<path ${classes('wire', `k-${kept}`, DASHES[kept])} d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
  if (!fails) return path;
  const y = (y1 + y2) / 2;
  return `${path}<path ${classes('cross')} d="M${middle - 6} ${y - 6}l12 12M${middle + 6} ${y - 6}l-12 12"/>`;
}

/** The volumes that are drawn, and how many are not. */
function drawnOf({ volumes }: Picture): { readonly shown: readonly PictureVolume[]; readonly left: number } {
  return { shown: volumes.slice(0, MOST_DRAWN), left: Math.max(volumes.length - MOST_DRAWN, 0) };
}

function moreText(left: number): string {
  return `and ${left} more volumes, which are not drawn`;
}

function drawWired(picture: Picture, columns: Columns, options: DrawOptions): readonly [string, number] {
  const { shown, left } = drawnOf(picture);
  const ids = new Map(shown.map((volume, index) => [volume.id, { index, kept: volume.kept }]));
  const kindOf = (id: string) => ids.get(id)?.kept ?? 'none';
  const lists = picture.containers.map(({ mounts }) => mounts.filter(({ volume }) => ids.has(volume)));
  const top = 34;
  const containers = picture.containers.map((each, index) =>
    containerBlock(columns.containers, each, lists[index] ?? [], kindOf),
  );
  const volumes = shown.map((volume) =>
    volumeBlock(volume, columns.width - columns.volumesAt - 1, [], options),
  );
  const leftStack = stack(containers, 1, top);
  const rightStack = stack(volumes, columns.volumesAt, top);
  const arrivals = new Map<string, number>();
  const wires = lists.flatMap((mounts, container) =>
    mounts.map(({ volume, failures }, row) => {
      const at = ids.get(volume);
      const count = arrivals.get(volume) ?? 0;
      arrivals.set(volume, count + 1);
      const to = (rightStack.tops[at?.index ?? 0] ?? 0) + 24 + (count % 8) * 7;
      const from = (leftStack.tops[container] ?? 0) + 52 + row * ROW;
      return wire(
        [columns.containers + 1, from],
        [columns.volumesAt, to],
        at?.kept ?? 'none',
        failures.length > 0,
      );
    }),
  );
  const bottom = Math.max(leftStack.bottom, rightStack.bottom) + (left > 0 ? 28 : 0);
  const heads = text(1, 18, 'CONTAINERS', 'label') + text(columns.volumesAt, 18, 'VOLUMES', 'label');
  const more = left > 0 ? text(columns.volumesAt, bottom - 4, moreText(left), 'quiet') : '';
  return [[heads, ...wires, leftStack.drawn, rightStack.drawn, more].join('\n'), bottom + 1];
}

function drawNarrow(picture: Picture, options: DrawOptions): readonly [string, number] {
  const { shown, left } = drawnOf(picture);
  const mounts = new Map<string, string[]>(shown.map(({ id }) => [id, []]));
  for (const container of picture.containers) {
    for (const { volume, destination, readOnly } of container.mounts) {
      mounts.get(volume)?.push(`${container.name} ${destination}${readOnly ? ' (ro)' : ''}`);
    }
  }
  const blocks = shown.map((volume) => volumeBlock(volume, NARROW - 2, mounts.get(volume.id) ?? [], options));
  const { drawn, bottom } = stack(blocks, 1, 1);
  const more = left > 0 ? text(1, bottom + 22, moreText(left), 'quiet') : '';
  return [`${drawn}${more}`, bottom + (left > 0 ? 30 : 1)];
}

/** A picture as SVG: the same picture gives the same bytes. */
export function drawSvg(picture: Picture, options: DrawOptions): string {
  const { shape } = options;
  const [drawn, height] =
    shape === 'narrow' ? drawNarrow(picture, options) : drawWired(picture, COLUMNS[shape], options);
  const width = shape === 'narrow' ? NARROW : COLUMNS[shape].width;
  const label = markup(
    `${picture.title}: ${listed(picture.containers.map(({ name }) => name))}, and what their volumes become in gVisor ${picture.release}`,
  );
  const role = options.linkOf === undefined ? 'img' : 'group';
  const margin = options.standalone ? 16 : 0;
  const box = `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`;
  const style = options.standalone
    ? `<style>${colourVariables('.picture')}\n${pictureStyle}\n.ground{fill:var(--ground)}</style><rect ${classes('ground')} x="${-margin}" y="${-margin}" width="100%" height="100%"/>`
    : '';
  const size = options.standalone ? ` width="${width + 2 * margin}" height="${height + 2 * margin}"` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${classes('picture', options.shape)} viewBox="${box}"${size} role="${role}" aria-label="${label}">${style}\n${drawn}\n</svg>`;
}
