import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { drawPage } from '../../src/adapters/cli/picture/draw-page.ts';
import { pictureOf } from '../../src/domain/picture/picture-of.ts';
import { inspectManifest } from '../../src/manifests.ts';
import type { Figure, Skipped } from '../figure.ts';
import { makeManifests } from '../manifests.ts';
import { distribution } from '../measure.ts';
import { RELEASE } from '../settings.ts';
import type { Suite } from './suite.ts';

const KB = 1024;
const LINES = 500;
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';

/** A script with the chunks that it cannot start without. */
function scriptsOf(site: string, name: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const text = readFileSync(join(site, name), 'utf8');
  for (const [, chunk = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g))
    scriptsOf(site, chunk, found);
  return found;
}

function firstLoad(site: string): Figure {
  const scripts = [...scriptsOf(site, 'main.js'), ...scriptsOf(site, 'worker.js')];
  const files = [...new Set(['index.html', 'main.css', ...scripts])];
  const sizes = files.map(
    (file) => [file, gzipSync(readFileSync(join(site, file)), { level: 9 }).length] as const,
  );
  return {
    id: 'playground: first load',
    what: 'page, style, scripts and worker of the playground, each with gzip -9',
    unit: 'KB',
    value: sizes.reduce((sum, [, size]) => sum + size, 0) / KB,
    bar: { kind: 'at most', limit: 350 },
    detail: sizes
      .map(([file, size]) => `${file.replace(/-\w{8}/, '')} ${Math.round(size / KB)} KB`)
      .join(', '),
  };
}

function tenVolumes(): string {
  const names = Array.from({ length: 10 }, (_, index) => `volume-${index}`);
  const spec = {
    containers: [{ name: 'a', volumeMounts: names.map((name) => ({ name, mountPath: `/${name}` })) }],
    volumes: names.map((name) => ({ name, emptyDir: {} })),
  };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'ten' }, spec });
}

function pageSize(): Figure {
  const page = drawPage(inspectManifest(tenVolumes(), { release: RELEASE }).map(pictureOf));
  return {
    id: 'page: ten volumes',
    what: 'the page of explain --format html for a pod of ten volumes',
    unit: 'KB',
    value: Buffer.byteLength(page) / KB,
    bar: { kind: 'at most', limit: 150 },
    detail: `${Math.round(gzipSync(page, { level: 9 }).length / KB)} KB with gzip -9`,
  };
}

/** The times from a key to the answer that is shown for it, in a browser. */
async function keystrokes(site: string, rounds: number): Promise<number[]> {
  const server = createServer(({ url = '/' }, response) => {
    const file = join(site, url === '/' ? 'index.html' : new URL(url, 'http://localhost').pathname);
    const type = file.endsWith('.js') ? 'text/javascript' : file.endsWith('.css') ? 'text/css' : 'text/html';
    if (existsSync(file)) response.setHeader('content-type', type).end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForSelector('.pod');
    const text = makeManifests(20).split('\n').slice(0, LINES).join('\n');
    await page.click('.cm-content');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(`# \n${text}`);
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.waitForTimeout(2000);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await page.evaluate(`window.answered = new Promise((resolve) => {
        let since;
        addEventListener('keydown', (event) => { since = event.timeStamp; }, { capture: true, once: true });
        new MutationObserver((_, observer) => {
          if (since === undefined) return;
          observer.disconnect();
          resolve(performance.now() - since);
        }).observe(document.getElementById('panel'), { childList: true });
      }); undefined`);
      await page.keyboard.press('x');
      times.push(Number(await page.evaluate('window.answered')));
      await page.waitForTimeout(700);
    }
    return times;
  } finally {
    await browser.close();
    server.close();
  }
}

/** The sizes of what a browser loads, and how long the playground takes to answer a key. */
export const measurePlayground: Suite = async ({ processRounds }, { root, work }) => {
  const site = join(work, 'playground');
  execFileSync(process.execPath, [join(root, 'scripts/build-playground.js'), site]);
  const figures = [firstLoad(site), pageSize()];
  if (!existsSync(CHROMIUM)) {
    const skipped: Skipped = {
      suite: 'playground, the time of a keystroke',
      reason: 'no chromium here: install one, or name it in CHROMIUM',
    };
    return { figures, skipped: [skipped] };
  }
  const { median, quartiles } = distribution(await keystrokes(site, processRounds));
  const keystroke: Figure = {
    id: 'playground: keystroke',
    what: `from a key in a manifest of ${LINES} lines to the new picture and findings`,
    unit: 'ms',
    value: median,
    spread: quartiles,
    runs: processRounds,
    bar: { kind: 'at most', limit: 50 },
    detail: 'in headless chromium, the worker and the drawing included',
  };
  return { figures: [...figures, keystroke] };
};
