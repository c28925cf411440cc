import { instant } from '../wire/api';
import type { MachinePath, MachineRow, State } from '../wire/types';

export interface Machine extends MachineRow {
  readonly path: MachinePath;
}

// Who needs a person most stands first. A state that this version does not know stands near the top: nobody judged it.
const ranks: Readonly<Record<State, number>> = {
  stopped: 0, nodata: 1, blocked: 3, starved: 3, slow: 4, setup: 5, idle: 6, running: 7, planned: 8,
};
const rank_of_unknown = 2;
const rank_quiet = 6; // from here on the plant's own order is calmer than the order of time

const since_unknown = Number.MAX_SAFE_INTEGER;

const rank = (state: string): number => (ranks as Readonly<Record<string, number>>)[state] ?? rank_of_unknown;

export function needs_person(machine: MachineRow): boolean {
  return machine.state === 'stopped' || machine.state === 'nodata';
}

/** Sorted by need: stopped, no data, blocked or starved, slow, set-up, idle, running, planned; the longest first. */
export function by_need(machines: readonly Machine[], plant_order: ReadonlyMap<string, number>): Machine[] {
  const place = (machine: Machine): number => plant_order.get(machine.path) ?? Number.MAX_SAFE_INTEGER;
  return [...machines].sort((a, b) => {
    const ranked = rank(a.state) - rank(b.state);
    if (ranked !== 0) return ranked;
    if (rank(a.state) < rank_quiet) {
      const waited = (instant(a.since) ?? since_unknown) - (instant(b.since) ?? since_unknown);
      if (waited !== 0) return waited;
    }
    return place(a) - place(b) || (a.path < b.path ? -1 : 1);
  });
}

export function count_by_state(machines: readonly MachineRow[]): ReadonlyMap<State, number> {
  const counts = new Map<State, number>();
  for (const machine of machines) counts.set(machine.state, (counts.get(machine.state) ?? 0) + 1);
  return counts;
}
