import type { Trouble } from '../wire/api';
import type { Instant, MachinePath, States } from '../wire/types';
import { intervals_of, with_change, type Interval } from './band';
import type { Machine } from './need';

interface Band {
  /** The count of changes of the past that the intervals stand for. */
  readonly count: number | null;
  readonly intervals: readonly Interval[];
}

export interface BandsOutside {
  states(from: Instant, to: Instant, machine?: MachinePath): Promise<States>;
  now(): Instant | null;
  /** Calls back soon, once for many changes. */
  soon(call: () => void): void;
}

export const ask_all_above = 3; // so many machines with a changed past, and one question for all is cheaper

export const intervals_kept_max = 500; // of one machine, before those that no band shows are forgotten
const intervals_max = 5_000;

/** What was so over the last hours, machine by machine: fetched once, carried on by what the socket says. */
export class Bands {
  #bands = $state.raw<ReadonlyMap<string, Band>>(new Map());
  #trouble = $state.raw<Trouble | null>(null);
  #is_loaded = $state(false);
  #changed_past = new Set<MachinePath>();
  #is_asking = false;
  #is_all_wanted = false;
  #rows = new Map<MachinePath, Machine>();

  constructor(private readonly outside: BandsOutside, readonly span_ms: number) {}

  get(path: MachinePath): readonly Interval[] | undefined {
    return this.#bands.get(path)?.intervals;
  }

  get is_loaded(): boolean {
    return this.#is_loaded;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** Fetches every machine again: at the start and after a lost link. */
  load_all(): void {
    this.#is_all_wanted = true;
    this.#ask_soon();
  }

  apply(machines: readonly Machine[]): void {
    const next = new Map(this.#bands);
    for (const machine of machines) {
      this.#rows.set(machine.path, machine);
      const band = next.get(machine.path);
      if (band === undefined) continue;
      if (band.count !== null && band.count !== machine.band) this.#changed_past.add(machine.path);
      next.set(machine.path, { count: machine.band, intervals: this.#recent(with_change(band.intervals, machine)) });
    }
    this.#bands = next;
    if (this.#changed_past.size > 0) this.#ask_soon();
  }

  // A page that stays open for weeks forgets what no band shows any more.
  #recent(intervals: readonly Interval[]): readonly Interval[] {
    const now = this.outside.now();
    if (intervals.length <= intervals_kept_max || now === null) return intervals;
    return intervals.filter((one) => one.to === null || one.to >= now - this.span_ms).slice(-intervals_max);
  }

  #ask_soon(): void {
    if (this.#is_asking) return;
    this.#is_asking = true;
    this.outside.soon(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    const now = this.outside.now();
    const machines = [...this.#changed_past];
    const is_all = this.#is_all_wanted || machines.length > ask_all_above;
    if (now !== null && (is_all || machines.length > 0)) {
      this.#changed_past.clear();
      this.#is_all_wanted = false;
      await this.#fetch(now, is_all ? [undefined] : machines);
    }
    this.#is_asking = false;
    if (now !== null && this.#trouble === null && (this.#is_all_wanted || this.#changed_past.size > 0)) this.#ask_soon();
  }

  async #fetch(now: Instant, machines: readonly (MachinePath | undefined)[]): Promise<void> {
    const from = (now - this.span_ms) as Instant;
    try {
      for (const machine of machines) this.#take(await this.outside.states(from, now, machine));
      this.#trouble = null;
      this.#is_loaded = true;
    } catch (error) {
      this.#trouble = error as Trouble;
    }
  }

  #take(states: States): void {
    const next = new Map(this.#bands);
    for (const [path, rows] of Object.entries(states.machines)) {
      const row = this.#rows.get(path as MachinePath);
      const intervals = intervals_of(rows);
      next.set(path, { count: row?.band ?? null, intervals: row === undefined ? intervals : with_change(intervals, row) });
    }
    this.#bands = next;
  }
}
