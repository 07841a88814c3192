import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, Skipped } from '../figure.ts';
import { type CommandLine, cleanEnvironment, program } from '../processes.ts';
import { CLI_RELEASE, RELEASE_LINES } from '../settings.ts';
import { changingBundles, measureStarts, type Start } from '../starts.ts';
import type { Place, Suite } from './suite.ts';
import { measureCreate } from './wrapper.ts';

function starts(name: string, node: string, { root, work }: Place): readonly Start[] {
  const { bundle, kubelet } = changingBundles(work);
  const update = (path: string): CommandLine => {
    const options = ['--release', CLI_RELEASE, '--kubelet-dir', kubelet];
    return [node, program(root), 'update', ...options, path];
  };
  const line = () => [node, program(root), '--version'] as const;
  return [
    { id: `${name}: --version`, what: '`mount-hints --version`', limit: 1.1, line },
    {
      id: `${name}: update, container`,
      what: '`update` of a container that changes',
      limit: 1.3,
      line: (run) => update(bundle('container', run)),
    },
    {
      id: `${name}: update, sandbox`,
      what: '`update` of a sandbox that changes, with five volumes to find',
      limit: 1.3,
      line: (run) => update(bundle('sandbox', run)),
    },
  ];
}

/** The start-up of the command line and of the wrapper on each Node that people run. */
export const measureNodes: Suite = async (settings, { root, work }) => {
  const { nodeProgram }: typeof import('../../scripts/node-binary.js') = await import(
    join(root, 'scripts/node-binary.js')
  );
  const figures: Figure[] = [];
  const skipped: Skipped[] = [];
  for (const line of RELEASE_LINES) {
    const place = { root, work: join(work, line) };
    mkdirSync(place.work, { mode: 0o700 });
    try {
      const { version, program: node } = nodeProgram(line, process.arch, place.work);
      const name = `Node ${version}`;
      const environment = cleanEnvironment(place.work);
      figures.push(...measureStarts([node, '-e', '0'], starts(name, node, place), settings, environment));
      const path = join(root, 'dist/runtime/mount-hints-runtime');
      figures.push(measureCreate({ id: `${name}: create`, path, node, limit: 1.6 }, settings, place.work));
    } catch (error) {
      skipped.push({ suite: `Node ${line}`, reason: (error as Error).message });
    }
  }
  return { figures, skipped };
};
