import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { answer } from '../../playground/answer.ts';
import { README_POD } from '../../playground/readme-pod.ts';
import { createCheckCommand } from '../../src/adapters/cli/commands/check-command.ts';
import { createExplainCommand } from '../../src/adapters/cli/commands/explain-command.ts';
import { runCommand } from '../../src/adapters/cli/commands/run-command.ts';
import { memoryFileSystem } from '../../src/adapters/memory-fs/memory-file-system.ts';
import { podCommandWiring } from '../../src/composition/pod-command-wiring.ts';
import { describeIf } from '../support/describe-if.ts';
import { RecordingTerminal } from '../support/recording-terminal.ts';
import { CHROMIUM, MAKES_IMAGES, openBrowser, ROOT, serve, watchedPage } from './browser.ts';
import { terminalPage } from './terminal-page.ts';

const RELEASE = '20260914';
const IMAGES = join(ROOT, 'docs/images');
/** What the images were made of: a hash of each text. */
const MADE_OF = join(IMAGES, 'made-of.json');
const MOST_BYTES = 600 * 1024;

/** What a command prints about the README's pod, with colours, in 80 columns. */
async function printed(command: 'explain' | 'check', ...options: readonly string[]): Promise<string> {
  const fs = memoryFileSystem({ files: { '/pod.yaml': README_POD } });
  const terminal = new RecordingTerminal();
  terminal.colour = options.length === 0;
  const create = command === 'explain' ? createExplainCommand : createCheckCommand;
  await runCommand(create(podCommandWiring(fs)), ['--release', RELEASE, ...options, '/pod.yaml'], terminal);
  return terminal.stdout.replaceAll('/pod.yaml', 'pod.yaml');
}

async function texts(): Promise<Readonly<Record<string, string>>> {
  return {
    page: await printed('explain', '--format', 'html'),
    explain: await printed('explain'),
    check: await printed('check'),
    playground: JSON.stringify(answer(README_POD, RELEASE)),
  };
}

function hashes(of: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(of).map(([name, text]) => [
      name,
      createHash('sha256').update(text).digest('hex').slice(0, 16),
    ]),
  );
}

/** Fewer colours, a third of the size: where pngquant is installed. */
function shrink(): void {
  const files = readdirSync(IMAGES).filter((name) => name.endsWith('.png'));
  const options = ['--force', '--speed', '1', '--strip', '--ext', '.png', '32'];
  const { error } = spawnSync('pngquant', [...options, ...files], { cwd: IMAGES });
  if (error) console.warn('the images are not made smaller: there is no pngquant here');
}

describeIf(CHROMIUM !== undefined && MAKES_IMAGES)('making the images', () => {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-images-'));
  let browser: Browser;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    browser = await openBrowser();
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-playground.js'), join(work, 'site')]);
    ({ url, server } = await serve(join(work, 'site')));
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(work, { recursive: true });
  });

  test('the page, light and dark, wide and on a phone', async () => {
    const file = join(work, 'page.html');
    writeFileSync(file, (await texts()).page ?? '');
    for (const [name, width, scheme] of [
      ['page-light', 1280, 'light'],
      ['page-dark', 1280, 'dark'],
      ['page-phone', 390, 'light'],
    ] as const) {
      const { page } = await watchedPage(browser, { width, height: 800, scheme });
      await page.goto(pathToFileURL(file).href);
      await page.screenshot({ path: join(IMAGES, `${name}.png`), fullPage: name !== 'page-phone' });
    }
  });

  test('the playground, light and dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await watchedPage(browser, { scheme, height: 860 });
      await page.goto(url);
      await page.waitForSelector('.pod');
      await page.waitForSelector('#release-change:not(:empty)');
      await page.screenshot({ path: join(IMAGES, `playground-${scheme}.png`) });
    }
  });

  test('explain and check in a terminal', async () => {
    const { explain = '', check = '' } = await texts();
    for (const [command, output] of [
      ['explain', explain],
      ['check', check],
    ] as const) {
      const { page } = await watchedPage(browser, { width: 760, height: 400 });
      await page.setContent(terminalPage(`mount-hints ${command} pod.yaml`, output));
      await page.locator('figure').screenshot({ path: join(IMAGES, `${command}.png`) });
    }
    shrink();
    writeFileSync(MADE_OF, `${JSON.stringify(hashes(await texts()), undefined, 2)}\n`);
  });
});

describe('the images in docs/images', () => {
  const files = readdirSync(IMAGES).filter((name) => name.endsWith('.png'));

  test('are small, and each is shown somewhere', () => {
    const total = files.reduce((sum, name) => sum + statSync(join(IMAGES, name)).size, 0);
    expect(total).toBeLessThanOrEqual(MOST_BYTES);
    const docs = ['README.md', 'docs/explain.md', 'docs/playground.md']
      .map((path) => readFileSync(join(ROOT, path), 'utf8'))
      .join('');
    expect(files.filter((name) => !docs.includes(`images/${name}`))).toEqual([]);
    expect(files.length).toBeGreaterThan(5);
  });

  test('show what is drawn today (MOUNT_HINTS_SCREENSHOTS=1 npm run test:browser makes them anew)', async () => {
    expect(JSON.parse(readFileSync(MADE_OF, 'utf8'))).toEqual(hashes(await texts()));
  });
});
