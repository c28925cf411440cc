import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, is_live, person } from '../person.mjs';

async function at_orders({ server, browser }, query = '') {
  const one = await person(browser, { size: [1440, 900] });
  await one.page.goto(`${server.url}/orders${query}`);
  await one.page.getByRole('heading', { name: 'Release an order' }).waitFor();
  await is_live(one.page);
  return one;
}
const row = async (server, order) => (await server.get('/api/v1/views/orders')).rows[order];

export default {
  async 'an order is released by the form, found, marked done, closed and released again'(world) {
    const { server } = world;
    const { page, said, leave } = await at_orders(world);
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await page.getByText('Give the order a number.').waitFor();
    await page.getByLabel('Number').fill('FORM-1');
    await page.getByLabel('Product', { exact: true }).fill('City');
    await page.getByLabel('Quantity').fill('18');
    await page.getByLabel('Due (plant time)').fill('2026-12-24T14:00');
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await page.getByText('FORM-1 is released.').waitFor();
    // The answer comes when the order is on disk; the view has it a moment later.
    await eventually(async () => assert.ok(await row(server, 'FORM-1')));
    const released = await row(server, 'FORM-1');
    assert.deepEqual([released.state, released.quantity, released.product, released.due.slice(0, 19)], ['released', 18, 'City', '2026-12-24T13:00:00']);
    await page.getByRole('searchbox', { name: 'Find an order' }).fill('form-1');
    await eventually(async () => assert.equal(await page.locator('tr[data-order]').count(), 1));
    assert.equal(new URL(page.url()).searchParams.get('find'), 'form-1');
    await page.getByText('All', { exact: true }).click();
    for (const [button, state] of [['Done FORM-1', 'done'], ['Close FORM-1', 'closed'], ['Release again FORM-1', 'released'], ['Close FORM-1', 'closed']]) {
      await page.getByRole('button', { name: button }).click();
      await eventually(async () => assert.equal((await row(server, 'FORM-1')).state, state));
    }
    assert.deepEqual(said, []);
    await leave();
  },

  async 'the table shows what the rows of the API say'(world) {
    const { page, leave } = await at_orders(world, '?state=all');
    await eventually(async () => {
      const { rows } = await world.server.get('/api/v1/views/orders');
      const lines = await page.locator('tr[data-order]').evaluateAll((all) => Object.fromEntries(all.map((line) => [line.dataset.order, {
        state: line.querySelector('[data-cell="state"]').textContent.trim(), made: line.querySelector('[data-cell="made"]').textContent.trim(),
      }])));
      const shown = Object.keys(lines);
      assert.equal(shown.length, Math.min(200, Object.keys(rows).length));
      for (const order of shown) {
        assert.equal(lines[order].state, rows[order].state);
        const { good, quantity } = rows[order];
        assert.ok(lines[order].made.startsWith(quantity === 0 ? String(good) : `${good} of ${quantity}`), `${order}: ${lines[order].made}`);
      }
    });
    await leave();
  },

  async 'a table of orders is checked first, each bad line named, and then taken'(world) {
    const { server } = world;
    const { page, said, leave } = await at_orders(world);
    const csv = 'order,product,quantity\r\nCSV-1,City,6\r\nCSV-2,Trail,many\r\nCSV-3,Cargo,4\r\n';
    await page.getByLabel('Choose a CSV file').setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText('2 lines are good.').waitFor();
    await page.getByText(/^Line 3: /).waitFor();
    assert.equal(await row(server, 'CSV-1'), undefined, 'checking keeps nothing');
    await page.getByRole('button', { name: 'Import 2 orders' }).click();
    await page.getByText('2 orders are released.').waitFor();
    await eventually(async () => assert.deepEqual([(await row(server, 'CSV-1')).quantity, (await row(server, 'CSV-3')).product], [6, 'Cargo']));
    assert.equal(await row(server, 'CSV-2'), undefined);
    assert.deepEqual(said, []);
    await leave();
  },

  async 'hands the orders over as CSV'(world) {
    const { page, leave } = await at_orders(world, '?state=all');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download CSV' }).click()]);
    const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
    assert.ok(lines[0].startsWith('order,product,quantity,due'));
    assert.equal(lines.length - 1, Object.keys((await world.server.get('/api/v1/views/orders')).rows).length);
    await leave();
  },
};
