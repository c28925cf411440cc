// What stretch of time a chart shows, and how one moves over it. Milliseconds since 1970 throughout.

export interface Span {
  readonly from: number;
  readonly to: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const span_min_ms = second;
export const span_max_ms = 400 * day;
export const presets = ['1h', '8h', '24h', '7d', '30d', '1y'] as const;
export type Preset = (typeof presets)[number];
export const preset_ms: Readonly<Record<Preset, number>> = {
  '1h': hour, '8h': 8 * hour, '24h': day, '7d': 7 * day, '30d': 30 * day, '1y': 365 * day,
};

export const length_of = (span: Span): number => span.to - span.from;

/** The same length, moved by a share of it: -0.1 is a tenth to the left. Never beyond `now`. */
export function panned(span: Span, share: number, now: number): Span {
  return moved(span, share * length_of(span), now);
}

export function moved(span: Span, by: number, now: number): Span {
  return ending_at(Math.min(now, span.to + by), length_of(span));
}

export const ending_at = (to: number, length: number): Span => ({ from: to - length, to });

/** Longer or shorter by a factor, with the moment `at` staying where it is in the picture. */
export function zoomed(span: Span, factor: number, at: number, now: number): Span {
  const before = length_of(span);
  const length = Math.min(span_max_ms, Math.max(span_min_ms, before * factor));
  const share = Math.min(1, Math.max(0, (at - span.from) / before));
  const to = at + (1 - share) * length;
  return ending_at(Math.min(now, to), length);
}

/** Two fingers hold two moments: the span in which `first` and `second` lie at these shares of the width. */
export function pinched(held: readonly [first: number, second: number], shares: readonly [first: number, second: number], now: number): Span {
  const apart = Math.max(0.02, Math.abs(shares[1] - shares[0]));
  const length = Math.min(span_max_ms, Math.max(span_min_ms, Math.abs(held[1] - held[0]) / apart));
  const middle = (held[0] + held[1]) / 2;
  const to = middle + (1 - (shares[0] + shares[1]) / 2) * length;
  return ending_at(Math.min(now, to), length);
}

/** Widths of a bucket: each divides a day, so that a bucket never crosses midnight UTC, where chunks of the history end. */
export const widths: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, second, 2 * second, 5 * second, 10 * second, 30 * second,
  minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 6 * hour, 12 * hour, day,
];

/** The widest bucket that still gives each pixel one of its own. */
export function width_for(length: number, pixels: number): number {
  const each = length / Math.max(1, pixels);
  return widths.findLast((width) => width <= each) ?? 1;
}
