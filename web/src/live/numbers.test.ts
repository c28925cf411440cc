import { expect, test } from 'vitest';
import { factors_shown, sums_of } from './numbers';

const row = (availability: number, performance: number, quality: number) =>
  ({ availability, performance, quality, oee: availability * performance * quality });

test('factors as shown multiply to the total as shown, and none is off by a tenth', () => {
  let seed = 7;
  const next = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let count = 0; count < 500; count += 1) {
    const given = row(next(), next(), next());
    const shown = factors_shown(given);
    const product = ((shown.availability ?? 0) * (shown.performance ?? 0) * (shown.quality ?? 0)) / 10_000;
    expect(product.toFixed(1)).toBe((shown.oee ?? 0).toFixed(1));
    expect(Math.abs((shown.oee ?? 0) - 100 * given.oee)).toBeLessThanOrEqual(0.05 + 1e-9);
    for (const key of ['availability', 'performance', 'quality'] as const) {
      expect(Math.abs((shown[key] ?? 0) - 100 * given[key])).toBeLessThan(0.1);
    }
  }
});

test('a machine that is faster than its ideal is off by less than three tenths, and still multiplies', () => {
  const shown = factors_shown(row(0.14249, 1.2708, 1));
  expect([shown.availability, shown.performance, shown.quality, shown.oee]).toEqual([14.2, 127.2, 100, 18.1]);
});

test('whole factors stay as they are', () => {
  expect(factors_shown(row(0.8, 0.9, 1))).toEqual({ availability: 80, performance: 90, quality: 100, oee: 72 });
});

test('a factor that is not known stays not known, and the others are rounded alone', () => {
  const shown = factors_shown({ availability: 0.8204, performance: null, quality: 0.9555, oee: null });
  expect(shown).toEqual({ availability: 82, performance: null, quality: 95.6, oee: null });
});

test('the difference to plan adds up from hour to hour; an hour without data adds nothing', () => {
  const sums = sums_of([{ plan: 10, good: 8 }, { plan: 10, good: null }, { plan: 10, good: 15 }]);
  expect(sums.map((sum) => sum.ahead)).toEqual([-2, -12, -7]);
  expect(sums_of([{ plan: null, good: 3 }])).toEqual([{ plan: null, good: 3, ahead: null }]);
});
