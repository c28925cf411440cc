import type { Link } from '../wire/live';
import type { Instant } from '../wire/types';

/** How old what the page shows may be. */
export class Freshness {
  #link = $state.raw<Link>({ is: 'connecting' });
  #stale_since = $state<Instant | null>(null);
  #age_s = $state(0);
  #worst_ms = 0;
  #last_frame_at: number | null = null;

  get link(): Link {
    return this.#link;
  }

  get is_stale(): boolean {
    return this.#link.is === 'lost';
  }

  /** The plant's time of the last frame before the link was lost; null when none ever came. */
  get stale_since(): Instant | null {
    return this.#stale_since;
  }

  /** Seconds: the longest silence of the last second or so. What is shown is at most this old. */
  get age_s(): number {
    return this.#age_s;
  }

  hear_link(link: Link, last_said: Instant | null): void {
    if (link.is === 'lost' && this.#link.is !== 'lost') this.#stale_since = last_said;
    if (link.is !== 'live') this.#last_frame_at = null;
    this.#link = link;
  }

  hear_frame(at: number): void {
    if (this.#last_frame_at !== null) this.#worst_ms = Math.max(this.#worst_ms, at - this.#last_frame_at);
    this.#last_frame_at = at;
  }

  /** Once a second. */
  tick(at: number): void {
    if (this.#last_frame_at === null) return;
    this.#age_s = Math.max(this.#worst_ms, at - this.#last_frame_at) / 1_000;
    this.#worst_ms = 0;
  }
}
