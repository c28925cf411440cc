import { machine_path } from '../wire/api';
import { apply_view, type PendingView } from '../wire/pending';
import type { MachinePath, MachineRow, CountRow } from '../wire/types';
import type { Machine } from './need';

/** All machines and what they made. */
export class Machines {
  #rows = $state.raw<ReadonlyMap<string, Machine>>(new Map());
  #counts = $state.raw<ReadonlyMap<string, CountRow>>(new Map());
  #is_heard = $state(false);

  get list(): readonly Machine[] {
    return [...this.#rows.values()];
  }

  /** False until the server said its machines once. */
  get is_heard(): boolean {
    return this.#is_heard;
  }

  get(path: MachinePath): Machine | undefined {
    return this.#rows.get(path);
  }

  rate(path: MachinePath): CountRow | undefined {
    return this.#counts.get(path);
  }

  apply(change: PendingView<MachineRow>): readonly Machine[] {
    const changed = [...change.rows].map(([key, row]) => ({ ...row, path: machine_path(key) }));
    const rows = new Map(changed.map((machine) => [machine.path as string, machine]));
    this.#rows = apply_view(this.#rows, { reset: change.reset, gone: change.gone, rows });
    this.#is_heard = true;
    return changed;
  }

  apply_counts(change: PendingView<CountRow>): void {
    this.#counts = apply_view(this.#counts, change);
  }
}
