import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { from_base64, open_checkpoint, read_key, read_note } from './note';
import { type Bytes, Frontier, is_consistent, is_included, leaf_hash, node_hash, root_of, same, type TreeHead } from './tree';
import { tile_path, verify_log, type Source } from './verify';

interface Log { readonly name: string; readonly trusted: string; readonly files: Readonly<Record<string, string>> }
interface Fixture { readonly key: string; readonly logs: readonly Log[] }

// Written by keep_ledger_test (src/keep/ledger/fixture_test.cpp says how): the eight attacks by somebody who has the private key.
function fixture(): Fixture {
  const read: Fixture = JSON.parse(readFileSync(new URL('./attacks.json', import.meta.url), 'utf8'));
  return read;
}

function source_of(files: Readonly<Record<string, string>>): Source {
  return { get: (path) => Promise.resolve(files[path] === undefined ? undefined : from_base64(files[path])) };
}

function log_of(name: string): Log {
  const log = fixture().logs.find((one) => one.name === name);
  if (log === undefined) throw new Error(`the fixture has no log ${name}`);
  return log;
}

test.each(['honest', 'honest with full tiles'])('a ledger that is %s has no problems', async (name) => {
  const log = log_of(name);
  const report = await verify_log(source_of(log.files), { key: fixture().key, trusted: [log.trusted] });
  expect(report.problems).toEqual([]);
  expect(report.trusted).toBe(1);
  expect(report.records).toBe(name === 'honest' ? 20 : 300);
  expect(report.tiles).toBe(name === 'honest' ? 1 : 3);
});

test.each([
  ['modify', 'the first 12 records are not those that were signed'], ['delete', 'the first 12 records are not those that were signed'],
  ['insert', 'the first 12 records are not those that were signed'], ['swap', 'the first 12 records are not those that were signed'],
  ['truncate', 'was signed over 12'], ['fork', 'the first 12 records are not those that were signed'],
  ['old checkpoint', 'was signed over 20'], ['other key', 'did not sign this checkpoint'],
])('the attack %s is found', async (name, words) => {
  const log = log_of(name);
  const report = await verify_log(source_of(log.files), { key: fixture().key, trusted: [log.trusted] });
  expect(report.problems.join('\n')).toContain(words);
  expect(report.trusted).toBe(0);
});

test('without the key, a changed bit in every third byte of every file is found', async () => {
  const log = log_of('honest');
  for (const [path, text] of Object.entries(log.files)) {
    const bytes = from_base64(text);
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const report = await verify_log({ get: (asked) => Promise.resolve(asked === path ? changed : from_base64(log.files[asked] ?? '')) }, { key: fixture().key });
      expect(report.problems, `${path} byte ${String(at)}`).not.toEqual([]);
    }
  }
}, 30_000);

test('a file that is missing is found', async () => {
  const log = log_of('honest with full tiles');
  for (const path of Object.keys(log.files)) {
    const files = Object.fromEntries(Object.entries(log.files).filter(([name]) => name !== path));
    expect((await verify_log(source_of(files), { key: fixture().key })).problems, path).not.toEqual([]);
  }
});

test('published proofs hold or are refused as their authors say', async () => {
  const lines = readFileSync(new URL('../../../src/math/merkle/testdata/proofs.txt', import.meta.url), 'utf8').split('\n');
  let checked = 0;
  for (const line of lines.filter((one) => one !== '' && !one.startsWith('#'))) {
    const [what = '', a = '', b = '', first = '', second = '', proof = '', verdict = ''] = line.split('|');
    const hashes = proof.split('*').slice(1).map(from_base64);
    const [one, other] = [from_base64(first), from_base64(second)];
    const holds = what === 'inclusion'
      ? await is_included(Number(a), one, { size: Number(b), root: other }, hashes)
      : await is_consistent({ size: Number(a), root: one }, { size: Number(b), root: other }, hashes);
    expect(holds, line).toBe(verdict === 'holds');
    checked += 1;
  }
  expect(checked).toBe(195);
});

async function leaves(count: number): Promise<Bytes[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => leaf_hash(new Uint8Array(new TextEncoder().encode(String(i))))));
}

// The proofs as RFC 6962 section 2.1 defines them, for checking the checks.
async function path_of(index: number, hashes: readonly Bytes[]): Promise<Bytes[]> {
  if (hashes.length <= 1) return [];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split ? [...await path_of(index, left), await root_of(right)] : [...await path_of(index - split, right), await root_of(left)];
}
async function subproof(old: number, hashes: readonly Bytes[], is_whole: boolean): Promise<Bytes[]> {
  if (old === hashes.length) return is_whole ? [] : [await root_of(hashes)];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return old <= split ? [...await subproof(old, left, is_whole), await root_of(right)] : [...await subproof(old - split, right, false), await root_of(left)];
}

test('all pairs up to 24 leaves hold, and no flipped bit of a proof does', async () => {
  const hashes = await leaves(24);
  const heads: TreeHead[] = await Promise.all(Array.from({ length: 25 }, async (_, size) => ({ size, root: await root_of(hashes.slice(0, size)) })));
  const head = (size: number): TreeHead => heads[size] ?? { size: 0, root: new Uint8Array() };
  for (let size = 1; size <= 24; size += 1) {
    for (let n = 1; n <= size; n += 1) {
      const inclusion = await path_of(n - 1, hashes.slice(0, size));
      const leaf = hashes[n - 1] ?? new Uint8Array();
      expect(await is_included(n - 1, leaf, head(size), inclusion)).toBe(true);
      const consistency = await subproof(n, hashes.slice(0, size), true);
      expect(await is_consistent(head(n), head(size), consistency)).toBe(true);
      for (const proof of [inclusion, consistency]) {
        const hash = proof[(n * 7) % Math.max(proof.length, 1)];
        if (hash === undefined) continue;
        hash[n % 32] = (hash[n % 32] ?? 0) ^ (1 << (size % 8));
        const still = proof === inclusion ? await is_included(n - 1, leaf, head(size), proof) : await is_consistent(head(n), head(size), proof);
        expect(still, `${String(n)} of ${String(size)}`).toBe(false);
        hash[n % 32] = (hash[n % 32] ?? 0) ^ (1 << (size % 8));
      }
    }
  }
}, 30_000);

test('a tree that grows has the roots of the tree', async () => {
  const hashes = await leaves(70);
  const frontier = new Frontier();
  for (const [i, hash] of hashes.entries()) {
    await frontier.add(hash);
    expect(same(await frontier.root(), await root_of(hashes.slice(0, i + 1)))).toBe(true);
  }
  const [first = new Uint8Array(), second = new Uint8Array()] = hashes;
  expect(same(await node_hash(first, second), await root_of([first, second]))).toBe(true);
});

test('the example of C2SP signed-note has its key, and paths are those of tlog-tiles', async () => {
  const key = await read_key('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
  const note = 'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
  expect(read_note(note).signatures[0]?.id).toBe(key.id);
  // Its signature is true, but it is no checkpoint; with another letter it is false.
  await expect(open_checkpoint(note, key)).rejects.toThrow('a checkpoint is');
  await expect(open_checkpoint(note.replace('This', 'That'), key)).rejects.toThrow('is false');
  expect(tile_path('0', 1234067, 256)).toBe('tile/0/x001/x234/067');
  expect(tile_path('entries', 0, 8)).toBe('tile/entries/000.p/8');
});
