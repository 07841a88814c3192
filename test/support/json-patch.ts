import type { JsonPatchOperation } from '../../src/domain.ts';

/** The operations `add`, `replace` and `remove` of RFC 6902, strictly by its text; other people's patchers do the same. */
export function applyJsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const root = { document: structuredClone(document) };
  for (const operation of operations) {
    const tokens = operation.path
      .split('/')
      .slice(1)
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = tokens.pop() ?? '';
    let target: unknown = root.document;
    for (const token of tokens) {
      if (!Object.hasOwn(target as object, token)) throw new Error(`${operation.path}: no ${token}`);
      target = (target as Record<string, unknown>)[token];
    }
    change(target, last, operation);
  }
  return root.document;
}

function change(target: unknown, last: string, operation: JsonPatchOperation): void {
  const isThere = Object.hasOwn(target as object, last);
  if (operation.op !== 'add' && !isThere) throw new Error(`${operation.op} ${operation.path}: not there`);
  if (Array.isArray(target)) {
    if (!/^(0|[1-9]\d*|-)$/.test(last)) throw new Error(`${operation.path}: no index`);
    const index = last === '-' ? target.length : Number(last);
    if (operation.op === 'remove') target.splice(index, 1);
    else target.splice(index, operation.op === 'add' ? 0 : 1, operation.value);
    return;
  }
  const object = target as Record<string, unknown>;
  if (operation.op === 'remove') delete object[last];
  else
    Object.defineProperty(object, last, {
      value: operation.value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
}
