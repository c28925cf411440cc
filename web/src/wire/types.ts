// What the server says, row by row as docs/api.md lists it. Times in rows are RFC 3339 text.
export type MachinePath = string & { readonly of: 'machine' };
export type TagPath = string & { readonly of: 'tag' };
export type SourceName = string & { readonly of: 'source' };
export type InstantText = string & { readonly of: 'instant' };
/** Milliseconds since 1970, UTC. */
export type Instant = number & { readonly of: 'instant' };

export const states = ['running', 'slow', 'idle', 'setup', 'stopped', 'blocked', 'starved', 'planned', 'nodata'] as const;
export type State = (typeof states)[number];
export type Mode = 'production' | 'changeover' | 'maintenance' | 'planned' | 'unknown';
export type SourceStatus = 'connected' | 'connecting' | 'lost' | 'refused' | 'ended';

export interface MachineRow {
  readonly title: string;
  readonly area: string;
  readonly line: string;
  readonly state: State;
  readonly mode: Mode;
  readonly since: InstantText | null;
  readonly why: string;
  readonly band: number;
  readonly is_real: boolean;
}

export interface CountRow {
  /** Parts per hour over the window; null where unknown. */
  readonly rate: number | null;
  readonly ideal_rate: number | null;
  /** Parts since midnight of the plant. */
  readonly good: number | null;
  readonly reject: number | null;
  readonly at: InstantText | null;
  /** Since when good and reject are counted: midnight, or when the counter was first heard after it. */
  readonly counted_from?: InstantText | null;
  /** A jump of the counter that was not counted, in words. */
  readonly trouble?: string | null;
  /** Seconds. */
  readonly window: number;
}

export interface SourceRow {
  readonly kind: string;
  readonly address: string;
  readonly status: SourceStatus;
  readonly since: InstantText | null;
  /** Readings per second. */
  readonly rate: number | null;
  /** Seconds between happened and learned. */
  readonly lag: number | null;
  readonly gaps: number;
  /** Seconds without connection in the last 24 h. */
  readonly gap_time?: number | null;
  readonly refused: number;
  readonly last: InstantText | null;
  readonly trouble: string | null;
  readonly trouble_at: InstantText | null;
  readonly next_step: string | null;
  readonly tags: number;
  readonly is_real: boolean;
  /** Of a source that fills in the past: how much of it is there, 0 to 1. */
  readonly progress?: number | null;
  /** The same in words: day 12 of 30. */
  readonly progress_text?: string | null;
}

export type Value = number | string | boolean | null;

export interface TagRow {
  readonly value: Value;
  readonly kind: string;
  readonly quality: number;
  readonly happened: InstantText | null;
  readonly learned: InstantText | null;
}

export interface PlantMachine {
  readonly path: MachinePath;
  readonly title: string;
  readonly area: string;
  readonly line: string;
  readonly ideal_rate: number | null;
  readonly tags: number;
  readonly is_real: boolean;
}

export interface Plant {
  readonly path: string;
  readonly title: string;
  readonly zone: string;
  readonly now: InstantText;
  readonly machines: readonly PlantMachine[];
}

export interface StateInterval {
  readonly from: InstantText;
  readonly to: InstantText | null;
  readonly state: State;
  readonly mode: Mode;
  readonly why: string;
}

export interface States {
  readonly machines: Readonly<Record<string, readonly StateInterval[]>>;
}

export interface TagMeta {
  readonly path: TagPath;
  readonly unit: string;
  readonly kind: string;
  readonly title: string;
  readonly is_described: boolean;
}

export interface Tags {
  readonly tags: readonly TagMeta[];
}

export interface Buckets {
  readonly tag: TagPath;
  readonly from: InstantText | number;
  readonly to: InstantText | number;
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
  readonly kind: string;
  readonly time: readonly number[];
  readonly value: readonly Value[];
  /** OPC UA status codes. */
  readonly quality: readonly number[];
  readonly more: boolean;
}

/** One cycle of a machine, as its counter told it. */
export interface Cycle {
  readonly at: InstantText;
  readonly seconds: number;
  readonly parts: number;
  readonly product: string;
  /** Seconds; null where no ideal is known for the product. */
  readonly ideal: number | null;
}

export interface Cycles {
  readonly machine: MachinePath;
  readonly ideal: number | null;
  readonly cycles: readonly Cycle[];
}

export const order_states = ['released', 'started', 'paused', 'done', 'closed'] as const;
export type OrderState = (typeof order_states)[number];
export type ToldBy = 'tap' | 'scan' | 'tag' | 'import' | 'plant file';

