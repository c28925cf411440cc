import { machine_path } from '../wire/api';
import type { MachinePath } from '../wire/types';

export type Where =
  | { readonly screen: 'overview' }
  | { readonly screen: 'shift' }
  | { readonly screen: 'orders' }
  | { readonly screen: 'stations' }
  | { readonly screen: 'station'; readonly machine: MachinePath }
  | { readonly screen: 'data_health' }
  | { readonly screen: 'machine'; readonly machine: MachinePath }
  | { readonly screen: 'trends' }
  | { readonly screen: 'sign_in' }
  | { readonly screen: 'nowhere' };

export function where_of(path: string): Where {
  if (path === '/' || path === '/index.html') return { screen: 'overview' };
  if (path === '/shift') return { screen: 'shift' };
  if (path === '/orders') return { screen: 'orders' };
  if (path === '/station') return { screen: 'stations' };
  if (path === '/data-health') return { screen: 'data_health' };
  if (path === '/trends') return { screen: 'trends' };
  if (path === '/sign-in') return { screen: 'sign_in' };
  const machine = /^\/machine\/(.+)$/.exec(path)?.[1];
  if (machine !== undefined) return { screen: 'machine', machine: machine_path(decoded(machine)) };
  const station = /^\/station\/(.+)$/.exec(path)?.[1];
  if (station !== undefined) return { screen: 'station', machine: machine_path(decoded(station)) };
  return { screen: 'nowhere' };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const in_address = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

export const href_of = {
  overview: '/',
  shift: '/shift',
  shift_of: (path: string): string => `/shift?of=${encodeURIComponent(path)}`,
  orders: '/orders',
  stations: '/station',
  station: (path: MachinePath): string => `/station/${in_address(path)}`,
  data_health: '/data-health',
  sign_in: '/sign-in',
  trends: '/trends',
  machine: (path: MachinePath): string => `/machine/${in_address(path)}`,
};

/** Where the person is: the address of the page, and what is chosen there. */
export class Place {
  #path = $state(location.pathname);
  #query = $state(location.search);
  #moves = $state(0);

  get where(): Where {
    return where_of(this.#path);
  }

  /** Counts changes of screen, so that the keyboard can follow. */
  get moves(): number {
    return this.#moves;
  }

  /** All that is chosen, as it stands behind the question mark. */
  get query(): string {
    return this.#query.replace(/^\?/, '');
  }

  chosen(key: string): string | null {
    return new URLSearchParams(this.#query).get(key);
  }

  go(href: string): void {
    history.pushState(null, '', href);
    this.look();
    this.#moves += 1;
  }

  /** Notes a choice in the address without a new step in the history. */
  choose(key: string, value: string | null): void {
    const query = new URLSearchParams(this.#query);
    if (value === null) query.delete(key);
    else query.set(key, value);
    const text = query.toString();
    history.replaceState(null, '', text === '' ? this.#path : `${this.#path}?${text}`);
    this.look();
  }

  /** Writes all that is chosen: as a step that "back" undoes, or in place of what stood there. */
  turn(query: string, step: 'new' | 'same'): void {
    if (query === this.query) return;
    const href = query === '' ? this.#path : `${this.#path}?${query}`;
    if (step === 'new') history.pushState(null, '', href);
    else history.replaceState(null, '', href);
    this.look();
  }

  /** Reads the address again: the person went back or forth. */
  look(): void {
    this.#path = location.pathname;
    this.#query = location.search;
  }
}
