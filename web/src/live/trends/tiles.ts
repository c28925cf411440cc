// Stretches of the past that were fetched: columns by tag, bucket width and place in time.
import type { Buckets, Readings } from '../../wire/types';

/** How good a row is. `unclear`: not good, and not yet known whether uncertain or bad. */
export const quality = { good: 0, uncertain: 1, bad: 2, unclear: 3 } as const;
export type Quality = (typeof quality)[keyof typeof quality];

/** Rows of one tile. A bucket without a good reading has NaN; a raw row has min = max = mean. */
export interface Columns {
  readonly time: Float64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Good readings in the bucket. */
  readonly count: Float64Array;
  /** Readings that are not good. */
  readonly bad: Float64Array;
  readonly quality: Uint8Array;
  /** Words of a text tag, one a row; empty for numbers. */
  readonly texts: readonly string[];
}

export interface Tile {
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** The time of the plant when it was asked: what is later is not in it. */
  readonly until: number;
  /** False: each row is one reading, not a bucket. */
  readonly is_buckets: boolean;
  /** There are more readings in it than were fetched. */
  readonly has_more: boolean;
  readonly columns: Columns;
}

export interface Part {
  readonly tile: Tile;
  readonly from: number;
  readonly to: number;
}

export const buckets_a_tile = 512;
export const tiles_max = 1_500; // about 50 MB; the longest unused are forgotten
const tiles_to_fill_max = 96; // looked at to fill one hole from one level, before that level is left out
export const late_ms = 60_000; // so long after its end a tile may still change by late data

export const tile_span = (width: number): number => width * buckets_a_tile;
export const tile_index = (width: number, at: number): number => Math.floor(at / tile_span(width));
export const is_complete = (tile: Tile): boolean => tile.until >= tile.to + late_ms;

/** Indexes of the tiles that [from, to) touches. */
export function tiles_of(width: number, from: number, to: number): number[] {
  const first = tile_index(width, from);
  const last = tile_index(width, Math.max(from, to - 1));
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
}

const column = (values: readonly (number | null)[]): Float64Array => Float64Array.from(values, (value) => value ?? Number.NaN);

function columns_of_buckets(answer: Buckets, begin: number, end: number): Columns {
  const bad = Float64Array.from(answer.bad.slice(begin, end));
  return {
    time: Float64Array.from(answer.time.slice(begin, end)),
    mean: column(answer.mean.slice(begin, end)), min: column(answer.min.slice(begin, end)), max: column(answer.max.slice(begin, end)),
    count: Float64Array.from(answer.count.slice(begin, end)), bad,
    quality: Uint8Array.from(bad, (count) => (count > 0 ? quality.unclear : quality.good)),
    texts: [],
  };
}

/** Cuts one answer over several tiles into these tiles. */
export function tiles_from_buckets(answer: Buckets, width: number, first: number, tiles: number, until: number): Tile[] {
  return Array.from({ length: tiles }, (_, step) => {
    const from = (first + step) * tile_span(width);
    const columns = columns_of_buckets(answer, step * buckets_a_tile, (step + 1) * buckets_a_tile);
    return { width, from, to: from + tile_span(width), until, is_buckets: true, has_more: false, columns };
  });
}

/** One answer as one tile, wherever it lies. */
export function tile_from_buckets(answer: Buckets, from: number, to: number): Tile {
  const count = answer.time.length;
  return { width: (to - from) / Math.max(1, count), from, to, until: to, is_buckets: true, has_more: false, columns: columns_of_buckets(answer, 0, count) };
}

/** The two top bits of an OPC UA status code. */
export function severity(code: number): Quality {
  const bits = (code >>> 30) & 3;
  return bits === 0 ? quality.good : bits === 1 ? quality.uncertain : quality.bad;
}

