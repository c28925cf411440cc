import type { DrawnPen, Mark } from '../../chart/pen_paint';
import { plan_of, type Plan } from '../../chart/axes';
import { range_of } from '../../chart/pen_shape';
import { pieces_between, type Piece } from '../../live/band';
import { minute_ms, second_ms } from '../../live/clock.svelte';
import type { Page } from '../../live/page.svelte';
import { machine_of_tag, tag_name, unit_of } from '../../live/tags';
import { chosen_of, pens_max, query_of, type Chosen } from '../../live/trends/address';
import { TileLoader, type Wish } from '../../live/trends/loader';
import { happenings_of, Pasts, span_with_states_max_ms, type Happening } from '../../live/trends/past.svelte';
import { lacks_of, readout_at, type LackRun, type PenTable, text_runs, type Readout, type TextRun } from '../../live/trends/readout';
import { ending_at, length_of, width_for, type Span } from '../../live/trends/span';
import { tile_index, tile_span, type Part } from '../../live/trends/tiles';
import { api } from '../../wire/api';
import type { MachinePath, PlantMachine, TagMeta, TagPath } from '../../wire/types';
import { Compared } from './compared.svelte';

export interface Pen {
  readonly tag: TagPath;
  /** Undefined until the server has said; null: it knows no such tag. */
  readonly meta: TagMeta | null | undefined;
  readonly machine: PlantMachine | null;
  readonly number: number;
  readonly title: string;
  readonly unit: string;
  readonly colour: string;
  readonly is_text: boolean;
}

export interface DrawnPart {
  readonly pen: Pen;
  readonly parts: readonly Part[];
  readonly earlier: readonly Part[];
  readonly lacks: readonly LackRun[];
}

const colours = 8;
const tags_asked_max = 50;
const write_pause_ms = 250; // a browser refuses an address that changes with each step of a drag
const plot_width_first = 900;
const coarser_first = 3; // times fewer buckets than pixels in the first answer

/** All that the screen Trends shows. What is chosen stands in the address; here it runs ahead of it while a hand moves. */
export class TrendsModel {
  readonly loader: TileLoader;
  readonly pasts = new Pasts({ states: api.states, stops: api.stops, runs: api.runs });
  readonly compared: Compared;
  #chosen = $state.raw<Chosen>(chosen_of(location.search));
  #metas = $state.raw<ReadonlyMap<string, TagMeta | null>>(new Map());
  #version = $state(0);
  #plot_width = $state(plot_width_first);
  #hover = $state<number | null>(null);
  #strong = $state<TagPath | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #written = '';
  readonly #asked_metas = new Set<string>();

