import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, is_live, person } from '../person.mjs';

const buckets_a_tile = 512;
const machine = 'velo/berlin/frames/machining/cnc3';
const hour = 3_600_000;
const measured = (value) => value.toLocaleString('en-GB', { maximumSignificantDigits: 4 });
const area = (page) => page.getByRole('application');
const picker = (page) => page.getByRole('combobox', { name: 'Add a tag' });
const fine = (page) => page.locator('[data-fine="true"]').waitFor();
const row_of = (page, tag) => page.locator(`tr[data-pen="${tag}"]`);

/** What the chart shows: its span and the width of a bucket. */
async function shown(page) {
  const [from, to, width] = await area(page).evaluate((element) => [element.dataset.from, element.dataset.to, element.dataset.width].map(Number));
  return { from, to, width };
}

async function number_tags(server, count) {
  const { tags } = await server.get(`/api/v1/tags?query=${encodeURIComponent(machine)}&limit=100`);
  const found = tags.filter((tag) => tag.path.startsWith(`${machine}/`) && tag.kind === 'number' && tag.unit !== '' && tag.unit !== '1');
  assert.ok(found.length >= count, `${machine} has ${found.length} tags with numbers`);
  return found.slice(0, count);
}

async function at_trends({ server, browser }, query, options) {
  const one = await person(browser, options);
  await one.page.goto(`${server.url}/trends?${query}`);
  await is_live(one.page);
  await fine(one.page);
  return one;
}

const pens_query = (tags, rest) => [...tags.map((tag) => `pen=${encodeURIComponent(tag.path)}`), rest].join('&');

/** The rows that the screen must stand on: buckets, or the readings where a tile holds fewer of them. */
async function rows_between(server, tag, { from, to, width }) {
  const tile = width * buckets_a_tile;
  const rows = [];
  for (let start = Math.floor(from / tile) * tile; start < to; start += tile) {
    const span = `tag=${encodeURIComponent(tag)}&from=${start}&to=${start + tile}`;
    const buckets = await server.get(`/api/v1/buckets?${span}&count=${buckets_a_tile}`);
    const readings = buckets.count.reduce((sum, one, index) => sum + one + buckets.bad[index], 0);
    if (readings > buckets_a_tile) {
      buckets.time.forEach((at, index) => {
        if (buckets.count[index] > 0) rows.push({ at, until: at + width, value: buckets.mean[index], min: buckets.min[index], max: buckets.max[index] });
      });
    } else {
      const raw = await server.get(`/api/v1/readings?${span}&limit=2000`);
      raw.time.forEach((at, index) => rows.push({ at, until: at, value: raw.value[index], min: raw.value[index], max: raw.value[index] }));
    }
  }
  return rows.filter((row) => row.at >= from && row.at < to);
}

/** The gap lies where it must in the row under the chart, and no pixel of the pen lies in it. */
async function gap_is_drawn(page, kind, from, to) {
  const seen = await shown(page);
  const share = (at) => (100 * (at - seen.from)) / (seen.to - seen.from);
  await eventually(async () => {
    const marked = await page.locator(`[data-lack="${kind}"]`).first().evaluate((rect) => [rect.getAttribute('x'), rect.getAttribute('width')].map((text) => Number(text.replace('%', ''))));
    assert.ok(Math.abs(marked[0] - share(from)) < 0.2 && Math.abs(marked[1] - Math.max(0.3, share(to) - share(from))) < 0.2, `marked ${marked}, expected ${share(from)} ${share(to) - share(from)}`);
  });
  const [inside, all] = await page.evaluate(([left, right]) => {
    const canvas = document.querySelector('.u-wrap canvas');
    const over = document.querySelector('.u-over').getBoundingClientRect();
    const box = canvas.getBoundingClientRect();
    const ratio = canvas.width / box.width;
    const count = (x0, x1) => {
      const { data } = canvas.getContext('2d').getImageData(Math.ceil(x0 * ratio), 0, Math.max(1, Math.floor((x1 - x0) * ratio)), canvas.height);
      let found = 0;
      for (let at = 0; at < data.length; at += 4) if (data[at] === 0x4a && data[at + 1] === 0x6a && data[at + 2] === 0x91) found += 1;
      return found;
    };
    const x = (at) => over.left - box.left + (over.width * at) / 100;
    return [count(x(left) + 2, x(right) - 2), count(over.left - box.left, over.right - box.left)];
  }, [share(from), share(to)]);
  assert.equal(inside, 0, 'no line in the gap');
  assert.ok(all > 100, `${all} pixels of the pen`);
}

