import { expect, test } from 'vitest';
import type { TagPath } from '../../wire/types';
import { chosen_of, nothing_chosen, query_of, type Chosen } from './address';
import { cycle_before, day_before, duration_of, shift_before } from './compare';
import { ending_at, length_of, moved, panned, pinched, span_max_ms, span_min_ms, width_for, widths, zoomed } from './span';

const hour = 3_600_000;
const now = Date.parse('2026-11-22T12:00:00Z');

test('a zoom keeps the moment under the hand where it is', () => {
  const span = { from: now - 10 * hour, to: now - 2 * hour };
  const at = span.from + 2 * hour;
  const near = zoomed(span, 0.5, at, now);
  expect(length_of(near)).toBe(4 * hour);
  expect((at - near.from) / length_of(near)).toBeCloseTo(0.25, 12);
  expect(zoomed(near, 2, at, now)).toEqual(span);
});

test('a zoom ends at a second and at 400 days, and never shows what is still to come', () => {
  expect(length_of(zoomed({ from: 0, to: 1_500 }, 0.1, 700, now))).toBe(span_min_ms);
  expect(length_of(zoomed({ from: now - 300 * 24 * hour, to: now }, 9, now, now))).toBe(span_max_ms);
  expect(zoomed({ from: now - hour, to: now }, 3, now - hour, now).to).toBe(now);
});

test('a pan keeps the length and stops at now', () => {
  const span = ending_at(now - hour, hour);
  expect(panned(span, -0.1, now)).toEqual({ from: span.from - hour / 10, to: span.to - hour / 10 });
  expect(panned(span, 5, now)).toEqual(ending_at(now, hour));
  expect(moved(span, -30, now).to).toBe(span.to - 30);
});

test('two fingers keep their moments under themselves', () => {
  const span = pinched([now - 3 * hour, now - 2 * hour], [0.25, 0.75], now);
  expect(length_of(span)).toBe(2 * hour);
  expect(span.from + 0.25 * length_of(span)).toBe(now - 3 * hour);
  expect(span.from + 0.75 * length_of(span)).toBe(now - 2 * hour);
});

test('a bucket is never wider than a pixel and divides a day', () => {
  for (const length of [1_000, 61_000, hour, 8 * hour, 365 * 24 * hour]) expect(width_for(length, 1_000)).toBeLessThanOrEqual(length / 1_000);
  expect(width_for(365 * 24 * hour, 1_000)).toBe(6 * hour);
  expect(width_for(500, 1_000)).toBe(1);
  expect(widths.filter((width) => 86_400_000 % width !== 0)).toEqual([]);
});

test('an address holds all that is chosen, and gives it back', () => {
  const chosen: Chosen = {
    pens: ['p/cnc 1/a&b=c' as TagPath, 'p/cnc2/ä' as TagPath], length: 12_345, to: now, cursor: now - 500, compare: 'free', offset: 90_000, is_table: true,
  };
  expect(chosen_of(query_of(chosen))).toEqual(chosen);
  expect(chosen_of(query_of(nothing_chosen))).toEqual(nothing_chosen);
  expect(query_of({ ...nothing_chosen, length: 24 * hour })).toBe('span=24h');
});

test('an address that cannot be read falls back, pens count once, and sixteen are the limit', () => {
  expect(chosen_of('span=fast&to=never&compare=moon&offset=x')).toEqual(nothing_chosen);
  const many = Array.from({ length: 20 }, (_, index) => `pen=t${index}&pen=t${index}`).join('&');
  expect(chosen_of(many).pens.length).toBe(16);
  expect(chosen_of('span=90000d').length).toBe(span_max_ms);
});

test('a length of time is read as people write it', () => {
  expect(duration_of('90 min')).toBe(90 * 60_000);
  expect(duration_of('1 h 30 min')).toBe(90 * 60_000);
  expect(duration_of('2d')).toBe(48 * hour);
  expect(duration_of('1,5 h')).toBe(90 * 60_000);
  for (const text of ['', 'soon', '5', '5 minutes', '-3 h', '0 h']) expect(duration_of(text)).toBeNull();
});

test('the same time yesterday is 25 hours ago when the clocks went back in between', () => {
  const winter = Date.parse('2026-10-25T01:00:00Z'); // Berlin
  const offset = (at: number): number => (at < winter ? 2 : 1) * hour;
  expect(day_before(Date.parse('2026-10-25T12:00:00Z'), offset)).toBe(25 * hour);
  expect(day_before(Date.parse('2026-10-27T12:00:00Z'), offset)).toBe(24 * hour);
});

test('an earlier order is one of the same product when there is one; a shift is simply the one before', () => {
  const cycles = [{ name: 'City', from: 10 }, { name: 'Cargo', from: 20 }, { name: 'City', from: 30 }, { name: 'Trail', from: 40 }];
  expect(cycle_before(cycles, 35)).toBe(20);
  expect(cycle_before(cycles, 45)).toBe(10);
  expect(shift_before(cycles, 35)).toBe(10);
  expect(cycle_before(cycles, 15)).toBeNull();
  expect(cycle_before([], 15)).toBeNull();
});
