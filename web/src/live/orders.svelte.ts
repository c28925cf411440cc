import { said_now } from './outbox.svelte';
import type { OrderRow, OrderState } from '../wire/types';
import type { Page } from './page.svelte';

export const orders_shown_max = 200;
const open_states: readonly OrderState[] = ['released', 'started', 'paused'];
const ranks: Readonly<Record<OrderState, number>> = { started: 0, paused: 1, released: 2, done: 3, closed: 4 };

export type OrderFilter = 'open' | 'all' | OrderState;

export function filter_of(text: string | null): OrderFilter {
  return text === 'all' || text === 'released' || text === 'started' || text === 'paused' || text === 'done' || text === 'closed' ? text : 'open';
}

/** Orders that fit a filter and a text: what runs first, then by when it is due. */
export function orders_found(orders: readonly OrderRow[], filter: OrderFilter, text: string): OrderRow[] {
  const wanted = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const fits = (order: OrderRow): boolean => {
    if (filter === 'open' ? !open_states.includes(order.state) : filter !== 'all' && order.state !== filter) return false;
    const where = [order.order, order.product, order.note, ...order.machines].join(' ').toLowerCase();
    return wanted.every((word) => where.includes(word));
  };
  const rank = (order: OrderRow): string => `${ranks[order.state]}${order.due ?? '~'}${order.order}`;
  return orders.filter(fits).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** What can be done with an order as a whole, from a desk. */
export function moves_of(state: OrderState): readonly ('done' | 'closed' | 'released')[] {
  if (state === 'closed') return ['released'];
  return state === 'done' ? ['closed', 'released'] : ['done', 'closed'];
}

export function move_order(page: Page, order: string, to: OrderState): boolean {
  const { clock, outbox, session } = page.live;
  const form = { order, machine: '', to, how: 'tap', key: outbox.new_key(), ...said_now(clock) } as const;
  return outbox.say({ what: 'move', form }, session.value?.name ?? '');
}
