// What a pen says at one moment, where it said nothing good, and its rows as a table or CSV.
import { row_at, quality, type Part, type Quality } from './tiles';
import type { Anchor } from './loader';

export interface Readout {
  /** When it was said: the start of the bucket, or the time of the reading. */
  readonly at: number;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly text: string;
  readonly quality: Quality;
  /** Said earlier and still so; not a bucket's mean. */
  readonly is_held: boolean;
  readonly is_bucket: boolean;
}

const just_after = 0.001; // milliseconds; a smaller step is lost in a number as large as a time of today

/** What held at `at`: the bucket around it, or the last reading before it. Null: nothing known. */
export function readout_at(parts: readonly Part[], at: number, before: Anchor | null): Readout | null {
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const part = parts[index];
    if (part === undefined || part.from > at) continue;
    const { columns, is_buckets, width } = part.tile;
    for (let row = row_at(columns.time, Math.min(at, part.to) + just_after) - 1; row >= 0; row -= 1) {
      const heard = (columns.count[row] ?? 0) + (columns.bad[row] ?? 0);
      if (heard === 0) continue;
      const begins = columns.time[row] ?? 0;
      return {
        at: begins, value: columns.mean[row] ?? Number.NaN, min: columns.min[row] ?? Number.NaN, max: columns.max[row] ?? Number.NaN,
        text: columns.texts[row] ?? '', quality: quality_at(columns.quality[row] ?? 0, columns.count[row] ?? 0),
        is_held: is_buckets ? at >= begins + width : false, is_bucket: is_buckets,
      };
    }
  }
  if (before === null || before.at > at) return null;
  return { at: before.at, value: before.value, min: before.value, max: before.value, text: before.text, quality: quality.good, is_held: true, is_bucket: false };
}

// A bucket with good readings and others has a value: it is good enough to show.
function quality_at(code: number, count: number): Quality {
  if (count > 0 || code === 0) return quality.good;
  return code === 1 ? quality.uncertain : code === 2 ? quality.bad : quality.unclear;
}

export type Lack = 'uncertain' | 'bad' | 'unclear' | 'nodata';

export interface LackRun {
  readonly from: number;
  readonly to: number;
  readonly lack: Lack;
}

const lack_of: Readonly<Record<number, Lack>> = { 1: 'uncertain', 2: 'bad', 3: 'unclear' };

/** Where the pen has nothing good to show in [from, to): not heard, bad or uncertain; in order, like neighbours joined. */
export function lacks_of(parts: readonly Part[], silences: readonly { readonly from: number; readonly to: number }[], until: number): LackRun[] {
  const runs: LackRun[] = [];
  const add = (from: number, to: number, lack: Lack): void => {
    const last = runs.at(-1);
    if (last !== undefined && last.lack === lack && from <= last.to + 1e-6) runs[runs.length - 1] = { ...last, to: Math.max(last.to, to) };
    else if (to > from) runs.push({ from, to, lack });
  };
  let open: LackRun | null = null; // a reading that is not good holds until the next one
  for (const part of parts) {
    const { columns, is_buckets, width } = part.tile;
    for (let row = row_at(columns.time, part.from - (is_buckets ? width / 2 : 0)); row < columns.time.length; row += 1) {
      const at = columns.time[row] ?? 0;
      if (at >= part.to) break;
      if ((columns.count[row] ?? 0) + (columns.bad[row] ?? 0) === 0) continue;
      if (open !== null) add(open.from, at, open.lack);
      const lack: Lack | undefined = lack_of[columns.quality[row] ?? 0];
      if (is_buckets && lack !== undefined) add(at, at + width, lack);
      const is_open = lack !== undefined && (!is_buckets || (columns.count[row] ?? 0) === 0);
      open = is_open && lack !== undefined ? { from: at, to: at, lack } : null;
    }
  }
  if (open !== null) add(open.from, until, open.lack);
  for (const one of silences) runs.push({ from: one.from, to: one.to, lack: 'nodata' });
  return runs.sort((a, b) => a.from - b.from);
}

