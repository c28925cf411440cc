// Browser tests against the real program:   node web/e2e/run.mjs [--server BINARY] [--only WORD] [--keep-pictures]
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open_browser } from './person.mjs';
import { Server } from './server.mjs';

const test_wait_max_ms = 180_000;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { values } = parseArgs({
  options: { server: { type: 'string' }, only: { type: 'string' }, 'keep-pictures': { type: 'boolean', default: false } },
});
const binary = values.server === undefined ? here('../../build/release/millwright') : resolve(values.server);

// The kept pictures come first: they show the plant 200 min after its start, before a test moves the clock on.
const comes_first = 'pictures.mjs';
const files = readdirSync(here('./tests')).sort((a, b) => Number(b === comes_first) - Number(a === comes_first) || (a < b ? -1 : 1));

const tests = [];
for (const file of files) {
  const { default: named } = await import(new URL(`./tests/${file}`, import.meta.url).href);
  for (const [name, body] of Object.entries(named)) tests.push({ name: `${file.replace('.mjs', '')}: ${name}`, body });
}
const chosen = tests.filter((one) => one.name.includes(values.only ?? ''));

const within = (promise) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${test_wait_max_ms / 1000} s`)), test_wait_max_ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

let passed = 0;
let failed = 0;
let server = null;
let browser = null;
try {
  server = await Server.start(binary);
  await server.connects();
  await server.settles();
  await server.advance('200 min');
  await server.settles();
  browser = await open_browser();
  const world = { server, browser, binary, keeps_pictures: values['keep-pictures'], pictures: here('./pictures/') };
  for (const { name, body } of chosen) {
    const started = performance.now();
    try {
      const note = await within(body(world));
      passed += 1;
      console.log(`ok    ${name} (${Math.round(performance.now() - started)} ms)${note === undefined ? '' : ` · ${note}`}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n${String(error.stack ?? error).replaceAll(/^/gm, '        ')}`);
    }
  }
} catch (error) {
  failed += chosen.length - passed - failed;
  console.log(`FAIL  the browser tests could not start: ${error.stack ?? error}`);
} finally {
  await browser?.close();
  await server?.stop();
}
if (chosen.length === 0) {
  console.log(`No test is called "${values.only}".`);
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
