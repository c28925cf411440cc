import { href_of } from '../../live/place.svelte';
import type { Page } from '../../live/page.svelte';
import { machine_of_tag, tag_name } from '../../live/tags';
import { api, Trouble } from '../../wire/api';
import type { TagMeta } from '../../wire/types';

export interface Found {
  readonly title: string;
  readonly detail: string;
  readonly href: string;
}

const typing_pause_ms = 120;
const machines_max = 8;
const tags_max = 12;

/** Finds screens and machines at once, and tags when the server has answered. */
export class Finder {
  #text = $state('');
  #tags = $state.raw<readonly TagMeta[]>([]);
  #trouble = $state.raw<Trouble | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asked = 0;

  constructor(private readonly page: Page) {}

  get text(): string {
    return this.#text;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  readonly screens = $derived.by((): readonly Found[] => {
    const words = this.page.words;
    return [
      { title: words.nav.overview, detail: 'g o', href: href_of.overview },
      { title: words.nav.shift, detail: 'g s', href: href_of.shift },
      { title: words.nav.orders, detail: 'g a', href: href_of.orders },
      { title: words.nav.stations, detail: '', href: href_of.stations },
      { title: words.nav.trends, detail: 'g t', href: href_of.trends },
      { title: words.nav.data_health, detail: 'g d', href: href_of.data_health },
    ].filter((one) => this.#fits(one.title));
  });

  readonly machines = $derived.by((): readonly Found[] =>
    this.page.live.plant_machines
      .filter((one) => this.#fits(`${one.title} ${one.path}`))
      .slice(0, machines_max)
      .map((one) => ({ title: one.title, detail: this.#state_of(one.path) ?? one.path, href: href_of.machine(one.path) })),
  );

  readonly tags = $derived.by((): readonly Found[] => {
    const machines = this.page.live.plant_machines;
    return this.#tags.flatMap((tag) => {
      const machine = machine_of_tag(tag.path, machines);
      if (machine === null) return [];
      const href = `${href_of.machine(machine.path)}?tag=${encodeURIComponent(tag.path)}`;
      return [{ title: `${machine.title} · ${tag.title === '' ? tag_name(tag.path, machine.path) : tag.title}`, detail: tag.path, href }];
    });
  });

  find(text: string): void {
    this.#text = text;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (text.trim() === '') {
      this.#asked += 1;
      this.#tags = [];
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(text.trim()), typing_pause_ms);
  }

  async #ask(text: string): Promise<void> {
    const asked = ++this.#asked;
    try {
      const answer = await api.tags(text, tags_max);
      if (asked !== this.#asked) return;
      this.#tags = answer.tags;
      this.#trouble = null;
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#tags = [];
      this.#trouble = error instanceof Trouble ? error : new Trouble('offline', '', 0);
    }
  }

  #fits(text: string): boolean {
    const where = text.toLowerCase();
    return this.#text.toLowerCase().split(/\s+/).every((word) => where.includes(word));
  }

  #state_of(path: Parameters<Page['live']['machines']['get']>[0]): string | null {
    const machine = this.page.live.machines.get(path);
    return machine === undefined ? null : this.page.speech.word(this.page.words.states, machine.state);
  }
}
