import { apply_view, type PendingView } from '../wire/pending';
import type { SourceRow } from '../wire/types';

export interface Source extends SourceRow {
  readonly name: string;
}

/** Where the readings come from. */
export class Sources {
  #rows = $state.raw<ReadonlyMap<string, SourceRow>>(new Map());
  #is_heard = $state(false);

  get list(): readonly Source[] {
    return [...this.#rows].map(([name, row]) => ({ ...row, name }));
  }

  get is_heard(): boolean {
    return this.#is_heard;
  }

  apply(change: PendingView<SourceRow>): void {
    this.#rows = apply_view(this.#rows, change);
    this.#is_heard = true;
  }
}

/** How well the present is heard: of the sources that tell it, neither of a past that comes in nor of ourselves. */
export interface DataFlow {
  readonly connected: number;
  readonly all: number;
  /** Readings per second over the sources that say so; null when none does. */
  readonly rate: number | null;
  /** The largest lag in seconds; null when none is known. */
  readonly lag: number | null;
}

const tells_the_present = (source: SourceRow): boolean => source.kind !== 'self' && source.kind !== 'recording' && source.progress === null;

export function flow_of(sources: readonly SourceRow[]): DataFlow {
  const live = sources.filter(tells_the_present);
  const rates = live.flatMap((source) => (source.rate === null ? [] : [source.rate]));
  const lags = live.flatMap((source) => (source.lag === null || source.status !== 'connected' ? [] : [source.lag]));
  return {
    connected: live.filter((source) => source.status === 'connected').length,
    all: live.length,
    rate: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0),
    lag: lags.length === 0 ? null : Math.max(...lags),
  };
}
