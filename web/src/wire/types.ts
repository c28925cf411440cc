// What the server says, with brands where it says plain text. The build makes the rest from the descriptions in src/ (tools/wire_types).
import { machine_states } from '@server/rows';
import type * as rows from '@server/rows';

export { order_states } from '@server/rows';
export type {
  BadLine, CountForm, CountRow, Cycle, Cycles, ExplainForm, Imported, InstantText, Loss, MachineRow, MoveForm, Named, OeeRow, OeeSpan,
  OeeSpans, OrderForm, OrderRow, Orders, RunRow, RunSpan, Session, SourceRow, StateInterval, States, StopRow, Store, TagRow, Views, Work,
  WorkMachine, WorkShift,
} from '@server/rows';

export type MachinePath = string & { readonly of: 'machine' };
export type TagPath = string & { readonly of: 'tag' };
export type SourceName = string & { readonly of: 'source' };
/** Milliseconds since 1970, UTC. */
export type Instant = number & { readonly of: 'instant' };

export type State = rows.MachineRow['state'];
/** As screens list them: what is not known comes last. */
export const states: readonly State[] = [...machine_states.filter((state) => state !== 'nodata'), 'nodata'];
export type OrderState = rows.OrderRow['state'];
export type Level = rows.OeeRow['level'];
export type Value = rows.TagRow['value'];

type Branded<Row, Brands> = Omit<Row, keyof Brands> & Readonly<Brands>;
export type PlantMachine = Branded<rows.PlantMachine, { path: MachinePath }>;
export type Plant = Branded<rows.Plant, { machines: readonly PlantMachine[] }>;
export type TagMeta = Branded<rows.FoundTag, { path: TagPath }>;
export type Tags = Branded<rows.Tags, { tags: readonly TagMeta[] }>;

export interface Buckets {
  readonly tag: TagPath;
  readonly from: rows.InstantText | number;
  readonly to: rows.InstantText | number;
  readonly time: readonly number[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  readonly count: readonly number[];
  readonly bad: readonly number[];
}

/** The readings of a tag as they were heard. */
export interface Readings {
  readonly tag: TagPath;
  readonly kind: rows.TagRow['kind'];
  readonly time: readonly number[];
  readonly value: readonly Value[];
  /** OPC UA status codes. */
  readonly quality: readonly number[];
  readonly more: boolean;
}
