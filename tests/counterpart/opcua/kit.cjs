// What the cases use: processes that print JSON lines, waiting for a line with a bound, a proxy that can be
// cut.
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const waitMilliseconds = 60_000;

class Program {
  constructor(command, words) {
    this.lines = [];
    this.errors = '';
    this.waiting = new Set();
    this.process = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.stderr.on('data', (text) => (this.errors += text));
    readline.createInterface({ input: this.process.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      this.lines.push(JSON.parse(line));
      for (const look of this.waiting) look();
    });
    this.ended = new Promise((resolve) =>
      this.process.on('close', (code, signal) => {
        this.result = { code, signal };
        resolve(this.result);
        for (const look of this.waiting) look();
      }),
    );
  }

  // The first line from `from` on that fits; fails when the program ends or the bound is reached.
  line(fits, what, from = 0) {
    return new Promise((resolve, reject) => {
      let timer;
      const finish = (done, value) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        done(value);
      };
      const told = () => `${what}; it said:\n${this.lines.slice(-30).map((l) => JSON.stringify(l)).join('\n')}\n${this.errors.slice(-3000)}`;
      const look = () => {
        const found = this.lines.slice(from).find(fits);
        if (found) finish(resolve, found);
        else if (this.result) finish(reject, new Error(`ended without ${told()}`));
      };
      timer = setTimeout(() => finish(reject, new Error(`no ${told()}`)), waitMilliseconds);
      this.waiting.add(look);
      look();
    });
  }

  say(message) {
    this.process.stdin.write(JSON.stringify(message) + '\n');
  }
  async end() {
    this.process.stdin.end();
    return this.ended;
  }
  async kill() {
    this.process.kill('SIGKILL');
    return this.ended;
  }
}

// All that one case started; cleaned up after it.
class Stage {
  constructor(probe) {
    this.probe = probe;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millwright-opcua-'));
    this.programs = [];
    this.proxies = [];
  }

  async server(options) {
    const program = new Program(process.execPath, [
      path.join(__dirname, 'server.cjs'),
      // A folder each: a killed server leaves a lock behind, and the next would wait a minute for it.
      JSON.stringify({ folder: path.join(this.folder, 'server' + this.programs.length), ...options }),
    ]);
    this.programs.push(program);
    program.port = (await program.line((line) => line.port, 'port')).port;
    return program;
  }

  // `tags`: {name: {kind, address, …}}; the address is that of the variable with the tag's name when absent.
  hear(port, tags, source = {}) {
    const list = Object.entries(tags).map(([name, { address, ...rest }]) => ({
      name,
      ...rest,
      from: { source: 'press', address: address ?? `nsu=urn:velo;s=press.${name}` },
    }));
    const endpoint = `opc.tcp://127.0.0.1:${port}`;
    const plant = {
      plant: { path: 'velo/berlin' },
      sources: [{ name: 'press', opcua: { endpoint, timeout: '2 s', ...source } }],
      machines: [{ path: 'a/b/press', tags: list }],
    };
    const file = path.join(this.folder, 'plant.yaml');
    fs.writeFileSync(file, JSON.stringify(plant));
    const program = new Program(this.probe, [file, path.join(this.folder, 'data')]);
    this.programs.push(program);
    return program;
  }

  browse(words) {
    return spawnSync(this.probe, ['browse', ...words], { encoding: 'utf8', timeout: waitMilliseconds });
  }

  async proxy(port) {
    const proxy = { sockets: new Set(), isCut: false };
    proxy.server = net.createServer((near) => {
      const far = net.connect(port, '127.0.0.1');
      for (const [from, to] of [[near, far], [far, near]]) {
        proxy.sockets.add(from);
        from.on('data', (bytes) => proxy.isCut || to.write(bytes));
        from.on('error', () => to.destroy());
        from.on('close', () => {
          proxy.sockets.delete(from);
          if (!proxy.isCut) to.destroy();
        });
      }
    });
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.port = proxy.server.address().port;
    this.proxies.push(proxy);
    return proxy;
  }

  async clear() {
    for (const program of this.programs) if (!program.result) await program.kill();
    for (const proxy of this.proxies) {
      for (const socket of proxy.sockets) socket.destroy();
      proxy.server.close();
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

const tagIs = (name, check = () => true) => (line) =>
  line.tag === `velo/berlin/a/b/press/${name}` && check(line);
const factIs = (name, check = () => true) => (line) => line.fact === name && check(line.says);

module.exports = { Stage, tagIs, factIs };
