import assert from 'node:assert/strict';
import { eventually, is_live, person } from '../person.mjs';

const rows_all = 3_000_000;
const rows_a_batch = 250_000;
const year_ms = 365 * 86_400_000;
const drawn_max_ms = 100;
const tries = 5;
const step_ms = year_ms / rows_all;
const measurement = 'year_of_one_tag';

/** A year of one tag, a row every 10.5 s, written as a program would write it. */
async function write_year(server, now) {
  const started = performance.now();
  for (let first = 0; first < rows_all; first += rows_a_batch) {
    const lines = [];
    for (let row = first; row < first + rows_a_batch; row += 1) {
      const at = Math.floor(now - year_ms + row * step_ms);
      lines.push(`${measurement} v=${(50 + 20 * Math.sin(row / 40_000) + (row % 97) / 10).toFixed(2)} ${at}`);
    }
    const response = await fetch(`${server.url}/api/v2/write?precision=ms`, { method: 'POST', body: lines.join('\n') });
    assert.equal(response.status, 204, await response.text());
  }
  return performance.now() - started;
}

export default {
  async 'a year of one tag is drawn within 100 ms of the click'({ server, browser }) {
    const now = Date.parse((await server.get('/api/v1/plant')).now);
    const wrote_ms = await write_year(server, now);
    let tag = null;
    await eventually(async () => {
      tag = (await server.get(`/api/v1/tags?query=${measurement}&limit=1`)).tags[0];
      assert.ok(tag, 'the tag is known');
    });
    const times = [];
    const fine = [];
    for (let load = 0; load < tries; load += 1) {
      const { page, said, leave } = await person(browser);
      await page.goto(`${server.url}/trends?pen=${encodeURIComponent(tag.path)}&span=1h`);
      await is_live(page);
      await page.locator('[data-fine="true"]').waitFor();
      // It waits for the fine picture without looking again and again, which would cost the page its time.
      await page.evaluate(() => {
        window.is_fine = new Promise((resolve) => new PerformanceObserver((entries) => {
          if (entries.getEntriesByName('trend fine').length > 0) resolve();
        }).observe({ type: 'measure' }));
      });
      await page.getByText('1 y', { exact: true }).click();
      const measured = (name) => page.evaluate(async (one) => {
        await window.is_fine;
        return performance.getEntriesByName(one)[0].duration;
      }, name);
      times.push(await measured('trend drawn'));
      fine.push(await measured('trend fine'));
      assert.deepEqual(said, []);
      await leave();
    }
    const list = (all) => all.map((time) => Math.round(time)).join(', ');
    const best = Math.min(...times);
    assert.ok(best <= drawn_max_ms, `the best of ${tries} took ${Math.round(best)} ms: ${list(times)}`);
    return `whole ${list(times)} ms, a bucket for each pixel ${list(fine)} ms; ${rows_all} rows written in ${Math.round(wrote_ms)} ms`;
  },
};
