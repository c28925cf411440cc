export const key_gap_max_ms = 30; // a person who types does not reach this, a scanner stays below it
export const code_length_min = 3;
export const code_length_max = 64;

/** A bar-code scanner that behaves as a keyboard: its keys come faster than fingers and end with Enter. */
export class Scanner {
  #text = '';
  #last_at = -Infinity;

  /** True while the keys so far may be a scan: their gaps are too short for fingers. */
  get is_reading(): boolean {
    return this.#text.length > 1;
  }

  /** Hears one key; the code when Enter ends a scan, else null. `at` in milliseconds. */
  press(key: string, at: number): string | null {
    const is_fast = at - this.#last_at < key_gap_max_ms;
    this.#last_at = at;
    if (key === 'Enter') {
      const text = is_fast ? this.#text.trim() : '';
      this.#text = '';
      return text.length >= code_length_min && text.length <= code_length_max ? text : null;
    }
    if (key === 'Shift') return null;
    if (key.length !== 1) this.#text = '';
    else this.#text = (is_fast ? this.#text : '') + key;
    return null;
  }
}
