import { expect, test } from 'vitest';
import type { InstantText, StopRow } from '../wire/types';
import { stop_near, stops_between } from './stops';

const at = (minute: number): InstantText => new Date(minute * 60_000).toISOString() as InstantText;
const stop = (machine: string, from: number, to: number | null, reason = ''): StopRow => ({
  machine, from: at(from), to: to === null ? null : at(to), state: 'stopped', why: '', reason, reason_title: reason, note: '', who: '',
  needs_reason: reason === '', is_withdrawn: false,
});

test('what the socket says of a stop stands for what was fetched, and other machines are left out', () => {
  const stops = stops_between([stop('a', 10, 20), stop('a', 30, null), stop('b', 10, 20)], [stop('a', 30, 40, 'jam')], 'a', 0, 100 * 60_000);
  expect(stops.map((one) => [one.from / 60_000, one.to === null ? null : one.to / 60_000, one.row.reason])).toEqual([[30, 40, 'jam'], [10, 20, '']]);
  expect(stops_between([stop('a', 10, 20), stop('a', 30, null)], [], 'a', 20 * 60_000, 30 * 60_000)).toEqual([]);
});

test('a finger beside a short stop means the stop, far from it the moment', () => {
  const stops = stops_between([stop('a', 10, 11), stop('a', 20, null)], [], 'a', 0, 100 * 60_000);
  expect(stop_near(stops, 12 * 60_000, 2 * 60_000)?.from).toBe(10 * 60_000);
  expect(stop_near(stops, 15 * 60_000, 2 * 60_000)).toBeUndefined();
  expect(stop_near(stops, 90 * 60_000, 0)?.from).toBe(20 * 60_000);
});
