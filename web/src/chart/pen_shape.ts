// A pen as lines: what was measured is solid, what is held since is thin, what was not good or not heard is a gap.

export interface PenColumns {
  readonly time: Float64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly bad: Float64Array;
  /** 0 is good. */
  readonly quality: Uint8Array;
}

export interface PenPart {
  readonly tile: { readonly width: number; readonly is_buckets: boolean; readonly columns: PenColumns };
  readonly from: number;
  readonly to: number;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface PenShape {
  readonly parts: readonly PenPart[];
  /** The machine was not heard: nothing is held over these. In order. */
  readonly silences: readonly Stretch[];
  /** The last reading before the first part. */
  readonly before: { readonly at: number; readonly value: number } | null;
  /** Nothing is known after this. */
  readonly until: number;
}

export interface Line {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

export interface Traces {
  readonly solid: Line;
  readonly held: Line;
  readonly band: Line;
}

const buckets_joined_max = 2.5; // mean values so far apart, in buckets, are still one line

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

/** The rows of a part that lie in it. A bucket that begins before it is in it when its middle is. */
export function rows_of(part: PenPart): readonly [first: number, end: number] {
  const { time } = part.tile.columns;
  const lead = part.tile.is_buckets ? part.tile.width / 2 : 0;
  return [row_at(time, part.from - lead), row_at(time, part.to - lead)];
}

function first_silence(silences: readonly Stretch[], from: number, to: number): Stretch | undefined {
  return silences.find((one) => one.from < to && one.to > from);
}

class Tracer {
  #at = Number.NaN;
  #value = Number.NaN;
  #top: [x: number, y: number][] = [];
  #bottom: [x: number, y: number][] = [];

  constructor(
    private readonly shape: PenShape,
    private readonly x: (at: number) => number,
    private readonly y: (value: number) => number,
    private readonly out: Traces,
  ) {}

  run(): void {
    this.#begin();
    for (const part of this.shape.parts) {
      const [first, end] = rows_of(part);
      if (part.tile.is_buckets) for (let row = first; row < end; row += 1) this.#bucket(part.tile.columns, row, part.tile.width);
      else for (let row = first; row < end; row += 1) this.#reading(part.tile.columns, row);
    }
    if (!Number.isNaN(this.#value)) this.#hold(this.shape.until);
    this.#close_band();
  }

  #begin(): void {
    const part = this.shape.parts[0];
    const before = this.shape.before;
    if (before !== null) this.#start(before.at, before.value);
    if (part === undefined || part.tile.is_buckets) return;
    const { time, mean, quality } = part.tile.columns;
    const row = rows_of(part)[0] - 1;
    if (row >= 0) this.#start(time[row] ?? 0, quality[row] === 0 ? (mean[row] ?? Number.NaN) : Number.NaN);
  }

  #start(at: number, value: number): void {
    this.#at = at;
    this.#value = value;
    if (!Number.isNaN(value)) this.out.solid.moveTo(this.x(at), this.y(value));
  }

  #reading(columns: PenColumns, row: number): void {
    const at = columns.time[row] ?? 0;
    const value = columns.quality[row] === 0 ? (columns.mean[row] ?? Number.NaN) : Number.NaN;
    this.#close_band();
    const is_joined = !Number.isNaN(this.#value) && first_silence(this.shape.silences, this.#at, at) === undefined;
    if (is_joined) this.out.solid.lineTo(this.x(at), this.y(this.#value));
    else if (!Number.isNaN(this.#value)) this.#hold(at);
    if (is_joined && !Number.isNaN(value)) {
      this.out.solid.lineTo(this.x(at), this.y(value));
      this.#at = at;
      this.#value = value;
    } else {
      this.#start(at, value);
    }
  }

  #bucket(columns: PenColumns, row: number, width: number): void {
    const at = (columns.time[row] ?? 0) + width / 2;
    const value = columns.mean[row] ?? Number.NaN;
    if (Number.isNaN(value)) {
      if ((columns.bad[row] ?? 0) === 0) return;
      this.#close_band();
      if (!Number.isNaN(this.#value)) this.#hold(at - width / 2);
      this.#start(at, Number.NaN);
      return;
    }
    const is_silent = !Number.isNaN(this.#value) && first_silence(this.shape.silences, this.#at, at) !== undefined;
    const is_near = at - this.#at <= buckets_joined_max * width;
    if (!Number.isNaN(this.#value) && is_near && !is_silent) {
      this.out.solid.lineTo(this.x(at), this.y(value));
      this.#at = at;
      this.#value = value;
    } else {
      if (!Number.isNaN(this.#value)) this.#hold(at);
      this.#close_band();
      this.#start(at, value);
      this.out.solid.lineTo(this.x(at) + 0.5, this.y(value));
    }
    this.#top.push([this.x(at), this.y(columns.max[row] ?? value)]);
    this.#bottom.push([this.x(at), this.y(columns.min[row] ?? value)]);
  }

  // The last value up to `at`, or to where the machine fell silent.
  #hold(at: number): void {
    const silence = first_silence(this.shape.silences, this.#at, at);
    const to = silence === undefined ? at : Math.max(this.#at, silence.from);
    if (to <= this.#at) return;
    this.out.held.moveTo(this.x(this.#at), this.y(this.#value));
    this.out.held.lineTo(this.x(to), this.y(this.#value));
  }

  #close_band(): void {
    const points = [...this.#top, ...this.#bottom.reverse()];
    this.#top = [];
    this.#bottom = [];
    if (points.length < 4) return;
    points.forEach(([x, y], index) => (index === 0 ? this.out.band.moveTo(x, y) : this.out.band.lineTo(x, y)));
  }
}

export function trace_pen(shape: PenShape, x: (at: number) => number, y: (value: number) => number, out: Traces): void {
  new Tracer(shape, x, y, out).run();
}

/** The least and the greatest value in sight; null when there is none. */
export function range_of(parts: readonly PenPart[], before: { readonly value: number } | null): readonly [low: number, high: number] | null {
  let low = before !== null && !Number.isNaN(before.value) ? before.value : Infinity;
  let high = low === Infinity ? -Infinity : low;
  for (const part of parts) {
    const { min, max } = part.tile.columns;
    const [first, end] = rows_of(part);
    for (let row = Math.max(0, part.tile.is_buckets ? first : first - 1); row < end; row += 1) {
      const least = min[row] ?? Number.NaN;
      const most = max[row] ?? Number.NaN;
      if (least < low) low = least;
      if (most > high) high = most;
    }
  }
  return low <= high ? [low, high] : null;
}
