import { api, instant, Trouble } from '../wire/api';
import { LiveLink, type LiveOutside } from '../wire/live';
import type { Pending } from '../wire/pending';
import type { OeeRow, OrderRow, Plant, PlantMachine, RunRow, Session, StopRow, TagPath, Work } from '../wire/types';
import type { Watch } from '../wire/frames';
import { Bands } from './bands.svelte';
import { Clock, hour_ms, second_ms } from './clock.svelte';
import { Freshness } from './freshness.svelte';
import { Machines } from './machines.svelte';
import { Outbox, type Kept } from './outbox.svelte';
import { Readings } from './readings.svelte';
import { Remote } from './remote.svelte';
import { Rows } from './rows.svelte';
import { Sources } from './sources.svelte';

const band_hours = 8;
const gather_ms = 100;

/** All that the page knows of the plant. Made once in main.ts and handed down. */
export class Live {
  readonly clock = new Clock();
  readonly freshness = new Freshness();
  readonly machines = new Machines();
  readonly sources = new Sources();
  readonly readings = new Readings();
  readonly orders = new Rows<OrderRow>();
  readonly runs = new Rows<RunRow>();
  readonly stops = new Rows<StopRow>();
  readonly oee = new Rows<OeeRow>();
  readonly session = new Remote<Session>();
  readonly plant = new Remote<Plant>();
  /** Shifts, products and reasons; asked for when a screen first needs them. */
  readonly work = new Remote<Work>();
  readonly outbox: Outbox;
  readonly bands: Bands;
  readonly #link: LiveLink;
  #is_signed_out = $state(false);
  #is_work_asked = false;

  constructor(outside: LiveOutside, kept: Kept) {
    this.bands = new Bands({
      states: api.states,
      now: () => this.clock.latest,
      soon: (call) => void setTimeout(call, gather_ms),
    }, band_hours * hour_ms);
    this.outbox = new Outbox({
      kept, random: () => crypto.getRandomValues(new Uint8Array(12)),
      now: () => Date.now(), later: (call, wait_ms) => void setTimeout(call, wait_ms),
      send: { report: api.report, move: api.move, explain: api.explain },
    });
    this.#link = new LiveLink(outside);
    this.#link.on_pending = (pending) => this.#apply(pending);
    this.#link.on_frame = (at) => this.freshness.hear_frame(at);
    this.#link.on_link = (link) => {
      this.freshness.hear_link(link, this.clock.latest);
      if (link.is === 'live') void this.outbox.send_waiting();
      if (link.is === 'lost' && link.retry_at !== null) void this.#am_i_signed_out();
    };
    setInterval(() => this.freshness.tick(outside.monotonic()), second_ms);
  }

  /** True when the server wants a sign-in first. */
  get is_signed_out(): boolean {
    return this.#is_signed_out;
  }

  /** The plant's machines in the order of the plant file. */
  get plant_machines(): readonly PlantMachine[] {
    return this.plant.value?.machines ?? [];
  }

  get zone(): string {
    return this.plant.value?.zone ?? 'UTC';
  }

  start(): void {
    this.#is_signed_out = false;
    this.#link.watch(this.#watch_with([]));
    this.#link.start();
    void this.#who_am_i();
    void this.ask_plant();
    void this.outbox.send_waiting();
  }

  /** Asks for the reasons and shifts once. */
  need_work(): void {
    if (this.#is_work_asked) return;
    this.#is_work_asked = true;
    void this.work.ask(api.work).then((answer) => void (this.#is_work_asked = answer.is === 'ready'));
  }

  /** Adds the tags that one screen shows to what the page watches. */
  watch_tags(tags: readonly TagPath[]): void {
    this.#link.watch(this.#watch_with(tags));
  }

  retry_now(): void {
    this.#link.retry_now();
  }

  async ask_plant(): Promise<void> {
    const answer = await this.plant.ask(api.plant);
    if (answer.is !== 'ready') return;
    const now = instant(answer.value.now);
    if (now !== null && this.clock.latest === null) this.clock.hear(now);
    if (!this.bands.is_loaded) this.bands.load_all();
  }

  async sign_out(): Promise<void> {
    await api.sign_out().catch(() => null);
    this.#signed_out();
  }

  #watch_with(tags: readonly TagPath[]): Watch {
    return { machines: true, counts: true, sources: true, orders: true, runs: true, stops: true, oee: true, ...(tags.length === 0 ? {} : { tags }) };
  }

  async #who_am_i(): Promise<void> {
    const answer = await this.session.ask(api.session);
    if (answer.is === 'failed' && needs_sign_in(answer.trouble)) this.#signed_out();
  }

  // A socket that is refused does not say why: the session does.
  async #am_i_signed_out(): Promise<void> {
    await api.session().catch((error: unknown) => {
      if (error instanceof Trouble && needs_sign_in(error)) this.#signed_out();
    });
  }

  #signed_out(): void {
    this.#is_signed_out = true;
    this.#link.stop();
  }

  #apply(pending: Pending): void {
    const now = pending.now === undefined ? null : instant(pending.now);
    if (now !== null) this.clock.hear(now);
    if (pending.machines !== undefined) {
      if (pending.machines.reset && this.machines.is_heard) this.#heard_anew();
      this.bands.apply(this.machines.apply(pending.machines));
    }
    if (pending.counts !== undefined) this.machines.apply_counts(pending.counts);
    if (pending.sources !== undefined) this.sources.apply(pending.sources);
    if (pending.tags !== undefined) this.readings.apply(pending.tags);
    if (pending.orders !== undefined) this.orders.apply(pending.orders);
    if (pending.runs !== undefined) this.runs.apply(pending.runs);
    if (pending.stops !== undefined) this.stops.apply(pending.stops);
    if (pending.oee !== undefined) this.oee.apply(pending.oee);
  }

  // After a lost link nobody knows what happened meanwhile: ask for the past and the plant again.
  #heard_anew(): void {
    this.bands.load_all();
    void this.ask_plant();
    if (this.work.answer.is !== 'loading') void this.work.ask(api.work);
  }
}

function needs_sign_in(trouble: Trouble): boolean {
  return trouble.code === 'sign_in';
}
