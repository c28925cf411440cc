import { getContext, setContext } from 'svelte';
import { Speech } from '../words/speech';
import type { Words } from '../words/en';
import type { Live } from './live.svelte';
import type { Place } from './place.svelte';
import type { Preferences } from './preferences.svelte';

/** What every screen is handed: the plant, where the person is, what they chose, and how to speak to them. */
export class Page {
  readonly #speech = $derived.by(() => new Speech(this.preferences.language, this.live.zone));

  constructor(
    readonly live: Live,
    readonly place: Place,
    readonly preferences: Preferences,
  ) {}

  get speech(): Speech {
    return this.#speech;
  }

  get words(): Words {
    return this.#speech.words;
  }
}

const key = Symbol('page');
export const give_page = (page: Page): Page => setContext(key, page);
export const get_page = (): Page => getContext<Page>(key);
