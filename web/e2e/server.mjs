// Starts the real program, knows its address, ends it with all that it started.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const start_wait_max_ms = 120_000;
const stop_wait_max_ms = 10_000;
const output_kept_max = 200;
const settle_looks_max = 100;
const settled_after = 5;
const connect_looks_max = 300;

/** A running `millwright demo` on a clock that only moves when it is told to. */
export class Server {
  static async start(binary, { trusts_loopback = true, port = 0, data = null } = {}) {
    const folder = data ?? mkdtempSync(join(tmpdir(), 'millwright-e2e-'));
    const words = ['demo', '--seed', '7', '--clock', 'manual', '--listen', `127.0.0.1:${port}`, '--data', folder];
    if (trusts_loopback) words.push('--trust-loopback');
    // A group of its own, so that the virtual plant ends with the server.
    const child = spawn(binary, words, { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const server = new Server(child, folder);
    try {
      await server.#ready(binary, words);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  constructor(child, folder) {
    this.child = child;
    this.folder = folder;
    this.output = [];
    this.exited = new Promise((resolve) => child.once('exit', resolve));
  }

  async #ready(binary, words) {
    const link = await new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${binary} ${words.join(' ')}: ${why}\n${this.output.join('\n')}`));
      const timer = setTimeout(() => fail(`printed no address within ${start_wait_max_ms / 1000} s`), start_wait_max_ms);
      let text = '';
      const hear = (chunk) => {
        text += chunk;
        this.output.push(...String(chunk).split('\n').filter((line) => line !== ''));
        this.output.splice(0, Math.max(0, this.output.length - output_kept_max));
        const found = /^.*?http:\/\/127\.0\.0\.1:(\d+).*\n/m.exec(text);
        if (found === null) return;
        clearTimeout(timer);
        resolve(found);
      };
      this.child.stdout.on('data', hear);
      this.child.stderr.on('data', (chunk) => this.output.push(String(chunk).trimEnd()));
      this.child.once('error', (error) => fail(error.message));
      this.child.once('exit', (code) => fail(`ended with ${code}`));
    });
    this.port = Number(link[1]);
    this.url = `http://127.0.0.1:${this.port}`;
    this.code = /\/sign-in#(\S+)/.exec(link[0])?.[1] ?? null;
  }

  /** The answer of the API as this machine, not as the page, sees it. */
  async get(path) {
    const response = await fetch(this.url + path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async advance(text) {
    const response = await fetch(`${this.url}/api/v1/clock`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ advance: text }),
    });
    if (!response.ok) throw new Error(`advance ${text}: ${response.status} ${await response.text()}`);
  }

  /** Waits until every source is connected: what the plant does before that is heard by nobody. */
  async connects() {
    for (let look = 0; look < connect_looks_max; look += 1) {
      const { millwright: _, ...sources } = (await this.get('/api/v1/views/sources')).rows; // our own row knows nothing before the first reading
      const statuses = Object.values(sources).map((source) => source.status);
      if (statuses.length > 0 && statuses.every((status) => status === 'connected')) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('not every source is connected');
  }

  /** Waits until nothing new is heard from the plant: the same rows several times in a row. */
  async settles() {
    let same = 0;
    let before = '';
    for (let look = 0; look < settle_looks_max && same < settled_after; look += 1) {
      const now = JSON.stringify(await Promise.all(['machines', 'sources'].map((view) => this.get(`/api/v1/views/${view}`))));
      same = now === before ? same + 1 : 0;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async kill(signal = 'SIGKILL') {
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      return; // It has ended by itself.
    }
    const late = new Promise((resolve) => setTimeout(resolve, stop_wait_max_ms, 'late'));
    if ((await Promise.race([this.exited, late])) === 'late') process.kill(-this.child.pid, 'SIGKILL');
  }

  async stop() {
    await this.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
