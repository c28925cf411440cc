// The scripted newcomer: does each task of docs/guide/first-ten-minutes.md in a browser and counts time and taps.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, overview_stands, person } from '../person.mjs';
import { Server } from '../server.mjs';

const guide = new URL('../../../docs/guide/first-ten-minutes.md', import.meta.url);
const minutes_max = 10;
const advances_max = 60;

/** The tasks of the guide: number, title and the most taps that it promises. */
function tasks_of(text) {
  return text.split(/^## /m).slice(1).map((part) => {
    const [, number, title] = /^(\d+)\. (.+)$/m.exec(part) ?? [];
    const taps = /^Taps: (\d+)$/m.exec(part)?.[1];
    assert.ok(number !== undefined && taps !== undefined, `a section of the guide has no number or no "Taps:": ${part.slice(0, 40)}`);
    return { number: Number(number), title, taps_max: Number(taps) };
  });
}

class Newcomer {
  taps = 0;
  constructor(page, server) {
    this.page = page;
    this.server = server;
  }
  async tap(locator) {
    this.taps += 1;
    await locator.click();
  }
  nav(name) {
    return this.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name });
  }
}

/** Waits, in the plant's own time, for a machine that stands without anybody having said why. */
async function until_one_stands(server) {
  for (let advance = 0; advance < advances_max; advance += 1) {
    const [{ rows: stops }, { rows: machines }] = await Promise.all([server.get('/api/v1/views/stops'), server.get('/api/v1/views/machines')]);
    const stop = Object.values(stops).find((one) => one.to === null && one.needs_reason && machines[one.machine]?.state === 'stopped');
    if (stop !== undefined) return stop;
    await server.advance('3 min');
    await server.settles();
  }
  throw new Error(`no machine stood for long in ${3 * advances_max} min of the plant`);
}

