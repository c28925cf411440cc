import { apply_view, type PendingView } from '../wire/pending';

/** The rows of one view by their keys, as the socket says them. */
export class Rows<Row> {
  #rows = $state.raw<ReadonlyMap<string, Row>>(new Map());
  #is_heard = $state(false);
  readonly #list = $derived([...this.#rows].map(([key, row]) => ({ ...row, key })));

  get list(): readonly (Row & { readonly key: string })[] {
    return this.#list;
  }

  /** False until the server said this view once. */
  get is_heard(): boolean {
    return this.#is_heard;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  apply(change: PendingView<Row>): void {
    this.#rows = apply_view(this.#rows, change);
    this.#is_heard = true;
  }
}
