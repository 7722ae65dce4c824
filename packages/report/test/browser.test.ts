import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildReport, loadRun } from '@espalier/report';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from './support/temporary.js';
import { LAYERS, somePositions, UPDATES, writeRun } from './support/write-run.js';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const present = existsSync(CHROMIUM);
if (!present) console.warn(`The report is not looked at in a browser: there is no ${CHROMIUM}.`);

/** A name that leaves no room to break it. */
const LONG = 'a_method_with_a_name_that_nobody_would_give_it_but_that_must_not_break_the_page';

describe.skipIf(!present)('in a browser, a report', { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  }, 60_000);
  afterAll(() => browser.close());

  /** A page that shows a report of several runs, and what it complained of or asked the network for. */
  async function open(options: NonNullable<Parameters<Browser['newPage']>[0]>) {
    const directory = temporaryDirectory();
    const layers = [
      { name: 'fc0/kernel', shape: [784, 10], active: somePositions(7840, 400) },
      ...LAYERS.map((layer) => ({ ...layer, name: `${layer.name}${LONG}` })),
    ];
    const updates = UPDATES.map((update) => [{ pruned: [], grown: [] }, ...update]);
    const runs = [{ method: 'static' }, { updates }, { updates, seed: 1 }, { updates, method: LONG }].map(
      (run, i) =>
        loadRun(
          writeRun(join(directory, `run${i}`), { ...run, layers, inputShape: [28, 28, 1], command: LONG }),
        ),
    );
    const file = join(directory, 'report.html');
    writeFileSync(file, buildReport(runs));
    const page = await browser.newPage(options);
    onTestFinished(() => page.close());
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return { page, complaints };
  }

  const openDetails = (page: Page) =>
    page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
  const colour = (page: Page, selector: string, property: string) =>
    page.evaluate(
      `getComputedStyle(document.querySelector(${JSON.stringify(selector)}))[${JSON.stringify(property)}]`,
    );
  /** The elements that stick out of the page, those left out that scroll by themselves. */
  const overflowing = (page: Page) =>
    page.evaluate(`[...document.querySelectorAll('body *')]
      .filter((each) => !each.closest('.scroll, .hidden') && each.getBoundingClientRect().right > innerWidth + 1)
      .map((each) => each.outerHTML.slice(0, 120))`);

  it.each([360, 768, 1280])('fits a width of %i, its data opened', async (width) => {
    const { page, complaints } = await open({ viewport: { width, height: 800 } });
    await openDetails(page);
    expect(await overflowing(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(complaints).toEqual([]);
  });

  it('has dark colours where they are wanted, and its own in print', async () => {
    const { page, complaints } = await open({ colorScheme: 'dark' });
    expect(await colour(page, 'body', 'backgroundColor')).toBe('rgb(20, 23, 27)');
    expect(await colour(page, '.chart', 'fill')).toBe('rgb(232, 234, 237)');
    const line = () => colour(page, '.legend line', 'stroke');
    expect(await line()).toBe('rgb(88, 176, 240)');
    await page.emulateMedia({ media: 'print' });
    expect(await colour(page, 'body', 'backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await line()).toBe('rgb(0, 103, 168)');
    expect(await page.locator('.data').first().isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
    expect(await line()).toBe('rgb(0, 103, 168)');
    expect(complaints).toEqual([]);
  });

  it('draws what it has to show', async () => {
    const { page } = await open({});
    const drawn = await page.evaluate(`[...document.querySelectorAll('svg[role="img"]')].map((picture) => {
      const { width, height } = picture.getBoundingClientRect();
      return width > 20 && height > 1;
    })`);
    expect(drawn).not.toContain(false);
    const broken =
      await page.evaluate(`Promise.all([...document.querySelectorAll('image')].map(async (each) => {
      const image = new Image();
      image.src = each.href.baseVal;
      await image.decode();
      return image.naturalWidth;
    }))`);
    expect(broken).not.toContain(0);
  });

  it('names pictures and tables to those who do not see them', async () => {
    const { page } = await open({});
    const pictures = await page.getByRole('img').count();
    expect(pictures).toBeGreaterThan(10);
    expect(await page.getByRole('img', { name: 'Exploration rate' }).count()).toBe(1);
    expect(await page.getByRole('table', { name: /^Results/ }).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    const results = page.getByRole('region', { name: /^Results/ });
    await results.focus();
    expect(await results.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  });
});
