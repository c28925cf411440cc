import type { Buckets } from '../wire/types';

/** A trend as columns; NaN where there is no data. */
export interface Trend {
  readonly time: Float64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Points without data. */
  readonly gaps: number;
  readonly low: number;
  readonly high: number;
}

const column = (values: readonly (number | null)[]): Float64Array => Float64Array.from(values, (value) => value ?? Number.NaN);

export function trend_of(buckets: Buckets): Trend {
  const min = column(buckets.min);
  const max = column(buckets.max);
  const mean = column(buckets.mean);
  const low = min.reduce((least, value) => (Number.isNaN(value) ? least : Math.min(least, value)), Infinity);
  const high = max.reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, value)), -Infinity);
  const gaps = mean.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
  return { time: Float64Array.from(buckets.time), mean, min, max, gaps, low, high };
}
