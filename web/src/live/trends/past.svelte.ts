import { instant, Trouble } from '../../wire/api';
import type { Instant, MachinePath, RunSpan, States, StopRow } from '../../wire/types';
import { intervals_of, with_change, type Interval } from '../band';
import type { Machine } from '../need';
import { length_of, type Span } from './span';

export interface PastOutside {
  states(from: Instant, to: Instant, machine: MachinePath): Promise<States>;
  stops(from: Instant, to: Instant, machine: MachinePath): Promise<readonly StopRow[]>;
  runs(from: Instant, to: Instant, machine: MachinePath): Promise<readonly RunSpan[]>;
}

/** What was so with one machine: its states, its stops with their reasons, its orders. */
export interface MachinePast {
  readonly span: Span;
  readonly intervals: readonly Interval[];
  readonly stops: readonly StopRow[];
  readonly runs: readonly RunSpan[];
  /** What the answer stands for: it is asked again when this changes. */
  readonly key: string;
}

export const span_with_states_max_ms = 31 * 86_400_000; // longer, and states would be thinner than a pixel
const margin = 0.5; // of the span, fetched on both sides, so that a move of the hand shows them at once

/** The past of the machines whose pens are shown. */
export class Pasts {
  #pasts = $state.raw<ReadonlyMap<MachinePath, MachinePast>>(new Map());
  #trouble = $state.raw<Trouble | null>(null);
  readonly #asked = new Map<MachinePath, MachinePast>();

  constructor(private readonly outside: PastOutside) {}

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** The intervals with what the machine says now. */
  intervals(path: MachinePath, row: Machine | undefined): readonly Interval[] {
    const past = this.#pasts.get(path);
    if (past === undefined) return [];
    return row === undefined || past.intervals.at(-1)?.to !== null ? past.intervals : with_change(past.intervals, row);
  }

  get(path: MachinePath): MachinePast | undefined {
    return this.#pasts.get(path);
  }

  /** Fetches what is missing for the span. `key` tells that something about the machine changed. */
  want(paths: readonly MachinePath[], span: Span, now: number, key: (path: MachinePath) => string): void {
    if (length_of(span) > span_with_states_max_ms) return;
    for (const path of paths) {
      const asked = this.#asked.get(path);
      const reaches_now = span.to >= now - 1_000;
      const is_covered = asked !== undefined && asked.span.from <= span.from && (asked.span.to >= span.to || asked.span.to >= now)
        && length_of(asked.span) < 40 * length_of(span) + 86_400_000;
      if (is_covered && (asked.key === key(path) || !reaches_now)) continue;
      const room = margin * length_of(span);
      const wanted: Span = { from: span.from - room, to: Math.min(now, span.to + room) + (reaches_now ? 86_400_000 : 0) };
      const empty: MachinePast = { span: wanted, intervals: [], stops: [], runs: [], key: key(path) };
      this.#asked.set(path, empty);
      void this.#ask(path, empty, Math.min(now, wanted.to));
    }
  }

  async #ask(path: MachinePath, asked: MachinePast, to: number): Promise<void> {
    const from = asked.span.from as Instant;
    const until = to as Instant;
    try {
      const [states, stops, runs] = await Promise.all([
        this.outside.states(from, until, path), none_if_unknown(this.outside.stops(from, until, path)), none_if_unknown(this.outside.runs(from, until, path)),
      ]);
      if (this.#asked.get(path) !== asked) return;
      const past = { ...asked, intervals: intervals_of(states.machines[path] ?? []), stops, runs };
      this.#pasts = new Map(this.#pasts).set(path, past);
      this.#trouble = null;
    } catch (error) {
      if (this.#asked.get(path) === asked) this.#asked.delete(path);
      this.#trouble = error instanceof Trouble ? error : new Trouble('offline', String(error), 0);
    }
  }
}

// A server without orders or stops has none to show: the states are shown all the same.
async function none_if_unknown<Row>(rows: Promise<readonly Row[]>): Promise<readonly Row[]> {
  return rows.catch((error: unknown) => {
    if (error instanceof Trouble && error.code === 'not_found') return [];
    throw error;
  });
}

export interface Happening {
  readonly at: number;
  readonly machine: MachinePath;
  readonly kind: 'stop' | 'order';
  /** The reason of a stop, or the number of an order. */
  readonly what: string;
  /** Milliseconds; null: it goes on. */
  readonly held: number | null;
  readonly detail: string;
}

/** Stops and changes of order in a span, in order of time. */
export function happenings_of(path: MachinePath, past: MachinePast, span: Span): Happening[] {
  const all: Happening[] = [];
  for (const stop of past.stops) {
    const at = instant(stop.from);
    const to = instant(stop.to);
    if (at === null || at < span.from || at > span.to) continue;
    all.push({ at, machine: path, kind: 'stop', what: stop.reason_title !== '' ? stop.reason_title : stop.reason, held: to === null ? null : to - at, detail: stop.why });
  }
  for (const run of past.runs) {
    const at = instant(run.from);
    if (at === null || at < span.from || at > span.to || run.order === '') continue;
    const to = instant(run.to);
    all.push({ at, machine: path, kind: 'order', what: run.order, held: to === null ? null : to - at, detail: run.product });
  }
  return all.sort((a, b) => a.at - b.at);
}
