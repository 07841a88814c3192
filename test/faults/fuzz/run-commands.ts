import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createAnnotateCommand } from '../../../src/adapters/cli/commands/annotate-command.ts';
import { createCheckCommand } from '../../../src/adapters/cli/commands/check-command.ts';
import type { Command } from '../../../src/adapters/cli/commands/command.ts';
import { createExplainCommand } from '../../../src/adapters/cli/commands/explain-command.ts';
import { createKrmCommand } from '../../../src/adapters/cli/commands/krm-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { runFunction } from '../../../src/adapters/krm/run-function.ts';
import { YamlManifestReader } from '../../../src/adapters/yaml/yaml-manifest-reader.ts';
import { YamlResourceListReader } from '../../../src/adapters/yaml/yaml-resource-list-reader.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { podCommandWiring } from '../../../src/composition/pod-command-wiring.ts';
import { randomBy } from '../../support/hostile-arguments.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { smallDocument } from '../support/small-documents.ts';

const manifests = new YamlManifestReader();
const lists = new YamlResourceListReader();
const annotate = createAnnotateCommand(annotateWiring);
const check = createCheckCommand(podCommandWiring());
const explain = createExplainCommand(podCommandWiring());
const krm = createKrmCommand({ run: (input) => runFunction({ lists, manifests }, input) });

const RELEASE = ['--release', 'latest'];
const POD_WORDS = [...RELEASE, '--all'];

interface Call {
  readonly name: string;
  readonly command: Command;
  /** The words that it is called with, in turn. */
  readonly words: readonly (readonly string[])[];
}

/** Every command that takes YAML. */
const CALLS: readonly Call[] = [
  {
    name: 'annotate',
    command: annotate,
    words: [[], ['--existing', 'overwrite', '--all'], ['--diff'], ['--json']].map((each) => [
      ...RELEASE,
      ...each,
      '-',
    ]),
  },
  {
    name: 'check',
    command: check,
    words: ['text', 'json', 'sarif', 'github'].map((each) => [
      ...POD_WORDS,
      '--severity',
      'info',
      '--format',
      each,
      '-',
    ]),
  },
  {
    name: 'explain',
    command: explain,
    words: ['table', 'json', 'mermaid'].map((each) => [...POD_WORDS, '--format', each, '-']),
  },
  { name: 'krm', command: krm, words: [[]] },
];

/** What came of a document in one command. */
export interface SmallRun {
  readonly index: number;
  readonly command: string;
  readonly status: number;
  readonly seconds: number;
  readonly written: number;
  readonly error: string;
}

type Clock = () => number;

const wallSeconds: Clock = () => performance.now() / 1000;

/** Of the whole process. Asking for it takes longer than many documents do. */
const processorSeconds: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function run(call: Call, index: number, text: string, clock: Clock): Promise<SmallRun> {
  const words = call.words[index % call.words.length] ?? [];
  const terminal = new RecordingTerminal();
  terminal.standardInput = Buffer.from(text);
  const started = clock();
  const status = await runCommand(call.command, [...words], terminal);
  return {
    index,
    command: [call.name, ...words].join(' '),
    status,
    seconds: clock() - started,
    written: terminal.stdout.length,
    error: status === 70 ? terminal.stderr : '',
  };
}

/** One that takes long is run again, by the processor's time: a busy machine, or the engine, may have taken the rest. */
async function runFairly(call: Call, index: number, text: string): Promise<SmallRun> {
  const first = await run(call, index, text, wallSeconds);
  return first.seconds < 0.3 ? first : run(call, index, text, processorSeconds);
}

/** What this thread is to do, and where it tells how far it is: the document, and how often each status came. */
export interface SmallWork {
  readonly seed: number;
  readonly times: number;
  /** What takes longer is told at once, and so is a bug of ours; the slowest of all at the end. */
  readonly maxSeconds: number;
  readonly document: Int32Array;
  readonly statuses: Int32Array;
}

const { seed, times, maxSeconds, document, statuses } = workerData as SmallWork;
const random = randomBy(seed);
let slowest: SmallRun | undefined;
for (let index = 0; index < times; index++) {
  const text = smallDocument(random);
  // Should this thread die of a document, whoever watches knows by this which it is.
  Atomics.store(document, 0, index);
  for (const call of CALLS) {
    const result = await runFairly(call, index, text);
    Atomics.add(statuses, result.status, 1);
    if (result.status === 70 || result.seconds > maxSeconds) parentPort?.postMessage(result);
    if (slowest === undefined || result.seconds > slowest.seconds) slowest = result;
  }
  // What weak references point to (inversify has some) lives until the event loop turns.
  await setImmediate();
}
parentPort?.postMessage(slowest);
