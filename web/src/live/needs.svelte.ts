import type { Stop } from './needs';
import { said_now } from './outbox.svelte';
import type { Page } from './page.svelte';

export * from './needs';

/** Says why a machine stood; an empty reason takes it back. False when the outbox takes no more. */
export function explain(page: Page, stop: Pick<Stop, 'machine' | 'from'>, reason: string): boolean {
  const { clock, outbox, session } = page.live;
  const form = { machine: stop.machine, from: stop.from, reason, note: '', key: outbox.new_key(), ...said_now(clock) };
  return outbox.say({ what: 'explain', form }, session.value?.name ?? '');
}

const shown_after_ms = 5_000; // an answer is shown by the server long before; after that its row is the truth

/** The reason that was said here and the server has not yet shown; undefined when none is on its way. */
export function reason_here(page: Page, stop: Pick<Stop, 'machine' | 'from'>): string | undefined {
  const said = page.live.outbox.entries.findLast((entry) => entry.said.what === 'explain' && entry.sending !== 'refused'
    && (entry.sending === 'waiting' || Date.now() - entry.at < shown_after_ms) && entry.said.form.machine === stop.machine && entry.said.form.from === stop.from);
  return said?.said.what === 'explain' ? said.said.form.reason : undefined;
}

export function is_explained_here(page: Page, stop: Pick<Stop, 'machine' | 'from'>): boolean {
  return (reason_here(page, stop) ?? '') !== '';
}
