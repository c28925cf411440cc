import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { is_live, overview_stands, person } from '../person.mjs';
import { screens } from '../screens.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every rule of axe-core on what is in sight; the library is handed to the page past its content policy. */
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} — ${node.failureSummary}`));
}

const tests = {};
for (const theme of ['light', 'dark']) {
  for (const screen of screens) {
    tests[`axe finds nothing on ${screen.name}, ${theme}`] = async ({ server, browser }) => {
      const { page, leave } = await person(browser, { theme });
      await page.goto(server.url + (await screen.path(server)));
      await screen.stands(page);
      assert.deepEqual(await violations(page), []);
      await leave();
    };
  }
  tests[`axe finds nothing on palette, help, preferences and stale bar, ${theme}`] = async ({ server, browser }) => {
    const { page, leave } = await person(browser, { theme });
    await page.goto(server.url);
    await overview_stands(page);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('cnc');
    await page.getByRole('group', { name: 'Tags' }).waitFor();
    assert.deepEqual(await violations(page), [], 'palette');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    assert.deepEqual(await violations(page), [], 'help');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'View' }).click();
    assert.deepEqual(await violations(page), [], 'preferences');
    await page.keyboard.press('Escape');
    await page.context().setOffline(true);
    await page.getByText('The link to the server is lost').waitFor();
    assert.deepEqual(await violations(page), [], 'stale bar');
    await page.context().setOffline(false);
    await is_live(page);
    await leave();
  };
}
export default tests;
