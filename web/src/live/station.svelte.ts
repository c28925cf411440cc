import { said_now } from './outbox.svelte';
import type { MachinePath, OrderRow, WorkMachine } from '../wire/types';
import type { Page } from './page.svelte';

export const count_max = 100_000; // parts in one report

/** What a scanned number leads to. */
export type Scanned =
  | { readonly is: 'start'; readonly order: OrderRow }
  | { readonly is: 'runs' | 'done' | 'elsewhere'; readonly order: OrderRow }
  | { readonly is: 'unknown'; readonly code: string };

export function may_run(order: OrderRow, machine: string): boolean {
  return order.machines.length === 0 || order.machines.includes(machine);
}

/** Orders that can be started or go on here: the one that runs, then those that were begun, then by when they are due. */
export function orders_for(orders: readonly OrderRow[], machine: string, running = ''): OrderRow[] {
  const rank = (order: OrderRow): string => `${order.order === running ? 0 : order.state === 'released' ? 2 : 1}${order.due ?? '~'}${order.order}`;
  return orders
    .filter((order) => (order.state === 'released' || order.state === 'started' || order.state === 'paused') && may_run(order, machine))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

export function scanned(code: string, orders: readonly OrderRow[], machine: string, running: string): Scanned {
  const order = orders.find((one) => one.order.toLowerCase() === code.toLowerCase());
  if (order === undefined) return { is: 'unknown', code };
  if (order.state === 'done' || order.state === 'closed') return { is: 'done', order };
  if (!may_run(order, machine)) return { is: 'elsewhere', order };
  return order.order === running ? { is: 'runs', order } : { is: 'start', order };
}

/** What a person at one machine does: each act is one entry of the outbox. */
export class Station {
  constructor(private readonly page: Page, readonly machine: MachinePath) {}

  get work(): WorkMachine | undefined {
    return this.page.live.work.value?.machines.find((one) => one.path === this.machine);
  }

  get #who(): string {
    return this.page.live.session.value?.name ?? '';
  }

  /** The key of the report, or null when the outbox takes no more. */
  report(order: string, good: number, scrap: number, reason: string): string | null {
    const { outbox } = this.page.live;
    const key = outbox.new_key();
    const form = { machine: this.machine, order, good, scrap, reason, note: '', key, ...said_now(this.page.live.clock) };
    return outbox.say({ what: 'report', form }, this.#who) ? key : null;
  }

  /** False when the outbox takes no more. */
  move(order: string, to: 'started' | 'paused' | 'done', how: 'tap' | 'scan'): boolean {
    const { outbox } = this.page.live;
    const form = { order, machine: this.machine, to, how, key: outbox.new_key(), ...said_now(this.page.live.clock) };
    return outbox.say({ what: 'move', form }, this.#who);
  }
}
