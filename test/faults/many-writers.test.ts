import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMountHints } from '../../src/index.ts';
import { CLI } from '../support/built-cli.ts';
import { SEED } from '../support/seed.js';
import { containerSpec, Workplace } from '../support/workplace.ts';
import { randomNumbers, report, scaled, Tally } from './support/scale.ts';

const WRITERS = 16;
const BUNDLES = 50;
const MILLISECONDS = scaled(4000, 30_000);

describe(`${WRITERS} processes update the same ${BUNDLES} bundles`, () => {
  const place = new Workplace();
  const old = JSON.stringify(containerSpec(place.kubeletDir));
  const args = ['update', '--quiet', '--release', '20260615', '--kubelet-dir', place.kubeletDir];
  let bundles: string[] = [];
  let fresh = '';

  beforeAll(async () => {
    bundles = Array.from({ length: BUNDLES }, (_, index) => place.bundle(`b${index}`, old));
    const [first = ''] = bundles;
    await updateAll([first]);
    fresh = readFileSync(join(first, 'config.json'), 'utf8');
  });
  afterAll(() => place.remove());

  async function updateAll(all: readonly string[]): Promise<void> {
    const hints = createMountHints({ release: '20260615', kubeletDir: place.kubeletDir });
    for (const each of all) await hints.updateBundle(each);
  }

  /** Runs the command line over all bundles, again and again until the time is over. */
  async function writer(until: number, statuses: Tally): Promise<void> {
    while (performance.now() < until) {
      const child = spawn(process.execPath, [CLI, ...args, ...bundles], {
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      const status = await new Promise((resolve) => child.on('exit', resolve));
      statuses.add(`runs with status ${status}`);
    }
  }

  /** Looks at files as any reader would, and puts old ones back as containerd would: by renaming, or bundle and all. */
  async function disturb(
    until: number,
    random: () => number,
    reads: Tally,
    removing: boolean,
  ): Promise<void> {
    while (performance.now() < until) {
      const bundle = bundles[Math.floor(random() * BUNDLES)] ?? '';
      const file = join(bundle, 'config.json');
      const text = readFileSync(file, 'utf8');
      if (text !== old && text !== fresh) throw new Error(`neither old nor new: ${text.slice(0, 100)}`);
      reads.add(text === old ? 'old files read' : 'new files read');
      if (removing && random() < 0.3) {
        rmSync(bundle, { recursive: true, force: true });
        place.bundle(bundle.slice(bundle.lastIndexOf('/') + 1), old);
      } else {
        writeFileSync(`${file}.put-back`, old);
        renameSync(`${file}.put-back`, file);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test.each([false, true])('old files are put back under way; bundles removed too: %p', async (removing) => {
    process.stdout.write(`seed ${SEED}\n`);
    const until = performance.now() + MILLISECONDS;
    const tally = new Tally();
    const random = randomNumbers(SEED);
    await Promise.all([
      ...Array.from({ length: WRITERS }, () => writer(until, tally)),
      disturb(until, random, tally, removing),
    ]);
    await updateAll(bundles);
    for (const bundle of bundles) {
      expect(readFileSync(join(bundle, 'config.json'), 'utf8')).toBe(fresh);
      expect(readdirSync(bundle)).toEqual(['config.json']);
    }
    const statuses = Object.keys(tally.counts).filter((what) => what.startsWith('runs'));
    const allowed = removing ? [0, 66, 74] : [0, 74];
    expect(statuses.filter((what) => !allowed.includes(Number(what.split(' ').at(-1))))).toEqual([]);
    expect(tally.counts['new files read']).toBeGreaterThan(0);
    const how = removing ? 'put back or removed' : 'put back';
    report(
      `${WRITERS} processes, ${BUNDLES} bundles, ${MILLISECONDS / 1000} s, old files ${how} meanwhile`,
      tally.total,
      tally.counts,
    );
  });
});
