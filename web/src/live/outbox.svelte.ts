import { instant_text, Trouble } from '../wire/api';
import type { Clock } from './clock.svelte';
import type { CountForm, ExplainForm, InstantText, MoveForm } from '../wire/types';

/** A form with everything filled in, but for the time where it is now. */
export type Filled<Form> = Required<Omit<Form, 'at'>> & { readonly at?: InstantText };

/** What a person said here and the server must come to know. */
export type Said =
  | { readonly what: 'report'; readonly form: Filled<CountForm> }
  | { readonly what: 'move'; readonly form: Filled<MoveForm> }
  | { readonly what: 'explain'; readonly form: Filled<ExplainForm> };

export type Sending = 'waiting' | 'sent' | 'refused';

export interface Entry {
  readonly said: Said;
  readonly who: string;
  /** By the clock of this computer, milliseconds since 1970. */
  readonly at: number;
  readonly sending: Sending;
  /** Whether a try was made: the server may know it even if no answer came. */
  readonly is_tried: boolean;
  /** Why the server refused, or why it could not be reached. */
  readonly trouble: string;
  /** The key of the entry that this one takes back. */
  readonly undoes: string;
}

export interface Kept {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface OutboxOutside {
  readonly kept: Kept;
  random(): Uint8Array;
  now(): number;
  later(call: () => void, wait_ms: number): void;
  readonly send: {
    report(form: Filled<CountForm>): Promise<unknown>;
    move(form: Filled<MoveForm>): Promise<unknown>;
    explain(form: Filled<ExplainForm>): Promise<unknown>;
  };
}

/** The time of a form: when a person tapped, by the plant's clock. Nothing when that was never heard: then it is when the form arrives. */
export function said_now(clock: Pick<Clock, 'reckoned'>): { readonly at?: InstantText } {
  return clock.reckoned === null ? {} : { at: instant_text(clock.reckoned) };
}

export const waiting_max = 200; // so many wait before a person is told to find the network first
export const settled_kept_max = 30;
export const key_is_known_ms = 7 * 86_400_000; // the server remembers keys for 8 days; what is older is not sent by itself
export const retry_ms = 3_000;
const prefix = 'outbox/';

/**
 * What was said and not yet kept by the server. Each entry lies in the browser's storage under its own key, so that neither
 * a reload nor a second tab loses one; a repeated request carries the same key, so that none counts twice.
 */
export class Outbox {
  #entries = $state.raw<readonly Entry[]>([]);
  #is_sending = false;
  #is_retry_planned = false;

  constructor(private readonly outside: OutboxOutside) {
    this.#entries = this.#read();
  }

  /** Oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get waiting(): readonly Entry[] {
    return this.#entries.filter((entry) => entry.sending === 'waiting');
  }

  get is_full(): boolean {
    return this.waiting.length >= waiting_max;
  }

  new_key(): string {
    return Array.from(this.outside.random(), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** Keeps it first and sends it then. False when too much waits already. */
  say(said: Said, who: string, undoes = ''): boolean {
    if (this.is_full) return false;
    this.#put({ said, who, at: this.outside.now(), sending: 'waiting', is_tried: false, trouble: '', undoes });
    void this.send_waiting();
    return true;
  }

  /** Takes back a report: what was never tried is forgotten, else the opposite is said. */
  undo_report(key: string, note: string): void {
    const entry = this.#entries.find((one) => one.said.form.key === key);
    if (entry === undefined || entry.said.what !== 'report' || this.is_undone(key)) return;
    if (!entry.is_tried) return this.#remove(key);
    const { good, scrap } = entry.said.form;
    const form = { ...entry.said.form, good: -good || 0, scrap: -scrap || 0, note, key: this.new_key() };
    this.say({ what: 'report', form }, entry.who, key);
  }

  is_undone(key: string): boolean {
    return this.#entries.some((entry) => entry.undoes === key && entry.sending !== 'refused');
  }

  /** A person has read that it was refused. */
  dismiss(key: string): void {
    if (this.#entries.some((entry) => entry.said.form.key === key && entry.sending === 'refused')) this.#remove(key);
  }

  /** Sends what waits, one after another in the order in which it was said. */
  async send_waiting(): Promise<void> {
    if (this.#is_sending) return;
    this.#is_sending = true;
    for (let sent = 0; sent < waiting_max; sent += 1) {
      const entry = this.waiting.find((one) => this.outside.now() - one.at < key_is_known_ms);
      if (entry === undefined || !(await this.#send(entry))) break;
    }
    this.#is_sending = false;
    if (this.waiting.some((one) => this.outside.now() - one.at < key_is_known_ms)) this.#retry_later();
  }

  // True when the server has answered for good.
  async #send(entry: Entry): Promise<boolean> {
    const tried: Entry = { ...entry, is_tried: true };
    this.#put(tried);
    try {
      await this.#ask(entry.said);
      this.#put({ ...tried, sending: 'sent', trouble: '' });
      return true;
    } catch (error) {
      const trouble = error instanceof Trouble ? error : new Trouble('offline', String(error), 0);
      const is_final = trouble.code === 'invalid' || trouble.code === 'conflict' || trouble.code === 'refused' || trouble.code === 'not_found' || trouble.code === 'too_large';
      this.#put({ ...tried, sending: is_final ? 'refused' : 'waiting', trouble: trouble.what });
      return is_final;
    }
  }

  #ask(said: Said): Promise<unknown> {
    if (said.what === 'report') return this.outside.send.report(said.form);
    if (said.what === 'move') return this.outside.send.move(said.form);
    return this.outside.send.explain(said.form);
  }

  #retry_later(): void {
    if (this.#is_retry_planned) return;
    this.#is_retry_planned = true;
    this.outside.later(() => {
      this.#is_retry_planned = false;
      void this.send_waiting();
    }, retry_ms);
  }

  #put(entry: Entry): void {
    const key = entry.said.form.key;
    this.outside.kept.setItem(prefix + key, JSON.stringify(entry));
    const others = this.#entries.filter((one) => one.said.form.key !== key);
    this.#entries = [...others, entry].sort((a, b) => a.at - b.at);
    const settled = this.#entries.filter((one) => one.sending === 'sent');
    for (const old of settled.slice(0, Math.max(0, settled.length - settled_kept_max))) this.#remove(old.said.form.key);
  }

  #remove(key: string): void {
    this.outside.kept.removeItem(prefix + key);
    this.#entries = this.#entries.filter((one) => one.said.form.key !== key);
  }

  #read(): Entry[] {
    const entries: Entry[] = [];
    for (let index = 0; index < this.outside.kept.length; index += 1) {
      const name = this.outside.kept.key(index);
      const entry = name?.startsWith(prefix) === true ? entry_of(this.outside.kept.getItem(name)) : null;
      if (entry !== null) entries.push(entry);
    }
    return entries.sort((a, b) => a.at - b.at);
  }
}

function entry_of(text: string | null): Entry | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return is_entry(value) ? value : null;
  } catch {
    return null;
  }
}

function is_entry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null || !('said' in value) || !('at' in value) || !('sending' in value)) return false;
  const said = value.said;
  return typeof value.at === 'number' && typeof said === 'object' && said !== null && 'what' in said && 'form' in said;
}
