import assert from 'node:assert/strict';
import { eventually, overview_stands, person } from '../person.mjs';

const words = {
  running: 'Running', slow: 'Slow', idle: 'Idle', setup: 'Set-up', stopped: 'Stopped', blocked: 'Blocked',
  starved: 'Starved', planned: 'Planned', nodata: 'No data',
};
const count = (value) => new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 }).format(value);

function duration(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  const hours = Math.floor(minutes / 60);
  if (milliseconds < 60_000) return `${Math.floor(milliseconds / 1_000)} s`;
  if (hours === 0) return `${minutes} min`;
  const [large, one, rest, other] = hours < 24 ? [hours, 'h', minutes % 60, 'min'] : [Math.floor(hours / 24), 'd', hours % 24, 'h'];
  return rest === 0 ? `${large} ${one}` : `${large} ${one} ${rest} ${other}`;
}

function counted_since(at, zone) {
  const time = (options) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(Date.parse(at));
  if (at == null || time({ timeStyle: 'medium' }) === '00:00:00') return 'since midnight';
  return `since ${time({ hour: '2-digit', minute: '2-digit' })}`;
}

/** What the overview must say, from the rows of the API alone. */
async function expected(server) {
  const [plant, machines, counts, sources] = await Promise.all(
    ['/api/v1/plant', '/api/v1/views/machines', '/api/v1/views/counts', '/api/v1/views/sources'].map((path) => server.get(path)),
  );
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: plant.zone });
  const now = Math.floor(Date.parse(plant.now) / 1_000) * 1_000;
  const tiles = {};
  for (const [path, row] of Object.entries(machines.rows)) {
    const rate = counts.rows[path];
    const ideal = rate?.ideal_rate ?? plant.machines.find((one) => one.path === path)?.ideal_rate;
    const since = row.since === null ? null : Date.parse(row.since);
    const goes_on = row.state === 'running' || row.state === 'planned';
    const long = since !== null && now - since >= 24 * 3_600_000;
    tiles[path] = {
      title: row.title,
      state: words[row.state],
      since: since === null ? 'since when is not known' : goes_on && !long ? `since ${time.format(since)}` : duration(now - since),
      rate: rate === undefined || rate.rate === null ? '—' : count(rate.rate),
      target: ideal != null ? `of ${count(ideal)} parts/h` : rate === undefined || rate.rate === null ? 'no parts counted' : 'parts/h, no target',
      is_real: row.is_real,
    };
  }
  const states = Object.values(machines.rows).map((row) => row.state);
  const of = (state) => states.filter((one) => one === state).length;
  const all_sources = Object.values(sources.rows);
  const last = plant.machines.filter((one) => one.ideal_rate !== null).at(-1);
  const last_rate = last === undefined ? undefined : counts.rows[last.path];
  return {
    tiles,
    running: count(of('running')),
    needs: count(of('stopped') + of('nodata')),
    connected: count(all_sources.filter((source) => source.status === 'connected').length),
    all_sources: `of ${count(all_sources.length)} sources connected`,
    states: Object.fromEntries(Object.keys(words).filter((state) => state !== 'running').map((state) => [state, count(of(state))])),
    last_rate: last === undefined ? null : last_rate === undefined || last_rate.rate === null ? '—' : count(last_rate.rate),
    last_parts: last_rate === undefined || last_rate.good === null ? 'Its parts are not counted yet'
      : `${count(last_rate.good)} good${last_rate.reject === null ? '' : `, ${count(last_rate.reject)} rejected`} ${counted_since(last_rate.counted_from, plant.zone)}`,
    badge: all_sources.filter((source) => source.status !== 'connected').length,
  };
}

/** What the overview says, read off the page. */
function shown(page) {
  return page.evaluate(() => {
    const text = (root, selector) => root?.querySelector(selector)?.textContent?.trim() ?? null;
    const fact = (name) => document.querySelector(`[data-fact="${name}"]`);
    const tiles = {};
    for (const tile of document.querySelectorAll('ul [data-machine].tile')) {
      tiles[tile.dataset.machine] = {
        title: text(tile, '.title'), state: text(tile, '[data-value="state"]'), since: text(tile, '[data-value="since"]'),
        rate: text(tile, '[data-value="rate"]'), target: text(tile, '[data-value="target"]'), is_real: tile.querySelector('.badge') !== null,
      };
    }
    const states = {};
    for (const key of fact('states').querySelectorAll('[data-state]')) states[key.dataset.state] = text(key, 'b');
    return {
      tiles,
      running: text(fact('states'), '[data-value="running"]'),
      needs: text(fact('needs'), '[data-value="needs"]'),
      connected: text(fact('data'), '[data-value="connected"]'),
      all_sources: text(fact('data'), '.unit'),
      states,
      last_rate: text(fact('last_station'), '[data-value="rate"]'),
      last_parts: text(fact('last_station'), '[data-value="parts"]'),
      badge: Number(text(document, 'nav .troubled [aria-hidden]') ?? '0'),
    };
  });
}

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
    const compare = () => eventually(async () => {
      const want = await expected(server);
      assert.deepEqual(await shown(page), want);
    });
    await compare();
    await server.advance('7 min');
    await compare();
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
    const named = await page.getByRole('complementary').locator('[data-machine]').evaluateAll((items) => items.map((item) => item.dataset.machine));
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
