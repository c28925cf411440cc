import { expect, test } from 'vitest';
import type { Buckets, Readings, TagPath } from '../../wire/types';
import { TileLoader, type LoaderOutside, type Wish } from './loader';
import { csv_columns, lacks_of, readout_at, rows_of, text_runs } from './readout';
import {
  buckets_a_tile, columns_of_readings, is_complete, late_ms, quality, tile_span, TileCache, tiles_from_buckets, tiles_max, tiles_of, type Part, type Tile,
} from './tiles';
import { csv_of } from '../../parts/table';

const tag = 'p/cnc1/load' as TagPath;
const second = 1_000;
const span = tile_span(second);
const bad_code = 0x80310000;
const uncertain_code = 0x40920000;

function buckets(from: number, count: number, width: number, value: (at: number) => number | null, bad: (at: number) => number = () => 0): Buckets {
  const time = Array.from({ length: count }, (_, index) => from + index * width);
  const mean = time.map(value);
  return {
    tag, from, to: from + count * width, time, mean, min: mean.map((one) => (one === null ? null : one - 1)), max: mean.map((one) => (one === null ? null : one + 1)),
    count: mean.map((one) => (one === null ? 0 : 5)), bad: time.map(bad),
  };
}
function tile_at(width: number, index: number, value: (at: number) => number | null = () => 1): Tile {
  const [tile] = tiles_from_buckets(buckets(index * tile_span(width), buckets_a_tile, width, value), width, index, 1, Infinity);
  if (tile === undefined) throw new Error('no tile');
  return tile;
}
function readings(rows: readonly (readonly [time: number, value: number | string, code?: number])[], kind: Readings['kind'] = 'number'): Readings {
  return { tag, kind, time: rows.map((row) => row[0]), value: rows.map((row) => row[1]), quality: rows.map((row) => row[2] ?? 0), more: false };
}
function raw_part(rows: readonly (readonly [time: number, value: number | string, code?: number])[], to: number, kind: Readings['kind'] = 'number'): Part {
  return { tile: { width: second, from: 0, to, until: to, is_buckets: false, has_more: false, columns: columns_of_readings(readings(rows, kind)) }, from: 0, to };
}

test('an answer over three tiles becomes three tiles that lie where they belong', () => {
  const tiles = tiles_from_buckets(buckets(2 * span, 3 * buckets_a_tile, second, (at) => at), second, 2, 3, 9);
  expect(tiles.map((tile) => [tile.from, tile.to, tile.columns.time[0], tile.columns.mean.length])).toEqual(
    [2, 3, 4].map((index) => [index * span, (index + 1) * span, index * span, buckets_a_tile]));
});

test('a span touches the tiles in it, and not the one that begins where it ends', () => {
  expect(tiles_of(second, 0, span)).toEqual([0]);
  expect(tiles_of(second, span - 1, span + 1)).toEqual([0, 1]);
});

test('what is there is drawn while the finer comes: coarser first, then finer, each stretch once', () => {
  const cache = new TileCache();
  const wide = 10 * second;
  cache.put(tag, tile_at(wide, 0));
  cache.put(tag, tile_at(second, 1));
  cache.put(tag, tile_at(200, 0));
  const parts = cache.cover(tag, second, 0, 3 * span);
  expect(parts.map((part) => [part.tile.width, part.from, part.to])).toEqual([[wide, 0, span], [second, span, 2 * span], [wide, 2 * span, 3 * span]]);
  expect(cache.cover(tag, 500, 0, 1_000).map((part) => part.tile.width)).toEqual([wide]);
  expect(cache.cover('other', second, 0, span)).toEqual([]);
});

test('the cache forgets the longest unused first', () => {
  const cache = new TileCache();
  for (let index = 0; index < tiles_max; index += 1) cache.put(tag, { ...tile_at(second, 0), from: index * span, to: (index + 1) * span });
  cache.get(tag, second, 0);
  cache.put(tag, tile_at(second, tiles_max));
  expect(cache.size).toBe(tiles_max);
  expect(cache.get(tag, second, 0)).toBeDefined();
  expect(cache.get(tag, second, 1)).toBeUndefined();
});

