// node cases.cjs CASE PROBE: one case. Exit code 0: it holds.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { Stage, tagIs, factIs } = require('./kit.cjs');

const good = 0;
const notConnected = 0x808a0000;
const uncertainTime = 0x40bc0000;

const cases = {
  async every_type_comes_with_quality_and_source_time(stage) {
    const at = new Date(Date.now() - 60_000).toISOString();
    const variables = {
      number: { type: 'Double', value: 1.5 },
      single: { type: 'Float', value: 0.25 },
      int16: { type: 'Int16', value: -3 },
      int64: { type: 'Int64', value: [0xffffffff, 0xfffffffe] },
      uint64: { type: 'UInt64', value: [0xffffffff, 0xffffffff] },
      sbyte: { type: 'SByte', value: -128 },
      flag: { type: 'Boolean', value: true },
      text: { type: 'String', value: 'Öl 水' },
      localized: { type: 'LocalizedText', value: { locale: 'de', text: 'läuft' } },
      bytes: { type: 'ByteString', value: 'AQID' },
      moment: { type: 'DateTime', value: '2026-11-22T08:00:00.250Z' },
      guid: { type: 'Guid', value: '09087e75-8e5e-499b-954f-f2a9603db28a' },
      element: { type: 'Double', array: true, value: [10, 20, 30] },
      uncertain: { type: 'Double', value: 7, status: 'UncertainSensorNotAccurate' },
      bad: { type: 'Double', value: 7, status: 'BadSensorFailure' },
      high: { type: 'Double', value: 101 },
    };
    for (const variable of Object.values(variables)) variable.source = at;
    const server = await stage.server({ variables });
    const probe = stage.hear(server.port, {
      number: { kind: 'number' },
      single: { kind: 'single' },
      int16: { kind: 'integer' },
      int64: { kind: 'integer' },
      uint64: { kind: 'natural' },
      sbyte: { kind: 'number' },
      flag: { kind: 'boolean' },
      text: { kind: 'text' },
      localized: { kind: 'text' },
      bytes: { kind: 'text' },
      moment: { kind: 'text' },
      guid: { kind: 'text' },
      element: { kind: 'number', address: 'index=1;nsu=urn:velo;s=press.element' },
      uncertain: { kind: 'number' },
      bad: { kind: 'number' },
      high: { kind: 'number', range: [0, 100] },
    });
    const expected = {
      number: ['number', 1.5, good],
      single: ['single', 0.25, good],
      int16: ['integer', -3, good],
      int64: ['integer', -2, good],
      uint64: ['natural', 18446744073709552000, good],
      sbyte: ['number', -128, good],
      flag: ['boolean', true, good],
      text: ['text', 'Öl 水', good],
      localized: ['text', 'läuft', good],
      bytes: ['text', 'AQID', good],
      moment: ['text', '2026-11-22T08:00:00.25Z', good],
      element: ['number', 20, good],
      uncertain: ['number', 7, 0x40930000],
      high: ['number', 101, 0x40940000],
    };
    for (const [name, [kind, value, quality]] of Object.entries(expected)) {
      const line = await probe.line(tagIs(name, (row) => new Date(row.time).getTime() === new Date(at).getTime()), name);
      assert.deepStrictEqual([line.kind, line.value, line.quality], [kind, value, quality], name);
    }
    await probe.line(tagIs('guid', (row) => row.value.toLowerCase() === '09087e75-8e5e-499b-954f-f2a9603db28a'), 'guid');
    await probe.line(tagIs('bad', (row) => row.quality === 0x808c0000), 'a sensor that failed');
    server.say({ number: { value: 2.5, source: undefined, at: Date.now() } });
    await probe.line(tagIs('number', (row) => row.value === 2.5), 'the change');
    assert.ok(!probe.lines.some((line) => line.fact === 'source_troubled'), 'no trouble');
    const { code } = await probe.end();
    assert.strictEqual(code, 0);
    assert.ok(probe.lines.some(tagIs('number', (row) => row.quality === notConnected)), 'the end marks the tags');
  },

  async encryption_needs_a_trusted_server(stage) {
    const server = await stage.server({
      modes: ['SignAndEncrypt'],
      policies: ['Basic256Sha256'],
      variables: { speed: { type: 'Double', value: 1 } },
    });
    const probe = stage.hear(server.port, { speed: {} }, { security: 'encrypt' });
    const { says } = await probe.line(factIs('source_lost'), 'refusal');
    assert.match(says.why, /not trusted/);
    const [, from, to] = says.next_step.match(/move '(.*)' to '(.*)'/);
    assert.ok(from.includes('rejected') && to.includes('trusted'));
    fs.renameSync(from, path.join(to, 'press.der'));
    await probe.line(tagIs('speed', (row) => row.quality === good), 'value over the encrypted channel');
    const own = path.join(stage.folder, 'data/certificates/own');
    assert.strictEqual(fs.statSync(path.join(own, 'millwright.key')).mode & 0o077, 0, 'the key is ours alone');
  },

  async signing_works_with_a_trusted_server(stage) {
    const server = await stage.server({
      modes: ['Sign'],
      policies: ['Basic256Sha256'],
      variables: { speed: { type: 'Double', value: 1 } },
    });
    const probe = stage.hear(server.port, { speed: {} }, { security: 'sign' });
    const { says } = await probe.line(factIs('source_lost'), 'refusal');
    const [, from, to] = says.next_step.match(/move '(.*)' to '(.*)'/);
    fs.renameSync(from, path.join(to, 'press.der'));
    await probe.line(tagIs('speed', (row) => row.quality === good), 'value over the signed channel');
  },

  async a_security_that_is_not_offered_is_told(stage) {
    const server = await stage.server({ variables: { speed: { type: 'Double', value: 1 } } });
    const probe = stage.hear(server.port, { speed: {} }, { security: 'encrypt' });
    const { says } = await probe.line(factIs('source_lost'), 'refusal');
    assert.match(says.why, /it offers none/);
    assert.match(says.next_step, /security/);
  },

  async a_wrong_password_is_told_and_the_right_one_works(stage) {
    const server = await stage.server({
      modes: ['None', 'SignAndEncrypt'],
      policies: ['None', 'Basic256Sha256'],
      users: { ada: 'lovelace' },
      variables: { speed: { type: 'Double', value: 1 } },
    });
    const file = path.join(stage.folder, 'password');
    fs.writeFileSync(file, 'babbage\n');
    const probe = stage.hear(server.port, { speed: {} }, { user: 'ada', password_file: file });
    const { says } = await probe.line(factIs('source_lost'), 'refusal');
    assert.match(says.why, /refuses the (user|sign-in)/);
    assert.match(says.next_step, /password_file/);
    assert.ok(!JSON.stringify(probe.lines).includes('babbage'), 'the password is told to nobody');
    fs.writeFileSync(file, 'lovelace\n');
    await probe.line(tagIs('speed', (row) => row.quality === good), 'value for the right password');
  },

  async anonymous_clients_are_told_that_a_user_is_needed(stage) {
    const server = await stage.server({ users: { ada: 'lovelace' }, variables: { speed: { type: 'Double', value: 1 } } });
    const probe = stage.hear(server.port, { speed: {} });
    const { says } = await probe.line(factIs('source_lost'), 'refusal');
    assert.match(says.why, /no anonymous/);
  },

  async a_killed_server_comes_back_with_other_namespace_numbers(stage) {
    const variables = { speed: { type: 'Double', value: 1 } };
    const first = await stage.server({ variables });
    const probe = stage.hear(first.port, { speed: {} });
    await probe.line(tagIs('speed', (row) => row.value === 1 && row.quality === good), 'first value');
    await first.kill();
    await probe.line(factIs('source_lost'), 'loss');
    await probe.line(tagIs('speed', (row) => row.quality === notConnected), 'loss of the tag', 2);
    const before = probe.lines.length;
    await stage.server({
      port: first.port,
      namespaces: ['urn:one', 'urn:two', 'urn:velo'],
      variables: { speed: { type: 'Double', value: 2 } },
    });
    await probe.line(factIs('source_connected'), 'second connection', before);
    await probe.line(tagIs('speed', (row) => row.value === 2 && row.quality === good), 'value again', before);
  },

  async a_server_that_starts_late_is_found(stage) {
    const early = await stage.server({ variables: { speed: { type: 'Double', value: 1 } } });
    await early.kill();
    const probe = stage.hear(early.port, { speed: {} });
    const { says } = await probe.line(factIs('source_lost'), 'refusal');
    assert.match(says.why, /does not answer/);
    await stage.server({ port: early.port, variables: { speed: { type: 'Double', value: 1 } } });
    await probe.line(tagIs('speed', (row) => row.quality === good), 'value');
  },

  async a_cut_network_is_noticed_and_mended(stage) {
    const server = await stage.server({ variables: { speed: { type: 'Double', value: 1 } } });
    const proxy = await stage.proxy(server.port);
    const probe = stage.hear(proxy.port, { speed: {} });
    await probe.line(tagIs('speed', (row) => row.quality === good), 'first value');
    proxy.isCut = true;
    const { says } = await probe.line(factIs('source_lost'), 'loss');
    assert.ok(new Date(says.since) <= new Date());
    await probe.line(tagIs('speed', (row) => row.quality === notConnected && row.time >= says.since), 'loss of the tag');
    const before = probe.lines.length;
    proxy.isCut = false;
    await probe.line(tagIs('speed', (row) => row.quality === good), 'the unchanged value, known again', before);
  },

  async one_bad_node_hinders_no_other_and_the_nearest_is_named(stage) {
    const server = await stage.server({ variables: { speed: { type: 'Double', value: 1 } } });
    const probe = stage.hear(server.port, {
      speed: {},
      typo: { address: 'nsu=urn:velo;s=press.sped' },
      stranger: { address: 'nsu=urn:velos;s=press.speed' },
    });
    await probe.line(tagIs('speed', (row) => row.quality === good), 'the good tag');
    const typo = await probe.line(factIs('source_troubled', (says) => says.tag.endsWith('typo')), 'trouble of the typo');
    assert.match(typo.says.next_step, /nsu=urn:velo;s=press\.speed/);
    const stranger = await probe.line(factIs('source_troubled', (says) => says.tag.endsWith('stranger')), 'namespace');
    assert.match(stranger.says.next_step, /urn:velo'/);
    await probe.line(tagIs('typo', (row) => row.quality === 0x80340000), 'bad quality of the typo');
  },

  async garbage_is_marked_and_told_once(stage) {
    const future = new Date(Date.now() + 3_600_000).toISOString();
    const server = await stage.server({
      variables: {
        empty: { type: 'Null' },
        nan: { type: 'Double', value: 'NaN' },
        infinite: { type: 'Double', value: 'Infinity' },
        words: { type: 'String', value: 'hot' },
        ahead: { type: 'Double', value: 1, source: future },
        ancient: { type: 'Double', value: 2, source: '1601-01-01T00:00:00Z' },
        list: { type: 'Double', array: true, value: [1, 2] },
        record: { type: 'Range', value: { low: 1, high: 2 } },
        sound: { type: 'Double', value: 4 },
      },
    });
    const names = ['empty', 'nan', 'infinite', 'words', 'ahead', 'ancient', 'list', 'record', 'sound'];
    const probe = stage.hear(server.port, Object.fromEntries(names.map((name) => [name, {}])));
    const quality = (name, code) => probe.line(tagIs(name, (row) => row.quality === code), `${name} with ${code}`);
    await quality('sound', good);
    await quality('empty', 0x809b0000);
    await quality('nan', 0x803c0000);
    await quality('infinite', 0x803c0000);
    await quality('words', 0x80740000);
    for (const [name, value] of [['ahead', 1], ['ancient', 2]]) {
      const row = await quality(name, uncertainTime);
      assert.strictEqual(row.value, value);
      assert.ok(Math.abs(new Date(row.time) - Date.now()) < 120_000, 'the time of arrival');
    }
    await quality('list', 0x80740000);
    await quality('record', 0x80740000);
    const troubled = names.filter((name) => name !== 'sound');
    for (const name of troubled)
      await probe.line(factIs('source_troubled', (says) => says.tag.endsWith('/' + name) && says.next_step !== ''), name);
    const before = probe.lines.length;
    for (let i = 1; i <= 5; i++) {
      server.say({ words: { value: 'hot ' + i }, sound: { value: 4 + i } });
      await probe.line(tagIs('sound', (row) => row.value === 4 + i), 'change ' + i, before);
    }
    const said = probe.lines.filter(factIs('source_troubled', (says) => says.tag.endsWith('/words')));
    assert.strictEqual(said.length, 1, 'said once, then counted');
  },

  async limits_of_the_server_are_respected(stage) {
    const variables = {};
    for (let i = 0; i < 35; i++) variables['v' + i] = { type: 'Int32', value: i };
    const server = await stage.server({
      limits: { maxMonitoredItemsPerCall: 10, maxNodesPerRead: 10, maxNodesPerBrowse: 1 },
      variables,
    });
    const probe = stage.hear(server.port, Object.fromEntries(Object.keys(variables).map((name) => [name, { kind: 'integer' }])));
    const { says } = await probe.line(factIs('source_connected'), 'connection');
    assert.strictEqual(says.tags, 35);
    for (let i = 0; i < 35; i++) await probe.line(tagIs('v' + i, (row) => row.value === i && row.quality === good), 'v' + i);
  },

  async noise_instead_of_a_server_is_told_and_survived(stage) {
    const answers = [
      () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      () => Buffer.alloc(4096, 0xff),
      () => Buffer.from(Array.from({ length: 20000 }, (_, i) => (i * 2654435761) >>> 24)),
      () => Buffer.concat([Buffer.from('ACKF'), Buffer.from([0x1c, 0, 0, 0]), Buffer.alloc(20, 0xff)]),
      () => Buffer.concat([Buffer.from('MSGF'), Buffer.from([0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(100)]),
      () => Buffer.from('ERRF'),
      () => Buffer.alloc(0),
    ];
    let dialled = 0;
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answers[dialled++ % answers.length]()));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const probe = stage.hear(server.address().port, { speed: {} });
    await probe.line(factIs('source_lost'), 'loss');
    while (dialled < answers.length) {
      assert.ok(!probe.result, 'it lives: ' + probe.errors);
      await new Promise((resolve) => server.once('connection', resolve));
    }
    const { code } = await probe.end();
    assert.strictEqual(code, 0, probe.errors);
    server.close();
  },

  async browse_lists_addresses_that_a_plant_file_takes(stage) {
    const variables = { speed: { type: 'Double', value: 1.5 }, order: { type: 'String', value: 'A-17' } };
    for (let i = 0; i < 1050; i++) variables['v' + i] = { type: 'Int32', value: i };
    const server = await stage.server({ variables, limits: { maxNodesPerRead: 100, maxNodesPerBrowse: 1 } });
    const done = stage.browse([`opc.tcp://127.0.0.1:${server.port}`, '--json']);
    assert.strictEqual(done.status, 0, done.stderr);
    const rows = JSON.parse(done.stdout);
    const speed = rows.find((row) => row.address === 'nsu=urn:velo;s=press.speed');
    assert.strictEqual(speed.path, 'press/speed');
    assert.strictEqual(speed.value, '1.5');
    const last = rows.find((row) => row.path === 'press/v1049');
    assert.strictEqual(last.value, '1049', 'all pages of a long list, and all values');
    assert.strictEqual(stage.browse([]).status, 2);
    assert.strictEqual(stage.browse(['press:4840']).status, 1);
  },
};

async function main() {
  const [name, probe] = process.argv.slice(2);
  const run = cases[name];
  if (!run || !probe) {
    console.error(`use: node cases.cjs CASE PROBE; the cases are: ${Object.keys(cases).join(' ')}`);
    process.exit(2);
  }
  const stage = new Stage(probe);
  let failure;
  try {
    await run(stage);
  } catch (error) {
    failure = error;
  }
  await stage.clear();
  if (failure) console.error(failure);
  process.exit(failure ? 1 : 0);
}

main();
