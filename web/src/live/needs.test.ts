import { expect, test } from 'vitest';
import { machine_path } from '../wire/api';
import type { InstantText, OrderRow, RunRow, SourceRow, State } from '../wire/types';
import type { Machine } from './need';
import { asked_since, late_by, needs_of, type Known, type Stop } from './needs';

const at = (minute: number): InstantText => new Date(minute * 60_000).toISOString() as InstantText;
const machine = (path: string, state: State, since: number): Machine => ({
  path: machine_path(path), title: path, area: 'a', line: 'l', state, mode: 'production', since: at(since), why: '', band: 0, is_real: false,
  unused_rows: 0,
});
const stop = (path: string, from: number, to: number | null, needs_reason = true): Stop => ({
  key: `${path}|${at(from)}`, machine: path, from: at(from), to: to === null ? null : at(to), state: 'stopped', why: '', reason: '',
  reason_title: '', note: '', who: '', needs_reason, is_withdrawn: false,
});
const order = (due: number | null, state: OrderRow['state'] = 'started'): OrderRow => ({
  order: 'A-1', product: 'City', quantity: 10, due: due === null ? null : at(due), state, released: null, started: null, done: null,
  good: 0, scrap: 0, machines: [], made_at: [], how: 'tap', who: '', is_described: true, note: '',
});
const run = (done_at: number | null): RunRow => ({
  order: 'A-1', product: 'City', quantity: 10, good: 0, scrap: 0, state: 'started', since: null,
  done_at: done_at === null ? null : at(done_at), done_basis: '', ideal_cycle: null, how: 'tap',
});
const source = (name: string, status: SourceRow['status']): SourceRow & { name: string } => ({
  name, kind: 'opcua', address: '', status, since: at(0), rate: null, lag: null, gaps: 0, gap_time: 0, refused: 0, last: null, trouble: null,
  trouble_at: null, next_step: null, tags: 0, is_real: false, progress: null, progress_text: null,
});
const known = (some: Partial<Known>): Known => ({ now: 100 * 60_000, machines: [], stops: [], sources: [], orders: [], runs: [], shifts: undefined, ...some });

test('an order is late when the last of its machines is done after it is due', () => {
  expect(late_by(order(100), [run(90)], 0)).toBeNull();
  expect(late_by(order(100), [run(90), run(110)], 0)).toEqual({ done_at: 110 * 60_000 });
});

test('an order whose due time is over is late, whether or not anybody can tell when it is done', () => {
  expect(late_by(order(10), [], 20 * 60_000)).toEqual({ done_at: null });
  expect(late_by(order(10, 'done'), [], 20 * 60_000)).toBeNull();
  expect(late_by(order(null), [run(90)], 20 * 60_000)).toBeNull();
});

test('what stands comes before what is silent, lost sources, late orders and stops of the past', () => {
  const needs = needs_of(known({
    machines: [machine('m1', 'running', 0), machine('m2', 'nodata', 5), machine('m3', 'stopped', 50), machine('m4', 'stopped', 20)],
    stops: [stop('m1', 10, 20), stop('m1', 30, 40), stop('m1', 60, 70, false)],
    sources: [source('cell', 'lost'), source('host', 'connected')], orders: [order(10)],
  }));
  expect(needs.map((need) => need.key)).toEqual(['m4', 'm3', 'm2', 'cell', 'A-1', `m1|${at(30)}`, `m1|${at(10)}`]);
});

test('a stop without a reason is asked for in the running shift and the one before, not in an older one', () => {
  const shifts = [0, 480, 960, 1_440].map((minute) => ({ from: at(minute) }));
  const hour = 60 * 60_000;
  expect(asked_since(shifts, 20 * hour)).toBe(8 * hour);
  expect(asked_since(shifts.slice(0, 1), 20 * hour)).toBe(0);
  expect(asked_since(undefined, 20 * hour)).toBe(4 * hour);
  const stops = [stop('m1', 400, 480), stop('m1', 470, 481), stop('m1', 1_000, 1_010), stop('m1', 300, null)];
  const needs = needs_of(known({ now: 20 * hour, machines: [machine('m1', 'running', 0)], stops, shifts }));
  expect(needs.map((need) => need.key)).toEqual([1_000, 470, 300].map((from) => `m1|${at(from)}`));
});

test('a machine that stands is named once, with its open stop', () => {
  const open = stop('m1', 10, null);
  const needs = needs_of(known({ machines: [machine('m1', 'stopped', 10)], stops: [open] }));
  expect(needs).toHaveLength(1);
  expect(needs[0]).toMatchObject({ is: 'machine', stop: open });
});
