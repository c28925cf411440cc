import { expect, test } from 'vitest';
import { band_hatches, band_paths, hour_ticks } from './band_shape';

const hour = 3_600_000;

test('one path for each state, stopped drawn last so that nothing covers it', () => {
  const paths = band_paths([
    { from: 0, to: 250, state: 'stopped' }, { from: 250, to: 500, state: 'running' }, { from: 500, to: 1_000, state: 'stopped' },
  ], 0, 1_000);
  expect(paths).toEqual([
    { state: 'running', path: 'M250 2H500V10H250Z' },
    { state: 'stopped', path: 'M0 0H250V12H0ZM500 0H1000V12H500Z' },
  ]);
});

test('a stop too short to see keeps a width that can be seen, and stays inside the band', () => {
  expect(band_paths([{ from: 0, to: 1, state: 'stopped' }], 0, 1_000_000)[0]?.path).toBe('M0 0H6V12H0Z');
  expect(band_paths([{ from: 500_000, to: 500_100, state: 'stopped' }], 0, 1_000_000)[0]?.path).toBe('M500 0H506V12H500Z');
  expect(band_paths([{ from: 999_900, to: 1_000_000, state: 'stopped' }], 0, 1_000_000)[0]?.path).toBe('M994 0H1000V12H994Z');
});

test('a state of a later version is drawn, at full height', () => {
  expect(band_paths([{ from: 0, to: 10, state: 'on_fire' }], 0, 10)).toEqual([{ state: 'on_fire', path: 'M0 0H1000V12H0Z' }]);
});

test('no data is hatched and never drawn as a state', () => {
  const pieces = [{ from: 0, to: 50, state: 'nodata' }, { from: 50, to: 200, state: 'idle' }];
  expect(band_hatches(pieces, 0, 200)).toEqual([{ x: 0, width: 25 }]);
  expect(band_paths(pieces, 0, 200).map((path) => path.state)).toEqual(['idle']);
});

test('hours are those of the clock on the wall, in zones with half hours too', () => {
  const from = Date.parse('2026-11-22T08:10:00Z');
  const ticks = hour_ticks(from, from + 2 * hour, 1, 5.5 * hour);
  expect(ticks.map((tick) => new Date(tick.at).toISOString().slice(11, 16))).toEqual(['08:30', '09:30']);
  expect(ticks[0]?.share).toBeCloseTo((100 * 20) / 120);
});
