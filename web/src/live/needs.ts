import { instant } from '../wire/api';
import type { OrderRow, RunRow, SourceRow, StopRow, WorkShift } from '../wire/types';
import { needs_person, type Machine } from './need';

type Keyed<Row> = Row & { readonly key: string };
export type Stop = Keyed<StopRow>;

/** One thing that a person should look at. */
export type Need =
  | { readonly is: 'machine'; readonly key: string; readonly since: number; readonly machine: Machine; readonly stop: Stop | undefined }
  | { readonly is: 'source'; readonly key: string; readonly since: number; readonly name: string; readonly source: SourceRow }
  | { readonly is: 'order'; readonly key: string; readonly since: number; readonly order: OrderRow; readonly done_at: number | null }
  | { readonly is: 'stop'; readonly key: string; readonly since: number; readonly stop: Stop };

export interface Known {
  readonly now: number;
  readonly machines: readonly Machine[];
  readonly stops: readonly Stop[];
  readonly sources: readonly (SourceRow & { readonly name: string })[];
  readonly orders: readonly OrderRow[];
  readonly runs: readonly RunRow[];
  /** Absent: not asked for yet, or a server without them. */
  readonly shifts: readonly Pick<WorkShift, 'from'>[] | undefined;
}

const shifts_not_known_ms = 16 * 3_600_000; // two shifts of eight hours

/** Since when a stop without a reason is somebody's business: since the shift before the one that runs, or that ran last, began. */
export function asked_since(shifts: Known['shifts'], now: number): number {
  const begun = (shifts ?? []).flatMap((shift) => instant(shift.from) ?? []).filter((from) => from <= now).sort((a, b) => b - a);
  return begun[1] ?? begun[0] ?? now - shifts_not_known_ms;
}

/** Stops of the past that nobody explained, the newest first. */
export function unexplained(stops: readonly Stop[]): Stop[] {
  return stops.filter((stop) => stop.needs_reason).sort((a, b) => (a.from < b.from ? 1 : -1));
}

/** When an order will be done after its due time: by forecast, or because that time is over. Null when it is in time or nobody knows. */
export function late_by(order: OrderRow, runs: readonly RunRow[], now: number): { readonly done_at: number | null } | null {
  const due = instant(order.due);
  if (due === null || order.state === 'done' || order.state === 'closed') return null;
  const forecasts = runs.filter((run) => run.order === order.order).flatMap((run) => instant(run.done_at) ?? []);
  // Several machines work on it side by side: it is done when the last one is.
  const done_at = forecasts.length === 0 ? null : Math.max(...forecasts);
  if (done_at !== null && done_at > due) return { done_at };
  return due < now ? { done_at } : null;
}

const ranks = { stopped: 0, silent: 1, source: 2, order: 3, stop: 4 } as const;

function rank(need: Need): number {
  if (need.is !== 'machine') return ranks[need.is];
  return need.machine.state === 'stopped' ? ranks.stopped : ranks.silent;
}

/** All that needs a person: machines that stand or fell silent, lost sources, late orders, stops of two shifts without a reason; the longest first. */
export function needs_of(known: Known): Need[] {
  const open = new Map(known.stops.filter((stop) => stop.to === null).map((stop) => [stop.machine, stop]));
  const needs: Need[] = [];
  for (const machine of known.machines.filter(needs_person)) {
    needs.push({ is: 'machine', key: machine.path, since: instant(machine.since) ?? 0, machine, stop: open.get(machine.path) });
  }
  for (const source of known.sources) {
    if (source.status !== 'lost' && source.status !== 'refused') continue;
    needs.push({ is: 'source', key: source.name, since: instant(source.since) ?? 0, name: source.name, source });
  }
  for (const order of known.orders) {
    const late = late_by(order, known.runs, known.now);
    if (late !== null) needs.push({ is: 'order', key: order.order, since: instant(order.due) ?? 0, order, done_at: late.done_at });
  }
  const standing = new Set(known.machines.filter((machine) => machine.state === 'stopped').map((machine) => machine.path as string));
  const since = asked_since(known.shifts, known.now);
  for (const stop of unexplained(known.stops)) {
    if ((instant(stop.to) ?? known.now) <= since) continue; // Of an older shift: its report lists it.
    if (stop.to === null && standing.has(stop.machine)) continue; // Its machine is in the list already.
    needs.push({ is: 'stop', key: stop.key, since: instant(stop.from) ?? 0, stop });
  }
  return needs.sort((a, b) => rank(a) - rank(b) || (a.is === 'stop' ? b.since - a.since : a.since - b.since) || (a.key < b.key ? -1 : 1));
}