  constructor(private readonly page: Page) {
    this.loader = new TileLoader({ buckets: api.buckets, readings: api.readings, now: () => this.page.live.clock.latest ?? 0 });
    this.loader.on_change = () => (this.#version += 1);
    this.#written = page.place.query;
    this.compared = new Compared(page, () => this.#chosen, () => this.span, () => this.pens[0]?.machine ?? null);
  }

  get chosen(): Chosen {
    return this.#chosen;
  }

  /** Changes what is chosen. `new`: a step that "back" undoes. */
  choose(change: Partial<Chosen>, step: 'new' | 'same'): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    // What a hand moved just now is what "back" returns to.
    if (step === 'new' && this.#timer !== null) this.#write('same');
    this.#chosen = { ...this.#chosen, ...change };
    this.#timer = step === 'same' ? setTimeout(() => this.#write('same'), write_pause_ms) : null;
    if (step === 'new') this.#write('new');
  }

  #write(step: 'new' | 'same'): void {
    this.#timer = null;
    this.#written = query_of(this.#chosen);
    this.page.place.turn(this.#written, step);
  }

  /** The person went back or forth, or followed a link. */
  heed_address(query: string): void {
    if (query === this.#written) return;
    this.#written = query;
    this.#chosen = chosen_of(query);
  }

  readonly now = $derived.by((): number => {
    const clock = this.page.live.clock;
    return (this.#chosen.length <= 30 * minute_ms ? clock.second : clock.coarse) ?? 0;
  });
  readonly span = $derived.by((): Span => ending_at(this.#chosen.to ?? this.now, this.#chosen.length));
  readonly is_following = $derived.by(() => this.#chosen.to === null);

  readonly pens = $derived.by((): readonly Pen[] =>
    this.#chosen.pens.map((tag, index) => {
      const meta = this.#metas.get(tag);
      const machine = machine_of_tag(tag, this.page.live.plant_machines);
      const name = meta?.title !== undefined && meta.title !== '' ? meta.title : tag_name(tag, machine?.path ?? '');
      return {
        tag, meta, machine, number: index + 1, title: machine === null ? name : `${machine.title} · ${name}`,
        unit: meta == null ? '' : unit_of(meta), colour: `pen-${(index % colours) + 1}`, is_text: meta?.kind === 'text',
      };
    }));
  readonly machines = $derived.by((): readonly PlantMachine[] => {
    const found = this.pens.flatMap((pen) => (pen.machine === null ? [] : [pen.machine]));
    return [...new Map(found.map((one) => [one.path, one])).values()];
  });

  get plot_width(): number {
    return this.#plot_width;
  }
  set plot_width(pixels: number) {
    this.#plot_width = pixels;
  }
  /** Where the mouse is, else where the cursor was put; null: nowhere. */
  readonly cursor = $derived.by((): number | null => this.#hover ?? this.#chosen.cursor);
  set hover(at: number | null) {
    this.#hover = at;
  }
  get strong(): TagPath | null {
    return this.#strong;
  }
  set strong(tag: TagPath | null) {
    this.#strong = tag;
  }

  readonly width = $derived.by(() => width_for(length_of(this.span), this.#plot_width));

  readonly silences = $derived.by((): ReadonlyMap<string, readonly Piece[]> =>
    new Map(this.machines.map((one) => [one.path, this.pieces(one).filter((piece) => piece.state === 'nodata')])));

  pieces(machine: PlantMachine): readonly Piece[] {
    const known = this.pasts.get(machine.path);
    if (known === undefined || length_of(this.span) > span_with_states_max_ms) return [];
    const to = Math.min(this.span.to, this.now);
    return pieces_between(this.pasts.intervals(machine.path, this.page.live.machines.get(machine.path)), this.span.from, to);
  }

  /** What is there to draw now: of the wanted fineness, or the next best. */
  readonly drawn = $derived.by((): readonly DrawnPart[] => {
    void this.#version;
    const { from, to } = this.span;
    const offset = this.compared.offset;
    return this.pens.map((pen) => {
      const parts = this.loader.cache.cover(pen.tag, this.width, from, to);
      const silences = this.silences.get(pen.machine?.path ?? '') ?? [];
      return {
        pen, parts, lacks: lacks_of(parts, silences, Math.min(to, this.now)),
        earlier: offset === null ? [] : this.loader.cache.cover(pen.tag, this.width, from - offset, to - offset),
      };
    });
  });

  #before(tag: TagPath, at: number): ReturnType<TileLoader['anchor']> {
    return this.loader.anchor(tag, tile_index(this.width, at) * tile_span(this.width));
  }

  readonly plan = $derived.by((): Plan => plan_of(this.drawn.map(({ pen, parts, earlier }) => {
    // What has no line needs no axis of its own.
    if (pen.meta == null || pen.is_text) return { unit: this.pens.find((one) => one.meta != null && !one.is_text)?.unit ?? '', range: null };
    const ranges = [range_of(parts, this.#before(pen.tag, this.span.from)), range_of(earlier, null)].filter((one) => one !== null);
    return {
      unit: pen.unit,
      range: ranges.length === 0 ? null : [Math.min(...ranges.map((one) => one[0])), Math.max(...ranges.map((one) => one[1]))] as const,
    };
  })));

  /** Pens that hold words, with what they said. */
  readonly words = $derived.by((): readonly { readonly pen: Pen; readonly runs: readonly TextRun[] }[] =>
    this.drawn.filter(({ pen }) => pen.is_text).map(({ pen, parts }) => ({
      pen, runs: text_runs(parts, this.#before(pen.tag, this.span.from), this.span.from, Math.min(this.span.to, this.now)),
    })));

  readonly lines = $derived.by((): readonly DrawnPen[] => {
    const offset = this.compared.offset;
    return this.drawn.flatMap(({ pen, parts, earlier }, place): DrawnPen[] => {
      if (pen.is_text) return [];
      const silences = this.silences.get(pen.machine?.path ?? '') ?? [];
      const until = Math.min(this.now, this.span.to);
      const now: DrawnPen = {
        name: String(pen.number), colour: pen.colour, place, offset: 0, is_strong: this.#strong === pen.tag,
        shape: { parts, silences, before: this.#before(pen.tag, this.span.from), until },
      };
      if (offset === null) return [now];
      const shape = { parts: earlier, silences: [], before: null, until: this.span.to - offset };
      return [{ name: '', colour: pen.colour, place, offset, is_strong: false, shape }, now];
    });
  });

  /** Why a pen could not be fetched; null when it could. */
  trouble(pen: Pen): ReturnType<TileLoader['trouble']> {
    void this.#version;
    return this.loader.trouble(pen.tag);
  }

  /** What each pen says at the cursor, or now. */
  readout(pen: Pen, at: number): Readout | null {
    const drawn = this.drawn[pen.number - 1];
    return drawn === undefined ? null : readout_at(drawn.parts, at, this.#before(pen.tag, this.span.from));
  }
  earlier_readout(pen: Pen, at: number): Readout | null {
    const offset = this.compared.offset;
    const drawn = this.drawn[pen.number - 1];
    return drawn === undefined || offset === null ? null : readout_at(drawn.earlier, at - offset, null);
  }

  readonly happenings = $derived.by((): readonly Happening[] =>
    this.machines.flatMap((one) => {
      const past = this.pasts.get(one.path);
      return past === undefined || length_of(this.span) > span_with_states_max_ms ? [] : happenings_of(one.path, past, this.span);
    }).sort((a, b) => a.at - b.at));
  readonly marks = $derived.by((): readonly Mark[] => this.happenings.map((one) => ({ at: one.at, is_dashed: one.kind === 'order' })));

  /** The rows of each pen, under its path and unit. */
  get tables(): readonly PenTable[] {
    return this.drawn.map(({ pen, parts }) => ({ title: pen.unit === '' ? pen.tag : `${pen.tag} [${pen.unit}]`, parts }));
  }

  /** True when everything in sight is there in the wanted fineness. */
  readonly is_fine = $derived.by(() => this.#covers((part) => part.tile.width === this.width));
  /** True when everything in sight is there, fine or coarse. */
  readonly is_drawn = $derived.by(() => this.#covers(() => true));

  #covers(counts: (part: Part) => boolean): boolean {
    const length = Math.min(this.span.to, this.now) - this.span.from;
    return this.drawn.length > 0 && this.drawn.every(({ parts }) => parts.reduce((sum, part) => sum + (counts(part) ? part.to - part.from : 0), 0) >= length - 1);
  }

  /** Says what has to be fetched: what is in sight, then the earlier cycle, then the neighbours for the next move. */
  fetch(): void {
    const { from, to } = this.span;
    if (this.now === 0) return;
    const known = this.pens.filter((pen) => pen.meta != null);
    const offset = this.compared.offset;
    const wish = (pen: Pen, start: number, end: number): Wish =>
      ({ tag: pen.tag, is_text: pen.is_text, width: this.width, from: start, to: end, needs_before: start === from });
    const room = tile_span(this.width);
    // Where there is nothing yet, few wide buckets come first: the server has them at once.
    const is_bare = !this.is_drawn;
    const coarse = width_for(length_of(this.span), this.#plot_width / coarser_first);
    this.loader.want([
      ...(is_bare && coarse > this.width ? known.filter((pen) => !pen.is_text).map((pen) => ({ ...wish(pen, from, to), width: coarse, needs_before: false })) : []),
      ...known.map((pen) => wish(pen, from, to)),
      ...(offset === null ? [] : known.map((pen) => wish(pen, from - offset, to - offset))),
      ...known.map((pen) => ({ ...wish(pen, from - room, from), is_ahead: true })),
    ]);
    this.pasts.want(this.machines.map((one) => one.path), this.span, this.now, (path) => this.#said_of(path));
  }

  /** Changes when something about the machine's past does. */
  #said_of(path: MachinePath): string {
    const { machines, stops, runs } = this.page.live;
    const row = machines.get(path);
    const explained = stops.list.filter((one) => one.machine === path).map((one) => one.from + one.reason).join(' ');
    return `${row?.band ?? ''} ${row?.since ?? ''} ${runs.get(path)?.order ?? ''} ${explained}`;
  }

  async ask_metas(): Promise<void> {
    await Promise.all(this.#chosen.pens.filter((tag) => !this.#asked_metas.has(tag)).map(async (tag) => {
      this.#asked_metas.add(tag);
      const found = await api.tags(tag, tags_asked_max).catch(() => {
        this.#asked_metas.delete(tag);
        return null;
      });
      if (found !== null) this.know([found.tags.find((one) => one.path === tag) ?? { path: tag, meta: null }]);
    }));
  }

  know(metas: readonly (TagMeta | { readonly path: string; readonly meta: null })[]): void {
    const next = new Map(this.#metas);
    for (const one of metas) next.set(one.path, 'meta' in one ? null : one);
    this.#metas = next;
  }

  add(meta: TagMeta): 'added' | 'there' | 'full' {
    if (this.#chosen.pens.includes(meta.path)) return 'there';
    if (this.#chosen.pens.length >= pens_max) return 'full';
    this.#asked_metas.add(meta.path);
    this.know([meta]);
    this.choose({ pens: [...this.#chosen.pens, meta.path] }, 'new');
    return 'added';
  }

  remove(tag: TagPath): void {
    this.choose({ pens: this.#chosen.pens.filter((one) => one !== tag) }, 'new');
  }

  move_to(span: Span): void {
    const latest = this.page.live.clock.latest ?? this.now;
    const step = Math.max(second_ms, length_of(span) / this.#plot_width);
    this.choose({ length: length_of(span), to: span.to >= latest - step ? null : Math.round(span.to) }, 'same');
  }

  stop(): void {
    if (this.#timer !== null) this.#write('same');
    this.loader.stop();
  }
}
