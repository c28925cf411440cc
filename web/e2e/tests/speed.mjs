import assert from 'node:assert/strict';
import { overview_stands, person } from '../person.mjs';

const interactive_max_ms = 1_000;
const loads = 3;

/** From the start of the load until all tiles stand and the next drawing was made: by then every key and click is heard. */
async function interactive_after(page, url) {
  await page.goto(url, { waitUntil: 'commit' });
  await overview_stands(page);
  return page.evaluate(() => window.tiles_stood_at);
}

export default {
  async 'the overview is interactive within a second, from an empty cache'({ server, browser }) {
    const times = [];
    for (let load = 0; load < loads; load += 1) {
      const { page, leave } = await person(browser);
      await page.addInitScript(() => {
        const watcher = new MutationObserver(() => {
          if (document.querySelector('.tile svg[role="img"]') === null) return;
          watcher.disconnect();
          requestAnimationFrame(() => setTimeout(() => (window.tiles_stood_at = performance.now())));
        });
        watcher.observe(document, { childList: true, subtree: true });
      });
      times.push(await interactive_after(page, server.url));
      await leave();
    }
    const best = Math.min(...times);
    assert.ok(best <= interactive_max_ms, `the best of ${loads} loads took ${Math.round(best)} ms`);
    return `${times.map((time) => Math.round(time)).join(', ')} ms`;
  },

  async 'nothing is fetched from anywhere but the server'({ server, browser }) {
    const { page, leave } = await person(browser);
    const foreign = [];
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && origin !== server.url) foreign.push(request.url());
    });
    await page.goto(server.url);
    await overview_stands(page);
    assert.deepEqual(foreign, []);
    await leave();
  },
};