export interface OrderRow {
  readonly order: string;
  readonly product: string;
  /** 0: not told. */
  readonly quantity: number;
  readonly due: InstantText | null;
  readonly state: OrderState;
  readonly released: InstantText | null;
  readonly started: InstantText | null;
  readonly done: InstantText | null;
  readonly good: number;
  readonly scrap: number;
  /** Where it may be made; none: any machine. */
  readonly machines: readonly string[];
  readonly how: ToldBy;
  readonly who: string;
  /** False for a number that only a tag has named so far. */
  readonly is_described: boolean;
  readonly note: string;
}

export type RunState = 'none' | 'started' | 'paused';

export interface RunRow {
  readonly order: string;
  readonly product: string;
  readonly quantity: number;
  readonly good: number;
  readonly scrap: number;
  readonly state: RunState;
  readonly since: InstantText | null;
  readonly done_at: InstantText | null;
  /** What the forecast rests on, in words. */
  readonly done_basis: string;
  /** Seconds a part. */
  readonly ideal_cycle: number | null;
  readonly how: ToldBy;
}

export interface StopRow {
  readonly machine: string;
  readonly from: InstantText;
  readonly to: InstantText | null;
  readonly state: State;
  readonly why: string;
  readonly reason: string;
  readonly reason_title: string;
  readonly note: string;
  readonly who: string;
  readonly needs_reason: boolean;
}

export type Level = 'machine' | 'line' | 'area' | 'plant';

export interface OeeRow {
  readonly level: Level;
  readonly title: string;
  /** The name of the shift; with "ended" behind it when it is over. */
  readonly shift: string;
  readonly shift_from: InstantText | null;
  readonly shift_until: InstantText | null;
  readonly availability: number | null;
  readonly performance: number | null;
  readonly quality: number | null;
  readonly oee: number | null;
  readonly coverage: number | null;
  /** Each input that is not there, in words. */
  readonly missing: readonly string[];
  /** Seconds. */
  readonly busy: number;
  readonly running: number;
  readonly planned_stop: number;
  readonly no_data: number;
  readonly good: number | null;
  readonly scrap: number | null;
  readonly plan: number | null;
  readonly plan_shift: number | null;
  /** The largest loss, in words. */
  readonly loss: string;
  readonly loss_time: number;
}

/** The same for one span of the past: an hour, a shift, a day. */
export interface OeeSpan extends Omit<OeeRow, 'shift_from' | 'shift_until' | 'plan_shift'> {
  readonly path: string;
  readonly from: InstantText;
  readonly to: InstantText;
}

/** A stretch of one order at one machine. */
export interface RunSpan {
  readonly machine: string;
  readonly from: InstantText;
  readonly to: InstantText | null;
  readonly order: string;
  readonly product: string;
  readonly good: number | null;
  readonly scrap: number | null;
}

export interface Loss {
  readonly what: string;
  readonly kind: string;
  readonly reason: string;
  readonly seconds: number;
  readonly stops: number;
  readonly share: number;
}

export interface WorkShift {
  readonly name: string;
  readonly day: string;
  readonly from: InstantText;
  readonly until: InstantText;
}

export interface Named {
  readonly name: string;
  readonly title: string;
}

export interface WorkMachine {
  readonly path: string;
  /** True when a tag counts the good parts: people say the scrap only. */
  readonly counts_good: boolean;
  readonly reasons: readonly Named[];
  readonly scrap_reasons: readonly Named[];
}

/** What a station needs to draw its buttons. */
export interface Work {
  readonly shifts: readonly WorkShift[];
  readonly products: readonly Named[];
  readonly machines: readonly WorkMachine[];
}

export interface BadLine {
  readonly line: number;
  readonly what: string;
}

export interface Imported {
  readonly kept: number;
  readonly problems: readonly BadLine[];
}

export interface Session {
  readonly name: string;
  readonly role: string;
}

/** Rows of each view of the live socket. */
export interface Views {
  readonly machines: MachineRow;
  readonly counts: CountRow;
  readonly sources: SourceRow;
  readonly tags: TagRow;
  readonly orders: OrderRow;
  readonly runs: RunRow;
  readonly stops: StopRow;
  readonly oee: OeeRow;
}
export type ViewName = keyof Views;

export interface ViewChange<Row> {
  readonly version: number;
  readonly reset?: boolean;
  readonly rows?: Readonly<Record<string, Row>>;
  readonly gone?: readonly string[];
}

export interface Frame {
  readonly now: InstantText;
  readonly views: { readonly [Name in ViewName]?: ViewChange<Views[Name]> };
}

export type Watch = { readonly [Name in ViewName]?: true | readonly string[] };
