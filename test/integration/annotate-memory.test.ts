import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { makeManifests } from '../../bench/manifests.ts';
import { YamlManifestReader } from '../../src/adapters/yaml/yaml-manifest-reader.ts';
import { annotateManifest } from '../../src/application/annotate-manifest.ts';
import { CLI } from '../support/built-cli.ts';
import { PEAK_KIB } from '../support/peak-memory.ts';

const DOCUMENTS = 1000;
const BYTES = 2_000_000;

describe('a stream of 1,000 documents and 2 MB', () => {
  const text = makeManifests(DOCUMENTS);
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-memory-'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test('is as large as it says, and every pod in it gets hints', () => {
    expect(text.length).toBeGreaterThan(BYTES);
    const { documents, pods } = annotateManifest(new YamlManifestReader(), text, 'm');
    expect([documents, pods.length]).toEqual([DOCUMENTS, DOCUMENTS]);
  });

  test('needs less than 250 MB', () => {
    const path = join(work, 'stream.yaml');
    writeFileSync(path, text);
    const script = `process.on('exit', () => process.stderr.write('RSS ' + ${PEAK_KIB})); process.argv.splice(1, 1); require(${JSON.stringify(CLI)});`;
    const run = spawnSync(process.execPath, ['-e', script, '--', CLI, CLI, 'annotate', '--quiet', path], {
      encoding: 'utf8',
      // What the tests themselves are given would count.
      env: { ...process.env, NODE_OPTIONS: '' },
      maxBuffer: 16 * BYTES,
    });
    const [, kilobytes = 'nothing'] = /RSS (\d+)$/.exec(run.stderr) ?? [];
    expect(run.stdout.length).toBeGreaterThan(BYTES);
    expect(Number(kilobytes)).toBeGreaterThan(10_000);
    expect(Number(kilobytes)).toBeLessThan(250_000);
  });
});
