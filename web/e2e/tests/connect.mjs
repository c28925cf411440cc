// The example of docs/guide/connect.md: it is a plant file, and what the guide sends makes its press run.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, person } from '../person.mjs';

const guide = readFileSync(new URL('../../../docs/guide/connect.md', import.meta.url), 'utf8');
const block = (language) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)[1];
const start_wait_max_ms = 60_000;

function serve(binary, folder) {
  const child = spawn(binary, ['serve', 'plant.yaml', '--listen', '127.0.0.1:0', '--data', 'data', '--trust-loopback'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`no address: ${text}`)), start_wait_max_ms);
    const hear = (chunk) => {
      text += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found === null) return;
      clearTimeout(timer);
      resolve({ child, url: found[0] });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', (chunk) => (text += chunk));
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
}

export default {
  async 'the plant file of the guide is good, and the line that it sends makes the press run'({ binary, browser }) {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-connect-'));
    writeFileSync(join(folder, 'plant.yaml'), block('yaml'));
    const said = execFileSync(binary, ['check', 'plant.yaml'], { cwd: folder }).toString().trim();
    assert.ok(guide.includes(said), `the guide shows what check says: ${said}`);
    const { child, url } = await serve(binary, folder);
    const one = await person(browser);
    try {
      const line = /--data-binary '([^']+)'/.exec(block('sh'))[1];
      const send = async (body) => assert.equal((await fetch(`${url}/api/v2/write`, { method: 'POST', body })).status, 204);
      await send(line);
      await one.page.goto(url);
      const press = one.page.locator('.tile', { hasText: 'Press' });
      await press.filter({ hasText: 'Running' }).waitFor();
      await send('press current=0.4,strokes=110u');
      await press.filter({ hasText: 'Stopped' }).waitFor();
      const mill = one.page.locator('.tile', { hasText: 'Mill' });
      await mill.filter({ hasText: 'No data' }).waitFor();
      await eventually(async () => {
        const { rows } = await (await fetch(`${url}/api/v1/views/counts`)).json();
        assert.equal(rows['acme/berlin/hall1/line1/press'].good, 10);
      });
      assert.deepEqual(one.said, []);
    } finally {
      await one.leave();
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
