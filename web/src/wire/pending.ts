import type { Frame, ViewChange, ViewName } from './frames';
import type { InstantText, Views } from './types';

/** All that changed in one view since the page last drew. Bounded by the number of rows, however many frames came. */
export interface PendingView<Row> {
  reset: boolean;
  readonly rows: Map<string, Row>;
  readonly gone: Set<string>;
}

export type Pending = { -readonly [Name in ViewName]?: PendingView<Views[Name]> } & { now?: InstantText };

function merge<Row>(before: PendingView<Row> | undefined, change: ViewChange<Row>): PendingView<Row> {
  const view: PendingView<Row> =
    before === undefined || change.reset === true
      ? { reset: change.reset === true, rows: new Map(), gone: new Set() }
      : before;
  for (const [key, row] of Object.entries(change.rows ?? {})) {
    view.rows.set(key, row);
    view.gone.delete(key);
  }
  for (const key of change.gone ?? []) {
    view.rows.delete(key);
    view.gone.add(key);
  }
  return view;
}

const add: { readonly [Name in ViewName]: (pending: Pending, views: Frame['views']) => void } = {
  machines: (pending, { machines }) => void (machines && (pending.machines = merge(pending.machines, machines))),
  counts: (pending, { counts }) => void (counts && (pending.counts = merge(pending.counts, counts))),
  sources: (pending, { sources }) => void (sources && (pending.sources = merge(pending.sources, sources))),
  tags: (pending, { tags }) => void (tags && (pending.tags = merge(pending.tags, tags))),
  orders: (pending, { orders }) => void (orders && (pending.orders = merge(pending.orders, orders))),
  runs: (pending, { runs }) => void (runs && (pending.runs = merge(pending.runs, runs))),
  stops: (pending, { stops }) => void (stops && (pending.stops = merge(pending.stops, stops))),
  oee: (pending, { oee }) => void (oee && (pending.oee = merge(pending.oee, oee))),
};

/** Adds one frame to what waits for the next drawing. A view that this version does not know is left alone. */
export function add_frame(pending: Pending, frame: Frame): void {
  pending.now = frame.now;
  for (const add_view of Object.values(add)) add_view(pending, frame.views);
}

/** The rows after a change. The map handed in stays as it was. */
export function apply_view<Row>(rows: ReadonlyMap<string, Row>, change: PendingView<Row>): Map<string, Row> {
  const next = new Map(change.reset ? [] : rows);
  for (const key of change.gone) next.delete(key);
  for (const [key, row] of change.rows) next.set(key, row);
  return next;
}

export function parse_frame(text: string): Frame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const frame = value as { now?: unknown; views?: unknown };
  if (typeof frame.now !== 'string') return null;
  const views = typeof frame.views === 'object' && frame.views !== null ? frame.views : {};
  return { now: frame.now as InstantText, views };
}
