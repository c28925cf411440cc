import assert from 'node:assert/strict';
import { eventually, overview_stands, person } from '../person.mjs';
import { ahead_words, count, coverage, duration, factors_agree, known, loss_words } from '../say.mjs';

const words = {
  running: 'Running', slow: 'Slow', idle: 'Idle', setup: 'Set-up', stopped: 'Stopped', blocked: 'Blocked',
  starved: 'Starved', planned: 'Planned', nodata: 'No data',
};
const views = ['machines', 'counts', 'sources', 'oee', 'orders', 'runs', 'stops'];

/** What needs a person, by the rows alone: kind and key, in the order of the list. */
function needs_of(rows, shifts, now) {
  const before = shifts.map((shift) => Date.parse(shift.from)).filter((from) => from <= now).sort((x, y) => y - x)[1];
  const since = (text) => (text === null ? 0 : Date.parse(text));
  const machines = Object.entries(rows.machines).filter(([, row]) => row.state === 'stopped' || row.state === 'nodata');
  const standing = new Set(machines.filter(([, row]) => row.state === 'stopped').map(([path]) => path));
  const late = Object.values(rows.orders).filter((order) => {
    if (order.due === null || order.state === 'done' || order.state === 'closed') return false;
    const forecasts = Object.values(rows.runs).filter((run) => run.order === order.order && run.done_at !== null).map((run) => since(run.done_at));
    return Math.max(now, ...forecasts) > since(order.due);
  });
  return [
    ...machines.map(([path, row]) => ({ key: path, rank: row.state === 'stopped' ? 0 : 1, at: since(row.since) })),
    ...Object.entries(rows.sources).filter(([, row]) => row.status === 'lost' || row.status === 'refused').map(([name, row]) => ({ key: name, rank: 2, at: since(row.since) })),
    ...late.map((order) => ({ key: order.order, rank: 3, at: since(order.due) })),
    ...Object.entries(rows.stops).filter(([, stop]) => stop.needs_reason && !(stop.to === null && standing.has(stop.machine)) && (stop.to === null || since(stop.to) > before))
      .map(([key, stop]) => ({ key, rank: 4, at: -since(stop.from) })),
  ].sort((x, y) => x.rank - y.rank || x.at - y.at || (x.key < y.key ? -1 : 1)).map((need) => need.key);
}

const needs_shown_max = 30;
const tenth = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

function lag_words(lags) {
  const most = Math.max(...lags);
  return lags.length === 0 ? 'not known' : most < 60 ? `${tenth.format(most)} s` : duration(1_000 * most);
}

/** What the overview must say, from the rows of the API alone. */
async function expected(server) {
  const [plant, work, ...answers] = await Promise.all([server.get('/api/v1/plant'), server.get('/api/v1/work'), ...views.map((view) => server.get(`/api/v1/views/${view}`))]);
  const rows = Object.fromEntries(views.map((view, index) => [view, answers[index].rows]));
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: plant.zone });
  const now = Math.floor(Date.parse(plant.now) / 1_000) * 1_000;
  const tiles = {};
  for (const [path, row] of Object.entries(rows.machines)) {
    const rate = rows.counts[path]?.rate ?? null;
    const ideal = rows.counts[path]?.ideal_rate ?? plant.machines.find((one) => one.path === path)?.ideal_rate;
    const oee = rows.oee[path];
    const since = row.since === null ? null : Date.parse(row.since);
    const goes_on = row.state === 'running' || row.state === 'planned';
    const long = since !== null && now - since >= 24 * 3_600_000;
    const is_planned = oee !== undefined && oee.good !== null;
    tiles[path] = {
      title: row.title,
      state: words[row.state],
      since: since === null ? 'since when is not known' : goes_on && !long ? `since ${time.format(since)}` : duration(now - since),
      good: is_planned ? count(oee.good) : null,
      plan: !is_planned ? null : oee.plan === null ? 'good' : `of ${count(oee.plan)} plan`,
      rate: is_planned ? (rate === null ? null : `${count(rate)}/h`) : known(rate),
      target: is_planned ? null : ideal != null ? `of ${count(ideal)} parts/h` : rate === null ? 'no parts counted' : 'parts/h, no target',
      is_real: row.is_real,
    };
  }
  const states = Object.values(rows.machines).map((row) => row.state);
  const of = (state) => states.filter((one) => one === state).length;
  const sources = Object.values(rows.sources);
  const live = sources.filter((source) => source.kind !== 'self' && source.kind !== 'recording');
  const rates = live.flatMap((source) => source.rate ?? []);
  const lags = live.flatMap((source) => (source.status === 'connected' ? source.lag ?? [] : []));
  const sums = rows.oee[plant.path];
  const needs = needs_of(rows, work.shifts, now);
  return {
    tiles,
    running: count(of('running')),
    states: Object.fromEntries(Object.keys(words).filter((state) => state !== 'running').map((state) => [state, count(of(state))])),
    good: known(sums.good),
    plan: sums.plan === null ? 'no plan' : `of ${count(sums.plan)} planned`,
    ahead: ahead_words(sums),
    coverage: coverage(sums.coverage),
    missing: sums.missing.length === 0 ? '' : `Missing: ${sums.missing.join('; ')}`,
    loss: sums.loss === '' ? 'no time was lost' : loss_words(sums.loss),
    loss_time: sums.loss === '' ? '—' : duration(1_000 * sums.loss_time),
    needs: count(needs.length),
    named: needs.slice(0, needs_shown_max),
    progress: sources.filter((source) => source.progress_text && source.status !== 'ended').map((source) => `The past comes in: ${source.progress_text}`),
    connected: `${count(live.filter((source) => source.status === 'connected').length)} of ${count(live.length)} sources connected`,
    flow: `${rates.length === 0 ? '—' : count(rates.reduce((sum, rate) => sum + rate, 0))} readings/s · lag ${lag_words(lags)}`,
    badge: sources.filter((source) => source.status !== 'connected' && source.status !== 'ended').length,
    sums,
  };
}

