import type { KeyPath } from '../../domain/text/key-path.ts';

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null;
}

function at(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, step) => (isPlain(value) ? value[step] : undefined), root);
}

function without(value: Plain, key: string): Plain {
  const { [key]: _, ...rest } = value;
  return rest;
}

/**
 * Compares a document before and after: whether the pods differ by their annotations, and nothing else
 * differs. Parts that aliases repeat are compared once for each partner, so that aliases cannot multiply
 * the work and circles end.
 */
class Comparison {
  readonly #annotated: ReadonlyMap<unknown, Plain>;
  readonly #compared = new Map<unknown, Set<unknown>>();

  constructor(annotated: ReadonlyMap<unknown, Plain>) {
    this.#annotated = annotated;
  }

  same(before: unknown, after: unknown): boolean {
    if (!isPlain(before) || !isPlain(after)) return Object.is(before, after);
    const partners = this.#compared.get(before) ?? new Set();
    if (partners.has(after)) return true;
    this.#compared.set(before, partners.add(after));
    const annotations = this.#annotated.get(before);
    return annotations ? this.#samePod(before, after, annotations) : this.#sameItems(before, after);
  }

  #sameItems(before: Plain, after: Plain): boolean {
    const keys = Object.keys(before);
    return (
      Array.isArray(before) === Array.isArray(after) &&
      keys.length === Object.keys(after).length &&
      keys.every((key) => Object.hasOwn(after, key) && this.same(before[key], after[key]))
    );
  }

  #samePod(before: Plain, after: Plain, annotations: Plain): boolean {
    const was = isPlain(before.metadata) ? before.metadata : {};
    const is = isPlain(after.metadata) ? after.metadata : {};
    const expected = { ...(isPlain(was.annotations) ? was.annotations : {}), ...annotations };
    return (
      this.#sameItems(without(before, 'metadata'), without(after, 'metadata')) &&
      this.#sameItems(without(was, 'annotations'), without(is, 'annotations')) &&
      isPlain(is.annotations) &&
      this.#sameItems(expected, is.annotations)
    );
  }
}

/**
 * Whether `after` is the document `before` with these annotations on the pods at these paths, and nothing
 * else changed. A pod that several paths share by an alias has its annotations on all of them.
 */
export function isAnnotated(
  before: unknown,
  after: unknown,
  pods: readonly { readonly path: KeyPath; readonly annotations: Plain }[],
): boolean {
  const annotated = new Map(pods.map(({ path, annotations }) => [at(before, path), annotations]));
  return new Comparison(annotated).same(before, after);
}

/** Whether `after` is the map `before` with this value for `key`, and nothing else changed. */
export function isSet(before: unknown, after: unknown, key: string, value: unknown): boolean {
  if (!isPlain(before) || !isPlain(after)) return false;
  const comparison = new Comparison(new Map());
  return comparison.same(without(before, key), without(after, key)) && comparison.same(value, after[key]);
}
