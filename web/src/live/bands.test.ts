import { expect, test } from 'vitest';
import { Trouble } from '../wire/api';
import type { Instant, InstantText, MachinePath, State, States } from '../wire/types';
import { ask_all_above, Bands, intervals_kept_max } from './bands.svelte';
import type { Machine } from './need';

const now = Date.parse('2026-11-22T12:00:00Z') as Instant;
const span = 8 * 3_600_000;
const text = (minutes: number): InstantText => new Date(now + minutes * 60_000).toISOString() as InstantText;

function machine(path: string, state: State, since: number, band: number): Machine {
  return {
    path: path as MachinePath, title: path, area: '', line: '', state, mode: 'production', since: text(since), why: '', band, is_real: false,
    unused_rows: 0,
  };
}

function bench() {
  const asked: (MachinePath | undefined)[] = [];
  const soon: (() => void)[] = [];
  let answer = (): States => ({
    machines: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((path) => [path, [{ from: text(-60), to: null, state: 'running', mode: 'production', why: '' }]])),
  });
  const bands = new Bands({
    states: async (_from, _to, one) => {
      asked.push(one);
      return answer();
    },
    now: () => now,
    soon: (call) => soon.push(call),
  }, span);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) {
      soon.splice(0).forEach((call) => call());
      await Promise.resolve();
    }
  };
  return { bands, asked, settle, answer_with: (next: () => States) => (answer = next) };
}

test('asks once for all machines at the start, however often it is told to', async () => {
  const { bands, asked, settle } = bench();
  bands.load_all();
  bands.load_all();
  await settle();
  expect(asked).toEqual([undefined]);
  expect(bands.is_loaded).toBe(true);
});

test('a change of state carries the band on without a question', async () => {
  const { bands, asked, settle } = bench();
  bands.load_all();
  await settle();
  bands.apply([machine('a', 'running', -60, 0)]);
  bands.apply([machine('a', 'stopped', -5, 0)]);
  await settle();
  expect(asked.length).toBe(1);
  expect(bands.get('a' as MachinePath)?.map((one) => one.state)).toEqual(['running', 'stopped']);
});

test('a changed past is fetched again for that machine alone', async () => {
  const { bands, asked, settle } = bench();
  bands.load_all();
  await settle();
  bands.apply([machine('a', 'running', -60, 0), machine('b', 'running', -60, 0)]);
  bands.apply([machine('b', 'running', -60, 1)]);
  await settle();
  expect(asked).toEqual([undefined, 'b']);
});

test('when the past of many machines changed, one question asks for all', async () => {
  const { bands, asked, settle } = bench();
  const many = ['a', 'b', 'c', 'd'];
  expect(many.length).toBeGreaterThan(ask_all_above);
  bands.load_all();
  await settle();
  bands.apply(many.map((path) => machine(path, 'running', -60, 0)));
  bands.apply(many.map((path) => machine(path, 'running', -60, 1)));
  await settle();
  expect(asked).toEqual([undefined, undefined]);
});

test('a question that failed says why, is not repeated by itself, and is forgotten after a good one', async () => {
  const { bands, asked, settle, answer_with } = bench();
  answer_with(() => {
    throw new Trouble('offline', 'The history is being mended.', 503);
  });
  bands.load_all();
  await settle();
  expect(asked.length).toBe(1);
  expect(bands.trouble?.what).toBe('The history is being mended.');
  answer_with(() => ({ machines: {} }));
  bands.load_all();
  await settle();
  expect(bands.trouble).toBeNull();
});

test('a page that stays open forgets what no band shows any more', async () => {
  const { bands, settle, answer_with } = bench();
  const old = Array.from({ length: intervals_kept_max }, (_, index) => ({
    from: text(-10_000 + index), to: text(-9_999 + index), state: 'running' as State, mode: 'production' as const, why: '',
  }));
  answer_with(() => ({ machines: { a: [...old, { from: text(-60), to: null, state: 'running', mode: 'production', why: '' }] } }));
  bands.load_all();
  await settle();
  bands.apply([machine('a', 'stopped', -5, 0)]);
  expect(bands.get('a' as MachinePath)?.map((one) => one.state)).toEqual(['running', 'stopped']);
});

test('what the socket said while the question was under way stands at the end of the band', async () => {
  const { bands, settle } = bench();
  bands.load_all();
  bands.apply([machine('a', 'stopped', -1, 0)]);
  await settle();
  expect(bands.get('a' as MachinePath)?.at(-1)?.state).toBe('stopped');
});
