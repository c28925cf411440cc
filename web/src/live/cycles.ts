import { instant } from '../wire/api';
import type { Cycles } from '../wire/types';
import type { Piece } from './band';

/** One cycle to draw: how long it took, and whether the machine stood in it. */
export interface DrawnCycle {
  readonly at: number;
  /** A part, as the ideal is. */
  readonly seconds: number;
  readonly ideal: number | null;
  readonly parts: number;
  readonly product: string;
  readonly is_interrupted: boolean;
}

const goes_on: readonly string[] = ['running', 'slow', 'unheard'];
const rounding_ms = 1_000; // the counter and the state are not read at the same moment

/** Oldest first; the first part ever counted has no cycle before it and is left out. A cycle is interrupted when the machine did something other than run within it. */
export function cycles_drawn(cycles: Cycles, pieces: readonly Piece[]): DrawnCycle[] {
  return cycles.cycles.flatMap((cycle) => {
    const at = instant(cycle.at);
    if (at === null || cycle.seconds <= 0 || cycle.parts <= 0) return [];
    const from = at - cycle.seconds * 1_000;
    const is_interrupted = pieces.some((piece) => !goes_on.includes(piece.state) && piece.from < at - rounding_ms && piece.to > from + rounding_ms);
    return [{ at, seconds: cycle.seconds / cycle.parts, ideal: cycle.ideal, parts: cycle.parts, product: cycle.product, is_interrupted }];
  }).sort((a, b) => a.at - b.at);
}

/** The middle value; of an even number the mean of the two in the middle. Null of none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (upper + lower) / 2;
}

/** Of those that were not interrupted, as the ideal is a time of uninterrupted work; of all when every one was. */
export function usual_cycle(cycles: readonly DrawnCycle[]): number | null {
  const whole = cycles.filter((one) => !one.is_interrupted);
  return median((whole.length === 0 ? cycles : whole).map((one) => one.seconds));
}