test('a tile may still change for a while after its end', () => {
  expect(is_complete({ ...tile_at(second, 0), until: span + late_ms - 1 })).toBe(false);
  expect(is_complete({ ...tile_at(second, 0), until: span + late_ms })).toBe(true);
});

interface Asked {
  readonly what: 'buckets' | 'readings';
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
  answer(): void;
}
function outside_of(value: (at: number) => number | null, rows: Readings, bad: (at: number) => number = () => 0): { asked: Asked[]; outside: LoaderOutside } {
  const asked: Asked[] = [];
  const ask = <Answer>(what: Asked['what'], from: number, to: number, signal: AbortSignal, made: () => Answer): Promise<Answer> =>
    new Promise((resolve) => asked.push({ what, from, to, signal, answer: () => resolve(made()) }));
  return {
    asked,
    outside: {
      buckets: (_, from, to, count, signal) => ask('buckets', from, to, signal, () => buckets(from, count, (to - from) / count, value, bad)),
      readings: (_, from, to, __, signal) => ask('readings', from, to, signal, () => rows),
      now: () => 1e9,
    },
  };
}
const wish = (from: number, to: number): Wish => ({ tag, is_text: false, width: second, from, to, needs_before: false });
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

test('neighbouring tiles are one question, nothing is asked twice, and what is no longer wanted is given up', async () => {
  const { asked, outside } = outside_of(() => 1, readings([]));
  const loader = new TileLoader(outside);
  loader.want([wish(0, 3 * span)]);
  loader.want([wish(0, 3 * span)]);
  expect(asked.map((one) => [one.from, one.to])).toEqual([[0, 3 * span]]);
  loader.want([wish(100 * span, 101 * span)]);
  expect(asked.map((one) => one.signal.aborted)).toEqual([true, false]);
  asked[0]?.answer();
  await settle();
  expect(loader.cache.size).toBe(0);
  asked[1]?.answer();
  await settle();
  expect(loader.cache.get(tag, second, 100)?.columns.mean[0]).toBe(1);
  loader.want([wish(100 * span, 101 * span)]);
  expect(asked.length).toBe(2);
});

test('what is ahead of the next move waits until all that is in sight is there', async () => {
  const { asked, outside } = outside_of(() => 1, readings([]));
  const loader = new TileLoader(outside);
  const ahead = { ...wish(0, span), is_ahead: true };
  loader.want([wish(span, 2 * span), ahead]);
  expect(asked.map((one) => one.from)).toEqual([span]);
  loader.want([wish(span, 2 * span), ahead, wish(2 * span, 3 * span)]);
  expect(asked.map((one) => one.from)).toEqual([span, 2 * span]);
  asked[0]?.answer();
  await settle();
  expect(asked.length).toBe(2);
  asked[1]?.answer();
  await settle();
  expect(asked.map((one) => one.from)).toEqual([span, 2 * span, 0]);
});

test('fewer readings than buckets: the readings themselves are fetched', async () => {
  const { asked, outside } = outside_of((at) => (at % (50 * second) === 0 ? 3 : null), readings([[5, 3], [6, 4]]));
  const loader = new TileLoader(outside);
  loader.want([wish(0, span)]);
  asked[0]?.answer();
  await settle();
  expect(asked[1]?.what).toBe('readings');
  asked[1]?.answer();
  await settle();
  const tile = loader.cache.get(tag, second, 0);
  expect(tile?.is_buckets).toBe(false);
  expect([...(tile?.columns.mean ?? [])]).toEqual([3, 4]);
});

test('a run of buckets that are not good is named by its readings', async () => {
  const is_bad = (at: number): boolean => at >= 10 * second && at < 20 * second;
  const { asked, outside } = outside_of((at) => (is_bad(at) ? null : 1), readings([[10_500, 0, uncertain_code]]), (at) => (is_bad(at) ? 4 : 0));
  const loader = new TileLoader(outside);
  loader.want([wish(0, span)]);
  asked[0]?.answer();
  await settle();
  expect(loader.cache.get(tag, second, 0)?.columns.quality[10]).toBe(quality.unclear);
  expect([asked[1]?.from, asked[1]?.to]).toEqual([10 * second, 20 * second]);
  asked[1]?.answer();
  await settle();
  expect([...(loader.cache.get(tag, second, 0)?.columns.quality.subarray(9, 21) ?? [])]).toEqual([0, ...Array<number>(10).fill(quality.uncertain), 0]);
});

