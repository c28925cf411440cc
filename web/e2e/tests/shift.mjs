import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, is_live, person } from '../person.mjs';
import { ahead_of, ahead_words, count, coverage, duration, factors_agree, known, loss_words, signed } from '../say.mjs';

async function at_shift({ server, browser }, query = '') {
  const one = await person(browser, { size: [1440, 1000] });
  await one.page.goto(`${server.url}/shift${query}`);
  await one.page.locator('[data-hour="total"]').waitFor();
  await is_live(one.page);
  return one;
}

const iso = (at) => new Date(at).toISOString();

/** The rows of the API for one shift of one place. */
async function rows_of(server, path, span) {
  const { now } = await server.get('/api/v1/plant');
  const to = iso(Math.min(span.until, Date.parse(now)));
  const question = (each) => `/api/v1/oee?from=${iso(span.from)}&to=${to}&each=${each}&path=${encodeURIComponent(path)}`;
  const [hours, totals, stops] = await Promise.all([
    server.get(question('hour')), server.get(question('all')), server.get(`/api/v1/stops?from=${iso(span.from - 86_400_000)}&to=${to}`),
  ]);
  const own = stops.filter((stop) => (stop.machine === path || stop.machine.startsWith(`${path}/`)) && (stop.to === null || Date.parse(stop.to) > span.from));
  return { hours: hours.rows, total: totals.rows[0], stops: own };
}

async function span_now(server, path) {
  const row = (await server.get('/api/v1/views/oee')).rows[path];
  return { from: Date.parse(row.shift_from), until: Date.parse(row.shift_until) };
}

const table = (page) => page.locator('[data-hour]').evaluateAll((lines) => lines.map((line) => ({
  hour: line.dataset.hour,
  ...Object.fromEntries([...line.querySelectorAll('[data-cell]')].map((cell) => [cell.dataset.cell, cell.textContent.trim()])),
})));

const open_in = (stops, from, to) => stops.filter((stop) => stop.needs_reason && Date.parse(stop.from) >= from && Date.parse(stop.from) < to).length;

/** Every number of the table and of the four facts follows from the rows. */
async function agrees(server, page, path, span) {
  const { hours, total, stops } = await rows_of(server, path, span);
  const lines = await table(page);
  assert.equal(lines.length, hours.length + 1);
  let [good, plan] = [null, null];
  hours.forEach((row, index) => {
    const line = lines[index];
    if (row.good !== null) good = (good ?? 0) + row.good;
    if (row.plan !== null) plan = (plan ?? 0) + row.plan;
    assert.deepEqual([line.plan, line.good, line.scrap, line.ahead], [known(row.plan), known(row.good), known(row.scrap), signed(ahead_of(good, plan))], `hour ${index}`);
    factors_agree(line, row, `hour ${index}`);
    assert.equal(`coverage ${line.coverage}`, coverage(row.coverage));
    assert.ok(line.loss.startsWith(row.loss === '' ? 'none' : `${loss_words(row.loss)}, ${duration(1_000 * row.loss_time)}`), line.loss);
    for (const words of row.missing) assert.ok(line.loss.includes(words), `${words} is named`);
    assert.equal(line.open, count(open_in(stops, Date.parse(row.from), Date.parse(row.to))));
  });
  const last = lines.at(-1);
  assert.deepEqual([last.plan, last.good, last.scrap, last.ahead], [known(total.plan), known(total.good), known(total.scrap), signed(ahead_of(total.good, total.plan))]);
  factors_agree(last, total, 'the shift');
  const value = (name) => page.locator(`[data-fact] [data-value="${name}"]`).first().innerText();
  assert.equal(await value('good'), known(total.good));
  assert.ok((await value('ahead')).startsWith(ahead_words(total)));
  assert.equal(await value('coverage'), coverage(total.coverage));
  const [oee, availability, performance, quality] = [await value('oee'), await value('availability'), await value('performance'), await value('quality')];
  factors_agree({ oee, availability: availability.replace('Availability ', ''), performance: performance.replace('Performance ', ''), quality: quality.replace('Quality ', '') }, total, 'the facts');
  assert.equal(await value('open'), count(open_in(stops, 0, Infinity)));
}

