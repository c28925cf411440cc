// The overview under load: what the browser's renderer costs and whether its heap grows.
//
//   tools/node web/bench/overview_load.mjs [--server BINARY] [--machines 60] [--values 30] [--seconds 60] [--hours 2] [--fast 30]
//
// Part 1 feeds a real server by line protocol at 1 Hz on the real clock and measures the renderer for --seconds, once with what
// the overview watches and once with every single value watched as well. Part 2 feeds the same at --fast times the real clock
// until --hours of the plant have passed, and compares the heap after a garbage collection before and after.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { open_browser, overview_stands, person } from '../e2e/person.mjs';

const { values: given } = parseArgs({
  options: {
    server: { type: 'string', default: fileURLToPath(new URL('../../build/release/millwright', import.meta.url)) },
    machines: { type: 'string', default: '60' }, values: { type: 'string', default: '30' }, seconds: { type: 'string', default: '60' },
    hours: { type: 'string', default: '2' }, fast: { type: 'string', default: '30' },
  },
});
const [machines, values, seconds, hours, fast] = [given.machines, given.values, given.seconds, given.hours, given.fast].map(Number);
const [cpu_max, growth_max] = [0.2, 5e6];
const settle_ms = 10_000;
const analog = values - 3; // beside the state and two counters
const path_of = (index) => `hall1/line${1 + Math.floor(index / 10)}/machine${index + 1}`;
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function plant_file() {
  const lines = ['plant: {path: acme/works, title: Works under load, zone: Europe/Berlin}', 'sources:', '  - {name: feed, lineprotocol: {}}', 'machines:'];
  for (let index = 0; index < machines; index += 1) {
    const from = (field) => `from: {source: feed, address: "m,machine=${index} ${field}"}`;
    lines.push(`  - path: ${path_of(index)}`, `    title: Machine ${index + 1}`, '    ideal_rate: 120', '    tags:');
    lines.push(`      - {name: state, kind: integer, ${from('state')}}`);
    for (const name of ['good', 'reject']) lines.push(`      - {name: ${name}, kind: natural, ${from(name)}}`);
    for (let tag = 0; tag < analog; tag += 1) lines.push(`      - {name: v${tag}, kind: number, unit: kW, resolution: 0.01, ${from(`v${tag}`)}}`);
    lines.push('    state: {rules: [{when: state = 6, state: running}, {when: state = 9, state: stopped, why: breakdown}], otherwise: idle}');
    lines.push('    count: {good: good, reject: reject}');
  }
  return `${lines.join('\n')}\n`;
}

// A machine makes a part each half minute and stands 3 min every 40: the bands and tiles change as in a plant.
function step(second, at_ms) {
  const lines = [];
  for (let index = 0; index < machines; index += 1) {
    const own = second + 37 * index;
    const stands = own % 2_400 < 180;
    const fields = [`state=${stands ? 9 : 6}i`, `good=${Math.floor(own / 30)}u`, `reject=${Math.floor(own / 900)}u`];
    for (let tag = 0; tag < analog; tag += 1) fields.push(`v${tag}=${(50 + 40 * Math.sin((own + 11 * tag) / 60)).toFixed(2)}`);
    lines.push(`m,machine=${index} ${fields.join(',')} ${at_ms}`);
  }
  return lines.join('\n');
}