export interface TextRun {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What a tag of words said, from when to when: each word holds until the next reading, and like neighbours are one. */
export function text_runs(parts: readonly Part[], before: Anchor | null, from: number, until: number): TextRun[] {
  const runs: TextRun[] = [];
  let open: { from: number; text: string } | null = before === null ? null : { from, text: before.text };
  const close = (at: number): void => {
    if (open !== null && at > open.from) runs.push({ ...open, to: at });
    open = null;
  };
  for (const part of parts) {
    const { columns } = part.tile;
    const first = row_at(columns.time, part.from);
    // What was said before the edge holds over it.
    for (let row = open === null ? Math.max(0, first - 1) : first; row < columns.time.length; row += 1) {
      const at = columns.time[row] ?? 0;
      if (at >= Math.min(part.to, until)) break;
      const text = columns.quality[row] === quality.good ? (columns.texts[row] ?? '') : null;
      if (text === null) close(at);
      else if ((open as { text: string } | null)?.text !== text) {
        close(at);
        open = { from: Math.max(from, at), text };
      }
    }
  }
  close(until);
  return runs;
}

export interface PenTable {
  readonly title: string;
  readonly parts: readonly Part[];
}

export interface Row {
  readonly at: number;
  /** One for each pen; null: the pen has no row at this time. */
  readonly cells: readonly (Cell | null)[];
}

export interface Cell {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly text: string;
  readonly quality: Quality;
  readonly is_bucket: boolean;
}

/** The rows of all pens by time; rows in which no pen heard anything are left out. */
export function rows_of(pens: readonly PenTable[]): Row[] {
  const rows = new Map<number, (Cell | null)[]>();
  pens.forEach((pen, index) => {
    for (const { tile: { columns, is_buckets }, from, to } of pen.parts) {
      for (let row = row_at(columns.time, from); row < columns.time.length; row += 1) {
        const at = columns.time[row] ?? 0;
        if (at >= to) break;
        if ((columns.count[row] ?? 0) + (columns.bad[row] ?? 0) === 0) continue;
        const cells = rows.get(at) ?? pens.map(() => null);
        cells[index] = {
          value: columns.mean[row] ?? Number.NaN, min: columns.min[row] ?? Number.NaN, max: columns.max[row] ?? Number.NaN,
          text: columns.texts[row] ?? '', quality: quality_at(columns.quality[row] ?? 0, columns.count[row] ?? 0), is_bucket: is_buckets,
        };
        rows.set(at, cells);
      }
    }
  });
  return [...rows].sort((a, b) => a[0] - b[0]).map(([at, cells]) => ({ at, cells }));
}

export const quality_words = ['good', 'uncertain', 'bad', 'not good'] as const;

const number_cell = (value: number): number | null => (Number.isNaN(value) ? null : value);

export interface CsvColumn {
  readonly key: string;
  readonly title: string;
  readonly rank: (row: Row) => number | null;
  readonly csv: (row: Row) => number | string | null;
}

/** Columns for a CSV file: time in UTC, then mean, min, max and quality of each pen. */
export function csv_columns(pens: readonly PenTable[]): CsvColumn[] {
  const time: CsvColumn = { key: 'time', title: 'time', rank: (row) => row.at, csv: (row) => new Date(row.at).toISOString() };
  const rank = (row: Row): number => row.at;
  return [time, ...pens.flatMap((pen, index) => {
    const cell = (row: Row): Cell | null => row.cells[index] ?? null;
    const one = (name: string, csv: (of: Cell) => number | string | null): CsvColumn => ({
      key: `${index} ${name}`, title: name === '' ? pen.title : `${pen.title} ${name}`, rank,
      csv: (row) => {
        const of = cell(row);
        return of === null ? null : csv(of);
      },
    });
    return [
      one('', (of) => (of.text !== '' ? of.text : number_cell(of.value))),
      one('min', (of) => number_cell(of.min)), one('max', (of) => number_cell(of.max)), one('quality', (of) => quality_words[of.quality]),
    ];
  })];
}
