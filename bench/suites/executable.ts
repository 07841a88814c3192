import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandLine, cleanEnvironment } from '../processes.ts';
import { CLI_RELEASE } from '../settings.ts';
import { changingBundles, measureStarts, type Start } from '../starts.ts';
import type { Place, Suite } from './suite.ts';
import { measureCreate } from './wrapper.ts';

/** The release line of Node.js that the executable is made of. */
const NODE_LINE = '26';

/** Builds the executable into `output`; gives the reason where that cannot be. */
function build(root: string, output: string): string | undefined {
  const words = ['scripts/build-executable.js', '--output', output];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
  return status === 0 ? undefined : `it cannot be built: ${stderr.trim().split('\n').at(-1)}`;
}

function starts(program: string, { work }: Place): readonly Start[] {
  const { bundle, kubelet } = changingBundles(work);
  const update = (path: string): CommandLine => [
    program,
    'update',
    '--release',
    CLI_RELEASE,
    '--kubelet-dir',
    kubelet,
    path,
  ];
  return [
    {
      id: 'executable: --version',
      what: 'the executable’s `mount-hints --version`',
      limit: 1,
      line: () => [program, '--version'],
    },
    {
      id: 'executable: update, container',
      what: 'the executable’s `update --release 20260615` of a container that changes',
      limit: 1.1,
      line: (run) => update(bundle('container', run)),
    },
    {
      id: 'executable: update, sandbox',
      what: 'the executable’s `update --release 20260615` of a sandbox that changes, with five volumes to find',
      limit: 1.1,
      line: (run) => update(bundle('sandbox', run)),
    },
  ];
}

/** The start-up of the executable, against `node -e 0` of the Node.js that is in it. */
export const measureExecutable: Suite = async (settings, place) => {
  const built = join(place.work, 'executable');
  const reason = build(place.root, built);
  if (reason !== undefined) return { figures: [], skipped: [{ suite: 'executable', reason }] };
  // Not bundled: it looks for its pins beside itself.
  const { nodeBinary }: typeof import('../../scripts/node-binary.js') = await import(
    join(place.root, 'scripts/node-binary.js')
  );
  const { program: node } = nodeBinary(NODE_LINE, process.arch, place.work);
  const environment = cleanEnvironment(place.work);
  const figures = measureStarts(
    [node, '-e', '0'],
    starts(join(built, 'mount-hints'), place),
    settings,
    environment,
  );
  const work = join(place.work, 'wrapper');
  mkdirSync(work);
  const wrapper = { id: 'executable: create', path: join(built, 'mount-hints-runtime'), node, limit: 1.15 };
  return { figures: [...figures, measureCreate(wrapper, settings, work)] };
};
