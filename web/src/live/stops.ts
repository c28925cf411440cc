import { instant } from '../wire/api';
import type { StopRow } from '../wire/types';

/** A stop with its times as numbers. */
export interface TimedStop {
  readonly row: StopRow;
  readonly from: number;
  /** Null while the machine stands. */
  readonly to: number | null;
}

/** The stops of one machine that touch [from, to): those that were fetched, with what the socket has said of them since. Newest first. */
export function stops_between(fetched: readonly StopRow[], live: readonly StopRow[], machine: string, from: number, to: number): TimedStop[] {
  const rows = new Map([...fetched, ...live].filter((row) => row.machine === machine).map((row) => [row.from as string, row]));
  return [...rows.values()].flatMap((row) => {
    const begins = instant(row.from);
    const ends = instant(row.to);
    if (begins === null || begins >= to || (ends !== null && ends <= from)) return [];
    return [{ row, from: begins, to: ends }];
  }).sort((a, b) => b.from - a.from);
}

/** The stop that holds a moment, or the nearest one within reach of a finger. */
export function stop_near(stops: readonly TimedStop[], at: number, reach: number): TimedStop | undefined {
  const distance = (one: TimedStop): number => Math.max(one.from - at, at - (one.to ?? Infinity), 0);
  return stops.filter((one) => distance(one) <= reach).sort((a, b) => distance(a) - distance(b))[0];
}
