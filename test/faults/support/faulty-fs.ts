import nodeFs from 'node:fs';
import type { InjectedFileSystem } from '../../../src/ports/file-system.ts';

/** What happens in place of the call `name`, the `index`-th one; `undefined` lets it through. */
export type Intervene = (
  name: string,
  index: number,
  args: unknown[],
) => { readonly value: unknown } | undefined;

export function errno(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** `node:fs` with something between each call and the disk. Knows which descriptors are still open. */
export class FaultyFs {
  readonly calls: string[] = [];
  readonly open = new Set<number>();
  readonly fs: InjectedFileSystem;

  constructor(intervene: Intervene) {
    const wrap = (name: string, real: (...args: unknown[]) => unknown) => {
      return (...args: unknown[]) => {
        const index = this.calls.length;
        this.calls.push(name);
        // As on Linux, a close that fails has closed.
        if (name === 'closeSync') this.open.delete(args[0] as number);
        const instead = intervene(name, index, args);
        if (instead) return instead.value;
        const result = real.apply(nodeFs, args);
        if (name === 'openSync') this.open.add(result as number);
        return result;
      };
    };
    const real = nodeFs as unknown as Record<string, unknown>;
    const wrapped = Object.entries(real).map(([name, each]) => [
      name,
      name.endsWith('Sync') && typeof each === 'function' ? wrap(name, each as () => unknown) : each,
    ]);
    this.fs = Object.fromEntries(wrapped);
  }
}
