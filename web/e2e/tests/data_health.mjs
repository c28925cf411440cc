import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, is_live, person } from '../person.mjs';

async function at_data_health({ server, browser }) {
  const one = await person(browser);
  await one.page.goto(`${server.url}/data-health`);
  await one.page.locator('tr[data-row]').first().waitFor();
  await is_live(one.page);
  return one;
}
const names = (page) => page.locator('tr[data-row]').evaluateAll((rows) => rows.map((row) => row.dataset.row));

export default {
  async 'shows every source with its status in words and the rows of the API'(world) {
    const { page, said, leave } = await at_data_health(world);
    const words = { connected: 'Connected', connecting: 'Connecting', lost: 'Lost', refused: 'Refused' };
    await eventually(async () => {
      const { rows } = await world.server.get('/api/v1/views/sources');
      assert.deepEqual((await names(page)).sort(), Object.keys(rows).sort());
      for (const [name, row] of Object.entries(rows)) {
        const cell = (key) => page.locator(`tr[data-row="${name}"] [data-cell="${key}"]`).innerText();
        assert.ok((await cell('status')).startsWith(words[row.status]), `${name}: status`);
        assert.equal(await cell('gaps'), String(row.gaps), `${name}: gaps`);
        assert.equal(await cell('refused'), String(row.refused), `${name}: refused`);
        assert.equal(await cell('tags'), String(row.tags), `${name}: tags`);
        if (row.trouble !== null && row.trouble !== '') assert.ok((await cell('trouble')).includes(row.trouble), `${name}: trouble`);
      }
    });
    assert.deepEqual(said, []);
    await leave();
  },

  async 'sorts by a column with the keyboard and says so'(world) {
    const { page, leave } = await at_data_health(world);
    const head = page.getByRole('columnheader', { name: 'Source' });
    await head.getByRole('button').focus();
    await page.keyboard.press('Enter');
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    const up = await names(page);
    await page.keyboard.press('Enter');
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    assert.deepEqual(await names(page), [...up].reverse());
    await leave();
  },

  async 'filters by a part of a name, says how many are left, and shows all again'(world) {
    const { page, leave } = await at_data_health(world);
    const all = await names(page);
    await page.keyboard.press('/');
    await page.keyboard.type(all[0]);
    await eventually(async () => assert.ok((await names(page)).every((name) => name.includes(all[0]))));
    await page.getByRole('status').filter({ hasText: `of ${all.length}` }).waitFor();
    await page.getByRole('searchbox').fill('no source has this name');
    await page.getByText('No source fits').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    assert.deepEqual((await names(page)).sort(), [...all].sort());
    await leave();
  },

  async 'says what is kept and how long the disk holds out, as the API does'(world) {
    const { page, leave } = await at_data_health(world);
    const value = (key) => page.locator(`[data-figure="${key}"] .value`).innerText();
    await eventually(async () => {
      const store = await world.server.get('/api/v1/store');
      assert.equal((await value('readings')).replaceAll(/\D/g, ''), String(store.rows), 'readings');
      assert.ok(store.disk_free > 0 && store.bytes > 0, 'bytes');
      assert.equal(await page.locator('[data-figure="wear"]').count(), 1);
    });
    await leave();
  },

  async 'hands the table over as CSV'(world) {
    const { page, leave } = await at_data_health(world);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    assert.equal(download.suggestedFilename(), 'data-health.csv');
    const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
    assert.ok(lines[0].startsWith('Source,Status,Rate (readings/s),Lag (s),Gaps'));
    assert.equal(lines.length - 1, (await names(page)).length);
    await leave();
  },
};
