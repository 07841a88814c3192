import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { EXAMPLES } from '../../playground/examples.ts';
import { STOPS } from '../../playground/stops.ts';
import { describeIf } from '../support/describe-if.ts';
import {
  CHROMIUM,
  expectNoSideScroll,
  IS_SHORT,
  openBrowser,
  type PageOptions,
  ROOT,
  serve,
  violationsOf,
  watchedPage,
} from './browser.ts';
import { HOSTILE_POD, manyVolumes, SIX_PODS } from './manifests.ts';

/** In the short form every so many examples. */
const STEP = IS_SHORT ? 8 : 1;

/** How long a busy machine may take. */
const BUSY = { timeout: 100_000 };

describeIf(CHROMIUM !== undefined)('the playground', () => {
  const site = mkdtempSync(join(tmpdir(), 'mount-hints-playground-'));
  let browser: Browser;
  let url: string;
  let server: Server;

  beforeAll(async () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build-playground.js'), site]);
    ({ url, server } = await serve(site));
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(site, { recursive: true });
  });

  async function open(options: PageOptions & { readonly fragment?: string } = {}) {
    const watched = await watchedPage(browser, options);
    await watched.page.goto(`${url}${options.fragment ?? ''}`);
    await watched.page.waitForSelector('.pod');
    await watched.page.waitForSelector('#example[data-ready]');
    return watched;
  }

  /** Pastes a text in place of the one that is there. */
  async function replaceText(page: Page, text: string): Promise<void> {
    await page.evaluate((content) => navigator.clipboard.writeText(content), text);
    await page.click('.cm-content');
    await page.keyboard.press('Control+a');
    await page.keyboard.press(text === '' ? 'Delete' : 'Control+v');
  }

  /** Drops a file onto the page. */
  async function drop(page: Page, text: string): Promise<void> {
    const dataTransfer = await page.evaluateHandle((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], 'pod.yaml', { type: 'text/yaml' }));
      return transfer;
    }, text);
    await page.dispatchEvent('main', 'drop', { dataTransfer });
  }

  async function setRelease(page: Page, release: string): Promise<void> {
    await page.fill('#release', String(STOPS.indexOf(release)));
  }

  const titles = (page: Page) => page.locator('.pod h2').allInnerTexts();

  test('every example shows what it is named after', async () => {
    const { page, problems } = await open();
    for (const [index, { code, severity }] of EXAMPLES.entries()) {
      if (index % STEP !== 0) continue;
      await page.selectOption('#example', code);
      if (severity === 'info') await page.waitForSelector('.pod');
      else await page.waitForSelector(`#marks code:text-is("${code}")`);
    }
    expect(problems).toEqual([]);
  });

  test('answers what is typed, and marks what is wrong where it is', async () => {
    const { page } = await open();
    await replaceText(page, 'kind: Pod\nspec: {containers: [}\n');
    await page.waitForSelector('#marks code:text-is("MH_MANIFEST_INVALID")');
    await page.waitForSelector('.cm-lint-marker-error');
    await replaceText(page, '');
    await page.waitForSelector('#panel:has-text("No pod in this text.")');
  });

  test('takes a file that is dropped', async () => {
    const { page } = await open();
    await drop(page, SIX_PODS);
    await page.waitForSelector('.pod:has-text("Pod database")');
    expect(await titles(page)).toHaveLength(6);
  });

  test('a link holds text and release, and opens as it was', async () => {
    const { page } = await open();
    await replaceText(page, SIX_PODS);
    await setRelease(page, '20250611');
    await page.waitForSelector('.pod:has-text("Pod database")');
    await page.click('#link');
    await page.waitForSelector('#status:has-text("copied")');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain('#v1.');
    const other = await open({ fragment: link.slice(link.indexOf('#')) });
    await other.page.waitForSelector('.pod:has-text("Pod database")');
    expect(await other.page.inputValue('#release')).toBe(String(STOPS.indexOf('20250611')));
    expect(await titles(other.page)).toEqual(await titles(page));
  });

  test('the slider shows each release, and what changed at it', async () => {
    const { page } = await open();
    for (const release of STOPS.slice(1).filter((_, index) => index % (IS_SHORT ? 5 : 1) === 0)) {
      await setRelease(page, release);
      await page.waitForFunction(
        (date) => document.querySelector('.picture')?.getAttribute('aria-label')?.includes(date),
        release,
      );
    }
    await setRelease(page, '20230517');
    await page.waitForSelector('#panel:has-text("is not modelled")');
    await page.click('#tab-history');
    await page.waitForSelector('.history li:has-text("20231023") p:has-text("scratch")');
  });

  test('shows the hints, the OCI mounts and the policies, to copy', async () => {
    const { page } = await open();
    for (const [tab, words] of [
      ['hints', '+    dev.gvisor.spec.mount.scratch.type: bind'],
      ['rewrite', '+    type: tmpfs'],
      ['policy', 'kind: MutatingAdmissionPolicy'],
    ] as const) {
      await page.click(`#tab-${tab}`);
      await page.waitForFunction(
        (expected) => document.querySelector('.patch')?.textContent?.includes(expected),
        words,
      );
      await page.click('#panel button:text-is("Copy")');
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(words);
    }
  });

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      test(`${scheme}, ${width} pixels: nothing sticks out, and axe finds nothing in any view`, async () => {
        const { page, problems } = await open({ scheme, width });
        await replaceText(page, SIX_PODS);
        await page.waitForSelector('.pod:has-text("Pod database")');
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(ground).toBe(scheme === 'dark' ? 'rgb(20, 23, 28)' : 'rgb(255, 255, 255)');
        for (const tab of ['picture', 'hints', 'rewrite', 'history', 'policy']) {
          await page.click(`#tab-${tab}`);
          await page.waitForSelector(`#panel[data-view=${tab}] > *`);
          await expectNoSideScroll(page);
          expect(await violationsOf(page)).toEqual([]);
        }
        expect(problems).toEqual([]);
      });
    }
  }

  test('can be used by keyboard alone', async () => {
    const { page } = await open();
    const focused = () =>
      page.evaluate(() => document.activeElement?.id || document.activeElement?.className.toString());
    const seen: (string | undefined)[] = [];
    for (let step = 0; step < 14; step++) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    for (const id of ['example', 'link', 'scheme', 'release', 'editor', 'tab-picture', 'panel'])
      expect(seen).toContain(id);
    await page.focus('#tab-picture');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('tab-hints');
    await page.waitForSelector('.patch');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('.pod');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.locator('.detail:visible h3').textContent()).toContain('work');
  });

  test('asks nobody for anything but its own files, and may not', async () => {
    const { page, requests } = await open();
    await page.click('#tab-policy');
    await page.waitForSelector('.patch');
    expect(requests.filter((each) => !each.startsWith(url) && !each.startsWith('data:'))).toEqual([]);
    const refused = await page.evaluate(() =>
      fetch('/main.js').then(
        () => 'answered',
        () => 'refused',
      ),
    );
    expect(refused).toBe('refused');
  });

  test('hostile manifests run nothing', async () => {
    const { page, problems } = await open();
    await replaceText(page, HOSTILE_POD);
    await page.waitForSelector('.pod h2:has-text("alert(1)")');
    for (const tab of ['hints', 'rewrite', 'history', 'picture']) {
      await page.click(`#tab-${tab}`);
      await page.waitForSelector(`#panel[data-view=${tab}] > *`);
    }
    expect(await page.locator('#panel img, #panel script').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('1 MB and 5,000 volumes do not freeze the page', async () => {
    const { page, problems } = await open();
    await drop(page, manyVolumes(5000));
    await page.waitForSelector('text=4801 more volumes', BUSY);
    await drop(page, `# ${'x'.repeat(1_000_000)}\n${SIX_PODS}`);
    // While the worker is busy the page still answers.
    await page.click('#scheme');
    expect(await page.evaluate(() => document.documentElement.dataset.scheme)).toBe('dark');
    await page.waitForSelector('.pod:has-text("Pod database")', BUSY);
    await replaceText(page, 'a: 1\n');
    await page.waitForSelector('#panel:has-text("No pod in this text.")', BUSY);
    expect(problems).toEqual([]);
  });
});
