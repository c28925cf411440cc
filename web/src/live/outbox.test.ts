import { expect, test } from 'vitest';
import { Trouble } from '../wire/api';
import type { CountForm, Instant } from '../wire/types';
import { Clock } from './clock.svelte';
import { type Filled, key_is_known_ms, Outbox, said_now, settled_kept_max, waiting_max, type Kept } from './outbox.svelte';

class Memory implements Kept {
  readonly values = new Map<string, string>();
  get length(): number { return this.values.size; }
  key(index: number): string | null { return [...this.values.keys()][index] ?? null; }
  getItem(key: string): string | null { return this.values.get(key) ?? null; }
  setItem(key: string, value: string): void { this.values.set(key, value); }
  removeItem(key: string): void { this.values.delete(key); }
}

/** A server that can be cut off, and one browser's storage. */
class World {
  readonly kept = new Memory();
  readonly heard: Filled<CountForm>[] = [];
  readonly known = new Set<string>();
  refuse: Trouble | null = null;
  loses_answers = false;
  now = 1_000_000;
  #serial = 0;
  #later: (() => void)[] = [];

  browser(): Outbox {
    const never = (): Promise<unknown> => Promise.reject(new Error('not used here'));
    return new Outbox({
      kept: this.kept, now: () => (this.now += 1), later: (call) => void this.#later.push(call),
      random: () => { this.#serial += 1; return Uint8Array.of(this.#serial >> 8, this.#serial & 255); },
      send: { report: (form) => this.#report(form), move: never, explain: never },
    });
  }

  async retry(): Promise<void> {
    for (const call of this.#later.splice(0)) call();
    await settle();
  }

  async #report(form: Filled<CountForm>): Promise<unknown> {
    if (this.refuse !== null) throw this.refuse;
    if (!this.known.has(form.key)) this.heard.push(form);
    this.known.add(form.key);
    if (this.loses_answers) throw offline;
    return {};
  }
}

const offline = new Trouble('offline', '', 0);
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const form = (outbox: Outbox, good: number, scrap = 0): Filled<CountForm> =>
  ({ machine: 'p/a/l/m', order: 'A-1', good, scrap, reason: '', note: '', key: outbox.new_key() });
const say = (outbox: Outbox, good: number, scrap = 0): string => {
  const said = form(outbox, good, scrap);
  outbox.say({ what: 'report', form: said }, 'anna');
  return said.key;
};
const good_parts = (world: World): number => world.heard.reduce((sum, one) => sum + one.good, 0);

test('what is said while the server is silent carries the time of the tap, not of the last frame', () => {
  let monotonic = 0;
  const clock = new Clock(() => monotonic);
  expect(said_now(clock)).toEqual({});
  clock.hear(Date.parse('2026-11-22T12:00:00Z') as Instant);
  monotonic += 20 * 60_000;
  expect(said_now(clock)).toEqual({ at: '2026-11-22T12:20:00.000Z' });
});

test('what was said while nobody answered is sent later, in order and once', async () => {
  const world = new World();
  const outbox = world.browser();
  world.refuse = offline;
  for (const good of [1, 2, 3]) say(outbox, good);
  await settle();
  expect(outbox.waiting).toHaveLength(3);
  world.refuse = null;
  await world.retry();
  await settle();
  expect(world.heard.map((one) => one.good)).toEqual([1, 2, 3]);
  expect(outbox.waiting).toHaveLength(0);
});

test('an answer that got lost makes a second request and no second report', async () => {
  const world = new World();
  const outbox = world.browser();
  world.loses_answers = true;
  say(outbox, 5);
  await settle();
  world.loses_answers = false;
  await world.retry();
  await settle();
  expect(good_parts(world)).toBe(5);
  expect(outbox.entries.map((entry) => entry.sending)).toEqual(['sent']);
});

test('a reload loses nothing that waits, and sends it with the same key', async () => {
  const world = new World();
  world.refuse = offline;
  const before = world.browser();
  const key = say(before, 7);
  await settle();
  const after = world.browser();
  expect(after.waiting.map((entry) => entry.said.form.key)).toEqual([key]);
  world.refuse = null;
  await after.send_waiting();
  await world.retry();
  expect(world.heard.map((one) => one.key)).toEqual([key]);
});

test('undo says the opposite with a key of its own; what was never tried is forgotten', async () => {
  const world = new World();
  const outbox = world.browser();
  const key = say(outbox, 4, 1);
  await settle();
  outbox.undo_report(key, 'undo');
  outbox.undo_report(key, 'undo');
  await settle();
  expect(world.heard.map((one) => [one.good, one.scrap, one.note])).toEqual([[4, 1, ''], [-4, -1, 'undo']]);
  expect(outbox.is_undone(key)).toBe(true);

  world.refuse = offline;
  const first = say(outbox, 1);
  const second = say(outbox, 2);
  outbox.undo_report(second, 'undo');
  await settle();
  expect(outbox.waiting.map((entry) => entry.said.form.key)).toEqual([first]);
});

test('what the server refuses is told with its sentence and not tried again', async () => {
  const world = new World();
  const outbox = world.browser();
  world.refuse = new Trouble('conflict', 'order A-1 is done already', 409);
  const key = say(outbox, 1);
  await settle();
  world.refuse = null;
  await world.retry();
  expect(world.heard).toEqual([]);
  expect(outbox.entries.map((entry) => [entry.sending, entry.trouble])).toEqual([['refused', 'order A-1 is done already']]);
  outbox.dismiss(key);
  expect(outbox.entries).toEqual([]);
});

test('one that was refused does not hold up the next', async () => {
  const world = new World();
  const outbox = world.browser();
  world.refuse = new Trouble('invalid', 'good: at most 100000', 400);
  say(outbox, 1);
  await settle();
  world.refuse = null;
  say(outbox, 2);
  await settle();
  expect(world.heard.map((one) => one.good)).toEqual([2]);
});

test('a full outbox takes no more, and says so', async () => {
  const world = new World();
  const outbox = world.browser();
  world.refuse = offline;
  for (let count = 0; count < waiting_max; count += 1) say(outbox, 1);
  await settle();
  expect(outbox.is_full).toBe(true);
  expect(outbox.say({ what: 'report', form: form(outbox, 1) }, 'anna')).toBe(false);
});

test('what waited longer than the server knows keys is not sent by itself', async () => {
  const world = new World();
  world.refuse = offline;
  say(world.browser(), 3);
  await settle();
  world.refuse = null;
  world.now += key_is_known_ms;
  const outbox = world.browser();
  await outbox.send_waiting();
  expect(world.heard).toEqual([]);
  expect(outbox.waiting).toHaveLength(1);
});

test('only the newest of those sent are kept', async () => {
  const world = new World();
  const outbox = world.browser();
  for (let count = 0; count < settled_kept_max + 5; count += 1) {
    say(outbox, 1);
    await settle();
  }
  expect(outbox.entries).toHaveLength(settled_kept_max);
  expect(world.kept.length).toBe(settled_kept_max);
});

test('what lies broken in the storage is left alone', () => {
  const world = new World();
  world.kept.setItem('outbox/x', '{"said":');
  world.kept.setItem('outbox/y', '{"at":1}');
  world.kept.setItem('theme', 'dark');
  expect(world.browser().entries).toEqual([]);
});
