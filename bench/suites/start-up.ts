import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandLine, cleanEnvironment, program, timed } from '../processes.ts';
import { CLI_RELEASE } from '../settings.ts';
import { CPU_RUNS, changingBundles, measureStarts, type Start } from '../starts.ts';
import type { Place, Suite } from './suite.ts';

function fakeRunsc(work: string): string {
  const directory = join(work, 'bin');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'runsc');
  writeFileSync(path, `#!/bin/sh\necho 'runsc version release-${CLI_RELEASE}.0'\n`);
  chmodSync(path, 0o755);
  return directory;
}

function starts(place: Place): readonly Start[] {
  const { bundle, kubelet } = changingBundles(place.work);
  const update = (release: string, path: string): CommandLine => [
    process.execPath,
    program(place.root),
    'update',
    '--release',
    release,
    '--kubelet-dir',
    kubelet,
    path,
  ];
  const settled = bundle('container', -1);
  timed(update(CLI_RELEASE, settled), cleanEnvironment(place.work));
  const settledAgain = (run: number) => {
    const path = join(place.work, `settled-${run % CPU_RUNS}`);
    cpSync(settled, path, { recursive: true });
    return path;
  };
  return [
    {
      id: 'start-up: --version',
      what: '`mount-hints --version`',
      limit: 1.1,
      line: () => [process.execPath, program(place.root), '--version'],
    },
    {
      id: 'start-up: update, container',
      what: '`update --release 20260615` of a container that changes',
      limit: 1.3,
      line: (run) => update(CLI_RELEASE, bundle('container', run)),
    },
    {
      id: 'start-up: update, sandbox',
      what: '`update --release 20260615` of a sandbox that changes, with five volumes to find',
      limit: 1.3,
      line: (run) => update(CLI_RELEASE, bundle('sandbox', run)),
    },
    {
      id: 'start-up: update, unchanged',
      what: '`update --release 20260615` of a bundle that is right already',
      limit: 1.3,
      line: (run) => update(CLI_RELEASE, settledAgain(run)),
    },
    {
      id: 'start-up: --release auto',
      what: '`update --release auto` of a container that changes, runsc’s answer remembered',
      limit: 1.35,
      line: (run) => update('auto', bundle('container', run)),
    },
  ];
}

/** The start-up of the command line, against `node -e 0`. */
export const measureStartUp: Suite = async (settings, place) => {
  const environment = cleanEnvironment(place.work, [fakeRunsc(place.work)]);
  return { figures: measureStarts([process.execPath, '-e', '0'], starts(place), settings, environment) };
};
