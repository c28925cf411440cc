import { de } from './de';
import { en, type Words } from './en';

export type LanguageCode = 'en' | 'de';

const locales: Readonly<Record<LanguageCode, string>> = { en: 'en-GB', de: 'de-DE' };
const all: Readonly<Record<LanguageCode, Words>> = { en, de };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const huge = 1e9;
const days_told_by_year = 60;

/** Words, numbers and times in one language and one time zone. */
export class Speech {
  readonly words: Words;
  readonly locale: string;
  readonly #integer: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #time_to_second: Intl.DateTimeFormat;
  readonly #day_and_time: Intl.DateTimeFormat;
  readonly #clock: Intl.DateTimeFormat;
  readonly #moment: Intl.DateTimeFormat;

  constructor(readonly language: LanguageCode, readonly zone: string) {
    this.words = all[language];
    this.locale = locales[language];
    this.#integer = new Intl.NumberFormat(this.locale, { maximumFractionDigits: 0 });
    const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone } as const;
    this.#time = new Intl.DateTimeFormat(this.locale, time);
    this.#time_to_second = new Intl.DateTimeFormat(this.locale, { ...time, second: '2-digit' });
    this.#day_and_time = new Intl.DateTimeFormat(this.locale, { ...time, weekday: 'short', day: 'numeric', month: 'short' });
    this.#moment = new Intl.DateTimeFormat(this.locale, { ...time, second: '2-digit', day: 'numeric', month: 'short' });
    this.#clock = new Intl.DateTimeFormat(this.locale, { ...time, timeZoneName: 'short' });
  }

  count(value: number): string {
    return this.#integer.format(value);
  }

  decimal(value: number, digits: number): string {
    return value.toLocaleString(this.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  /** Per cent with a tenth; what is not known says so and is never nought. */
  percent(value: number | null): string {
    return value === null ? this.words.not_known : `${this.decimal(value, 1)} %`;
  }

  /** A share of 1 as whole per cent, cut off: "100 %" is said of the whole alone. */
  percent_of(share: number | null): string {
    return share === null ? this.words.not_known : `${this.count(Math.floor(100 * share))} %`;
  }

  /** A measured value with as many digits as say something: four that count. */
  measured(value: number): string {
    const is_huge = Math.abs(value) >= huge; // its noughts would say nothing
    return value.toLocaleString(this.locale, { maximumSignificantDigits: 4, ...(is_huge ? { notation: 'scientific' } : {}) });
  }

  /** Bytes in the unit that leaves one to three digits before the point. */
  size(bytes: number): string {
    const power = bytes < 1_000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
    const value = bytes / 1_000 ** power;
    return `${this.decimal(value, power === 0 || value >= 100 ? 0 : 1)} ${['B', 'kB', 'MB', 'GB', 'TB'][power] ?? ''}`;
  }

  time(at: number): string {
    return this.#time.format(at);
  }

  time_to_second(at: number): string {
    return this.#time_to_second.format(at);
  }

  /** Since when something is counted: "since midnight", or "since 10:03" when the day began without it. */
  counted_since(at: number | null): string {
    if (at === null || this.#time_to_second.format(at) === '00:00:00') return this.words.since_midnight;
    return this.words.since(this.time(at));
  }

  day_and_time(at: number): string {
    return this.#day_and_time.format(at);
  }

  /** A moment to the second with its day: "22 Nov, 11:38:04". */
  moment(at: number): string {
    return this.#moment.format(at);
  }

  /** From when to when: to the second, or to the day and year when it is long. */
  span(from: number, to: number): string {
    if (to - from < days_told_by_year * day) return `${this.moment(from)} – ${this.moment(to)}`;
    const date = new Intl.DateTimeFormat(this.locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: this.zone });
    return `${date.format(from)} – ${date.format(to)}`;
  }

  /** The plant's clock with its offset: "11:38 CET". */
  clock(at: number): string {
    return this.#clock.format(at);
  }

  /** Milliseconds by which the zone's clocks are ahead of UTC at that time. */
  zone_offset(at: number): number {
    const parts = new Intl.DateTimeFormat('en', { timeZone: this.zone, timeZoneName: 'longOffset' }).formatToParts(at);
    const text = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(text) ?? [];
    if (hours === undefined || minutes === undefined) return 0;
    return (sign === '-' ? -1 : 1) * (Number(hours) * hour + Number(minutes) * minute);
  }

  /** The two largest units, cut off and not rounded, so that a minute is over before it counts. */
  duration(milliseconds: number): string {
    const unit = this.words.duration;
    const held = Math.max(0, milliseconds);
    const join = (large: number, one: string, rest: number, other: string): string =>
      rest === 0 ? `${large} ${one}` : `${large} ${one} ${rest} ${other}`;
    if (held < minute) return `${Math.floor(held / second)} ${unit.s}`;
    if (held < hour) return `${Math.floor(held / minute)} ${unit.min}`;
    if (held < day) return join(Math.floor(held / hour), unit.h, Math.floor((held % hour) / minute), unit.min);
    return join(Math.floor(held / day), unit.d, Math.floor((held % day) / hour), unit.h);
  }

  /** A state band in words: what was so, for how long and how often, the longest first. */
  band(title: string, span: string, totals: readonly { readonly state: string; readonly held: number; readonly times: number }[]): string {
    const { band, states } = this.words;
    const parts = totals.map(({ state, held, times }) =>
      band.part(state === 'unheard' ? band.unheard : this.word(states, state), this.duration(held), times > 1 ? band.times(this.count(times)) : ''));
    return band.label(title, span, parts.join(', '));
  }

  /** A loss: a state or a kind of loss in this language, or the reason that people gave, as it is. */
  loss(what: string): string {
    return this.word({ ...this.words.states, ...this.words.shift.loss_kinds }, what);
  }

  /** A word from a list by its key; a key that this version does not know is shown as it is. */
  word(list: Readonly<Record<string, string>>, key: string): string {
    return list[key] ?? key;
  }
}
