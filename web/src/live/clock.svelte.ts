import { untrack } from 'svelte';
import type { Instant } from '../wire/types';

export const second_ms = 1_000;
export const minute_ms = 60_000;
export const hour_ms = 3_600_000;
const coarse_ms = 20_000; // less than a pixel of a band

/** The time of the plant, as the server last said it. It stands still while the server is silent. */
export class Clock {
  #latest: Instant | null = null;
  #second = $state<Instant | null>(null);
  #coarse = $state(0);
  #heard_at = 0;

  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  hear(now: Instant): void {
    this.#latest = now;
    this.#heard_at = this.monotonic();
    const second = (Math.floor(now / second_ms) * second_ms) as Instant;
    if (second !== this.#second) this.#second = second;
    const coarse = Math.floor(now / coarse_ms);
    if (coarse !== this.#coarse) this.#coarse = coarse;
  }

  /** To the second; whoever reads it is drawn again each second. */
  get second(): Instant | null {
    return this.#second;
  }

  /** To the millisecond, but drawn again only each 20 s: for bands and charts. */
  get coarse(): Instant | null {
    void this.#coarse;
    return untrack(() => this.#second) === null ? null : this.#latest;
  }

  /** What the plant's clock shows now, also while the server is silent, for what a person says; null before it was heard. */
  get reckoned(): Instant | null {
    return this.#latest === null ? null : ((this.#latest + this.monotonic() - this.#heard_at) as Instant);
  }

  /** For questions to the server; nothing is drawn again. */
  get latest(): Instant | null {
    return this.#latest;
  }
}