class Plant {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'millwright-load-'));
    this.children = [];
    this.second = 0;
  }

  #run(words, pattern) {
    return new Promise((resolve, reject) => {
      const child = spawn(given.server, words, { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'] });
      this.children.push(child);
      let text = '';
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`millwright ${words[0]} ended with ${code}\n${text}`)));
      child.stdout.on('data', (chunk) => {
        text += chunk;
        const found = pattern.exec(text);
        if (found !== null) resolve(found[0]);
      });
    });
  }

  async start(clock) {
    writeFileSync(join(this.folder, 'plant.yaml'), plant_file());
    const words = ['serve', 'plant.yaml', '--listen', '127.0.0.1:0', '--data', 'data', '--trust-loopback'];
    if (clock !== 'real') words.push('--clock-from', (await this.#run(['plant', '--clock', clock], /opc\.tcp:\S+/)));
    this.url = await this.#run(words, /http:\/\/127\.0\.0\.1:\d+/);
  }

  async now() {
    return Date.parse((await (await fetch(`${this.url}/api/v1/plant`)).json()).now);
  }

  async write(at_ms) {
    const body = step(this.second, at_ms);
    this.second += 1;
    const answer = await fetch(`${this.url}/api/v2/write?precision=ms`, { method: 'POST', body });
    if (answer.status !== 204) throw new Error(`write: ${answer.status} ${await answer.text()}`);
  }

  stop() {
    for (const child of this.children) {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Feeds once a second of the plant's clock until told to stop. */
function feed(plant, speed) {
  let is_on = true;
  const done = (async () => {
    let at = await plant.now();
    while (is_on) {
      const begun = performance.now();
      await plant.write(at);
      at = speed === 1 ? await plant.now() : Math.max(at + 1_000, await plant.now());
      await wait(Math.max(0, 1_000 / speed - (performance.now() - begun)));
    }
  })();
  return async () => { is_on = false; await done; };
}

async function measured(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const metric = async (name) => (await cdp.send('Performance.getMetrics')).metrics.find((one) => one.name === name).value;
  return {
    busy: () => metric('TaskDuration'),
    heap: async () => {
      for (let round = 0; round < 3; round += 1) await cdp.send('HeapProfiler.collectGarbage');
      return metric('JSHeapUsedSize');
    },
  };
}

// CPU seconds of the process that draws the page, with all its threads.
async function renderer_seconds(browser) {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  await cdp.detach();
  return processInfo.filter((one) => one.type === 'renderer').reduce((sum, one) => sum + one.cpuTime, 0);
}

async function share(browser, page) {
  const { busy } = await measured(page);
  const [busy_before, cpu_before, begun] = [await busy(), await renderer_seconds(browser), performance.now()];
  await wait(1_000 * seconds);
  const passed = (performance.now() - begun) / 1_000;
  return { main_thread: ((await busy()) - busy_before) / passed, renderer: ((await renderer_seconds(browser)) - cpu_before) / passed };
}

const watch_all_tags = () => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    const asked = JSON.parse(text);
    return send.call(this, JSON.stringify({ watch: { ...asked.watch, tags: true } }));
  };
};

async function open_overview(plant, init) {
  const browser = await open_browser();
  const { page } = await person(browser, { size: [1920, 1080] });
  if (init !== undefined) await page.addInitScript(init);
  await page.goto(plant.url);
  await overview_stands(page);
  await wait(settle_ms);
  return { browser, page };
}

const per_cent = (one) => `${(100 * one).toFixed(1)} %`;
let is_good = true;
const judge = (text, is_met) => {
  is_good &&= is_met;
  console.log(`${is_met ? 'ok  ' : 'FAIL'} ${text}`);
};

async function cpu() {
  const plant = new Plant();
  try {
    await plant.start('real');
    const stop = feed(plant, 1);
    for (const [name, init] of [['what the overview watches', undefined], [`and every one of ${machines * values} values`, watch_all_tags]]) {
      const { browser, page } = await open_overview(plant, init);
      const used = await share(browser, page);
      judge(`${name}: renderer ${per_cent(used.renderer)} of one core, its main thread ${per_cent(used.main_thread)} (limit ${per_cent(cpu_max)})`, used.renderer < cpu_max);
      await browser.close();
    }
    await stop();
  } finally {
    plant.stop();
  }
}

async function heap() {
  const plant = new Plant();
  try {
    await plant.start(`fast:${fast}`);
    const stop = feed(plant, fast);
    const { browser, page } = await open_overview(plant);
    const { heap: used } = await measured(page);
    const [from, steps_before, before] = [await plant.now(), plant.second, await used()];
    while ((await plant.now()) - from < hours * 3_600_000) await wait(1_000);
    const after = await used();
    const passed = ((await plant.now()) - from) / 3_600_000;
    await stop();
    await browser.close();
    judge(`heap ${(before / 1e6).toFixed(1)} MB, after ${passed.toFixed(2)} h of the plant (${plant.second - steps_before} steps) ${(after / 1e6).toFixed(1)} MB: `
      + `${((after - before) / 1e6).toFixed(2)} MB more (limit ${growth_max / 1e6} MB)`, after - before < growth_max);
  } finally {
    plant.stop();
  }
}

console.log(`${machines} machines x ${values} values; ${execFileSync('nproc').toString().trim()} cores`);
await cpu();
await heap();
process.exit(is_good ? 0 : 1);
