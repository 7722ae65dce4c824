import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, train } from './browser/train.js';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const present = existsSync(CHROMIUM);
if (!present) console.warn(`The sparse engine is not tried in a browser: there is no ${CHROMIUM}.`);

describe.skipIf(!present)('in a browser', { timeout: 60_000 }, () => {
  const outDir = mkdtempSync(join(tmpdir(), 'espalier-browser-'));
  const root = fileURLToPath(new URL('browser', import.meta.url));
  const servers: PreviewServer[] = [];
  let browser: Browser;

  beforeAll(async () => {
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['@espalier/source', 'module', 'browser', 'production'] },
      build: { outDir, emptyOutDir: true, target: 'es2022' },
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) await server.close();
    rmSync(outDir, { recursive: true });
  });

  /** Trains on a page that is served with some headers. */
  async function trainOnPage(headers: Record<string, string>, threads: number | undefined): Promise<Outcome> {
    const server = await preview({
      root,
      configFile: false,
      logLevel: 'error',
      build: { outDir },
      preview: { port: 0, headers },
    });
    servers.push(server);
    const page = await browser.newPage();
    try {
      await page.goto(server.resolvedUrls!.local[0]!);
      await page.waitForFunction(() => 'train' in globalThis);
      return await page.evaluate(
        (count) => (globalThis as unknown as { train: typeof train }).train(count ?? undefined),
        threads ?? null,
      );
    } finally {
      await page.close();
    }
  }

  it.each([1, 2])('%d threads train to the bytes that Node.js trains to', async (threads) => {
    const here = await train(threads);
    expect(here.losses.at(-1)).toBeLessThan(here.losses[0]! / 2);
    expect(here.updates).toBeGreaterThan(3);
    expect(await trainOnPage(ISOLATED, threads)).toEqual(here);
  });

  it('there is one thread where memory can not be shared, and a refusal for more', async () => {
    const { threads, losses } = await trainOnPage({}, undefined);
    expect(threads).toBe(1);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    await expect(trainOnPage({}, 2)).rejects.toThrow(
      /ESPALIER_BACKEND_UNAVAILABLE.*Cross-Origin-Opener-Policy/,
    );
  });
});
