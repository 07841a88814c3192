import type { FileLines } from '../../src/domain/doctor/file-lines.ts';
import type { NodeFinding } from '../../src/domain/doctor/node-finding.ts';
import type { NodeTree } from './node-tree.ts';

/** Where the body of a table begins and ends in the lines of a file. */
function bodyOf(lines: readonly string[], heading: string): readonly [number, number] {
  const start = heading === '' ? 0 : lines.findIndex((line) => line.trimStart().startsWith(heading)) + 1;
  if (heading !== '' && start === 0) throw new Error(`no line ${heading}`);
  const length = lines.slice(start).findIndex((line) => line.trimStart().startsWith('['));
  return [start, length < 0 ? lines.length : start + length];
}

function isOf(line: string, key: string): boolean {
  const names = [key, JSON.stringify(key), `'${key}'`];
  return names.some((name) => new RegExp(`^\\s*${name.replaceAll('.', '\\.')}\\s*[.=]`).test(line));
}

/** Puts one block of lines into a file, as its words say. */
function put(text: string, { text: added, below, replaces = [] }: FileLines): string {
  if (below === undefined)
    return [text.replace(/\n$/, ''), ...added, ''].filter((line, i) => i > 0 || line).join('\n');
  const lines = text.split('\n');
  const [start, end] = bodyOf(lines, below);
  const body = lines.slice(start, end).filter((line) => !replaces.some((key) => isOf(line, key)));
  return [...lines.slice(0, start), ...added, ...body, ...lines.slice(end)].join('\n');
}

/** A node's files after somebody has put in all lines of these findings, each block once. */
export function applyLines(tree: NodeTree, findings: readonly NodeFinding[]): NodeTree {
  const blocks = new Map(
    findings.flatMap(({ lines = [] }) => lines.map((each) => [JSON.stringify(each), each])),
  );
  const files = new Map(Object.entries(tree));
  for (const block of blocks.values()) {
    const present = files.get(block.file);
    files.set(block.file, put(typeof present === 'string' ? present : '', block));
  }
  return Object.fromEntries(files);
}
