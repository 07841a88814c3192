import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { hostFileSystem } from '../../src/adapters/host-fs/host-file-system.ts';
import type { ReaddirVolumeLookup } from '../../src/adapters/host-fs/readdir-volume-lookup.ts';
import type { MemorySpecStore } from '../../src/adapters/memory-spec/memory-spec-store.ts';
import type { MountHints } from '../../src/application/mount-hints.ts';
import type { kubeletLayout } from '../../src/domain/layouts/kubelet-layout.ts';
import { compareMany } from './compare-many.ts';
import type { Rewriter } from './compare-with-original.ts';
import { ERAS } from './eras.ts';
import { KubeletTrees } from './kubelet-trees.ts';
import { findProgram, OriginalProgram } from './original-program.ts';
import { SEEDED_BUGS, type SeededBug } from './seeded-bugs.ts';

/** Enough to meet each rule; what is compared without a bug is compared in original.test.ts. */
const SPECS = 3000;

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url));
/** What the rewrite of a spec is made of, without any package. */
const PARTS = ['domain', 'application', 'ports', 'adapters/host-fs', 'adapters/memory-spec'];
const MODULES = [
  'application/mount-hints',
  'adapters/host-fs/host-file-system',
  'adapters/host-fs/readdir-volume-lookup',
  'adapters/memory-spec/memory-spec-store',
  'domain/layouts/kubelet-layout',
];

interface Modules {
  readonly MountHints: typeof MountHints;
  readonly hostFileSystem: typeof hostFileSystem;
  readonly ReaddirVolumeLookup: typeof ReaddirVolumeLookup;
  readonly MemorySpecStore: typeof MemorySpecStore;
  readonly kubeletLayout: typeof kubeletLayout;
}

const root = mkdtempSync(join(tmpdir(), 'mount-hints-original-bugs-'));
const trees = new KubeletTrees();
afterAll(() => {
  trees.remove();
  rmSync(root, { recursive: true, force: true });
});

function putInto(copy: string, bug: SeededBug): void {
  const file = join(copy, 'domain', bug.file);
  const source = readFileSync(file, 'utf8');
  expect(source).toContain(bug.from);
  writeFileSync(
    file,
    source.replace(bug.from, () => bug.to),
  );
}

/** The rewrite, copied, with one bug in it. */
async function rewriterWith(bug: SeededBug | undefined): Promise<Rewriter> {
  const copy = mkdtempSync(join(root, 'src-'));
  for (const part of PARTS) cpSync(join(SOURCE, part), join(copy, part), { recursive: true });
  if (bug) putInto(copy, bug);
  const modules = {};
  // One after the other: jest loses modules that two imports at a time have in common.
  for (const name of MODULES) Object.assign(modules, await import(join(copy, `${name}.ts`)));
  const all = modules as Modules;
  return (release, kubeletDir) => {
    const layout = all.kubeletLayout(kubeletDir);
    const lookup = new all.ReaddirVolumeLookup(all.hostFileSystem, layout);
    const hints = new all.MountHints({ lookup, layout, store: new all.MemorySpecStore(new Map()) }, release);
    return (spec) => hints.update(spec);
  };
}

async function unexplainedOf(
  bug: SeededBug | undefined,
  release: string,
  binary: string,
): Promise<unknown[]> {
  const program = new OriginalProgram(binary);
  try {
    const rewriter = await rewriterWith(bug);
    const { unexplained } = await compareMany({ program, release, rewriter, trees }, SPECS, true);
    return [...unexplained];
  } finally {
    await program.stop();
  }
}

const releases = [...new Set(SEEDED_BUGS.map(({ release }) => release))];
for (const release of releases) {
  const era = ERAS.find((each) => each.release === release);
  if (!era) throw new Error(`no version has the release ${release}`);
  const found = await findProgram(era);
  describe(`bugs in the rules of ${release}`, () => {
    if ('unavailable' in found) {
      process.stderr.write(`skipped: ${found.unavailable}\n`);
      test.todo('needs its program');
      return;
    }

    test('the copy without a bug does what the original does', async () => {
      expect(await unexplainedOf(undefined, release, found.binary)).toEqual([]);
    });

    const bugs = SEEDED_BUGS.filter((bug) => bug.release === release);
    test.each(bugs.map((bug) => [bug.name, bug] as const))('found: %s', async (_name, bug) => {
      expect((await unexplainedOf(bug, release, found.binary)).length).toBeGreaterThan(0);
    });
  });
}