test('the cursor reads the bucket around it, the reading before it, and says since when', () => {
  const bucket: Part = { tile: tile_at(second, 0, (at) => (at < 10 * second ? at : null)), from: 0, to: span };
  expect(readout_at([bucket], 3_400, null)).toMatchObject({ at: 3_000, value: 3_000, min: 2_999, max: 3_001, is_held: false, is_bucket: true });
  expect(readout_at([bucket], 60_000, null)).toMatchObject({ at: 9_000, value: 9_000, is_held: true });
  const today = Date.parse('2026-11-22T12:00:00Z');
  const late: Part = { tile: { ...tile_at(second, 0), columns: columns_of_readings(readings([[today - 1_000, 1], [today, 2]])) }, from: today - 9_000, to: today + 9_000 };
  expect(readout_at([late], today, null)?.value).toBe(2);
  const raw = raw_part([[100, 1], [200, 2], [300, 3, bad_code]], 1_000);
  expect(readout_at([raw], 250, null)).toMatchObject({ at: 200, value: 2, quality: quality.good });
  expect(readout_at([raw], 400, null)).toMatchObject({ at: 300, quality: quality.bad });
  expect(readout_at([raw], 50, null)).toBeNull();
  expect(readout_at([raw], 50, { at: -9, value: 7, text: '' })).toMatchObject({ at: -9, value: 7, is_held: true });
  expect(readout_at([raw_part([[1, 'City']], 9, 'text')], 5, null)?.text).toBe('City');
});

test('gaps are told apart: bad and uncertain readings hold until the next one, silence is no data', () => {
  const part = raw_part([[0, 1], [100, 1, bad_code], [200, 1, uncertain_code], [300, 1], [800, 1, bad_code]], 1_000);
  expect(lacks_of([part], [{ from: 400, to: 500 }], 1_000)).toEqual([
    { from: 100, to: 200, lack: 'bad' }, { from: 200, to: 300, lack: 'uncertain' },
    { from: 400, to: 500, lack: 'nodata' }, { from: 800, to: 1_000, lack: 'bad' },
  ]);
});

test('CSV holds each row once, empty where a pen has none, and no formula', () => {
  const pens = [{ title: '=p/a [kW]', parts: [raw_part([[0, 1.5], [1_000, 2]], 9_000)] }, { title: 'p/b', parts: [raw_part([[1_000, 7, bad_code]], 9_000)] }];
  expect(csv_of(rows_of(pens), csv_columns(pens)).trimEnd().split('\r\n')).toEqual([
    "time,'=p/a [kW],'=p/a [kW] min,'=p/a [kW] max,'=p/a [kW] quality,p/b,p/b min,p/b max,p/b quality",
    '1970-01-01T00:00:00.000Z,1.5,1.5,1.5,good,,,,',
    '1970-01-01T00:00:01.000Z,2,2,2,good,,,,bad',
  ]);
});

test('words hold until the next reading, from before the edge as well, and not over a reading that is not good', () => {
  const part = raw_part([[0, 'City'], [100, 'City'], [200, 'Trail'], [300, '', bad_code], [400, 'Cargo']], 1_000, 'text');
  expect(text_runs([part], null, 0, 500)).toEqual([
    { from: 0, to: 200, text: 'City' }, { from: 200, to: 300, text: 'Trail' }, { from: 400, to: 500, text: 'Cargo' },
  ]);
  expect(text_runs([{ ...part, from: 150 }], null, 150, 220)).toEqual([{ from: 150, to: 200, text: 'City' }, { from: 200, to: 220, text: 'Trail' }]);
  expect(text_runs([], { at: -5, value: NaN, text: 'City' }, 0, 9)).toEqual([{ from: 0, to: 9, text: 'City' }]);
});
