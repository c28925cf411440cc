import assert from 'node:assert/strict';
import { Cable } from '../cable.mjs';
import { badge, is_live, overview_stands, person } from '../person.mjs';
import { Server } from '../server.mjs';

const stale = (page) => badge(page).filter({ hasText: /stale since \d\d:\d\d:\d\d/ });

export default {
  async 'a pulled cable is told within a second, and the page comes back by itself'({ server, browser }) {
    const cable = await Cable.lay(server.port);
    const { page, leave } = await person(browser);
    try {
      await page.goto(cable.url);
      await overview_stands(page);
      cable.pull();
      const pulled = performance.now();
      await stale(page).waitFor({ timeout: 1_000 });
      const told = performance.now() - pulled;
      await page.getByText('The link to the server is lost').waitFor();
      await page.getByText(/Next try in|Trying now/).waitFor();
      await page.getByRole('button', { name: 'Try now' }).click();
      cable.plug();
      await is_live(page);
      cable.pull();
      await stale(page).waitFor({ timeout: 1_000 });
      cable.plug();
      await is_live(page);
      return `told after ${Math.round(told)} ms`;
    } finally {
      await leave();
      cable.remove();
    }
  },

  async 'a link that only falls silent is told within four seconds'({ server, browser }) {
    const cable = await Cable.lay(server.port);
    const { page, leave } = await person(browser);
    try {
      await page.goto(cable.url);
      await overview_stands(page);
      cable.freeze();
      await stale(page).waitFor({ timeout: 4_000 });
      cable.plug();
      await is_live(page);
    } finally {
      await leave();
      cable.remove();
    }
  },

  async 'a killed server is told within a second, and the page goes on when it is started again'({ binary, browser }) {
    let server = await Server.start(binary);
    const { page, leave } = await person(browser);
    try {
      await page.goto(server.url);
      await overview_stands(page);
      const machines = await page.locator('.tile').count();
      await server.kill('SIGKILL');
      await stale(page).waitFor({ timeout: 1_000 });
      assert.equal(await page.locator('.tile').count(), machines, 'what was known stays in sight');
      server = await Server.start(binary, { port: server.port, data: server.folder });
      await is_live(page);
      await overview_stands(page);
    } finally {
      await leave();
      await server.stop();
    }
  },
};
