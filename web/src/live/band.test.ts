import { expect, test } from 'vitest';
import type { Instant, InstantText, MachineRow, State } from '../wire/types';
import { intervals_of, pieces_between, share_of, totals_of, with_change, type Interval } from './band';

const noon = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;
const text = (minutes: number): InstantText => new Date(noon + minutes * minute).toISOString() as InstantText;
const interval = (from: number, to: number | null, state: State, why = ''): Interval => ({
  from: (noon + from * minute) as Instant, to: to === null ? null : ((noon + to * minute) as Instant), state, mode: 'production', why,
});
const row = (state: State, since: number, why = ''): MachineRow => ({
  title: 'CNC 3', area: 'frames', line: 'machining', state, mode: 'production', since: text(since), why, band: 0, is_real: false, unused_rows: 0,
});

test('a new state ends the one before where it begins', () => {
  expect(with_change([interval(0, null, 'running')], row('stopped', 30, 'door open'))).toEqual([
    interval(0, 30, 'running'), interval(30, null, 'stopped', 'door open'),
  ]);
});

test('the same state with a new reason changes the reason alone', () => {
  expect(with_change([interval(0, null, 'stopped', 'door open')], row('stopped', 0, 'tool broken'))).toEqual([
    interval(0, null, 'stopped', 'tool broken'),
  ]);
});

test('saying again what is so changes nothing, not even the array', () => {
  const intervals = [interval(0, 10, 'idle'), interval(10, null, 'running')];
  expect(with_change(intervals, row('running', 10))).toBe(intervals);
});

test('a state that began before what was thought to be so replaces it', () => {
  const intervals = [interval(0, 20, 'running'), interval(20, null, 'idle')];
  expect(with_change(intervals, row('stopped', 10))).toEqual([interval(0, 10, 'running'), interval(10, null, 'stopped')]);
});

test('the first word of a machine begins its band', () => {
  expect(with_change([], row('running', 5))).toEqual([interval(5, null, 'running')]);
});

test('pieces cover the whole span: what nobody heard of is no data, neighbours in one state are one', () => {
  const from = noon;
  const to = noon + 60 * minute;
  const pieces = pieces_between([interval(-30, 10, 'running'), interval(10, 20, 'running'), interval(30, null, 'stopped')], from, to);
  expect(pieces).toEqual([
    { from, to: noon + 20 * minute, state: 'running' },
    { from: noon + 20 * minute, to: noon + 30 * minute, state: 'nodata' },
    { from: noon + 30 * minute, to, state: 'stopped' },
  ]);
});

test('intervals that overlap are drawn once and never run backwards', () => {
  const pieces = pieces_between([interval(0, 40, 'running'), interval(20, 30, 'stopped'), interval(30, null, 'idle')], noon, noon + 60 * minute);
  expect(pieces.map((piece) => [piece.state, (piece.from - noon) / minute, (piece.to - noon) / minute])).toEqual([
    ['running', 0, 40], ['idle', 40, 60],
  ]);
});

test('before the first record nothing was heard, which is not silence', () => {
  expect(pieces_between([], noon, noon + minute)).toEqual([{ from: noon, to: noon + minute, state: 'unheard' }]);
  expect(pieces_between([interval(10, 20, 'running')], noon, noon + 30 * minute).map((piece) => piece.state)).toEqual(['unheard', 'running', 'nodata']);
  expect(pieces_between([interval(90, null, 'running')], noon, noon + minute).map((piece) => piece.state)).toEqual(['unheard']);
});

test('totals add up to the span and come longest first', () => {
  const pieces = pieces_between([interval(0, 10, 'running'), interval(10, 15, 'stopped'), interval(15, 50, 'running'), interval(50, null, 'stopped')], noon, noon + 60 * minute);
  expect(totals_of(pieces)).toEqual([
    { state: 'running', held: 45 * minute, times: 2 }, { state: 'stopped', held: 15 * minute, times: 2 },
  ]);
});

test('the share of time running is of the time heard, and silence is no stop', () => {
  const pieces = pieces_between([interval(0, 15, 'running'), interval(15, 20, 'slow'), interval(20, 40, 'stopped')], noon, noon + 60 * minute);
  expect(share_of(pieces).running).toBeCloseTo(0.5);
  expect(share_of(pieces).heard).toBeCloseTo(2 / 3);
  expect(share_of(pieces_between([], noon, noon + minute)).running).toBeNull();
});

test('rows of the interface become intervals in the order of time; one without a beginning is left out', () => {
  const intervals = intervals_of([
    { from: text(10), to: null, state: 'idle', mode: 'production', why: '' },
    { from: text(0), to: text(10), state: 'running', mode: 'production', why: '' },
    { from: 'soon' as InstantText, to: null, state: 'idle', mode: 'production', why: '' },
  ]);
  expect(intervals.map((one) => one.state)).toEqual(['running', 'idle']);
});
