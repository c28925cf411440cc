import assert from 'node:assert/strict';
import { eventually, is_live, person } from '../person.mjs';

const measured = (value) => value.toLocaleString('en-GB', { maximumSignificantDigits: 4 });
const count = (value) => new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 }).format(value);
const day_ms = 86_400_000;
const key_hint = (text) => encodeURIComponent(text);

async function now_of(server) {
  return Date.parse((await server.get('/api/v1/plant')).now);
}
const span_query = (from, to) => `from=${key_hint(new Date(from).toISOString())}&to=${key_hint(new Date(to).toISOString())}`;

/** What the machine's page says in figures, read off the page. */
function shown(page) {
  return page.evaluate(() => {
    const text = (selector) => document.querySelector(selector)?.textContent?.trim() ?? null;
    return {
      state: text('[data-value="state"]'), order: text('[data-value="order"]'), progress: text('[data-value="progress"]'), done: text('[data-value="done"]'),
      rate: text('[data-value="rate"]'), good: text('[data-value="good"]'),
      median: text('[data-value="median"]'), ideal: text('[data-value="ideal"]'), cycles: text('[data-value="cycles"]'), bars: document.querySelectorAll('[data-cycle]').length,
    };
  });
}

/** The same from the rows of the API alone. */
async function expected(server, path) {
  const now = await now_of(server);
  const [machines, counts, runs, cycles, states, plant] = await Promise.all([
    server.get('/api/v1/views/machines'), server.get('/api/v1/views/counts'), server.get('/api/v1/views/runs'),
    server.get(`/api/v1/cycles?machine=${key_hint(path)}&count=50`), server.get(`/api/v1/states?machine=${key_hint(path)}&${span_query(now - day_ms / 3, now)}`),
    server.get('/api/v1/plant'),
  ]);
  const words = { running: 'Running', slow: 'Slow', idle: 'Idle', setup: 'Set-up', stopped: 'Stopped', blocked: 'Blocked', starved: 'Starved', planned: 'Planned', nodata: 'No data' };
  const run = runs.rows[path];
  const made = counts.rows[path];
  const has_order = run !== undefined && run.order !== '';
  const day_and_time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', weekday: 'short', day: 'numeric', month: 'short', timeZone: plant.zone });
  const stands = states.machines[path].filter((one) => one.state !== 'running' && one.state !== 'slow').map((one) => [Date.parse(one.from), one.to === null ? now : Date.parse(one.to)]);
  const is_whole = (cycle) => !stands.some(([from, to]) => from < Date.parse(cycle.at) - 1_000 && to > Date.parse(cycle.at) - 1_000 * cycle.seconds + 1_000);
  const timed = cycles.cycles.filter((cycle) => cycle.seconds > 0 && cycle.parts > 0);
  const whole = timed.filter(is_whole);
  const times = (whole.length === 0 ? timed : whole).map((cycle) => cycle.seconds / cycle.parts).sort((a, b) => a - b);
  const median = (times[Math.floor(times.length / 2)] + times[Math.ceil(times.length / 2) - 1]) / 2;
  return {
    state: words[machines.rows[path].state],
    order: has_order ? run.order : '—',
    progress: !has_order ? null
      : `${run.quantity > 0 ? `${count(run.good)} of ${count(run.quantity)} good` : `${count(run.good)} good, no quantity told`}${run.scrap > 0 ? ` · ${count(run.scrap)} scrap` : ''}${run.state === 'paused' ? ' · paused' : ''}`,
    done: !has_order ? null : `${run.done_at === null ? 'when it is done cannot be told yet' : `done ${day_and_time.format(Date.parse(run.done_at))}`}${run.done_basis === '' ? '' : ` · ${run.done_basis}`}`,
    rate: made === undefined || made.rate === null ? '—' : count(made.rate),
    good: made === undefined || made.good === null ? '—' : count(made.good),
    median: times.length === 0 ? null : `median ${measured(median)} s a part`,
    ideal: times.length === 0 ? null : cycles.ideal === null ? 'no ideal known' : `ideal ${measured(cycles.ideal)} s a part`,
    cycles: times.length === 0 ? null : `the last ${count(timed.length)}`,
    bars: timed.length,
  };
}

