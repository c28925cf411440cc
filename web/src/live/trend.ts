import type { Buckets } from '../wire/types';
import type { Piece } from './band';
import { tile_from_buckets, type Tile } from './trends/tiles';

/** A trend of one tag over one span. */
export interface Trend {
  readonly tile: Tile;
  /** Where the machine was not heard: nothing is held over these. */
  readonly silences: readonly Piece[];
  /** Points before the first reading, or at which the machine was not heard. */
  readonly gaps: number;
  readonly low: number;
  readonly high: number;
}

/** Many tags speak only when their value changes: between two readings it is held, unless the machine was silent. */
function gaps_of({ time, mean }: Tile['columns'], silences: readonly Piece[]): number {
  let is_held = false;
  let gaps = 0;
  mean.forEach((value, index) => {
    const at = time[index] ?? 0;
    if (!Number.isNaN(value)) is_held = true;
    else if (!is_held || silences.some((one) => one.from <= at && at < one.to)) {
      is_held = false;
      gaps += 1;
    }
  });
  return gaps;
}

export function trend_of(buckets: Buckets, span: { readonly from: number; readonly to: number }, pieces: readonly Piece[]): Trend {
  const tile = tile_from_buckets(buckets, span.from, span.to);
  const { min, max } = tile.columns;
  const low = min.reduce((least, value) => (Number.isNaN(value) ? least : Math.min(least, value)), Infinity);
  const high = max.reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, value)), -Infinity);
  const silences = pieces.filter((piece) => piece.state === 'nodata');
  return { tile, silences, low, high, gaps: gaps_of(tile.columns, silences) };
}
