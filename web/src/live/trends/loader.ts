// Fetches tiles: what is wanted now first, nothing twice, and nothing any more that is no longer wanted.
import type { Buckets, Readings, TagPath } from '../../wire/types';
import { Trouble } from '../../wire/api';
import {
  buckets_a_tile, columns_of_readings, is_complete, is_sparse, quality, row_at, severity, tile_span, TileCache, tiles_from_buckets, tiles_of, type Tile,
} from './tiles';

export interface LoaderOutside {
  buckets(tag: TagPath, from: number, to: number, count: number, signal: AbortSignal): Promise<Buckets>;
  readings(tag: TagPath, from: number, to: number, limit: number, signal: AbortSignal): Promise<Readings>;
  /** The time of the plant. */
  now(): number;
}

/** One tag over one span at one bucket width. */
export interface Wish {
  readonly tag: TagPath;
  readonly is_text: boolean;
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** Whether it must be known what held at `from`, however long before it was said. */
  readonly needs_before: boolean;
  /** For the next move, not in sight: it waits until all that is in sight is there. */
  readonly is_ahead?: boolean;
}

/** What was so before the first reading in sight. */
export interface Anchor {
  readonly at: number;
  readonly value: number;
  readonly text: string;
}

interface Ask {
  readonly wish: Wish;
  readonly indexes: readonly number[];
  readonly abort: AbortController;
}

export const asks_at_once_max = 6;
const tiles_an_ask_max = 16; // 8,192 buckets: the server gives 20,000
const raw_rows_max = 2 * buckets_a_tile;
const text_rows_max = 2_000;
const runs_named_max = 8; // of readings that are not good, a tile
const run_rows_max = 200;
const again_after_ms = 1_000; // the tile with "now" in it is asked again at most so often
const anchor_spans_ms: readonly number[] = [86_400_000, 30 * 86_400_000];
const anchor_buckets = 64;

const key_of = (tag: string, width: number, index: number): string => `${tag} ${width} ${index}`;

export class TileLoader {
  readonly cache = new TileCache();
  /** Called whenever there is more to draw. */
  on_change: () => void = () => {};
  #wishes: readonly Wish[] = [];
  readonly #asks = new Map<string, Ask>();
  readonly #running = new Set<Ask>();
  #waiting: Ask[] = [];
  readonly #troubles = new Map<string, Trouble>();
  readonly #anchors = new Map<string, Anchor | null>();

  constructor(private readonly outside: LoaderOutside) {}

  /** True while something wanted is still under way. */
  get is_loading(): boolean {
    return this.#running.size > 0 || this.#waiting.length > 0;
  }

  trouble(tag: string): Trouble | null {
    return this.#troubles.get(tag) ?? null;
  }

  anchor(tag: string, at: number): Anchor | null {
    return this.#anchors.get(`${tag} ${at}`) ?? null;
  }

  retry(): void {
    this.#troubles.clear();
    this.want(this.#wishes);
  }

  /** The past changed (late data): all is asked again. */
  doubt_all(): void {
    this.cache.doubt_all();
    this.#anchors.clear();
    this.want(this.#wishes);
  }

  stop(): void {
    this.want([]);
  }

  /** Says what is wanted, whole each time, the most wanted first. */
  want(wishes: readonly Wish[]): void {
    this.#wishes = wishes;
    const wanted = new Set(wishes.flatMap((wish) => tiles_of(wish.width, wish.from, wish.to).map((index) => key_of(wish.tag, wish.width, index))));
    for (const ask of new Set(this.#asks.values())) {
      if (!ask.indexes.some((index) => wanted.has(key_of(ask.wish.tag, ask.wish.width, index)))) this.#drop(ask);
    }
    for (const wish of wishes) this.#queue(wish);
    this.#next();
  }

  #queue(wish: Wish): void {
    if (this.#troubles.has(wish.tag)) return;
    let run: number[] = [];
    const close = (): void => {
      if (run.length === 0) return;
      const ask: Ask = { wish, indexes: run, abort: new AbortController() };
      for (const index of run) this.#asks.set(key_of(wish.tag, wish.width, index), ask);
      this.#waiting.push(ask);
      run = [];
    };
    for (const index of tiles_of(wish.width, wish.from, wish.to)) {
      if (this.#asks.has(key_of(wish.tag, wish.width, index)) || !this.#is_due(wish, index)) {
        close();
        continue;
      }
      run.push(index);
      if (run.length === tiles_an_ask_max) close();
    }
    close();
  }

  #is_due(wish: Wish, index: number): boolean {
    const tile = this.cache.get(wish.tag, wish.width, index);
    if (tile === undefined) return index * tile_span(wish.width) < this.outside.now() + again_after_ms;
    if (is_complete(tile)) return false;
    return this.outside.now() - tile.until >= Math.max(again_after_ms, Math.min(wish.width, 30_000));
  }

  #drop(ask: Ask): void {
    ask.abort.abort();
    this.#running.delete(ask);
    this.#waiting = this.#waiting.filter((one) => one !== ask);
    for (const index of ask.indexes) this.#asks.delete(key_of(ask.wish.tag, ask.wish.width, index));
  }

  #next(): void {
    while (this.#running.size < asks_at_once_max) {
      const ask = this.#waiting.find((one) => one.wish.is_ahead !== true) ?? this.#waiting[0];
      const is_early = ask?.wish.is_ahead === true && [...this.#running].some((one) => one.wish.is_ahead !== true);
      if (ask === undefined || is_early) return;
      this.#waiting = this.#waiting.filter((one) => one !== ask);
      this.#running.add(ask);
      void this.#run(ask);
    }
  }

  async #run(ask: Ask): Promise<void> {
    try {
      if (ask.wish.is_text) await this.#fetch_texts(ask);
      else await this.#fetch_numbers(ask);
      if (ask.wish.needs_before && !ask.abort.signal.aborted) await this.#fetch_anchor(ask);
    } catch (error) {
      if (!ask.abort.signal.aborted) this.#troubles.set(ask.wish.tag, error instanceof Trouble ? error : new Trouble('offline', String(error), 0));
    }
    if (ask.abort.signal.aborted) return;
    this.#drop(ask);
    this.#next();
    this.on_change();
  }

