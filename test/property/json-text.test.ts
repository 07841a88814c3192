import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonBytesSpecStore } from '../../src/adapters/files/json-bytes-spec-store.ts';
import { MountHints } from '../../src/application/mount-hints.ts';
import { kubeletLayout } from '../../src/domain.ts';
import { applyEdits, type Edit, isMountHintsError, type OciSpec } from '../../src/index.ts';
import {
  anyParts,
  anyRelease,
  anyWorld,
  combinedLayout,
  documentTree,
  randomFrom,
  type SpecParts,
  type World,
  WorldLookup,
  type WriteLayout,
  write,
} from '../support/arbitrary-spec.ts';
import { type Place, placesIn } from '../support/json-places.ts';

const RUNS = { numRuns: 1500 };

interface Saved {
  spec: OciSpec;
  edits: readonly Edit[];
  before: string;
  after: string;
}

/** A rewrite of text; both sides as latin1. `undefined` where the rewrite is refused. */
async function rewriteText(bytes: Buffer, release: string, world: World): Promise<Saved | undefined> {
  const store = new JsonBytesSpecStore(bytes);
  const { spec } = await store.load('text');
  const hints = new MountHints({ lookup: new WorldLookup(world), layout: kubeletLayout(), store }, release);
  try {
    const { edits } = await hints.updateBundle('text');
    return {
      spec,
      edits,
      before: bytes.toString('latin1'),
      after: Buffer.from(store.bytes).toString('latin1'),
    };
  } catch (error) {
    if (isMountHintsError(error) && error.exitCode === 69) return undefined;
    throw error;
  }
}

function textOf(parts: SpecParts, layout: WriteLayout): Buffer {
  return Buffer.from(write(documentTree(parts), layout));
}

function parse(latin1: string): OciSpec {
  return JSON.parse(Buffer.from(latin1, 'latin1').toString('utf8'));
}

function memberOf(place: Place | undefined, name: string): Place | undefined {
  return place?.members.find(([key]) => key === name)?.[1];
}

/** The point behind an object's last member, where a new one goes; all that is in it, if it is empty. */
function roomIn(object: Place): [number, number] {
  const last = object.members.at(-1)?.[1];
  return last ? [last.end, last.end] : [object.start + 1, object.end - 1];
}

/** The ranges of the text that an edit may change, by the text and the edit alone. */
function mayChange(root: Place, edit: Edit): [number, number][] {
  if (edit.kind === 'set-annotation') {
    const annotations = memberOf(root, 'annotations');
    if (!annotations) return [roomIn(root)];
    const value = memberOf(annotations, edit.key);
    if (value) return [[value.start, value.end]];
    const isNull = annotations.end - annotations.start === 'null'.length;
    return [isNull ? [annotations.start, annotations.end] : roomIn(annotations)];
  }
  if (edit.kind === 'remove-annotation') throw new Error('no rewrite without a checkpoint removes one');
  const mounts = memberOf(root, 'mounts')?.elements ?? [];
  const mount = mounts[edit.mount];
  if (!mount) throw new Error('an edit of a mount that is not there');
  if (edit.kind === 'remove-mount') {
    const before = mounts[edit.mount - 1];
    const after = mounts[edit.mount + 1];
    return [before ? [before.end, mount.end] : [mount.start, after?.start ?? mount.end]];
  }
  return (['type', 'options'] as const).flatMap((field) => {
    if (!edit[field]) return [];
    const value = memberOf(mount, field);
    return [value ? ([value.start, value.end] as [number, number]) : roomIn(mount)];
  });
}

/** What of `before` must stand in `after`, in order, with anything between the pieces and nothing around them. */
function keeps(after: string, pieces: string[]): boolean {
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const found = index === pieces.length - 1 ? after.length - piece.length : after.indexOf(piece, at);
    if (found < at || (index === 0 && found !== 0) || !after.startsWith(piece, found)) return false;
    at = found + piece.length;
  }
  return true;
}

function piecesOutside(text: string, ranges: [number, number][]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (start < at) continue;
    pieces.push(text.slice(at, start));
    at = end;
  }
  return [...pieces, text.slice(at)];
}

/** Rewrites any text in any layout, and looks at what was saved. */
function afterAnyRewrite(look: (saved: Saved) => void): Promise<void> {
  return fc.assert(
    fc.asyncProperty(
      anyParts,
      combinedLayout,
      anyRelease,
      anyWorld,
      async (parts, layout, release, world) => {
        const saved = await rewriteText(textOf(parts, layout), release, world);
        if (saved) look(saved);
      },
    ),
    RUNS,
  );
}