/** Readings as rows: what is not good has no value to draw. */
export function columns_of_readings(answer: Readings): Columns {
  const how_good = Uint8Array.from(answer.quality, (code) => severity(code));
  const mean = Float64Array.from(answer.value, (value, row) => {
    if (how_good[row] !== quality.good) return Number.NaN;
    return typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN;
  });
  const is_text = answer.kind === 'text';
  return {
    time: Float64Array.from(answer.time), mean, min: mean, max: mean,
    count: Float64Array.from(how_good, (one) => (one === quality.good ? 1 : 0)),
    bad: Float64Array.from(how_good, (one) => (one === quality.good ? 0 : 1)),
    quality: how_good,
    texts: is_text ? answer.value.map((value) => String(value ?? '')) : [],
  };
}

export function readings_in(tile: Tile): number {
  let sum = 0;
  for (let row = 0; row < tile.columns.count.length; row += 1) sum += (tile.columns.count[row] ?? 0) + (tile.columns.bad[row] ?? 0);
  return sum;
}

/** Fewer readings than buckets: they are shown as they are. */
export const is_sparse = (tile: Tile): boolean => tile.is_buckets && readings_in(tile) > 0 && readings_in(tile) <= buckets_a_tile;

/** The first row at or after a time. */
export function row_at(time: Float64Array, at: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Tiles by tag, width and place. The longest unused go first when there are too many. */
export class TileCache {
  readonly #tags = new Map<string, Map<number, Map<number, Tile>>>();
  readonly #used = new Map<Tile, { tag: string; index: number }>();

  get size(): number {
    return this.#used.size;
  }

  get(tag: string, width: number, index: number): Tile | undefined {
    const tile = this.#tags.get(tag)?.get(width)?.get(index);
    const place = tile === undefined ? undefined : this.#used.get(tile);
    if (tile !== undefined && place !== undefined) {
      this.#used.delete(tile);
      this.#used.set(tile, place);
    }
    return tile;
  }

  put(tag: string, tile: Tile): void {
    const index = Math.round(tile.from / tile_span(tile.width));
    const levels = this.#tags.get(tag) ?? new Map<number, Map<number, Tile>>();
    const level = levels.get(tile.width) ?? new Map<number, Tile>();
    const before = level.get(index);
    if (before !== undefined) this.#used.delete(before);
    this.#tags.set(tag, levels.set(tile.width, level.set(index, tile)));
    this.#used.set(tile, { tag, index });
    for (const [oldest, place] of this.#used) {
      if (this.#used.size <= tiles_max) break;
      this.#used.delete(oldest);
      this.#tags.get(place.tag)?.get(oldest.width)?.delete(place.index);
    }
  }

  /** The past changed: everything is drawn on, and asked again when it is next wanted. */
  doubt_all(): void {
    for (const [tag, levels] of this.#tags) {
      for (const level of levels.values()) {
        for (const [index, tile] of level) {
          const doubted = { ...tile, until: -Infinity };
          level.set(index, doubted);
          this.#used.delete(tile);
          this.#used.set(doubted, { tag, index });
        }
      }
    }
  }

  /** The best that is there for [from, to): tiles of the wanted width, holes filled with coarser ones, then with finer ones. */
  cover(tag: string, width: number, from: number, to: number): Part[] {
    const held = [...(this.#tags.get(tag)?.keys() ?? [])];
    const coarser = held.filter((one) => one > width).sort((a, b) => a - b);
    const finer = held.filter((one) => one < width).sort((a, b) => b - a);
    const parts: Part[] = [];
    this.#fill(parts, tag, [width, ...coarser, ...finer], from, to);
    return parts;
  }

  #fill(parts: Part[], tag: string, order: readonly number[], from: number, to: number): void {
    const [width, ...rest] = order;
    if (width === undefined || to <= from) return;
    const indexes = (to - from) / tile_span(width) > tiles_to_fill_max ? [] : tiles_of(width, from, to);
    let reached = from;
    for (const index of indexes) {
      const tile = this.get(tag, width, index);
      if (tile === undefined) continue;
      const start = Math.max(from, tile.from);
      this.#fill(parts, tag, rest, reached, start);
      reached = Math.min(to, tile.to);
      parts.push({ tile, from: start, to: reached });
    }
    this.#fill(parts, tag, rest, reached, to);
  }
}
