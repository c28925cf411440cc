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
export type SourceStatus = 'connected' | 'connecting' | 'lost' | 'refused';

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

export interface RateRow {
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

export interface Session {
  readonly name: string;
  readonly role: string;
}

/** Rows of each view of the live socket. */
export interface Views {
  readonly machines: MachineRow;
  readonly rates: RateRow;
  readonly sources: SourceRow;
  readonly tags: TagRow;
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