  async #fetch_numbers(ask: Ask): Promise<void> {
    const { wish: { tag, width }, indexes, abort: { signal } } = ask;
    const first = indexes[0] ?? 0;
    const until = this.outside.now();
    const from = first * tile_span(width);
    const answer = await this.outside.buckets(tag, from, from + indexes.length * tile_span(width), indexes.length * buckets_a_tile, signal);
    const tiles = tiles_from_buckets(answer, width, first, indexes.length, until);
    if (signal.aborted) return;
    // What is still missing comes after: until then the buckets are drawn (but not in place of readings that were there),
    // and count as not yet asked, so that nothing is left half done when this is given up.
    const is_whole = (tile: Tile): boolean => !is_sparse(tile) && !tile.columns.quality.includes(quality.unclear);
    for (const tile of tiles) {
      if (is_whole(tile)) this.cache.put(tag, tile);
      else if (!is_sparse(tile) || this.cache.get(tag, width, Math.round(tile.from / tile_span(width))) === undefined) this.cache.put(tag, { ...tile, until: -Infinity });
    }
    this.on_change();
    for (const tile of tiles) {
      if (is_whole(tile)) continue;
      if (is_sparse(tile)) await this.#fetch_raw(tag, tile, signal);
      else await this.#name_runs(tag, tile, signal);
      if (signal.aborted) return;
    }
  }

  async #fetch_raw(tag: TagPath, tile: Tile, signal: AbortSignal): Promise<void> {
    const answer = await this.outside.readings(tag, tile.from, tile.to, raw_rows_max, signal);
    if (signal.aborted) return;
    this.cache.put(tag, { ...tile, is_buckets: false, has_more: answer.more, columns: columns_of_readings(answer) });
    this.on_change();
  }

  async #fetch_texts(ask: Ask): Promise<void> {
    const { wish: { tag, width }, indexes, abort: { signal } } = ask;
    const until = this.outside.now();
    for (const index of indexes) {
      const from = index * tile_span(width);
      const answer = await this.outside.readings(tag, from, from + tile_span(width), text_rows_max, signal);
      if (signal.aborted) return;
      this.cache.put(tag, {
        width, from, to: from + tile_span(width), until, is_buckets: false, has_more: answer.more, columns: columns_of_readings(answer),
      });
    }
  }

  // Buckets count what is not good; only the readings say whether it was uncertain or bad.
  async #name_runs(tag: TagPath, tile: Tile, signal: AbortSignal): Promise<void> {
    const how_good = tile.columns.quality;
    let named = 0;
    for (let row = 0; row < how_good.length && named < runs_named_max; row += 1) {
      if (how_good[row] !== quality.unclear) continue;
      let end = row;
      while (end < how_good.length && how_good[end] === quality.unclear) end += 1;
      const answer = await this.outside.readings(tag, tile.from + row * tile.width, tile.from + end * tile.width, run_rows_max, signal);
      if (signal.aborted) return;
      const worst = answer.quality.reduce((most, code) => Math.max(most, severity(code)), 0);
      if (worst !== quality.good) how_good.fill(worst, row, end);
      row = end;
      named += 1;
    }
    if (signal.aborted) return;
    this.cache.put(tag, tile);
    if (named > 0) this.on_change();
  }

  // A tag that speaks only when its value changes: what was it before the first reading in sight?
  async #fetch_anchor(ask: Ask): Promise<void> {
    const { wish: { tag, from }, abort: { signal } } = ask;
    const tile = this.cache.get(tag, ask.wish.width, ask.indexes[0] ?? 0);
    if (tile === undefined || tile.from > from || (!tile.is_buckets && row_at(tile.columns.time, from) > 0)) return;
    const key = `${tag} ${tile.from}`;
    if (this.#anchors.has(key) || (tile.columns.count[0] ?? 0) > 0) return;
    this.#anchors.set(key, null);
    for (const span of anchor_spans_ms) {
      const last = await this.#last_in(tag, tile.from - span, tile.from, signal);
      if (last !== null) return void this.#anchors.set(key, last);
    }
  }

  async #last_in(tag: TagPath, from: number, to: number, signal: AbortSignal): Promise<Anchor | null> {
    const buckets = await this.outside.buckets(tag, from, to, anchor_buckets, signal);
    const row = buckets.time.findLastIndex((_, index) => (buckets.count[index] ?? 0) > 0);
    if (row < 0) return null;
    const answer = await this.outside.readings(tag, buckets.time[row] ?? from, buckets.time[row + 1] ?? to, text_rows_max, signal);
    const columns = columns_of_readings(answer);
    const last = columns.quality.findLastIndex((one) => one === quality.good);
    if (last < 0) return null;
    return { at: columns.time[last] ?? from, value: columns.mean[last] ?? Number.NaN, text: columns.texts[last] ?? '' };
  }
}
