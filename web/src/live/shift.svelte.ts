import { api, instant, Trouble } from '../wire/api';
import type { Level, Loss, OeeRow, OeeSpan, RunSpan, StopRow } from '../wire/types';
import { hour_ms } from './clock.svelte';
import type { Live } from './live.svelte';
import { Remote, type Answer } from './remote.svelte';

const day_ms = 24 * hour_ms;
const looked_back_ms = 10 * day_ms; // for the shift before this one: over holidays and a week-end
const stop_slack_ms = day_ms; // a stop that lasts into the shift began before it

/** What is chosen: the shift that goes on, the one before, or the one that began at an instant. */
export type Choice = 'now' | 'last' | number;

export function choice_of(text: string | null): Choice {
  if (text === null || text === 'now') return 'now';
  if (text === 'last') return 'last';
  return instant(text as Parameters<typeof instant>[0]) ?? 'now';
}

export interface Span {
  readonly name: string;
  readonly from: number;
  readonly until: number;
}

/** All that the screen says of one shift. */
export interface Report {
  readonly span: Span;
  readonly hours: readonly OeeSpan[];
  readonly total: OeeSpan | undefined;
  readonly machines: readonly OeeSpan[];
  readonly losses: readonly Loss[];
  readonly stops: readonly StopRow[];
  readonly runs: readonly RunSpan[];
}

export function span_of(row: Pick<OeeRow, 'shift' | 'shift_from' | 'shift_until'> | undefined): Span | null {
  const from = instant(row?.shift_from ?? null);
  const until = instant(row?.shift_until ?? null);
  return row === undefined || from === null || until === null ? null : { name: row.shift, from, until };
}

function span_of_row(row: OeeSpan | undefined): Span | null {
  const from = row === undefined ? null : instant(row.from);
  const until = row === undefined ? null : instant(row.to);
  return row === undefined || from === null || until === null ? null : { name: row.shift, from, until };
}

/** The shifts that began in [from, to), as the server cut them. */
export async function shifts_begun(path: string, from: number, to: number): Promise<Span[]> {
  const rows = await api.oee(from, to, 'shift', path);
  return rows.flatMap((row) => span_of_row(row) ?? []).filter((span) => span.from >= from && span.from < to).sort((a, b) => a.from - b.from);
}

export interface Place {
  readonly path: string;
  readonly title: string;
  readonly level: Level;
}

const depth: Readonly<Record<Level, number>> = { plant: 0, area: 1, line: 2, machine: 3 };

/** Plant, areas, lines and machines, each above what belongs to it, in the order of the plant file. */
export function places_of(rows: readonly (OeeRow & { readonly key: string })[], machines: readonly string[]): Place[] {
  const first = (path: string): number => {
    const index = machines.findIndex((machine) => machine === path || machine.startsWith(`${path}/`));
    return index === -1 ? Number.MAX_SAFE_INTEGER : index;
  };
  return rows
    .map((row) => ({ path: row.key, title: row.title, level: row.level }))
    .sort((a, b) => first(a.path) - first(b.path) || depth[a.level] - depth[b.level]);
}

export const is_below = (machine: string, path: string): boolean => machine === path || machine.startsWith(`${path}/`);

/** Of the stops those that began in [from, to) and that nobody explained. */
export function unexplained_in(stops: readonly Pick<StopRow, 'from' | 'needs_reason'>[], from: number, to: number): number {
  return stops.filter((stop) => stop.needs_reason && (instant(stop.from) ?? 0) >= from && (instant(stop.from) ?? 0) < to).length;
}

/** A server that was built without stops or orders still has hours to show. */
function none_kept(error: unknown): readonly never[] {
  if (error instanceof Trouble && error.code === 'not_found') return [];
  throw error;
}

/** One shift at one place of the plant, asked for again when the server says new sums. */
export class ShiftReport {
  readonly #remote = new Remote<Report | null>();

  constructor(private readonly live: Live) {}

  get answer(): Answer<Report | null> {
    return this.#remote.answer;
  }

  get trouble(): Trouble | null {
    return this.#remote.answer.is === 'failed' ? this.#remote.answer.trouble : null;
  }

  ask(path: string, choice: Choice, is_new: 'keep' | 'from_new'): Promise<unknown> {
    return this.#remote.ask(async () => {
      const span = await this.#span(path, choice);
      return span === null ? null : this.#report(path, span);
    }, is_new);
  }

  async #span(path: string, choice: Choice): Promise<Span | null> {
    const now = span_of(this.live.oee.get(path));
    if (choice === 'now' || choice === now?.from) return now;
    if (typeof choice === 'number') return (await shifts_begun(path, choice, choice + day_ms))[0] ?? null;
    const before = now?.from ?? this.live.clock.latest ?? 0;
    return (await shifts_begun(path, before - looked_back_ms, before)).at(-1) ?? null;
  }

  async #report(path: string, span: Span): Promise<Report> {
    const to = Math.min(span.until, this.live.clock.latest ?? span.until);
    const [hours, totals, machines, losses, stops, runs] = await Promise.all([
      api.oee(span.from, to, 'hour', path), api.oee(span.from, to, 'all', path), api.oee(span.from, to, 'all'),
      api.losses(span.from, to, path).catch(none_kept), api.stops(span.from - stop_slack_ms, to).catch(none_kept), api.runs(span.from, to).catch(none_kept),
    ]);
    return {
      span, hours, total: totals[0], losses,
      machines: machines.filter((row) => is_below(row.path, path)),
      stops: stops.filter((stop) => is_below(stop.machine, path) && (instant(stop.to) ?? to) > span.from),
      runs: runs.filter((run) => run.order !== '' && is_below(run.machine, path)),
    };
  }
}
