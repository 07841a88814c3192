import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RootedNodeFiles } from '../../src/adapters/node-files/rooted-node-files.ts';
import { ExamineNode, type ExamineNodeOptions } from '../../src/application/examine-node.ts';
import type { Release } from '../../src/domain/rewrite/releases.ts';
import type { NodeFiles } from '../../src/ports/node-files.ts';

/** A node's files by path: an executable file's text, `{data}` for one that is not executable, `{link}`, or `null` for a directory. */
export type NodeTree = Readonly<
  Record<string, string | { readonly link: string } | { readonly data: string } | null>
>;

/** Node trees on disk, below one temporary directory. */
export class NodeTrees {
  readonly #root = mkdtempSync(join(tmpdir(), 'mount-hints-node-'));
  #count = 0;

  constructor() {
    chmodSync(this.#root, 0o755);
  }

  create(tree: NodeTree): string {
    const root = join(this.#root, String(this.#count++));
    mkdirSync(root);
    for (const [path, content] of Object.entries(tree)) {
      const at = root + path;
      mkdirSync(content === null ? at : dirname(at), { recursive: true });
      if (typeof content === 'string') writeFileSync(at, content, { mode: 0o755 });
      else if (content !== null && 'data' in content) writeFileSync(at, content.data, { mode: 0o644 });
      else if (content !== null) symlinkSync(content.link, at);
    }
    return root;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

export function allowNobody(path: string): void {
  chmodSync(path, 0);
}

/** A node's files that pass for the running machine's own. */
function live(root: string): NodeFiles {
  const files = new RootedNodeFiles(root);
  return Object.defineProperty(files, 'isLive', { value: true });
}

/** Examines a tree as the running machine, with this runsc installed. */
export function examine(
  root: string,
  installed: () => Release | undefined = () => '20260615',
  options: ExamineNodeOptions = {},
) {
  return new ExamineNode(live(root), { installed: async () => installed() }, options).examine();
}

/** Does something as a user who owns nothing here. */
export async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  process.seteuid?.(65_534);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
