// The live socket (docs/api.md): what the page asks for, and what it hears.
import type { InstantText, Views } from './types';

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