export default {
  async 'every number of the plant, of a line and of a machine follows from the rows of the API'(world) {
    const { path: plant, machines } = await world.server.get('/api/v1/plant');
    const machine = machines.find((one) => one.path.endsWith('/cnc3')).path;
    for (const path of [plant, machine.split('/').slice(0, 4).join('/'), machine]) {
      const { page, said, leave } = await at_shift(world, `?of=${encodeURIComponent(path)}`);
      await eventually(async () => agrees(world.server, page, path, await span_now(world.server, path)));
      assert.deepEqual(said, []);
      await leave();
    }
  },

  async 'the hours go on while the screen is open'(world) {
    const { page, leave } = await at_shift(world);
    const { path } = await world.server.get('/api/v1/plant');
    await world.server.advance('4 min');
    await eventually(async () => agrees(world.server, page, path, await span_now(world.server, path)));
    await leave();
  },

  async 'good parts and plan of the plant and of a line are those of the machines that finish them'(world) {
    const { path } = await world.server.get('/api/v1/plant');
    const total_of = async (one) => (await rows_of(world.server, one, await span_now(world.server, path))).total;
    const machines = async (...names) => Promise.all(names.map((name) => total_of(`${path}/${name}`)));
    const plant = await total_of(path);
    const [packer] = await machines('shipping/packing/packer1');  // finishes: true
    assert.deepEqual([plant.good, plant.plan], [packer.good, packer.plan]);
    assert.ok(plant.plan > 0, 'there is a plan');
    const mills = await machines('frames/machining/cnc1', 'frames/machining/cnc2', 'frames/machining/cnc3', 'frames/machining/cnc4');
    const [line] = await machines('frames/machining');  // side by side, all feed the welders
    assert.equal(line.good, mills.reduce((sum, one) => sum + one.good, 0));
    assert.ok(Math.abs(line.plan - mills.reduce((sum, one) => sum + one.plan, 0)) < 1e-6);
    const [cutting, saw, bender] = await machines('frames/cutting', 'frames/cutting/saw1', 'frames/cutting/bender1');  // one after the other
    assert.equal(cutting.good, bender.good);
    assert.ok(cutting.plan <= Math.min(saw.plan, bender.plan) + 1e-6);
  },

  async 'the hours of a shift add up to the shift'(world) {
    const { path } = await world.server.get('/api/v1/plant');
    const { hours, total } = await rows_of(world.server, path, await span_now(world.server, path));
    for (const key of ['good', 'scrap', 'plan', 'busy', 'running', 'no_data']) {
      const sum = hours.reduce((all, row) => all + (row[key] ?? 0), 0);
      assert.ok(Math.abs(sum - (total[key] ?? 0)) < 1e-3, `${key}: ${sum} and ${total[key]}`);
    }
  },

  async 'place and shift stand in the address, and the last shift is one tap away'(world) {
    const { page, leave } = await at_shift(world);
    const { machines } = await world.server.get('/api/v1/plant');
    await page.getByRole('combobox', { name: 'Plant, line or machine' }).selectOption(machines[2].path);
    await eventually(() => assert.equal(new URL(page.url()).searchParams.get('of'), machines[2].path));
    await page.getByRole('button', { name: 'The last one' }).click();
    await eventually(() => assert.equal(new URL(page.url()).searchParams.get('shift'), 'last'));
    await page.locator('[data-hour="total"]').or(page.getByText('No shift then')).first().waitFor();
    await page.reload();
    assert.equal(await page.getByRole('button', { name: 'The last one' }).getAttribute('aria-pressed'), 'true');
    await leave();
  },

  async 'a stop is explained with one tap, shown at once, and taken back'(world) {
    const { server } = world;
    for (let more = 0; more < 40; more += 1) {
      const { rows } = await server.get('/api/v1/views/stops');
      if (Object.values(rows).some((stop) => stop.needs_reason)) break;
      await server.advance('5 min');
      await server.settles();
    }
    const { page, said, leave } = await at_shift(world);
    const line = page.locator('#stops [data-stop]').filter({ has: page.getByRole('group') }).first();
    const key = await line.getAttribute('data-stop');
    const reason = line.getByRole('group').getByRole('button').nth(1);
    const title = (await reason.innerText()).trim();
    await reason.click();
    const row = async () => (await server.get('/api/v1/views/stops')).rows[key];
    await eventually(async () => assert.deepEqual([(await row()).reason_title, (await row()).needs_reason], [title, false]));
    const answered = page.locator(`#stops [data-stop="${key}"]`);
    await answered.getByText(title).waitFor();
    await answered.getByRole('button', { name: 'Take back' }).click();
    await eventually(async () => assert.deepEqual([(await row()).reason, (await row()).needs_reason], ['', true]));
    assert.deepEqual(said, []);
    await leave();
  },

  async 'hands the hours over as CSV, and prints without buttons and menus'(world) {
    const { page, leave } = await at_shift(world);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download CSV' }).click()]);
    const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
    assert.equal(lines.length, (await table(page)).length, 'a head and a line for each hour');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.getByRole('navigation', { name: 'Screens' }).isVisible(), false);
    assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false);
    assert.ok(await page.locator('[data-hour="total"]').isVisible());
    await leave();
  },
};
