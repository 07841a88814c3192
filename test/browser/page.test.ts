import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { README_POD } from '../../playground/readme-pod.ts';
import { drawPage } from '../../src/adapters/cli/picture/draw-page.ts';
import { pictureOf } from '../../src/domain/picture/picture-of.ts';
import { inspectManifest } from '../../src/manifests.ts';
import { describeIf } from '../support/describe-if.ts';
import {
  CHROMIUM,
  expectNoSideScroll,
  openBrowser,
  type PageOptions,
  violationsOf,
  watchedPage,
} from './browser.ts';
import { HOSTILE_POD, manyVolumes, SIX_PODS } from './manifests.ts';

describeIf(CHROMIUM !== undefined)('the page of explain --format html', () => {
  const work = mkdtempSync(join(tmpdir(), 'mount-hints-page-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(work, { recursive: true });
  });

  async function open(manifest: string, options: PageOptions = {}) {
    const file = join(work, 'page.html');
    const reports = inspectManifest(manifest, { release: 'latest', source: 'pods.yaml' });
    writeFileSync(file, drawPage(reports.map(pictureOf)));
    const watched = await watchedPage(browser, options);
    await watched.page.goto(pathToFileURL(file).href);
    return watched;
  }

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      test(`six pods, ${scheme}, ${width} pixels: nothing sticks out, and axe finds nothing`, async () => {
        const { page, problems, requests } = await open(SIX_PODS, { scheme, width });
        await expectNoSideScroll(page);
        expect(await violationsOf(page)).toEqual([]);
        expect(problems).toEqual([]);
        expect(requests).toHaveLength(1);
      });
    }
  }

  test('no text of the drawing leaves its box, and none overlaps another', async () => {
    const { page } = await open(SIX_PODS);
    const bad = await page.evaluate(() => {
      const found: string[] = [];
      for (const svg of document.querySelectorAll('.picture.wide')) {
        const boxes = [...svg.querySelectorAll('rect.box')].map((each) => each.getBoundingClientRect());
        const texts = [...svg.querySelectorAll('text:not(.label)')].map((each) => ({
          words: each.textContent ?? '',
          at: each.getBoundingClientRect(),
        }));
        for (const { words, at } of texts) {
          const isInside = boxes.some(
            (box) =>
              at.left >= box.left && at.right <= box.right && at.top >= box.top && at.bottom <= box.bottom,
          );
          if (!isInside) found.push(`outside: ${words}`);
        }
        for (const [index, one] of texts.entries()) {
          for (const two of texts.slice(index + 1)) {
            const across = Math.min(one.at.right, two.at.right) - Math.max(one.at.left, two.at.left);
            const down = Math.min(one.at.bottom, two.at.bottom) - Math.max(one.at.top, two.at.top);
            if (across > 1 && down > 6) found.push(`overlap: ${one.words} / ${two.words}`);
          }
        }
      }
      return found;
    });
    expect(bad).toEqual([]);
  });

  test('shows the details of what is pointed at or has the focus, by keyboard alone', async () => {
    const { page } = await open(README_POD);
    const shown = () => page.locator('.detail:visible h3').allInnerTexts();
    expect(await shown()).toEqual([expect.stringContaining('scratch')]);
    await page.hover('.wide a:has(text:text-is("work"))');
    expect(await shown()).toEqual([expect.stringContaining('work')]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^work /);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await shown()).toEqual([expect.stringContaining('cache')]);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.querySelector('h3')?.textContent)).toMatch(
      /^cache /,
    );
  });

  test('copies the annotations to write', async () => {
    const { page } = await open(README_POD);
    await page.click('.wide a:has(text:text-is("cache"))');
    await page.click('.detail:visible [data-copy]');
    await expect(page.evaluate(() => navigator.clipboard.readText())).resolves.toContain(
      'dev.gvisor.spec.mount.cache.type: "bind"',
    );
  });

  test('filters several pods', async () => {
    const { page } = await open(SIX_PODS);
    expect(await page.locator('.index li:visible').count()).toBe(6);
    await page.selectOption('#show', 'error');
    const errors = await page.locator('.index li:visible').count();
    expect(errors).toBeGreaterThan(0);
    expect(errors).toBeLessThan(6);
    expect(await page.locator('.pod:visible').count()).toBe(errors);
    await page.selectOption('#show', 'all');
    await page.fill('#find', 'database');
    expect(await page.locator('.pod:visible h2').allInnerTexts()).toEqual(['Pod database']);
  });

  test('shows everything on paper', async () => {
    const { page } = await open(README_POD);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.detail:visible').count()).toBe(5);
  });

  test('runs nothing of a hostile manifest, and opens one of 5,000 volumes', async () => {
    const { page, problems, requests } = await open(HOSTILE_POD);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img').count()).toBe(0);
    expect([problems, requests.length]).toEqual([[], 1]);
    const large = await open(manyVolumes(5000));
    expect(await large.page.locator('.wide .tint').count()).toBe(200);
  });
});