/** What the overview says, read off the page. */
function shown(page) {
  return page.evaluate(() => {
    const text = (root, selector) => root?.querySelector(selector)?.textContent?.trim() ?? null;
    const fact = (name, value) => text(document.querySelector(`[data-fact="${name}"]`), `[data-value="${value}"]`);
    const tiles = {};
    for (const tile of document.querySelectorAll('ul [data-machine].tile')) {
      const value = (name) => text(tile, `[data-value="${name}"]`);
      tiles[tile.dataset.machine] = {
        title: text(tile, '.title'), state: value('state'), since: value('since'), good: value('good'), plan: value('plan'), rate: value('rate'),
        target: value('target'), is_real: tile.querySelector('.badge') !== null,
      };
    }
    const states = {};
    for (const key of document.querySelectorAll('[data-fact="states"] [data-state]')) states[key.dataset.state] = text(key, 'b');
    return {
      tiles, states,
      running: fact('states', 'running'), good: fact('good', 'good'), plan: fact('good', 'plan'), ahead: fact('good', 'ahead'),
      coverage: fact('oee', 'coverage'), missing: fact('oee', 'missing'), loss: fact('loss', 'loss'), loss_time: fact('loss', 'loss_time'),
      needs: text(document, 'aside [data-value="needs"]'),
      named: [...document.querySelectorAll('aside [data-need]')].map((line) => line.dataset.key),
      progress: [...document.querySelectorAll('[data-value="progress"]')].map((line) => line.textContent.trim()),
      connected: fact('data', 'connected'), flow: fact('data', 'flow'),
      badge: Number(text(document, 'nav .troubled [aria-hidden]') ?? '0'),
      factors: fact('oee', 'factors'), oee: fact('oee', 'oee'),
    };
  });
}

/** The page and the rows agree, number by number. */
const agree = (server, page) => eventually(async () => {
  const { sums, ...want } = await expected(server);
  const { factors, oee, ...said } = await shown(page);
  assert.deepEqual(said, want);
  const [, availability, performance, quality] = /^A (.+) × P (.+) × Q (.+)$/.exec(factors);
  factors_agree({ oee, availability, performance, quality }, sums, 'the plant');
});

const saturated_share_max = 0.005;
const saturation_max = 0.5;

