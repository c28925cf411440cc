import assert from 'node:assert/strict';
import { eventually, overview_stands, person } from '../person.mjs';

const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
});

async function tab_until(page, fits, limit = 80) {
  for (let pressed = 0; pressed < limit; pressed += 1) {
    await page.keyboard.press('Tab');
    if (fits(await focused(page))) return;
  }
  throw new Error(`nothing of that kind within ${limit} presses of Tab; last: ${await focused(page)}`);
}

export default {
  async 'light, dark, sizes and language change at once and are kept'({ server, browser }) {
    const { page, leave } = await person(browser);
    await page.goto(server.url);
    await overview_stands(page);
    const root = (key) => page.evaluate((name) => document.documentElement.dataset[name] ?? document.documentElement.lang, key);
    await page.getByRole('button', { name: 'View' }).click();
    const view = page.getByRole('dialog', { name: 'View' });
    await view.getByText('Dark', { exact: true }).click();
    assert.equal(await root('theme'), 'dark');
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    assert.equal(await ground(), 'rgb(23, 27, 32)');
    for (const [word, pixels] of [['Touch', 48], ['Glove', 76], ['Desk', 32]]) {
      await view.getByText(word, { exact: true }).click();
      const { height } = await page.getByRole('link', { name: /Overview/ }).first().boundingBox();
      assert.ok(height >= pixels && height < pixels + 4, `${word}: ${height} px`);
    }
    await view.getByText('Deutsch').click();
    await page.getByRole('heading', { name: 'Übersicht', level: 1 }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
    await page.reload();
    await overview_stands(page);
    assert.equal(await root('theme'), 'dark');
    await page.getByRole('heading', { name: 'Übersicht', level: 1 }).waitFor();
    await leave();
  },

  async 'by keyboard alone: skip link, screens, a machine, a tag, and back'({ server, browser }) {
    const { page, leave } = await person(browser);
    await page.goto(server.url);
    await overview_stands(page);
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Data health', level: 1 }).waitFor();
    await eventually(async () => assert.equal(await focused(page), 'Data health'));
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await overview_stands(page);
    await tab_until(page, (text) => text.startsWith('CNC mill'));
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(ring, 'solid', 'what has the focus is seen to have it');
    await page.keyboard.press('Enter');
    await page.locator('[data-tag]').first().waitFor();
    await tab_until(page, (text) => text.startsWith('Show the trend of'));
    await page.keyboard.press('Enter');
    await page.locator('tr.chosen').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'detached' });
    await leave();
  },

  async 'the palette finds machines, screens and tags and opens them'({ server, browser }) {
    const { page, said, leave } = await person(browser);
    await page.goto(server.url);
    await overview_stands(page);
    await page.keyboard.press('Control+k');
    const question = page.getByRole('combobox');
    await question.fill('data hea');
    await page.getByRole('option', { name: /Data health/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Data health', level: 1 }).waitFor();

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('mill 3');
    await page.getByRole('group', { name: 'Machines' }).getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'CNC mill 3', level: 1 }).waitFor();

    const { tags } = await server.get('/api/v1/tags?query=weld1&limit=1');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill(tags[0].path);
    const tag = page.getByRole('group', { name: 'Tags' }).getByRole('option').first();
    await tag.waitFor();
    await tag.click();
    await page.locator(`[data-tag="${tags[0].path}"].chosen`).waitFor();

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('zzzz');
    await page.getByText('Nothing is called').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').waitFor({ state: 'detached' });
    assert.deepEqual(said, []);
    await leave();
  },

  async 'an address that names nothing says so and shows the way back'({ server, browser }) {
    const { page, leave } = await person(browser);
    await page.goto(`${server.url}/no/such/place`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.goto(`${server.url}/machine/velo/berlin/nowhere`);
    await page.getByText('No machine has this address').waitFor();
    await page.getByRole('link', { name: 'Go to the overview' }).click();
    await overview_stands(page);
    await leave();
  },
};
