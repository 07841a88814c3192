import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { CLI } from '../support/built-cli.ts';
import { SHAPES } from '../support/manifest-shapes.ts';

const DOCUMENTS = 1000;
const BYTES = 2_000_000;

/** Deployments of some 2 KB, each somewhat like those that charts render. */
function stream(): string {
  const document = (SHAPES['labels only, comments around them'] as string).trimEnd();
  const fill = (index: number) =>
    Array.from({ length: 36 }, (_, line) => `    label-${line}: "value ${index}.${line} of it"`).join('\n');
  return Array.from(
    { length: DOCUMENTS },
    (_, index) =>
      `---\n# document ${index}\n${document.replace('  name: j', `  name: j${index}\n  labels:\n${fill(index)}`)}\n`,
  ).join('');
}

/** Of this process alone: a busy machine makes everything slower, but costs no more of it. */
function milliseconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('a stream of 1,000 documents and 2 MB', () => {
  const text = stream();
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-cost-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test('is as large as it says, and every pod in it gets hints', () => {
    expect(text.length).toBeGreaterThan(BYTES);
    const { documents, pods } = annotateManifest(new YamlManifestReader(), text, 'm');
    expect([documents, pods.length]).toEqual([DOCUMENTS, DOCUMENTS]);
  });

  test('costs at most three times what the library takes to parse it', () => {
    const parse: number[] = [];
    const annotate: number[] = [];
    for (let run = 0; run < 2; run++) {
      parse.push(milliseconds(() => parseAllDocuments(text)));
      annotate.push(milliseconds(() => annotateManifest(new YamlManifestReader(), text, 'm')));
    }
    expect(Math.min(...annotate) / Math.min(...parse)).toBeLessThan(3);
  }, 120_000);

  test('needs less than 250 MB', () => {
    const path = join(work, 'stream.yaml');
    writeFileSync(path, text);
    const script = `process.on('exit', () => process.stderr.write('RSS ' + process.resourceUsage().maxRSS)); process.argv.splice(1, 1); require(${JSON.stringify(CLI)});`;
    const run = spawnSync(process.execPath, ['-e', script, '--', CLI, CLI, 'annotate', '--quiet', path], {
      encoding: 'utf8',
      maxBuffer: 16 * BYTES,
    });
    const [, kilobytes = 'nothing'] = /RSS (\d+)$/.exec(run.stderr) ?? [];
    expect(run.stdout.length).toBeGreaterThan(BYTES);
    expect(Number(kilobytes)).toBeGreaterThan(10_000);
    expect(Number(kilobytes)).toBeLessThan(250_000);
  }, 60_000);
});
