import { untrack } from 'svelte';
import { Trouble } from '../wire/api';

export type Answer<Value> =
  | { readonly is: 'loading' }
  | { readonly is: 'ready'; readonly value: Value }
  | { readonly is: 'failed'; readonly trouble: Trouble };

/** One question to the server and its newest answer. A later question overtakes an earlier one. */
export class Remote<Value> {
  #answer = $state.raw<Answer<Value>>({ is: 'loading' });
  #asked = 0;

  get answer(): Answer<Value> {
    return this.#answer;
  }

  get value(): Value | undefined {
    return this.#answer.is === 'ready' ? this.#answer.value : undefined;
  }

  /** Asks; what stood before stays visible until the answer is there, unless `from_new`. */
  async ask(question: () => Promise<Value>, from_new: 'keep' | 'from_new' = 'keep'): Promise<Answer<Value>> {
    const asked = ++this.#asked;
    // Whoever asks from an effect must not be asked again by the answer.
    if (from_new === 'from_new' || untrack(() => this.#answer.is) === 'failed') this.#answer = { is: 'loading' };
    const answer = await question().then(
      (value): Answer<Value> => ({ is: 'ready', value }),
      (error: unknown): Answer<Value> => ({
        is: 'failed',
        trouble: error instanceof Trouble ? error : new Trouble('offline', String(error), 0),
      }),
    );
    if (asked === this.#asked) this.#answer = answer;
    return answer;
  }
}
