// All that is chosen on the screen Trends, as an address that another person can open.
import { tag_path } from '../../wire/api';
import type { TagPath } from '../../wire/types';
import { comparisons, duration_of, type Comparison } from './compare';
import { preset_ms, presets, span_max_ms, span_min_ms } from './span';

export const pens_max = 16;
const span_default_ms = 8 * 3_600_000;

export interface Chosen {
  readonly pens: readonly TagPath[];
  /** Length of what is shown, in milliseconds. */
  readonly length: number;
  /** The right end; null follows the time of the plant. */
  readonly to: number | null;
  readonly cursor: number | null;
  readonly compare: Comparison;
  /** The offset when `compare` is free. */
  readonly offset: number | null;
  readonly is_table: boolean;
}

export const nothing_chosen: Chosen = { pens: [], length: span_default_ms, to: null, cursor: null, compare: 'none', offset: null, is_table: false };

function length_text(milliseconds: number): string {
  const preset = presets.find((one) => preset_ms[one] === milliseconds);
  return preset ?? `${milliseconds / 1_000}s`;
}

function length_of(text: string | null): number {
  const preset = presets.find((one) => one === text);
  const length = preset !== undefined ? preset_ms[preset] : duration_of(text ?? '');
  return length === null ? span_default_ms : Math.min(span_max_ms, Math.max(span_min_ms, length));
}

function time_of(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(at) ? at : null;
}

export function query_of(chosen: Chosen): string {
  const query = new URLSearchParams();
  for (const pen of chosen.pens) query.append('pen', pen);
  query.set('span', length_text(Math.round(chosen.length)));
  if (chosen.to !== null) query.set('to', new Date(chosen.to).toISOString());
  if (chosen.cursor !== null) query.set('at', new Date(chosen.cursor).toISOString());
  if (chosen.compare !== 'none') query.set('compare', chosen.compare);
  if (chosen.compare === 'free' && chosen.offset !== null) query.set('offset', `${chosen.offset / 1_000}s`);
  if (chosen.is_table) query.set('table', '1');
  return query.toString();
}

/** What cannot be read falls back to the default; a pen twice is one pen; more than sixteen are left out. */
export function chosen_of(text: string): Chosen {
  const query = new URLSearchParams(text);
  const compare = comparisons.find((one) => one === query.get('compare')) ?? 'none';
  return {
    pens: [...new Set(query.getAll('pen').filter((pen) => pen !== ''))].slice(0, pens_max).map(tag_path),
    length: length_of(query.get('span')),
    to: time_of(query.get('to')),
    cursor: time_of(query.get('at')),
    compare,
    offset: compare === 'free' ? duration_of(query.get('offset') ?? '') : null,
    is_table: query.get('table') === '1',
  };
}
