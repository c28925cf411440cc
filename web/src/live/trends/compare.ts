// Against what earlier stretch of time a trend is compared: a shift of the time axis, in milliseconds into the past.

export const comparisons = ['none', 'day', 'shift', 'order', 'free'] as const;
export type Comparison = (typeof comparisons)[number];

export interface Cycle {
  /** What makes two cycles alike: the product of an order, the name of a shift. */
  readonly name: string;
  readonly from: number;
}

const day_ms = 86_400_000;

/** The same time on the clock of the wall yesterday: 23 or 25 hours where the clocks were changed in between. */
export function day_before(at: number, zone_offset: (at: number) => number): number {
  return day_ms - (zone_offset(at) - zone_offset(at - day_ms));
}

/** From the start of the cycle that holds at `at` to the start of the one before, of the same name when there is one. */
export function cycle_before(cycles: readonly Cycle[], at: number): number | null {
  // Of two that began in the same millisecond the later one in the list holds.
  const earlier = cycles.filter((one) => one.from <= at).reverse().sort((a, b) => b.from - a.from);
  const now = earlier[0];
  if (now === undefined) return null;
  const others = earlier.slice(1).filter((one) => one.from < now.from);
  const before = others.find((one) => one.name === now.name) ?? others[0];
  return before === undefined ? null : now.from - before.from;
}

/** The cycle just before, whatever its name: shifts follow one another. */
export function shift_before(cycles: readonly Cycle[], at: number): number | null {
  return cycle_before(cycles.map((one) => ({ ...one, name: '' })), at);
}

const units: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: day_ms };

/** "90 min", "1 h 30 min", "2d" → milliseconds; null when it is not a length of time, or none. */
export function duration_of(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:[.,]\d+)?)\s*(min|s|h|d)\s*/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('').trim() !== text.trim()) return null;
  const sum = parts.reduce((all, part) => all + Number((part[1] ?? '').replace(',', '.')) * (units[part[2] ?? ''] ?? 0), 0);
  return sum > 0 ? Math.round(sum) : null;
}
