import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environment } from './environment.ts';
import { isMet } from './figure.ts';
import { plotLinearity } from './linearity-plot.ts';
import { plotPolicy } from './policy-plot.ts';
import { renderDocument, renderFigures, renderPolicyDocument } from './report.ts';
import { selfTest } from './self-test.ts';
import { settingsOf } from './settings.ts';
import { measureAnnotate } from './suites/annotate.ts';
import { measureBatch } from './suites/batch.ts';
import { measureCluster } from './suites/cluster.ts';
import { measureDecision } from './suites/decision.ts';
import { countDirectoryReads } from './suites/directory-reads.ts';
import { measureExecutable } from './suites/executable.ts';
import { measureExplain } from './suites/explain.ts';
import { measureFiles } from './suites/files.ts';
import { measureHostile } from './suites/hostile.ts';
import { measureImportsOnNodes } from './suites/imports.ts';
import { measureLinearity } from './suites/linearity.ts';
import { measureNodes } from './suites/nodes.ts';
import { measureOriginal } from './suites/original.ts';
import { measurePlayground } from './suites/playground.ts';
import { measurePolicy } from './suites/policy.ts';
import { measureStartUp } from './suites/start-up.ts';
import type { Result, Suite } from './suites/suite.ts';
import { measureText } from './suites/text.ts';
import { measureWrapper } from './suites/wrapper.ts';

const SUITES: Readonly<Record<string, Suite>> = {
  'start-up': measureStartUp,
  wrapper: measureWrapper,
  nodes: measureNodes,
  imports: measureImportsOnNodes,
  executable: measureExecutable,
  decision: measureDecision,
  explain: measureExplain,
  annotate: measureAnnotate,
  linearity: measureLinearity,
  text: measureText,
  files: measureFiles,
  original: measureOriginal,
  'directory-reads': countDirectoryReads,
  batch: measureBatch,
  cluster: measureCluster,
  hostile: measureHostile,
  policy: measurePolicy,
  playground: measurePlayground,
};

const USAGE = `Usage: npm run bench -- [--only GROUP]… [--strict] [--write-docs] [--json] [--self-test]

Groups: ${Object.keys(SUITES).join(', ')}.
MOUNT_HINTS_BENCH=short (default) or long says how much is measured.
`;

interface Options {
  readonly only: readonly string[];
  readonly strict: boolean;
  readonly writeDocs: boolean;
  readonly json: boolean;
}

async function runSuites(root: string, { only, json }: Options): Promise<Result> {
  const settings = settingsOf(process.env);
  const figures: Result['figures'][number][] = [];
  const skipped: NonNullable<Result['skipped']>[number][] = [];
  let points: Result['points'] = [];
  let policyPoints: Result['policyPoints'] = [];
  for (const [name, suite] of Object.entries(SUITES)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const work = mkdtempSync(join(tmpdir(), 'mount-hints-bench-'));
    try {
      const result = await suite(settings, { root, work });
      figures.push(...result.figures);
      skipped.push(...(result.skipped ?? []));
      if (result.points) points = result.points;
      if (result.policyPoints) policyPoints = result.policyPoints;
      if (!json) process.stdout.write(`\n${name}\n${renderFigures(result.figures, hasColour())}`);
    } finally {
      rmSync(work, { recursive: true });
    }
  }
  return { figures, skipped, points, policyPoints };
}

function hasColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR;
}

function writeDocs(root: string, result: Result): void {
  const { form } = settingsOf(process.env);
  const date = new Date().toISOString().slice(0, 10);
  const findings = { ...result, form, date, environment: environment() };
  const { points = [], policyPoints = [] } = result;
  if (points.length > 0) {
    writeFileSync(join(root, 'docs/benchmarks.md'), renderDocument(findings));
    writeFileSync(join(root, 'docs/benchmarks-linearity.svg'), plotLinearity(points));
  }
  if (policyPoints.length > 0) {
    writeFileSync(join(root, 'docs/benchmarks-policy.md'), renderPolicyDocument(findings));
    writeFileSync(join(root, 'docs/benchmarks-policy.svg'), plotPolicy(policyPoints));
  }
}

async function bench(root: string, options: Options): Promise<number> {
  if (!options.json) {
    for (const [name, value] of environment()) process.stdout.write(`${name.padEnd(10)} ${value}\n`);
  }
  const result = await runSuites(root, options);
  const missed = result.figures.filter((figure) => isMet(figure) === false);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    for (const { suite, reason } of result.skipped ?? [])
      process.stdout.write(`skipped ${suite}: ${reason}\n`);
    const barred = result.figures.filter((figure) => figure.bar).length;
    process.stdout.write(`\n${barred - missed.length} of ${barred} bars met, ${missed.length} missed\n`);
  }
  if (options.writeDocs) writeDocs(root, result);
  return options.strict && missed.length > 0 ? 1 : 0;
}

function main(root: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      strict: { type: 'boolean' },
      'write-docs': { type: 'boolean' },
      json: { type: 'boolean' },
      'self-test': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const only = values.only ?? [];
  const unknown = only.find((name) => !Object.hasOwn(SUITES, name));
  if (values.help || unknown !== undefined) {
    process.stdout.write(USAGE);
    return Promise.resolve(values.help ? 0 : 2);
  }
  if (values['self-test']) return selfTest(root, only);
  return bench(root, {
    only,
    strict: values.strict === true,
    writeDocs: values['write-docs'] === true,
    json: values.json === true,
  });
}

const [root = '', ...args] = process.argv.slice(2);
process.exitCode = await main(root, args);
