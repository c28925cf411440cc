import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { person } from '../person.mjs';
import { screens } from '../screens.mjs';

const different_share_max = 0.004;
const channel_difference_max = 40;

/** Shares of pixels that differ, measured in a page of the browser: no library decodes our pictures. */
async function difference(browser, kept, now) {
  const page = await browser.newPage();
  try {
    return await page.evaluate(async ([left, right, limit]) => {
      const pixels = async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      };
      const [a, b] = await Promise.all([pixels(left), pixels(right)]);
      if (a.width !== b.width || a.height !== b.height) return 1;
      let different = 0;
      for (let at = 0; at < a.data.length; at += 4) {
        const is_far = [0, 1, 2].some((channel) => Math.abs(a.data[at + channel] - b.data[at + channel]) > limit);
        if (is_far) different += 1;
      }
      return different / (a.width * a.height);
    }, [kept.toString('base64'), now.toString('base64'), channel_difference_max]);
  } finally {
    await page.close();
  }
}

/** What is truly different from run to run is covered: ages, rates of the wire, addresses, this computer's own values. */
const covered = (page) => [
  page.locator('[data-part="freshness"]'), page.locator('header .clock'), page.locator('[data-value="since"]'),
  page.locator('[data-fact="data"] .under'), page.locator('.chooser .span'), page.locator('input[type="date"]'), page.locator('[data-cell="due"]'),
  page.locator('[data-value="progress"]'), page.locator('li[data-order] .small'), page.locator('[data-need="order"] .small'), page.locator('[data-need="stop"] .small'),
  page.locator('td.value'), page.locator('td.age'), page.locator('.chart'), page.locator('svg.axis'),
];

// Cells whose text differs would move their whole column: they get the same text before the picture is taken.
const same_text = (page) => page.evaluate(() => {
  const cells = '[data-cell="rate"], [data-cell="lag"], [data-cell="last"], [data-cell="name"] .under, [data-cell="status"] .under';
  for (const cell of document.querySelectorAll(cells)) cell.textContent = '0';
  for (const figure of document.querySelectorAll('[data-figure]'))
    for (const [place, told] of figure.querySelectorAll('dd').entries()) place < 2 ? (told.textContent = '0') : told.remove();
});

const tests = {};
for (const theme of ['light', 'dark']) {
  for (const screen of screens) {
    tests[`${screen.name}, ${theme}, looks as it is kept`] = async ({ server, browser, pictures, keeps_pictures }) => {
      const { page, leave } = await person(browser, { theme });
      await page.goto(server.url + (await screen.path(server)));
      await screen.stands(page);
      await page.evaluate(() => document.fonts.ready);
      await same_text(page);
      const now = await page.screenshot({ mask: covered(page), maskColor: '#808890', animations: 'disabled', caret: 'hide' });
      await leave();
      const file = join(pictures, `${screen.name}-${theme}.png`);
      mkdirSync(pictures, { recursive: true });
      if (keeps_pictures) return void writeFileSync(file, now);
      if (!existsSync(file)) throw new Error(`${file} is missing: look at the screen, then run with --keep-pictures`);
      const share = await difference(browser, readFileSync(file), now);
      if (share > different_share_max) {
        const wrong = file.replace('.png', '.differs.png');
        writeFileSync(wrong, now);
        throw new Error(`${(100 * share).toFixed(2)} % of the pixels differ (limit ${100 * different_share_max} %): compare ${wrong} with the kept one; if the change is meant, run with --keep-pictures`);
      }
      return `${(100 * share).toFixed(2)} % differ`;
    };
  }
}
export default tests;