export default {
  async 'shows every machine with its state in words and a band that speaks'({ server, browser }) {
    const { page, said, leave } = await person(browser);
    await page.goto(server.url);
    await overview_stands(page);
    const { machines } = await server.get('/api/v1/plant');
    assert.ok(machines.length > 0, 'the demo has machines');
    const tiles = page.getByRole('list', { name: 'Machines, sorted by need' }).getByRole('listitem');
    assert.equal(await tiles.count(), machines.length);
    for (const { path, title } of machines) {
      const tile = page.locator(`.tile[data-machine="${path}"]`);
      const word = (await tile.locator('[data-value="state"]').innerText()).trim();
      assert.ok(Object.values(words).includes(word), `${title} says "${word}"`);
      const label = await tile.getByRole('img', { name: title }).getAttribute('aria-label');
      assert.match(label, new RegExp(`^${title}, last 8 h: (Running|Slow|Idle|Set-up|Stopped|Blocked|Starved|Planned|No data|Not recorded yet) \\d`));
    }
    assert.deepEqual(said, []);
    await leave();
  },

  async 'every number follows from the rows of the API'({ server, browser }) {
    const { page, leave } = await person(browser);
    await page.goto(server.url);
    await overview_stands(page);
    await agree(server, page);
    await server.advance('7 min');
    await agree(server, page);
    await leave();
  },

  async 'those who need a person come first, and the column beside names the same ones'({ server, browser }) {
    const { page, leave } = await person(browser);
    await page.goto(server.url);
    await overview_stands(page);
    const ranks = ['Stopped', 'No data', 'Blocked', 'Starved', 'Slow', 'Set-up', 'Idle', 'Running', 'Planned'];
    const rank = (word) => (word === 'Starved' ? ranks.indexOf('Blocked') : ranks.indexOf(word));
    const order = (await page.locator('.tile [data-value="state"]').allInnerTexts()).map((word) => rank(word.trim()));
    assert.deepEqual(order, [...order].sort((a, b) => a - b));
    const raised = await page.locator('.tile.needs').evaluateAll((tiles) => tiles.map((tile) => tile.dataset.machine));
    const named = await page.getByRole('complementary').locator('[data-need="machine"]').evaluateAll((items) => items.map((item) => item.dataset.machine));
    assert.deepEqual(named, raised);
    await leave();
  },

  async 'twenty machines fit 1280×800 without scrolling'({ server, browser }) {
    const { page, leave } = await person(browser);
    await page.goto(server.url);
    await overview_stands(page);
    const { height, width } = await page.evaluate(() => ({ height: document.documentElement.scrollHeight, width: document.documentElement.scrollWidth }));
    assert.ok(height <= 800 && width <= 1280, `the page is ${width}×${height}`);
    await leave();
    return `${width}×${height}`;
  },

  async 'a normal plant looks quiet: less than half a per cent of the pixels are saturated'({ server, browser }) {
    const shares = [];
    for (const theme of ['light', 'dark']) {
      const { page, leave } = await person(browser, { theme });
      await page.goto(server.url);
      await overview_stands(page);
      const picture = await page.screenshot();
      const share = await page.evaluate(async ([base64, limit]) => {
        const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        let saturated = 0;
        for (let at = 0; at < data.length; at += 4) {
          const [low, high] = [Math.min(data[at], data[at + 1], data[at + 2]), Math.max(data[at], data[at + 1], data[at + 2])];
          if (high > 0 && (high - low) / high > limit) saturated += 1;
        }
        return saturated / (data.length / 4);
      }, [picture.toString('base64'), saturation_max]);
      assert.ok(share < saturated_share_max, `${theme}: ${(100 * share).toFixed(2)} % of the pixels are saturated`);
      shares.push(`${theme} ${(100 * share).toFixed(2)} %`);
      await leave();
    }
    return shares.join(', ');
  },

  async 'from a tile to the cause in three clicks: machine, tag, trend with its gaps in words'({ server, browser }) {
    const { page, said, leave } = await person(browser);
    await page.goto(server.url);
    await overview_stands(page);
    const tile = page.locator('.tile', { hasText: 'CNC mill 3' });
    const path = await tile.getAttribute('data-machine');
    await tile.getByRole('link').click();
    assert.equal(new URL(page.url()).pathname, `/machine/${path}`);
    await page.getByRole('heading', { name: 'CNC mill 3', level: 1 }).waitFor();
    const { tags } = await server.get(`/api/v1/tags?query=${encodeURIComponent(path)}&limit=200`);
    const own = tags.filter((tag) => tag.path.startsWith(`${path}/`));
    assert.ok(own.length > 0, 'CNC mill 3 has tags');
    await eventually(async () => assert.equal(await page.locator('[data-tag]').count(), own.length));
    const number = own.find((tag) => tag.kind === 'number' && tag.unit !== '' && tag.unit !== '1');
    const row = page.locator(`[data-tag="${number.path}"]`);
    await row.getByRole('button').click();
    await page.getByRole('img', { name: /over the last 8 h: between/ }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('tag'), number.path);
    assert.ok((await row.locator('.value').innerText()).includes(number.unit));
    await page.goBack();
    await overview_stands(page);
    assert.deepEqual(said, []);
    await leave();
  },
};
