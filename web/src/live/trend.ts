import type { Buckets } from '../wire/types';
import type { Piece } from './band';

/** A trend as columns; NaN where there is no reading. */
export interface Trend {
  readonly time: Float64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** The last value, held where nothing new was said although the machine was heard; NaN elsewhere. */
  readonly held: Float64Array;
  /** Points at which the machine was not heard. */
  readonly gaps: number;
  readonly low: number;
  readonly high: number;
}

const column = (values: readonly (number | null)[]): Float64Array => Float64Array.from(values, (value) => value ?? Number.NaN);

/** Many tags speak only when their value changes: between two readings it is held, unless the machine was silent. */
function held_between(time: Float64Array, mean: Float64Array, silences: readonly Piece[]): { held: Float64Array; gaps: number } {
  const held = new Float64Array(mean.length).fill(Number.NaN);
  let last = Number.NaN;
  let gaps = 0;
  mean.forEach((value, index) => {
    const at = time[index] ?? 0;
    if (!Number.isNaN(value)) {
      last = value;
    } else if (Number.isNaN(last) || silences.some((one) => one.from <= at && at < one.to)) {
      last = Number.NaN;
      gaps += 1;
    } else {
      held[index] = last;
      if (index > 0 && Number.isNaN(held[index - 1] ?? 0)) held[index - 1] = last;
    }
  });
  return { held, gaps };
}

export function trend_of(buckets: Buckets, pieces: readonly Piece[]): Trend {
  const time = Float64Array.from(buckets.time);
  const min = column(buckets.min);
  const max = column(buckets.max);
  const mean = column(buckets.mean);
  const low = min.reduce((least, value) => (Number.isNaN(value) ? least : Math.min(least, value)), Infinity);
  const high = max.reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, value)), -Infinity);
  return { time, mean, min, max, low, high, ...held_between(time, mean, pieces.filter((piece) => piece.state === 'nodata')) };
}
