import { expect, test } from 'vitest';
import type { InstantText, Level, OeeRow } from '../wire/types';
import { choice_of, is_below, places_of, span_of, unexplained_in } from './shift.svelte';

const at = (text: string): InstantText => `2026-11-22T${text}:00Z` as InstantText;
const row = (key: string, level: Level): OeeRow & { key: string } => ({
  key, level, title: key, shift: 'early', shift_from: at('05:00'), shift_until: at('13:00'), availability: null, performance: null, quality: null,
  oee: null, coverage: null, missing: [], busy: 0, running: 0, planned_stop: 0, no_data: 0, good: null, scrap: null, uncertain: 0, plan: null, plan_shift: null,
  loss: '', loss_time: 0,
});

test('the address names this shift, the last one, or one by its start', () => {
  expect(choice_of(null)).toBe('now');
  expect(choice_of('last')).toBe('last');
  expect(choice_of('2026-11-22T05:00:00.000Z')).toBe(Date.parse('2026-11-22T05:00:00Z'));
  expect(choice_of('yesterday, I think')).toBe('now');
});

test('plant, area, line and machines stand above what belongs to them, in the order of the plant file', () => {
  const machines = ['p/s/b/l/m2', 'p/s/a/l/m1', 'p/s/a/l/m3'];
  const rows = [row('p/s/a/l/m3', 'machine'), row('p/s', 'plant'), row('p/s/a', 'area'), row('p/s/b/l', 'line'), row('p/s/a/l', 'line'),
    row('p/s/b/l/m2', 'machine'), row('p/s/b', 'area'), row('p/s/a/l/m1', 'machine')];
  expect(places_of(rows, machines).map((place) => place.path))
    .toEqual(['p/s', 'p/s/b', 'p/s/b/l', 'p/s/b/l/m2', 'p/s/a', 'p/s/a/l', 'p/s/a/l/m1', 'p/s/a/l/m3']);
});

test('a machine is below its line, and not below a line that only begins with the same letters', () => {
  expect(is_below('p/s/a/line1/m', 'p/s/a/line1')).toBe(true);
  expect(is_below('p/s/a/line10/m', 'p/s/a/line1')).toBe(false);
});

test('a stop without a reason counts in the hour in which it began', () => {
  const stops = [{ from: at('06:59'), needs_reason: true }, { from: at('07:00'), needs_reason: true }, { from: at('07:30'), needs_reason: false }];
  expect(unexplained_in(stops, Date.parse(at('07:00')), Date.parse(at('08:00')))).toBe(1);
  expect(unexplained_in(stops, 0, Infinity)).toBe(2);
});

test('a row without a shift has no span', () => {
  expect(span_of({ ...row('p', 'plant'), shift_from: null })).toBeNull();
  expect(span_of(row('p', 'plant'))).toEqual({ name: 'early', from: Date.parse(at('05:00')), until: Date.parse(at('13:00')) });
});
