import type {
  Buckets, CountForm, Cycles, ExplainForm, Imported, Instant, InstantText, Loss, MachinePath, MoveForm, OeeSpans, OrderForm, OrderRow, Plant, Readings, RunSpan, Session,
  States, StopRow, Store, TagPath, Tags, Work,
} from './types';

export type TroubleCode =
  | 'invalid' | 'sign_in' | 'refused' | 'not_found' | 'conflict' | 'too_large' | 'slow_down' | 'offline';

/** Trouble that a person can act on. `what` is the server's own sentence, empty where it said none. */
export class Trouble extends Error {
  constructor(readonly code: TroubleCode, readonly what: string, readonly status: number) {
    super(what === '' ? code : what);
  }
}

const answer_wait_max_ms = 10_000;

const code_of_status: Readonly<Record<number, TroubleCode>> = {
  400: 'invalid', 401: 'sign_in', 403: 'refused', 404: 'not_found', 409: 'conflict', 413: 'too_large', 429: 'slow_down',
};

type Kind = 'application/json' | 'text/csv';

/** A signal that ends by itself after a while, or with the one handed in. */
function limited(signal: AbortSignal): AbortSignal {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), answer_wait_max_ms);
  const stop = (): void => {
    clearTimeout(timer);
    control.abort();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return control.signal;
}

async function ask<Answer>(method: string, path: string, body?: unknown, kind: Kind = 'application/json', signal?: AbortSignal): Promise<Answer> {
  const init: RequestInit = { method, headers: {}, signal: signal === undefined ? AbortSignal.timeout(answer_wait_max_ms) : limited(signal) };
  if (body !== undefined) {
    init.headers = { 'Content-Type': kind };
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Trouble('offline', '', 0);
  }
  const text = await response.text().catch(() => '');
  let answer: unknown = null;
  try {
    answer = text === '' ? null : JSON.parse(text);
  } catch {
    throw new Trouble('offline', '', response.status);
  }
  if (!response.ok) throw trouble_of(response.status, answer);
  return answer as Answer;
}

function trouble_of(status: number, answer: unknown): Trouble {
  const error = (answer as { error?: { what?: unknown } } | null)?.error;
  const what = typeof error?.what === 'string' ? error.what : '';
  return new Trouble(code_of_status[status] ?? 'offline', what, status);
}

export function instant(text: InstantText | null): Instant | null {
  if (text === null) return null;
  const milliseconds = Date.parse(text);
  return Number.isFinite(milliseconds) ? (milliseconds as Instant) : null;
}

export function instant_text(at: number): InstantText {
  return new Date(at).toISOString() as InstantText;
}

export function machine_path(text: string): MachinePath {
  return text as MachinePath;
}

export function tag_path(text: string): TagPath {
  return text as TagPath;
}

const base = '/api/v1';
const query = (values: Record<string, string | number>): string =>
  new URLSearchParams(Object.entries(values).map(([key, value]) => [key, String(value)])).toString();

export type Each = 'hour' | 'shift' | 'day' | 'all';

export const api = {
  session: () => ask<Session>('GET', `${base}/session`),
  sign_in: (code: string) => ask<Session | null>('POST', `${base}/session`, { code }),
  sign_out: () => ask<null>('DELETE', `${base}/session`),
  plant: () => ask<Plant>('GET', `${base}/plant`),
  states: (from: Instant, to: Instant, machine?: MachinePath) =>
    ask<States>('GET', `${base}/states?${query({
      from: instant_text(from), to: instant_text(to), ...(machine === undefined ? {} : { machine }),
    })}`),
  store: () => ask<Store>('GET', `${base}/store`),
  tags: (text: string, limit: number) => ask<Tags>('GET', `${base}/tags?${query({ query: text, limit })}`),
  buckets: (tag: TagPath, from: number, to: number, count: number, signal?: AbortSignal) =>
    ask<Buckets>('GET', `${base}/buckets?${query({ tag, from, to, count })}`, undefined, undefined, signal),
  readings: (tag: TagPath, from: number, to: number, limit: number, signal?: AbortSignal) =>
    ask<Readings>('GET', `${base}/readings?${query({ tag, from, to, limit })}`, undefined, undefined, signal),
  cycles: (machine: MachinePath, count: number) => ask<Cycles>('GET', `${base}/cycles?${query({ machine, count })}`),
  oee: (from: number, to: number, each: Each, path?: string) =>
    ask<OeeSpans>('GET', oee_address(from, to, each, path)).then((answer) => answer.rows),
  losses: (from: number, to: number, path: string) =>
    ask<readonly Loss[]>('GET', `${base}/losses?${query({ from: instant_text(from), to: instant_text(to), path })}`),
  stops: (from: number, to: number, machine?: MachinePath) =>
    ask<readonly StopRow[]>('GET', `${base}/stops?${query({ from: instant_text(from), to: instant_text(to), ...(machine === undefined ? {} : { machine }) })}`),
  runs: (from: number, to: number, machine?: MachinePath) =>
    ask<readonly RunSpan[]>('GET', `${base}/runs?${query({ from: instant_text(from), to: instant_text(to), ...(machine === undefined ? {} : { machine }) })}`),
  work: () => ask<Work>('GET', `${base}/work`),
  explain: (form: ExplainForm) => ask<unknown>('POST', `${base}/stops/explain`, form),
  report: (form: CountForm) => ask<unknown>('POST', `${base}/counts`, form),
  move: (form: MoveForm) => ask<unknown>('POST', `${base}/orders/move`, form),
  release: (form: OrderForm) => ask<OrderRow>('POST', `${base}/orders`, form),
  import_orders: (csv: string, run: 'dry' | 'real') =>
    ask<Imported>('POST', `${base}/orders/import${run === 'dry' ? '?dry_run=true' : ''}`, csv, 'text/csv'),
};

export function oee_address(from: number, to: number, each: Each, path: string | undefined, format?: 'csv'): string {
  const chosen = { from: instant_text(from), to: instant_text(to), each };
  return `${base}/oee?${query({ ...chosen, ...(path === undefined ? {} : { path }), ...(format === undefined ? {} : { format }) })}`;
}
