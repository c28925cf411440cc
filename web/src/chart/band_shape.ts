// Geometry of a state band: time to the right, one path for each kind of piece.

export interface BandPiece {
  readonly from: number;
  readonly to: number;
  readonly state: string;
}

export interface BandPath {
  readonly state: string;
  readonly path: string;
}

export interface BandHatch {
  /** Per cent of the width. */
  readonly x: number;
  readonly width: number;
}

export const band_width = 1_000;
export const band_height = 12;
/** A short stop would vanish between two pixels; it keeps at least this much of the width. */
const narrowest: Readonly<Record<string, number>> = { stopped: 6, blocked: 3, starved: 3, slow: 3, setup: 3 };

// Shape tells the states apart without colour: thin when normal, full height when stopped, the upper half when the
// way out is blocked, the lower half when nothing comes in, thinner when slow, a hair where nothing was recorded yet.
const shapes: Readonly<Record<string, readonly [top: number, height: number]>> = {
  running: [2, 8], slow: [4, 4], idle: [2, 8], setup: [2, 8], stopped: [0, 12], blocked: [2, 4], starved: [6, 4], planned: [2, 8],
  unheard: [6, 1],
};
const shape_of_unknown = [0, 12] as const;

const round = (value: number): number => Math.round(value * 10) / 10;

export function shape_of(state: string): readonly [top: number, height: number] {
  return shapes[state] ?? shape_of_unknown;
}

/** Paths in the order in which they are drawn: what must not be missed comes last. */
export function band_paths(pieces: readonly BandPiece[], from: number, to: number): BandPath[] {
  const scale = band_width / Math.max(1, to - from);
  const paths = new Map<string, string>();
  for (const piece of pieces) {
    if (piece.state === 'nodata') continue;
    const begins = Math.max(0, (piece.from - from) * scale);
    const wide = Math.max(Math.min(band_width, (piece.to - from) * scale) - begins, narrowest[piece.state] ?? 0);
    const start = Math.min(begins, band_width - wide);
    const end = start + wide;
    const [top, height] = shape_of(piece.state);
    const box = `M${round(start)} ${top}H${round(end)}V${top + height}H${round(start)}Z`;
    paths.set(piece.state, (paths.get(piece.state) ?? '') + box);
  }
  return [...paths].map(([state, path]) => ({ state, path })).sort((a, b) => Number(a.state === 'stopped') - Number(b.state === 'stopped'));
}

export function band_hatches(pieces: readonly BandPiece[], from: number, to: number): BandHatch[] {
  const share = (at: number): number => (100 * (at - from)) / Math.max(1, to - from);
  return pieces
    .filter((piece) => piece.state === 'nodata')
    .map((piece) => ({ x: share(piece.from), width: share(piece.to) - share(piece.from) }));
}

export interface Tick {
  readonly at: number;
  readonly share: number;
}

/** Full hours by the clock on the wall (`offset` milliseconds ahead of UTC) inside [from, to], every `step` hours. */
export function hour_ticks(from: number, to: number, step: number, offset: number): Tick[] {
  const step_ms = step * 3_600_000;
  const ticks: Tick[] = [];
  for (let at = Math.ceil((from + offset) / step_ms) * step_ms - offset; at <= to; at += step_ms) {
    ticks.push({ at, share: (100 * (at - from)) / (to - from) });
  }
  return ticks;
}
