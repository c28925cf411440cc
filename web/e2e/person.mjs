// A person at a browser: Debian's Chromium, found on the PATH, never downloaded.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none',
];
const wait_max_ms = 30_000;

function chromium_on_path() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'chromium');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error('No "chromium" on the PATH: install the package chromium.');
}

export const open_browser = () => chromium.launch({ executablePath: chromium_on_path(), args: flags });

/** One person with a screen of their own. `said` collects what the browser complained about. */
export async function person(browser, { theme = 'light', language = 'en', density = 'desk', size = [1280, 800] } = {}) {
  const context = await browser.newContext({
    viewport: { width: size[0], height: size[1] }, colorScheme: theme, locale: 'en-GB', timezoneId: 'America/New_York',
    reducedMotion: 'reduce', acceptDownloads: true,
  });
  const preferences = { theme, language, density };
  await context.addInitScript((chosen) => {
    for (const [key, value] of Object.entries(chosen)) if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
  }, preferences);
  const page = await context.newPage();
  page.setDefaultTimeout(wait_max_ms);
  page.setDefaultNavigationTimeout(wait_max_ms);
  const said = [];
  page.on('pageerror', (error) => said.push(error.message));
  page.on('console', (message) => {
    const is_network = /^(Failed to load resource|WebSocket connection)/.test(message.text()); // tests of the link cause these
    if (message.type() === 'error' && !is_network) said.push(message.text());
  });
  return { page, said, leave: () => context.close() };
}

/** Waits until the overview stands: tiles with bands, and the live badge. */
export async function overview_stands(page) {
  await page.locator('ul [data-machine] svg[role="img"]').first().waitFor();
  await is_live(page);
}

export const badge = (page) => page.locator('[data-part="freshness"]');
export const is_live = (page) => badge(page).filter({ hasText: /^\s*live/ }).waitFor();

/** Asks again until what is compared agrees, at most for a while; then fails with the last difference. */
export async function eventually(look, limit_ms = 8_000) {
  const until = performance.now() + limit_ms;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
