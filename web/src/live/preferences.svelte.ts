export const themes = ['system', 'light', 'dark'] as const;
export const densities = ['desk', 'touch', 'glove'] as const;
export const languages = ['en', 'de'] as const;
export type Theme = (typeof themes)[number];
export type Density = (typeof densities)[number];
export type Language = (typeof languages)[number];

interface Kept {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

function one_of<Choice extends string>(choices: readonly Choice[], text: string | null, otherwise: Choice): Choice {
  return choices.find((choice) => choice === text) ?? otherwise;
}

/** What one person chose for this screen. It stays in the browser. */
export class Preferences {
  #theme = $state<Theme>('system');
  #density = $state<Density>('desk');
  #language = $state<Language>('en');

  constructor(private readonly kept: Kept, browser_language: string) {
    this.#theme = one_of(themes, kept.getItem('theme'), 'system');
    this.#density = one_of(densities, kept.getItem('density'), 'desk');
    this.#language = one_of(languages, kept.getItem('language'), browser_language.startsWith('de') ? 'de' : 'en');
  }

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    this.kept.setItem('theme', theme);
  }

  get density(): Density {
    return this.#density;
  }
  set density(density: Density) {
    this.#density = density;
    this.kept.setItem('density', density);
  }

  get language(): Language {
    return this.#language;
  }
  set language(language: Language) {
    this.#language = language;
    this.kept.setItem('language', language);
  }
}
