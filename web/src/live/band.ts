import { instant } from '../wire/api';
import type { Instant, MachineRow, State, StateInterval } from '../wire/types';

/** What was so with one machine over a while. `to` is null for what is so now. */
export interface Interval {
  readonly from: Instant;
  readonly to: Instant | null;
  readonly state: State;
  readonly mode: StateInterval['mode'];
  readonly why: string;
}

/** A state, or `unheard`: nothing was recorded yet, which is not the same as a machine that fell silent. */
export type Drawn = State | 'unheard';

export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly state: Drawn;
}

export function intervals_of(rows: readonly StateInterval[]): Interval[] {
  const intervals: Interval[] = [];
  for (const row of rows) {
    const from = instant(row.from);
    if (from === null) continue;
    intervals.push({ from, to: instant(row.to), state: row.state, mode: row.mode, why: row.why });
  }
  return intervals.sort((a, b) => a.from - b.from);
}

/** The intervals after a machine said its state: the last one ends, a new one begins. Same state: only the reason changes. */
export function with_change(intervals: readonly Interval[], row: MachineRow): readonly Interval[] {
  const since = instant(row.since);
  if (since === null) return intervals;
  const last = intervals.at(-1);
  const now: Interval = { from: since, to: null, state: row.state, mode: row.mode, why: row.why };
  if (last === undefined) return [now];
  if (last.state === row.state && last.mode === row.mode && (last.to === null || last.from === since)) {
    if (last.why === row.why && last.to === null) return intervals;
    return [...intervals.slice(0, -1), { ...last, to: null, why: row.why }];
  }
  const kept = intervals.filter((one) => one.from < since);
  const before = kept.at(-1);
  if (before !== undefined && (before.to === null || before.to > since)) kept[kept.length - 1] = { ...before, to: since };
  return [...kept, now];
}

/** Pieces that cover [from, to] without a hole: before the first record "unheard", in between "no data"; like neighbours are one piece. */
export function pieces_between(intervals: readonly Interval[], from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  const add = (start: number, end: number, state: Drawn): void => {
    if (end <= start) return;
    const last = pieces.at(-1);
    if (last !== undefined && last.state === state && last.to === start) pieces[pieces.length - 1] = { ...last, to: end };
    else pieces.push({ from: start, to: end, state });
  };
  let reached = Math.min(to, Math.max(from, intervals[0]?.from ?? to));
  add(from, reached, 'unheard');
  for (const one of intervals) {
    const start = Math.max(one.from, reached);
    const end = Math.min(one.to ?? to, to);
    if (end <= start) continue;
    add(reached, start, 'nodata');
    add(start, end, one.state);
    reached = end;
  }
  add(reached, to, 'nodata');
  return pieces;
}

export interface Share {
  /** Of the time that was heard, how much ran: 0 to 1; null when nothing was heard. */
  readonly running: number | null;
  /** Of the span, how much was heard: 0 to 1. */
  readonly heard: number;
}

export function share_of(pieces: readonly Piece[]): Share {
  const held = (is: (state: Drawn) => boolean): number =>
    pieces.reduce((sum, piece) => sum + (is(piece.state) ? piece.to - piece.from : 0), 0);
  const all = held(() => true);
  const heard = held((state) => state !== 'nodata' && state !== 'unheard');
  const running = held((state) => state === 'running' || state === 'slow');
  return { running: heard === 0 ? null : running / heard, heard: all === 0 ? 0 : heard / all };
}

export interface Total {
  readonly state: Drawn;
  readonly held: number;
  readonly times: number;
}

/** Milliseconds and number of times in each state, longest first. */
export function totals_of(pieces: readonly Piece[]): Total[] {
  const totals = new Map<Drawn, { held: number; times: number }>();
  for (const piece of pieces) {
    const before = totals.get(piece.state) ?? { held: 0, times: 0 };
    totals.set(piece.state, { held: before.held + piece.to - piece.from, times: before.times + 1 });
  }
  return [...totals].map(([state, total]) => ({ state, ...total })).sort((a, b) => b.held - a.held);
}
