import type { ConfigFile } from '../domain/doctor/config-file.ts';
import { readingFindings, unreadable } from '../domain/doctor/config-reading.ts';
import { textsOf } from '../domain/doctor/config-value.ts';
import type { ContainerdConfig, Import } from '../domain/doctor/containerd-config.ts';
import type { NodeFinding } from '../domain/doctor/node-finding.ts';
import type { ContainerdLayout } from '../domain/doctor/node-layouts.ts';
import type { NodeFiles } from '../ports/node-files.ts';

/** A containerd configuration as loaded; `config` is absent where the node has none in this place. */
export interface LoadedContainerd {
  readonly config: ContainerdConfig | undefined;
  readonly findings: readonly NodeFinding[];
}

function isPattern(path: string): boolean {
  return path.includes('*');
}

/** The import as an absolute path without `.` and `..`, as containerd's `resolveImports` cleans it. */
function absolute(path: string, importer: string): string {
  const from = path.startsWith('/') ? path : `${importer.slice(0, importer.lastIndexOf('/'))}/${path}`;
  const clean: string[] = [];
  for (const part of from.split('/')) {
    if (part === '..') clean.pop();
    else if (part !== '' && part !== '.') clean.push(part);
  }
  return `/${clean.join('/')}`;
}

/** More files than this no real configuration has. */
const MAX_FILES = 10_000;

/** Files in containerd's order: each once, the imports of a file behind all that was waiting before. */
class Loading {
  readonly files: ConfigFile[] = [];
  readonly missingImports: Import[] = [];
  readonly endlessImports: Import[] = [];
  readonly findings: NodeFinding[] = [];
  readonly #nodeFiles: NodeFiles;
  readonly #seen = new Set<string>();
  /** Imports that were expanded: to do so again would only lead to files that are waiting or read. */
  readonly #expanded = new Set<string>();

  constructor(nodeFiles: NodeFiles) {
    this.#nodeFiles = nodeFiles;
  }

  async load(main: string): Promise<void> {
    const pending: { path: string; importer?: string }[] = [{ path: main }];
    for (let next = pending.shift(); next; next = pending.shift()) {
      // By links to directories one file has names without end.
      const real = (await this.#nodeFiles.realPath(next.path)) ?? next.path;
      if (this.#seen.has(real)) continue;
      this.#seen.add(real);
      if (this.#seen.size > MAX_FILES) {
        this.endlessImports.push({ path: next.path, importer: next.importer ?? main });
        return;
      }
      for (const path of await this.#read(next.path, next.importer))
        pending.push({ path, importer: next.path });
    }
  }

  /** Reads one file and tells what it imports. */
  async #read(path: string, importer: string | undefined): Promise<readonly string[]> {
    const reading = await this.#nodeFiles.readConfig(path);
    this.findings.push(...readingFindings(path, reading));
    if (reading.kind === 'absent' && importer !== undefined && this.#isExpected(path)) {
      this.missingImports.push({ path, importer });
    }
    if (reading.kind !== 'config') return [];
    this.files.push({ path, config: reading.config, headings: reading.headings });
    const found: string[] = [];
    for (const each of textsOf(reading.config.imports)) {
      for (const next of await this.#expand(absolute(each, path), path)) found.push(next);
    }
    return found;
  }

  /** What is made anew at every start is not on the disk of a node that is not running. */
  #isExpected(path: string): boolean {
    return this.#nodeFiles.isLive || !path.startsWith('/run/');
  }

  async #expand(path: string, importer: string): Promise<readonly string[]> {
    if (this.#expanded.has(path)) return [];
    this.#expanded.add(path);
    if (!isPattern(path)) return [path];
    const { paths, unreadable: closed, tooMany } = await this.#nodeFiles.glob(path);
    this.findings.push(...closed.map((each) => unreadable(each.path, each.reason)));
    if (tooMany !== undefined) this.endlessImports.push({ path, importer });
    return paths;
  }

  async dropIns(pattern: string, main: string): Promise<void> {
    for (const path of await this.#expand(pattern, main)) await this.load(path);
  }
}

type Templates = Pick<ContainerdConfig, 'template' | 'unparsedTemplates'>;

async function readTemplates(nodeFiles: NodeFiles, { templates }: ContainerdLayout): Promise<Templates> {
  const unparsedTemplates: string[] = [];
  for (const path of templates) {
    const reading = await nodeFiles.readConfig(path);
    if (reading.kind === 'config') {
      const { config, headings } = reading;
      return { template: { path, config, headings }, unparsedTemplates };
    }
    if (reading.kind !== 'absent') unparsedTemplates.push(path);
  }
  return { template: undefined, unparsedTemplates };
}

/** Loads the containerd configuration of one layout, imports included. */
export async function loadContainerd(
  nodeFiles: NodeFiles,
  layout: ContainerdLayout,
): Promise<LoadedContainerd> {
  const loading = new Loading(nodeFiles);
  await loading.load(layout.config);
  if (layout.dropIns !== undefined) await loading.dropIns(layout.dropIns, layout.config);
  const templates = await readTemplates(nodeFiles, layout);
  const { files, missingImports, endlessImports, findings } = loading;
  const isThere = files.length > 0 || templates.template !== undefined;
  const config = { layout, files, missingImports, endlessImports, ...templates };
  return { config: isThere ? config : undefined, findings };
}