const did = {
  async 'Start it'({ server }) {
    assert.match(server.output.join('\n'), /http:\/\/127\.0\.0\.1:\d+\/sign-in#\S+/, 'the program prints a link');
    assert.equal((await fetch(`${server.url}/api/v1/health`)).status, 200);
  },

  async 'Sign in'({ page, server }) {
    await page.goto(`${server.url}/sign-in#${server.code}`);
    await overview_stands(page);
  },

  async 'Find the machine that needs help'(one) {
    const { page } = one;
    const first = page.getByRole('complementary').locator('[data-need]').first();
    await first.filter({ hasText: /stopped \d/ }).waitFor();
    one.machine = await first.getAttribute('data-machine');
    assert.equal(await page.locator('.tile').first().getAttribute('data-machine'), one.machine, 'its tile stands first');
    one.title = (await page.locator('.tile').first().locator('.title').innerText()).trim();
  },

  async 'See why it stands'(one) {
    const { page } = one;
    await one.tap(page.getByRole('complementary').getByRole('link', { name: `Open machine: ${one.title}` }));
    await page.getByRole('heading', { level: 1, name: one.title }).waitFor();
    await page.locator('main').getByText(/Stopped/).first().waitFor();
    await page.getByRole('img', { name: /last 8 h/ }).first().waitFor();
  },

  async 'Explain the stop'(one) {
    const { page, server, stop } = one;
    await one.tap(one.nav('Overview'));
    const line = page.getByRole('complementary').locator(`[data-machine="${one.machine}"]`);
    await one.tap(line.getByRole('button', { name: /^Say why/ }));
    const reason = line.getByRole('group').getByRole('button').first();
    const title = (await reason.innerText()).trim();
    await one.tap(reason);
    await eventually(async () => {
      const { rows } = await server.get('/api/v1/views/stops');
      const row = Object.values(rows).find((other) => other.machine === stop.machine && other.from === stop.from);
      assert.deepEqual([row.reason_title, row.needs_reason], [title, false]);
    });
  },

  async 'Look at a trend'(one) {
    const { page } = one;
    await one.tap(page.locator('.tile').first().getByRole('link'));
    await page.locator('[data-tag]').first().waitFor();
    await one.tap(page.locator('[data-tag]').filter({ hasText: /kW/ }).first().getByRole('button').first());
    await page.locator('canvas').first().waitFor();
  },

  async 'Look at the shift'(one) {
    await one.tap(one.nav('Shift'));
    await one.page.locator('[data-hour="total"]').waitFor();
    await one.page.getByRole('img', { name: /good parts, .* planned by now/ }).waitFor();
  },

  async 'Report scrap at a station'(one) {
    const { page, server } = one;
    const machine = 'CNC mill 3';
    await one.tap(one.nav('Station'));
    await one.tap(page.locator('main').getByRole('link', { name: machine }));
    one.station = decodeURIComponent(new URL(page.url()).pathname.replace('/station/', ''));
    const scrap = async () => (await server.get('/api/v1/views/oee')).rows[one.station].scrap ?? 0;
    const before = await scrap();
    await one.tap(page.getByRole('button', { name: 'Add 1', exact: true }));
    await one.tap(page.getByRole('group', { name: 'Why scrap?' }).getByRole('button').first());
    await one.tap(page.getByRole('button', { name: 'Report 1 scrap' }));
    await page.locator('[data-sending="sent"]').filter({ hasText: '1 scrap' }).waitFor();
    await eventually(async () => assert.equal(await scrap(), before + 1));
  },

  async 'Start an order'(one) {
    const { page, server } = one;
    const line = page.locator('[data-order]').filter({ has: page.getByRole('button', { name: /^(Start|Go on) / }) }).first();
    const order = await line.getAttribute('data-order');
    await one.tap(line.getByRole('button', { name: /^(Start|Go on) / }));
    await eventually(async () => assert.equal((await server.get('/api/v1/views/runs')).rows[one.station].order, order));
  },

  async 'Connect a machine of your own'(one) {
    const { page, server } = one;
    const answer = await page.request.post(`${server.url}/api/v2/write`, { data: 'oven temperature=181.5', headers: { Origin: server.url } });
    assert.equal(answer.status(), 204, await answer.text());
    await page.goto(server.url);
    await overview_stands(page);
    await one.tap(one.nav('Data health'));
    await page.locator('main').getByText(/oven/).first().waitFor();
  },

  async 'Where the data is kept'({ server }) {
    for (const folder of ['journal', 'history']) assert.ok(existsSync(join(server.folder, folder)), `${folder} lies in the data folder`);
  },
};

export default {
  async 'does each task of the ten-minute guide with no more taps than it says'({ binary, browser }) {
    const tasks = tasks_of(readFileSync(guide, 'utf8'));
    assert.deepEqual(tasks.map((task) => task.title), Object.keys(did), 'each task of the guide is done here, and in its order');
    const begun = performance.now();
    const server = await Server.start(binary);
    const { page, said, leave } = await person(browser);
    const one = new Newcomer(page, server);
    const notes = [];
    try {
      await server.connects();
      one.stop = await until_one_stands(server);
      for (const task of tasks) {
        const [started, taps] = [performance.now(), one.taps];
        try {
          await did[task.title](one);
        } catch (error) {
          throw new Error(`task ${task.number}, ${task.title}: ${error.message}`, { cause: error });
        }
        const took = one.taps - taps;
        assert.ok(took <= task.taps_max, `${task.title}: ${took} taps, the guide says ${task.taps_max}`);
        notes.push(`${task.number}. ${task.title}: ${took} taps, ${((performance.now() - started) / 1_000).toFixed(1)} s`);
      }
      assert.deepEqual(said, []);
      const seconds = (performance.now() - begun) / 1_000;
      assert.ok(seconds < 60 * minutes_max, `it took ${seconds} s`);
      return `${one.taps} taps, ${seconds.toFixed(0)} s\n        ${notes.join('\n        ')}`;
    } finally {
      await leave();
      await server.stop();
    }
  },
};
