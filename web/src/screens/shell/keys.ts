export interface KeyActions {
  search(): void;
  help(): void;
  filter(): void;
  overview(): void;
  shift(): void;
  orders(): void;
  data_health(): void;
  trends(): void;
}

const chord_wait_max_ms = 1_500;

function is_writing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const is_text = target instanceof HTMLInputElement && target.type !== 'radio' && target.type !== 'checkbox';
  return is_text || target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** The keyboard of the whole page: Ctrl K, ?, / and the chords that start with g. */
export class Keys {
  #chord_at = -Infinity;

  constructor(private readonly actions: KeyActions) {}

  press(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      this.actions.search();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || is_writing(event.target)) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const action = this.#action(event);
    if (action === null) return;
    event.preventDefault();
    action();
  }

  #action(event: KeyboardEvent): (() => void) | null {
    const is_chord = event.timeStamp - this.#chord_at < chord_wait_max_ms;
    this.#chord_at = event.key === 'g' ? event.timeStamp : -Infinity;
    if (event.key === '?') return this.actions.help;
    if (event.key === '/') return this.actions.filter;
    if (is_chord && event.key === 'o') return this.actions.overview;
    if (is_chord && event.key === 's') return this.actions.shift;
    if (is_chord && event.key === 'a') return this.actions.orders;
    if (is_chord && event.key === 'd') return this.actions.data_health;
    if (is_chord && event.key === 't') return this.actions.trends;
    return null;
  }
}
