// node judge.mjs JUDGE: compares what millwright and a JSON schema validator say of the same plant files.
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import {parse} from 'yaml';

const judge = process.argv[2];
const run = (word, input) => spawnSync(judge, [word], {input, encoding: 'utf8'});
const printed = run('schema');
// strictRequired would ask oneOf to describe again what stands beside it.
const validate = new Ajv2020({strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true, validateFormats: false})
    .compile(JSON.parse(printed.stdout));

const plant = (rest) => `plant: {path: acme/site}\n${rest}`;
const source = (rest) => plant(`sources:\n  - {name: cell, ${rest}}`);
const machine = (rest) => plant(`machines:\n  - {path: a/b/c, ${rest}}`);
const tag = (rest) => machine(`tags: [{name: x, ${rest}}]`);
const guide = readFileSync(new URL('../../../docs/guide/plant-file.md', import.meta.url), 'utf8');

// Both take them.
const good = [
  readFileSync(new URL('../../../examples/empty/plant.yaml', import.meta.url), 'utf8'),
  guide.split('```yaml\n')[1].split('```')[0],
  plant('shifts: {has_disk: true}'),
  source('opcua: {endpoint: a, publish: 250 ms, retries: 0, limit: 2.5}'),
  source('opcua: {endpoint: 40001, publish: 1 h 30 min}'),
  source('opcua: {endpoint: "a", publish: "-1.5e3us", limit: null}'),
  source('host: {has_disk: false}'),
  machine('ideal_rate: null, is_real: true, state: {}'),
  machine('title: 5, note: true'),
  tag('kind: natural, range: [-1.5, 2e3], resolution: 1, from: null'),
  tag('kind: text, unit: 7, note: ""'),
];
// Mistakes of form: both refuse them.
const wrong = [
  '[]',
  'machines: []',
  'plant: {title: x}',
  'plant: {path: [a]}',
  plant('machine: []'),
  plant('machines: {}'),
  plant('machines: [{title: x}]'),
  plant('sources: [{name: cell}]'),
  plant('shifts: {has_disc: true}'),
  source('opcua: {}'),
  source('opcua: {endpoint: a}, host: {}'),
  source('modbus: {}'),
  source('opcua: {endpoint: a, publish: 250}'),
  source('opcua: {endpoint: a, publish: soon}'),
  source('opcua: {endpoint: a, retries: 65536}'),
  source('opcua: {endpoint: a, retries: -1}'),
  source('opcua: {endpoint: a, retries: 1.5}'),
  source('opcua: {endpoint: a, limit: fast}'),
  source('host: {has_disk: yes}'),
  machine('titel: x'),
  machine('ideal_rate: "30"'),
  machine('is_real: 1'),
  machine('state: {mode: x}'),
  machine('tags: none'),
  tag('kind: txt'),
  tag('range: [low, high]'),
  tag('from: {source: x}'),
  tag('from: cell'),
  tag('unit: [mm]'),
];

let failed = 0;
const expect = (text, isGood) => {
  const ours = run('check', text);
  const theirs = validate(parse(text));
  if ((ours.status === 0) === isGood && theirs === isGood) return;
  failed++;
  console.error(`expected ${isGood ? 'good' : 'wrong'}:\n${text}\nmillwright: ${ours.stdout || 'good'}\n` +
                `schema: ${JSON.stringify(theirs ? 'good' : validate.errors)}\n`);
};
for (const text of good) expect(text, true);
for (const text of wrong) expect(text, false);
console.log(`${good.length + wrong.length - failed} of ${good.length + wrong.length} judged alike`);
process.exit(failed === 0 ? 0 : 1);
