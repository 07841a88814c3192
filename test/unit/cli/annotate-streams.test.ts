import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAnnotateCommand } from '../../../src/adapters/cli/commands/annotate-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { annotateWiring } from '../../../src/composition/commands/annotate.ts';
import { MAX_INPUT_BYTES } from '../../../src/domain/input-limit.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { Workplace } from '../../support/workplace.ts';

const SPEC = {
  runtimeClassName: 'gvisor',
  volumes: [{ name: 'v', emptyDir: {} }],
  containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
};
/** A pod of 30 KB: 200 of them are more than is annotated as a whole. */
const POD = `${JSON.stringify({ kind: 'Pod', metadata: { name: 'p', annotations: {} }, spec: SPEC, status: 's'.repeat(30_000) })}\n`;
const MANY = 200;
const HINTED = POD.replace(
  '"annotations":{}',
  '"annotations":{"dev.gvisor.spec.mount.v.options":"rw,rprivate","dev.gvisor.spec.mount.v.share":"container","dev.gvisor.spec.mount.v.type":"bind"}',
);
const MEBIBYTE = 1024 * 1024;
/** Of a MiB, without a pod. */
const FILLER = Buffer.from(
  `${JSON.stringify({ kind: 'ConfigMap', data: { k: 'v'.repeat(MEBIBYTE - 50) } })}\n`.padEnd(MEBIBYTE, '\n'),
);

/** A terminal whose standard input comes piece by piece, and which only counts what it is told, with the ends. */
class StreamTerminal extends RecordingTerminal {
  chunks: () => Iterable<Uint8Array> = () => [];
  written = 0;
  /** What was written when standard input had come so far. */
  readonly whenGiven: number[] = [];
  first = '';
  last = '';

  override async *inputChunks(): AsyncGenerator<Uint8Array> {
    for (const chunk of this.chunks()) {
      this.whenGiven.push(this.written);
      yield chunk;
    }
  }

  override outBytes(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.subarray(0, 1000)).toString();
    if (this.written === 0) this.first = text;
    this.last = Buffer.from(bytes.subarray(-1000)).toString();
    this.written += bytes.length;
  }
}

let place: Workplace;
let terminal: StreamTerminal;
beforeEach(() => {
  place = new Workplace();
  terminal = new StreamTerminal();
});
afterEach(() => place.remove());

function annotate(...args: string[]): Promise<number> {
  return runCommand(createAnnotateCommand(annotateWiring), args, terminal);
}

function* mebibytes(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) yield FILLER;
}

describe('standard input of more than 64 MiB', () => {
  test('is annotated as it comes', async () => {
    terminal.chunks = function* () {
      yield Buffer.from(POD);
      yield* mebibytes(80);
      yield Buffer.from(POD);
    };
    expect(await annotate('-')).toBe(0);
    expect(terminal.written).toBe(80 * FILLER.length + 2 * HINTED.length);
    expect(HINTED.startsWith(terminal.first)).toBe(true);
    expect(HINTED.endsWith(terminal.last)).toBe(true);
    expect(terminal.whenGiven[60]).toBe(0);
    expect(terminal.whenGiven.at(-1)).toBeGreaterThan(70 * FILLER.length);
    expect(terminal.stderr).toBe('-: changed (6 annotations in 2 pods)\n');
  });

  test('that is refused in the end says that standard output has a part of it', async () => {
    terminal.chunks = function* () {
      yield* mebibytes(70);
      yield Buffer.from('{"kind":"Pod","spec":{"volumes":{}}}\n');
    };
    expect(await annotate('-')).toBe(65);
    expect(terminal.written).toBeGreaterThan(MAX_INPUT_BYTES);
    expect(terminal.stderr).toMatch(/error MH_MANIFEST_INVALID: standard input:\d+:23: spec.volumes/);
    expect(terminal.stderr).toContain('note: -: standard output has the beginning of it');
    const record = new StreamTerminal();
    record.chunks = terminal.chunks;
    terminal = record;
    expect(await annotate('-', '--json')).toBe(65);
    expect(JSON.parse(record.stderr)).toMatchObject({ changed: false, partly: true });
  });
});

test('of less than 64 MiB that is refused nothing is written', async () => {
  terminal.chunks = function* () {
    yield Buffer.from(POD);
    yield* mebibytes(20);
    yield Buffer.from('{"kind":"Pod","spec":{"volumes":{}}}\n');
  };
  expect(await annotate('-')).toBe(65);
  expect(terminal.written).toBe(0);
  expect(terminal.stderr).not.toContain('note: -');
});

test('a signal stops between two objects of an input, and says how far it came', async () => {
  terminal.chunks = function* () {
    yield Buffer.from(POD.repeat(MANY));
  };
  terminal.tick = 5;
  terminal.signalAfter = 3;
  await annotate('-');
  expect(terminal.endedBy).toBe('SIGTERM');
  expect(terminal.stderr).toMatch(
    /^-: stopped by a signal: changed \([\d,]+ annotations in \d+ pods\) so far; nothing of it was written\n/,
  );
  expect(terminal.written).toBe(0);
});

test('of the decisions on many pods the first are told, and how many more there are', async () => {
  terminal.chunks = function* () {
    yield Buffer.from(POD.repeat(MANY));
  };
  expect(await annotate('--dry-run', '-')).toBe(0);
  expect(terminal.stdout.split('\n')).toHaveLength(103);
  expect(terminal.stdout).toContain('  and 100 more decisions (--json has them all)\n');
});

test.each([
  ['files', ['a.json', 'b.json']],
  ['files in place', ['-w', 'a.json', 'b.json']],
])('%s of more than a few MiB give what short ones give', async (_, args) => {
  const whole = POD.repeat(MANY);
  const at = (name: string) => join(place.root, name);
  writeFileSync(at('a.json'), whole);
  writeFileSync(at('b.json'), POD);
  const named = args.map((arg) => (arg.startsWith('-') ? arg : at(arg)));
  expect(await annotate('--quiet', ...named)).toBe(0);
  const annotated = HINTED.repeat(MANY);
  if (args[0] === '-w') {
    expect(readFileSync(at('a.json'), 'utf8') === annotated).toBe(true);
    expect(readFileSync(at('b.json'), 'utf8')).toBe(HINTED);
  } else expect(terminal.written).toBe(annotated.length + HINTED.length);
});