/** A stop of the last hours that has ended, at a machine for which reasons are named. */
async function a_stop(server) {
  const now = await now_of(server);
  const [stops, work] = await Promise.all([server.get(`/api/v1/stops?${span_query(now - day_ms / 3, now)}`), server.get('/api/v1/work')]);
  for (const stop of stops.toSorted((a, b) => Number(b.needs_reason) - Number(a.needs_reason))) {
    const reasons = work.machines.find((one) => one.path === stop.machine)?.reasons ?? [];
    if (stop.is_withdrawn !== true && stop.reason === '' && reasons.length > 0) return { stop, reasons };
  }
  throw new Error(`none of ${stops.length} stops can be explained`);
}
async function reason_kept(server, stop) {
  const now = await now_of(server);
  const stops = await server.get(`/api/v1/stops?machine=${key_hint(stop.machine)}&${span_query(now - day_ms, now)}`);
  return stops.find((one) => one.from === stop.from)?.reason;
}

export default {
  async 'every number of each machine follows from the rows of the API'({ server, browser }) {
    const { machines } = await server.get('/api/v1/plant');
    const { page, said, leave } = await person(browser);
    let with_order = 0;
    let with_cycles = 0;
    for (const { path } of machines) {
      await page.goto(`${server.url}/machine/${path}`);
      await is_live(page);
      await page.getByText(/Fetching the cycle times/).waitFor({ state: 'detached' });
      await eventually(async () => {
        const want = await expected(server, path);
        assert.deepEqual(await shown(page), want, path);
        with_order += Number(want.order !== '—');
        with_cycles += Number(want.bars > 0);
      });
    }
    assert.ok(with_order > 0 && with_cycles > 0, 'the demo has orders and counted cycles');
    assert.deepEqual(said, []);
    await leave();
    return `${machines.length} machines, ${with_order} with an order, ${with_cycles} with cycles`;
  },

  async 'a stop is explained in two taps from the list, and taken back in one'({ server, browser }) {
    const { stop, reasons } = await a_stop(server);
    const { page, said, leave } = await person(browser, { density: 'touch', size: [820, 1180] });
    await page.goto(`${server.url}/machine/${stop.machine}`);
    await is_live(page);
    const button = page.locator(`[data-stop="${Date.parse(stop.from)}"]`);
    assert.ok((await button.boundingBox()).height >= 48, 'a finger hits it');
    await button.click();
    const card = page.locator('[data-moment="stop"]');
    await card.getByRole('button', { name: reasons[0].title, exact: true }).click();
    await card.getByText(`Reason: ${reasons[0].title}.`).waitFor();
    await eventually(async () => assert.equal(await reason_kept(server, stop), reasons[0].name));
    await card.getByRole('button', { name: 'Undo' }).click();
    await card.getByText('Why did it stop?').waitFor();
    await eventually(async () => assert.equal(await reason_kept(server, stop), ''));
    assert.deepEqual(said, []);
    await leave();
  },

  async 'a tap on the band asks about that moment, a stop there can be explained, and Trends opens at it'({ server, browser }) {
    const { stop, reasons } = await a_stop(server);
    const { page, leave } = await person(browser);
    await page.goto(`${server.url}/machine/${stop.machine}`);
    await is_live(page);
    const now = await now_of(server);
    const middle = (Date.parse(stop.from) + (stop.to === null ? now : Date.parse(stop.to))) / 2;
    const band = page.locator('.touch');
    const box = await band.boundingBox();
    await page.mouse.click(box.x + box.width * (1 - (now - middle) / (day_ms / 3)), box.y + box.height / 2);
    const card = page.locator('[data-moment="stop"]');
    await card.getByRole('button', { name: reasons[0].title, exact: true }).click();
    await eventually(async () => assert.equal(await reason_kept(server, stop), reasons[0].name));
    await card.getByRole('button', { name: 'Undo' }).click();
    await eventually(async () => assert.equal(await reason_kept(server, stop), ''));
    await card.getByRole('link', { name: 'Trends at this moment' }).click();
    await page.locator('[data-fine="true"]').waitFor();
    const query = new URL(page.url()).searchParams;
    const at = Date.parse(query.get('at'));
    assert.ok(at >= Date.parse(stop.from) - 1_000 && at <= (stop.to === null ? now : Date.parse(stop.to)) + 1_000, `${query.get('at')} lies in the stop`);
    assert.ok(query.getAll('pen').every((pen) => pen.startsWith(`${stop.machine}/`)));
    await leave();
  },

  async 'its station page and its trends are one click away'({ server, browser }) {
    const { machines } = await server.get('/api/v1/plant');
    const { page, leave } = await person(browser);
    await page.goto(`${server.url}/machine/${machines[0].path}`);
    await page.locator('[data-tag]').first().waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Trends', exact: true }).click();
    await page.locator('[data-fine="true"]').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Station page' }).click();
    await page.waitForURL(`${server.url}/station/${machines[0].path}`);
    await leave();
  },
};
