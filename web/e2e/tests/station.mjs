import assert from 'node:assert/strict';
import { Cable } from '../cable.mjs';
import { eventually, is_live, person } from '../person.mjs';
import { count, known } from '../say.mjs';

const touch_px = 48;
const glove_px = 76;
const counted = 'cnc3'; // its counter counts the good parts
const facts_max = 7;

async function path_of(server, name) {
  return (await server.get('/api/v1/plant')).machines.find((one) => one.path.endsWith(`/${name}`)).path;
}

async function at_station({ server, browser }, name, { density = 'desk', url = server.url } = {}) {
  const path = await path_of(server, name);
  const one = await person(browser, { density });
  await one.page.goto(`${url}/station/${path}`);
  await one.page.getByRole('heading', { name: 'Report parts' }).waitFor();
  await is_live(one.page);
  return { ...one, path };
}

const row_of = async (server, view, key) => (await server.get(`/api/v1/views/${view}`)).rows[key];
const scrap_of = async (server, path) => (await row_of(server, 'oee', path)).scrap ?? 0;

/** Presses keys as a scanner does: faster than fingers, Enter at the end. */
async function scan(page, code) {
  await page.evaluate((text) => {
    for (const key of [...text, 'Enter']) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }, code);
}

async function release(server, order, machines) {
  const answer = await fetch(`${server.url}/api/v1/orders`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ order, product: 'City', quantity: 12, machines, note: '' }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

async function report_scrap(page, parts) {
  for (let part = 0; part < parts; part += 1) await page.getByRole('button', { name: 'Add 1', exact: true }).click();
  await page.getByRole('group', { name: 'Why scrap?' }).getByRole('button').first().click();
  await page.getByRole('button', { name: `Report ${parts} scrap` }).click();
}

export default {
  async 'says at most seven facts, each as the rows of the API say it'(world) {
    const { page, path, said, leave } = await at_station(world, counted);
    const text = (fact, value) => page.locator(`[data-fact="${fact}"] [data-value="${value}"]`).innerText();
    assert.ok((await page.locator('[data-fact]').count()) <= facts_max);
    await eventually(async () => {
      const [oee, run, rate] = await Promise.all([row_of(world.server, 'oee', path), row_of(world.server, 'runs', path), row_of(world.server, 'counts', path)]);
      assert.equal(await text('good', 'good'), known(oee.good));
      assert.equal(await text('good', 'plan'), oee.plan === null ? 'no plan' : `of ${count(oee.plan)} planned by now`);
      assert.equal(await text('scrap', 'scrap'), known(oee.scrap));
      assert.equal(await text('cycle', 'cycle'), rate.rate === null || rate.rate === 0 ? '—' : (3_600 / rate.rate).toFixed(1));
      assert.equal(await text('cycle', 'ideal'), run.ideal_cycle === null ? 'no ideal cycle known' : `ideal ${run.ideal_cycle.toFixed(1)} s`);
      if (run.order !== '') {
        assert.equal(await text('order', 'order'), run.order);
        assert.ok((await text('order', 'progress')).startsWith(run.quantity === 0 ? `${count(run.good)} made` : `${count(run.good)} of ${count(run.quantity)} made`));
      }
    });
    assert.deepEqual(said, []);
    await leave();
  },

  async 'every button is large enough for a finger, and for a glove'(world) {
    for (const [density, least] of [['desk', touch_px], ['glove', glove_px]]) {
      const { page, leave } = await at_station(world, counted, { density });
      const small = await page.locator('main button:visible, main a.button:visible').evaluateAll((buttons, limit) => buttons
        .filter((button) => button.getBoundingClientRect().height < limit - 0.5 || button.getBoundingClientRect().width < limit - 0.5)
        .map((button) => button.textContent.trim()), least);
      assert.deepEqual(small, [], density);
      await leave();
    }
  },

  async 'scrap with its reason is one action, counts once, and is taken back'(world) {
    const { server } = world;
    const { page, path, said, leave } = await at_station(world, counted);
    const before = await scrap_of(server, path);
    await page.getByText('Good parts are counted by the machine.').waitFor();
    await page.getByRole('button', { name: 'Report 0 scrap' }).click();
    await page.getByText('Enter how many were scrap first.').waitFor();
    await page.getByRole('button', { name: 'Add 1', exact: true }).click();
    await page.getByRole('button', { name: 'Report 1 scrap' }).click();
    await page.getByText('Choose why it was scrap.').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await report_scrap(page, 2);
    await page.locator('[data-sending="sent"]').filter({ hasText: '2 scrap' }).filter({ hasText: 'admin' }).waitFor();
    await eventually(async () => assert.equal(await scrap_of(server, path), before + 2));
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back: 2 scrap').waitFor();
    await eventually(async () => assert.equal(await scrap_of(server, path), before));
    assert.deepEqual(said, []);
    await leave();
  },

  async 'without a network it waits, a reload loses nothing, and it is sent once'(world) {
    const { server } = world;
    const cable = await Cable.lay(server.port);
    const { page, path, leave } = await at_station(world, counted, { url: cable.url });
    try {
      const before = await scrap_of(server, path);
      await page.route('**/api/v1/counts', (route) => route.abort());
      await report_scrap(page, 3);
      await page.locator('[data-sending="waiting"]').filter({ hasText: '3 scrap' }).waitFor();
      await page.reload();
      await page.locator('[data-sending="waiting"]').filter({ hasText: '3 scrap' }).waitFor();
      assert.equal(await scrap_of(server, path), before);
      // The answer is lost on its way once: the same request comes again, and counts once.
      await page.unroute('**/api/v1/counts');
      let tries = 0;
      await page.route('**/api/v1/counts', async (route) => {
        tries += 1;
        if (tries > 1) return route.continue();
        await route.fetch();
        return route.abort();
      });
      await page.locator('[data-sending="sent"]').filter({ hasText: '3 scrap' }).waitFor();
      assert.ok(tries >= 2);
      await eventually(async () => assert.equal(await scrap_of(server, path), before + 3));
      return `${tries} requests, counted once`;
    } finally {
      await leave();
      cable.remove();
    }
  },

  async 'an order is started, paused and done by tap'(world) {
    const { server } = world;
    const { page, path, leave } = await at_station(world, counted);
    await release(server, 'TAP-1', [path]);
    const here = async () => (await row_of(server, 'runs', path));
    const all = page.getByRole('button', { name: /^Show all/ });
    await page.locator('[data-order]').first().waitFor();
    if (await all.isVisible()) await all.click();
    for (const [button, wanted] of [['Start TAP-1', 'started'], ['Pause TAP-1', 'paused'], ['Go on TAP-1', 'started']]) {
      await page.getByRole('button', { name: button }).click();
      await eventually(async () => assert.deepEqual([(await here()).order, (await here()).state], ['TAP-1', wanted], button));
    }
    await page.getByRole('button', { name: 'Done TAP-1' }).click();
    await eventually(async () => assert.notEqual((await here()).order, 'TAP-1', 'it is done here'));
    await leave();
  },

  async 'a scan starts an order from anywhere on the page, and says a clear sentence when it cannot'(world) {
    const { server } = world;
    const { page, path, said, leave } = await at_station(world, counted);
    await release(server, 'SCAN-1', [path]);
    await release(server, 'SCAN-2', [await path_of(server, 'cnc4')]);
    const before = await scrap_of(server, path);
    await page.getByRole('button', { name: 'Add 1', exact: true }).focus();
    // The page must have heard of both orders before their labels are scanned.
    const all = page.getByRole('button', { name: /^Show all/ });
    await page.locator('[data-order]').first().waitFor();
    if (await all.isVisible()) await all.click();
    await page.locator('[data-order="SCAN-1"]').waitFor();
    await eventually(async () => {
      await scan(page, 'SCAN-2');
      await page.getByText(/SCAN-2 is not/).waitFor({ timeout: 500 });
    });
    await scan(page, 'SCAN-1');
    await page.getByText('SCAN-1 is started.').waitFor();
    await eventually(async () => assert.equal((await row_of(server, 'runs', path)).order, 'SCAN-1'));
    assert.equal((await row_of(server, 'orders', 'SCAN-1')).state, 'started');
    await scan(page, 'SCAN-2');
    await page.getByText('SCAN-2 is not for this machine. It may run on: CNC mill 4.').waitFor();
    await scan(page, '4006381333931');
    await page.getByText('No order has the number 4006381333931.').waitFor();
    assert.equal((await page.locator('.field_button [data-value="scrap"]').innerText()).trim(), '0', 'the Enter of a scan pressed no button');
    assert.equal(await scrap_of(server, path), before);
    assert.deepEqual(said, []);
    await leave();
  },

  async 'a stop that needs a reason is explained with one tap'(world) {
    const { server } = world;
    let stop;
    for (let more = 0; more < 40 && stop === undefined; more += 1) {
      stop = Object.values((await server.get('/api/v1/views/stops')).rows).filter((one) => one.needs_reason).sort((a, b) => (a.from < b.from ? 1 : -1))[0];
      if (stop === undefined) await server.advance('5 min');
    }
    assert.ok(stop !== undefined, 'a machine stood for more than five minutes');
    const { page, leave } = await at_station(world, stop.machine.split('/').at(-1));
    await page.getByRole('group', { name: 'One tap answers' }).getByRole('button').first().click();
    await eventually(async () => assert.equal((await row_of(server, 'stops', `${stop.machine}|${stop.from}`)).needs_reason, false));
    await page.getByText(/^Stop explained:/).waitFor();
    await leave();
  },
};
