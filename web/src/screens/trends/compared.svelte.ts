import type { Page } from '../../live/page.svelte';
import type { Chosen } from '../../live/trends/address';
import { cycle_before, day_before, shift_before, type Cycle } from '../../live/trends/compare';
import type { Span } from '../../live/trends/span';
import { api, instant, Trouble } from '../../wire/api';
import type { MachinePath, PlantMachine } from '../../wire/types';

const past_of_shifts_ms = 7 * 86_400_000;
const past_of_orders_ms = 30 * 86_400_000;

interface Known {
  readonly key: string;
  readonly cycles: readonly Cycle[];
}

/** How far back the earlier cycle lies that the trends are compared with. */
export class Compared {
  #known = $state.raw<Known | null>(null);
  #trouble = $state.raw<Trouble | null>(null);
  #asked = '';

  constructor(
    private readonly page: Page,
    private readonly chosen: () => Chosen,
    private readonly span: () => Span,
    private readonly machine: () => PlantMachine | null,
  ) {}

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** Milliseconds into the past; null: nothing is compared, or no earlier cycle is known. */
  readonly offset = $derived.by((): number | null => {
    const { compare, offset } = this.chosen();
    const at = this.span().to;
    if (compare === 'none') return null;
    if (compare === 'free') return offset;
    if (compare === 'day') return day_before(at, (when) => this.page.speech.zone_offset(when));
    const cycles = this.#known !== null && this.#known.key === this.#key() ? this.#known.cycles : [];
    return compare === 'shift' ? shift_before(cycles, at) : cycle_before(cycles, at);
  });

  readonly is_missing = $derived.by(() => this.chosen().compare !== 'none' && this.offset === null);

  #key(): string {
    const hour = Math.floor(this.span().to / 3_600_000);
    return `${this.chosen().compare} ${this.machine()?.path ?? ''} ${hour}`;
  }

  /** Fetches the shifts or orders that lie before, once for each hour looked at. */
  async ask(): Promise<void> {
    const { compare } = this.chosen();
    const machine = this.machine();
    const key = this.#key();
    if ((compare !== 'shift' && compare !== 'order') || machine === null || key === this.#asked) return;
    this.#asked = key;
    const { to } = this.span();
    try {
      const cycles = compare === 'shift' ? await this.#shifts(machine.path, to) : await this.#orders(machine.path, to);
      if (this.#asked === key) this.#known = { key, cycles };
      this.#trouble = null;
    } catch (error) {
      this.#asked = '';
      this.#trouble = error instanceof Trouble ? error : new Trouble('offline', String(error), 0);
    }
  }

  async #shifts(machine: MachinePath, to: number): Promise<Cycle[]> {
    const rows = await api.oee(to - past_of_shifts_ms, to, 'shift', machine);
    return rows.flatMap((row) => this.#cycle(row.shift, instant(row.from)));
  }

  async #orders(machine: MachinePath, to: number): Promise<Cycle[]> {
    const runs = await api.runs(to - past_of_orders_ms, to, machine);
    return runs.filter((run) => run.order !== '').flatMap((run) => this.#cycle(run.product, instant(run.from)));
  }

  #cycle(name: string, from: number | null): Cycle[] {
    return from === null ? [] : [{ name, from }];
  }
}
