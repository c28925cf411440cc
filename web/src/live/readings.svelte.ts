import { apply_view, type PendingView } from '../wire/pending';
import type { TagPath, TagRow } from '../wire/types';

/** The newest reading of each tag that the page watches. */
export class Readings {
  #rows = $state.raw<ReadonlyMap<string, TagRow>>(new Map());

  get(path: TagPath): TagRow | undefined {
    return this.#rows.get(path);
  }

  apply(change: PendingView<TagRow>): void {
    this.#rows = apply_view(this.#rows, change);
  }

  forget(): void {
    this.#rows = new Map();
  }
}

export type QualityWord = 'good' | 'uncertain' | 'bad';

/** The two top bits of an OPC UA status code: 00 good, 01 uncertain, 10 bad. */
export function quality_word(code: number): QualityWord {
  const severity = (code >>> 30) & 3;
  if (severity === 0) return 'good';
  return severity === 1 ? 'uncertain' : 'bad';
}
