import { expect, test } from 'vitest';
import type { InstantText, OrderRow, OrderState } from '../wire/types';
import { filter_of, moves_of, orders_found } from './orders.svelte';
import { orders_for, scanned } from './station.svelte';

const order = (number: string, state: OrderState, more: Partial<OrderRow> = {}): OrderRow => ({
  order: number, product: 'City', quantity: 10, due: null, state, released: null, started: null, done: null, good: 0, scrap: 0,
  machines: [], made_at: [], how: 'tap', who: '', is_described: true, note: '', ...more,
});
const due = (text: string): { due: InstantText } => ({ due: text as InstantText });
const all = [
  order('A-1', 'released', due('2026-11-25T14:00:00Z')), order('A-2', 'started'), order('A-3', 'done'), order('A-4', 'closed'),
  order('A-5', 'released', { ...due('2026-11-24T14:00:00Z'), machines: ['p/a/l/m1'], product: 'Cargo' }), order('A-6', 'paused'),
];
const numbers = (orders: readonly OrderRow[]): string[] => orders.map((one) => one.order);

test('open orders stand by what runs and then by when they are due', () => {
  expect(numbers(orders_found(all, 'open', ''))).toEqual(['A-2', 'A-6', 'A-5', 'A-1']);
  expect(numbers(orders_found(all, 'closed', ''))).toEqual(['A-4']);
  expect(orders_found(all, 'all', '')).toHaveLength(6);
});

test('an order is found by parts of its number, product and machine', () => {
  expect(numbers(orders_found(all, 'all', 'cargo m1'))).toEqual(['A-5']);
  expect(orders_found(all, 'all', 'trail')).toEqual([]);
});

test('an address that names no filter shows what is open', () => {
  expect(filter_of('burning')).toBe('open');
  expect(filter_of('done')).toBe('done');
});

test('a station offers what may run there and is not done', () => {
  expect(numbers(orders_for(all, 'p/a/l/m2'))).toEqual(['A-2', 'A-6', 'A-1']);
  expect(numbers(orders_for(all, 'p/a/l/m1'))).toContain('A-5');
  expect(numbers(orders_for(all, 'p/a/l/m2', 'A-1'))[0]).toBe('A-1');
});

test('a scan starts an order, or says why it cannot', () => {
  expect(scanned('a-1', all, 'p/a/l/m2', '')).toMatchObject({ is: 'start', order: { order: 'A-1' } });
  expect(scanned('A-2', all, 'p/a/l/m2', 'A-2').is).toBe('runs');
  expect(scanned('A-3', all, 'p/a/l/m2', '').is).toBe('done');
  expect(scanned('A-5', all, 'p/a/l/m2', '').is).toBe('elsewhere');
  expect(scanned('4006381333931', all, 'p/a/l/m2', '')).toEqual({ is: 'unknown', code: '4006381333931' });
});

test('a closed order can only be released again', () => {
  expect(moves_of('closed')).toEqual(['released']);
  expect(moves_of('started')).toEqual(['done', 'closed']);
});
