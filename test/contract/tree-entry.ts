/** What a contract test wants to stand below a fresh directory; parents are made as needed. */
export interface TreeEntry {
  /** Relative to that directory. */
  readonly path: string;
  /** `closed` is a directory whose entries may not be listed; `program` is a file that everybody may execute. */
  readonly kind: 'dir' | 'file' | 'program' | 'symlink' | 'closed';
  /** Of a file; empty if absent. */
  readonly content?: string;
  /** Of a symlink: relative to the fresh directory, however deep the link stands. It may lead nowhere. */
  readonly target?: string;
}

export const dir = (path: string): TreeEntry => ({ path, kind: 'dir' });
export const closed = (path: string): TreeEntry => ({ path, kind: 'closed' });
export const file = (path: string, content = ''): TreeEntry => ({ path, kind: 'file', content });
export const program = (path: string): TreeEntry => ({ path, kind: 'program' });
export const link = (path: string, target: string): TreeEntry => ({ path, kind: 'symlink', target });

/** What an adapter that looks for files is asked in a tree, and what it finds. */
export interface FindCase {
  readonly name: string;
  readonly tree: readonly TreeEntry[];
  readonly ask: string;
  readonly found: readonly string[];
}