describe('the text editor', () => {
  test('writes what the edits say', () =>
    afterAnyRewrite(({ after, spec, edits }) => {
      expect(parse(after)).toEqual(applyEdits(spec, edits));
      expect(Object.keys(parse(after))).toEqual(Object.keys(applyEdits(spec, edits)));
    }));

  test('keeps every byte that no edit names', async () => {
    let edits = 0;
    await afterAnyRewrite((saved) => {
      edits += saved.edits.length;
      const root = placesIn(saved.before);
      const ranges = saved.edits.flatMap((edit) => mayChange(root, edit));
      expect({ saved, kept: keeps(saved.after, piecesOutside(saved.before, ranges)) }).toMatchObject({
        kept: true,
      });
    });
    expect(edits).toBeGreaterThan(1000);
  });

  test('keeps the spelling of every option that stays', () =>
    fc.assert(
      fc.asyncProperty(anyParts, fc.integer(), anyRelease, anyWorld, async (parts, seed, release, world) => {
        const saved = await rewriteText(textOf(parts, { seed }), release, world);
        if (!saved) return;
        const spelt = (text: string) =>
          (memberOf(placesIn(text), 'mounts')?.elements ?? []).map((mount) =>
            (memberOf(mount, 'options')?.elements ?? []).map(({ start, end }) => text.slice(start, end)),
          );
        const [before, after] = [spelt(saved.before), spelt(saved.after)];
        const removed = saved.edits.find((edit) => edit.kind === 'remove-mount')?.mount;
        const staying = before.filter((_, index) => index !== removed);
        for (const [index, options] of after.entries()) {
          const kept = (staying[index] ?? []).filter(
            (raw) =>
              options.length === staying[index]?.length ||
              !/^"r?bind"$/.test(JSON.stringify(JSON.parse(Buffer.from(raw, 'latin1').toString()))),
          );
          expect(options).toEqual(kept);
        }
      }),
      RUNS,
    ));

  test('follows the layout of the file', () =>
    fc.assert(
      fc.asyncProperty(
        anyParts,
        fc.constantFrom('', ' ', '  ', '    ', '\t'),
        fc.constantFrom('\n', '\r\n'),
        anyRelease,
        anyWorld,
        async (parts, indent, newline, release, world) => {
          const bytes = textOf(parts, { indent, newline });
          const saved = await rewriteText(bytes, release, world);
          if (!saved) return;
          const numbers = '[18446744073709551615,1e400,-0.0,1.50]';
          // JSON.stringify lays out what JSON.parse gives; the numbers that it would change stand apart.
          const marked = (text: string) => text.replace(numbers, '"numbers"');
          const again =
            JSON.stringify(parse(marked(saved.after)), null, indent).replaceAll('\n', newline) + newline;
          expect(marked(Buffer.from(saved.after, 'latin1').toString('utf8'))).toBe(again);
        },
      ),
      RUNS,
    ));

  test('changes nothing in a text that it has just written', () =>
    fc.assert(
      fc.asyncProperty(anyParts, combinedLayout, async (parts, layout) => {
        const bytes = textOf(parts, layout);
        const store = new JsonBytesSpecStore(bytes);
        const loaded = await store.load('text');
        expect(await store.render(loaded, [])).toBe(bytes.toString('utf8'));
      }),
      { numRuns: 300 },
    ));
});

describe('the reader', () => {
  test('takes or refuses broken text as JSON.parse does, and refuses with a code', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(anyParts, combinedLayout, fc.integer(), async (parts, layout, seed) => {
        const bytes = textOf(parts, layout);
        const random = randomFrom(seed);
        for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
          const at = Math.floor(random() * bytes.length);
          const marks = '{}[]",:\\ntf019u \n\u0000\u00ff\u00c3';
          bytes[at] = marks.charCodeAt(Math.floor(random() * marks.length));
        }
        const error = await new JsonBytesSpecStore(bytes).load('text').then(
          ({ spec }) => {
            accepted++;
            expect(spec).toEqual(JSON.parse(bytes.toString('utf8')));
            return undefined;
          },
          (thrown: unknown) => thrown,
        );
        if (error === undefined) return;
        expect(isMountHintsError(error) && error.exitCode).toBe(65);
        if ((error as { code: string }).code === 'MH_SPEC_NOT_JSON') {
          expect(() => JSON.parse(bytes.toString('utf8'))).toThrow();
        }
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});