const at_moment = (rows, at) => rows.findLast((row) => row.at <= at);

export default {
  async 'pens are added by keyboard alone, one axis a unit, and stand in the address'({ server, browser }) {
    const tags = await number_tags(server, 2);
    const { page, said, leave } = await person(browser);
    await page.goto(`${server.url}/trends`);
    await is_live(page);
    await page.getByText('No pen is drawn yet').waitFor();
    await page.keyboard.press('/');
    for (const tag of tags) {
      await page.keyboard.type(tag.path);
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      await row_of(page, tag.path).waitFor();
    }
    await fine(page);
    assert.deepEqual(new URL(page.url()).searchParams.getAll('pen'), tags.map((tag) => tag.path));
    for (const tag of tags) assert.ok((await row_of(page, tag.path).innerText()).includes(tag.unit));
    await page.keyboard.type(tags[0].path);
    await page.keyboard.press('Enter');
    await page.getByText('This tag is drawn already').first().waitFor();
    await row_of(page, tags[0].path).getByRole('button').click();
    await eventually(async () => assert.deepEqual(new URL(page.url()).searchParams.getAll('pen'), [tags[1].path]));
    await page.goBack();
    await row_of(page, tags[0].path).waitFor();
    assert.deepEqual(said, []);
    await leave();
  },

  async 'keys, wheel and hand move and zoom; back returns; the keyboard moves the cursor'({ server, browser }) {
    const tags = await number_tags(server, 1);
    const { page, said, leave } = await at_trends({ server, browser }, pens_query(tags, 'span=8h'));
    const first = await shown(page);
    assert.equal(first.to - first.from, 8 * hour);
    await area(page).focus();
    await page.keyboard.press('+');
    assert.ok((await shown(page)).to - (await shown(page)).from < 8 * hour);
    await page.keyboard.press('ArrowLeft');
    const earlier = await shown(page);
    assert.ok(earlier.to < first.to, 'moved to the left');
    await page.keyboard.press('End');
    assert.equal((await shown(page)).to, first.to);
    await page.getByText('24 h', { exact: true }).click();
    await eventually(async () => assert.equal((await shown(page)).to - (await shown(page)).from, 24 * hour));
    await page.goBack();
    await eventually(async () => assert.ok((await shown(page)).to - (await shown(page)).from < 8 * hour));
    const box = await page.locator('.u-over').boundingBox();
    const before = await shown(page);
    const held = before.from + 0.25 * (before.to - before.from);
    await page.mouse.move(box.x + 0.25 * box.width, box.y + 50);
    await page.mouse.wheel(0, -240);
    await eventually(async () => {
      const after = await shown(page);
      assert.ok(after.to - after.from < before.to - before.from);
      assert.ok(Math.abs(after.from + 0.25 * (after.to - after.from) - held) < (after.to - after.from) / 200, 'the moment under the mouse stays');
    });
    const dragged = await shown(page);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.75 * box.width, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await eventually(async () => {
      const after = await shown(page);
      assert.ok(Math.abs(dragged.from - after.from - 0.5 * (after.to - after.from)) < (after.to - after.from) / 100, 'the picture follows the hand');
    });
    await area(page).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(async () => assert.ok(new URL(page.url()).searchParams.has('at')));
    assert.deepEqual(said, []);
    await leave();
  },

  async 'every number at the cursor follows from the API, as buckets and as readings'({ server, browser }) {
    const tags = await number_tags(server, 3);
    const { now } = await server.get('/api/v1/plant');
    const checked = [];
    for (const [span, back] of [['24h', 40 * 60_000], ['600s', 4 * 60_000]]) {
      const at = Math.floor(Date.parse(now) - back);
      const query = `span=${span}&to=${encodeURIComponent(new Date(Date.parse(now)).toISOString())}&at=${encodeURIComponent(new Date(at).toISOString())}`;
      const { page, leave } = await at_trends({ server, browser }, pens_query(tags, query));
      const seen = await shown(page);
      for (const tag of tags) {
        const row = at_moment(await rows_between(server, tag.path, seen), at);
        assert.ok(row, `${tag.path} has a row before the cursor`);
        await eventually(async () => {
          assert.equal(await row_of(page, tag.path).locator('[data-value="value"]').innerText(), measured(row.value));
          const range = row.min === row.max ? '' : `${measured(row.min)} – ${measured(row.max)}`;
          assert.equal(await row_of(page, tag.path).locator('[data-value="range"]').innerText(), range);
        });
        checked.push(row.until > row.at ? 'bucket' : 'reading');
      }
      await leave();
    }
    assert.deepEqual(new Set(checked), new Set(['bucket', 'reading']));
    return `${checked.length} values`;
  },

  async 'a link opens the same picture for somebody else'({ server, browser }) {
    const tags = await number_tags(server, 2);
    const { page, leave } = await at_trends({ server, browser }, pens_query(tags, 'span=8h'));
    await area(page).focus();
    for (const key of ['+', 'ArrowLeft', 'ArrowLeft', 'Shift+ArrowRight']) await page.keyboard.press(key);
    await eventually(async () => assert.ok(new URL(page.url()).searchParams.has('to') && new URL(page.url()).searchParams.has('at')));
    await eventually(async () => {
      const other = await person(browser, { language: 'de', theme: 'dark' });
      await other.page.goto(page.url());
      await fine(other.page);
      const [mine, theirs] = [await shown(page), await shown(other.page)];
      await other.leave();
      assert.ok(Math.abs(mine.from - theirs.from) <= 1 && Math.abs(mine.to - theirs.to) <= 1, `${JSON.stringify(mine)} and ${JSON.stringify(theirs)}`);
    });
    await leave();
  },

  async 'CSV and the table behind the chart hold the rows of the API'({ server, browser }) {
    const tags = await number_tags(server, 1);
    const [tag] = tags;
    const { page, leave } = await at_trends({ server, browser }, pens_query(tags, 'span=24h'));
    const rows = await rows_between(server, tag.path, await shown(page));
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
    const [head, ...lines] = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n');
    const title = `${tag.path} [${tag.unit}]`;
    assert.equal(head, `time,${title},${title} min,${title} max,${title} quality`);
    const good = lines.map((line) => line.split(',')).filter((cells) => cells[1] !== '');
    assert.deepEqual(good.map((cells) => [Date.parse(cells[0]), Number(cells[1]), Number(cells[2]), Number(cells[3]), cells[4]]),
      rows.map((row) => [row.at, row.value, row.min, row.max, 'good']));
    await page.keyboard.press('t');
    const table = page.getByRole('region', { name: 'Table' });
    await table.waitFor();
    const newest = rows.at(-1);
    if (rows.length <= 200) assert.ok((await table.locator('tbody tr').first().innerText()).includes(measured(newest.value)));
    assert.equal(new URL(page.url()).searchParams.get('table'), '1');
    await page.keyboard.press('t');
    await area(page).waitFor();
    await leave();
    return `${rows.length} rows`;
  },

  async 'where readings are not good the line has a gap, with its kind and length in words'({ server, browser }) {
    const now = Date.parse((await server.get('/api/v1/plant')).now);
    const minute = 60_000;
    const write = async (value, at) => {
      const response = await fetch(`${server.url}/api/v2/write?precision=ms`, { method: 'POST', body: `gap_of_e2e v=${value} ${at}` });
      assert.equal(response.status, 204, await response.text());
    };
    await write('1.5', now - 10 * minute);
    await write('2.5', now + 6 * minute); // ahead of the plant's clock: kept as uncertain
    await server.advance('12 min');
    await write('3.5', now + 11 * minute);
    let tag = null;
    await eventually(async () => {
      [tag] = (await server.get('/api/v1/tags?query=gap_of_e2e&limit=1')).tags;
      assert.ok(tag);
    });
    const { page, leave } = await at_trends({ server, browser }, pens_query([tag], 'span=1h'));
    await page.getByText('Pen 1: uncertain 5 min').waitFor();
    await gap_is_drawn(page, 'uncertain', now + 6 * minute, now + 11 * minute);
    await leave();
  },

  async 'where a machine was not heard the line has a gap'({ server, browser }) {
    const now = Date.parse((await server.get('/api/v1/plant')).now);
    const time = (at) => encodeURIComponent(new Date(at).toISOString());
    const { machines } = await server.get(`/api/v1/states?from=${time(now - 8 * hour)}&to=${time(now)}`);
    let gaps = 0;
    for (const [path, intervals] of Object.entries(machines)) {
      const first = intervals.findIndex((one) => one.state === 'nodata');
      const { tags } = await server.get(`/api/v1/tags?query=${encodeURIComponent(path)}&limit=100`);
      const tag = tags.find((one) => one.path.startsWith(`${path}/`) && one.kind === 'number');
      if (first < 0 || tag === undefined) continue;
      let last = first;
      while (intervals[last + 1]?.state === 'nodata') last += 1;
      const { page, leave } = await at_trends({ server, browser }, pens_query([tag], 'span=8h'));
      await page.getByText('Pen 1: no data').waitFor();
      await gap_is_drawn(page, 'nodata', Math.max(now - 8 * hour, Date.parse(intervals[first].from)), intervals[last].to === null ? now : Date.parse(intervals[last].to));
      await leave();
      gaps += 1;
      if (gaps === 2) break;
    }
    return `${gaps} machines with a gap`;
  },

  async 'an earlier cycle is drawn dashed, and the table tells both values and their difference'({ server, browser }) {
    const tags = await number_tags(server, 2);
    const { now } = await server.get('/api/v1/plant');
    const [to, at, offset] = [Date.parse(now), Date.parse(now) - 20 * 60_000, hour];
    const query = `span=1h&to=${encodeURIComponent(new Date(to).toISOString())}&at=${encodeURIComponent(new Date(at).toISOString())}`;
    const { page, leave } = await at_trends({ server, browser }, pens_query(tags, query));
    await page.getByLabel('Compare with').selectOption('free');
    await page.getByText('Dashed: 1 h earlier').waitFor();
    const seen = await shown(page);
    for (const tag of tags) {
      const [mine, before] = await Promise.all([
        rows_between(server, tag.path, seen), rows_between(server, tag.path, { ...seen, from: seen.from - offset, to: seen.to - offset }),
      ]);
      const [value, earlier] = [at_moment(mine, at).value, at_moment(before, at - offset).value];
      await eventually(async () => {
        const cell = (name) => row_of(page, tag.path).locator(`[data-value="${name}"]`).innerText();
        assert.equal(await cell('value'), measured(value));
        assert.equal(await cell('earlier'), measured(earlier));
        assert.equal(await cell('difference'), `${value - earlier > 0 ? '+' : ''}${measured(value - earlier)}`);
      });
    }
    await page.getByLabel('How long ago').fill('soon');
    await page.getByText('Write a length of time').waitFor();
    await page.getByLabel('How long ago').fill('90 min');
    await page.getByText('Dashed: 1 h 30 min earlier').waitFor();
    await page.getByLabel('Compare with').selectOption('day');
    await page.getByText('Dashed: 1 d earlier').waitFor();
    await leave();
  },

  async 'the shift before and the order before of the same product lie under what runs now'({ server, browser }) {
    const now = Date.parse((await server.get('/api/v1/plant')).now);
    const minute = 60_000;
    const measurement = `${machine.slice('velo/berlin/'.length)}/compared`; // the server puts the plant before it
    const time = (at) => encodeURIComponent(new Date(at).toISOString());
    // A value a minute since before the shift of last week: the time itself, so that each offset has a difference of its own.
    const start = Math.floor(now / minute) * minute - 80 * hour;
    const value_at = (at) => (Math.floor(at / minute) * minute - start) / minute;
    const lines = [];
    for (let at = start; at <= now; at += minute) lines.push(`${measurement} v=${value_at(at)} ${at}`);
    const written = await fetch(`${server.url}/api/v2/write?precision=ms`, { method: 'POST', body: lines.join('\n') });
    assert.equal(written.status, 204, await written.text());
    let tag = null;
    await eventually(async () => {
      tag = (await server.get(`/api/v1/tags?query=${encodeURIComponent(measurement)}&limit=1`)).tags[0];
      assert.ok(tag?.path.startsWith(`${machine}/`), 'the tag is one of the machine');
    });
    const from_of = (row) => Date.parse(row.from);
    const shifts = (await server.get(`/api/v1/oee?from=${time(now - 7 * 24 * hour)}&to=${time(now)}&each=shift&path=${machine}`)).rows.map(from_of).sort((a, b) => b - a);
    const runs = (await server.get(`/api/v1/runs?from=${time(now - 30 * 24 * hour)}&to=${time(now)}&machine=${machine}`)).filter((run) => run.order !== '').reverse().sort((a, b) => from_of(b) - from_of(a));
    const before = runs.filter((run) => from_of(run) < from_of(runs[0]));
    const alike = before.find((run) => run.product === runs[0].product) ?? before[0];
    const offsets = { shift: shifts[0] - shifts[1], order: from_of(runs[0]) - from_of(alike) };
    assert.ok(offsets.shift > 40 * hour, 'over the week-end');

    const at = now - 5 * minute + 30_000;
    const { page, said, leave } = await at_trends({ server, browser }, pens_query([tag], `span=1h&to=${time(now)}&at=${time(at)}`));
    for (const [chosen, offset] of Object.entries(offsets)) {
      await page.getByLabel('Compare with').selectOption(chosen);
      await eventually(async () => {
        const cell = async (name) => row_of(page, tag.path).locator(`[data-value="${name}"]`).innerText();
        assert.equal(await cell('value'), measured(value_at(at)));
        assert.equal(await cell('earlier'), measured(value_at(at - offset)), `${chosen}: ${offset} ms before`);
        assert.equal(await cell('difference'), `+${measured(value_at(at) - value_at(at - offset))}`);
      });
      assert.match(await page.locator('body').innerText(), /Dashed: .* earlier/);
      assert.equal(new URL(page.url()).searchParams.get('compare'), chosen);
    }
    // By the link somebody else sees the same comparison.
    const other = await person(browser);
    await other.page.goto(page.url());
    await fine(other.page);
    await other.page.getByText(/Dashed: .* earlier/).waitFor();
    await other.leave();
    assert.deepEqual(said, []);
    await leave();
    return `${Math.round(offsets.shift / minute)} and ${Math.round(offsets.order / minute)} min`;
  },

  async 'what cannot be fetched is said to be so, and a second try brings it'({ server, browser }) {
    const tags = await number_tags(server, 1);
    const { page, leave } = await person(browser);
    await page.route('**/api/v1/buckets*', (route) => route.abort());
    await page.goto(`${server.url}/trends?${pens_query(tags, 'span=1h')}`);
    await row_of(page, tags[0].path).getByText('could not be fetched').waitFor();
    await page.unroute('**/api/v1/buckets*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await fine(page);
    assert.equal(await page.getByText('could not be fetched').count(), 0);
    await leave();
  },

  async 'two fingers zoom, and the moments under them stay'({ server, browser }) {
    const tags = await number_tags(server, 1);
    const to = Date.parse((await server.get('/api/v1/plant')).now) - hour;
    const { page, leave } = await at_trends({ server, browser }, pens_query(tags, `span=1h&to=${encodeURIComponent(new Date(to).toISOString())}`), { density: 'touch' });
    const box = await page.locator('.u-over').boundingBox();
    const cdp = await page.context().newCDPSession(page);
    const touch = (type, ...shares) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: shares.map((share, id) => ({ x: box.x + share * box.width, y: box.y + 80, id })) });
    const before = await shown(page);
    await touch('touchStart', 0.4, 0.6);
    for (const apart of [0.12, 0.15, 0.2]) await touch('touchMove', 0.5 - apart, 0.5 + apart);
    await touch('touchEnd');
    await eventually(async () => {
      const after = await shown(page);
      assert.ok(Math.abs((after.to - after.from) / (before.to - before.from) - 0.5) < 0.05, `${(after.to - after.from) / (before.to - before.from)} of the span`);
      const middle = (seen) => (seen.from + seen.to) / 2;
      assert.ok(Math.abs(middle(after) - middle(before)) < 0.01 * hour);
    });
    await leave();
  },

  async 'a tag of words is a row of words, and what it says at the cursor stands in the table'({ server, browser }) {
    const tag = `${machine}/product`;
    const now = Date.parse((await server.get('/api/v1/plant')).now);
    const readings = await server.get(`/api/v1/readings?tag=${encodeURIComponent(tag)}&from=${now - 24 * hour}&to=${now + 1}&limit=2000`);
    assert.equal(readings.kind, 'text');
    const { page, leave } = await at_trends({ server, browser }, `pen=${encodeURIComponent(tag)}&span=24h`);
    await eventually(async () => assert.equal(await row_of(page, tag).locator('[data-value="value"]').innerText(), readings.value.at(-1)));
    // A word holds until another one; a reading that is not good ends it.
    const pieces = readings.value.filter((value, index) => {
      const is_good = (one) => readings.quality[one] === 0;
      return is_good(index) && (index === 0 || !is_good(index - 1) || value !== readings.value[index - 1]);
    });
    assert.equal(await page.locator(`[data-words="${tag}"] rect`).count(), pieces.length);
    await leave();
  },

  async 'a tag that the server does not know is said to be so'({ server, browser }) {
    const { page, leave } = await person(browser);
    await page.goto(`${server.url}/trends?pen=no/such/tag`);
    await page.getByText('The server knows no tag “no/such/tag”').waitFor();
    await leave();
  },
};
