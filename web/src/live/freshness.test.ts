import { expect, test } from 'vitest';
import type { Instant } from '../wire/types';
import { Freshness } from './freshness.svelte';

const noon = Date.parse('2026-11-22T12:00:00Z') as Instant;

test('a lost link is stale since the last time the server said, and stays so over further tries', () => {
  const fresh = new Freshness();
  fresh.hear_link({ is: 'live' }, null);
  expect(fresh.is_stale).toBe(false);
  fresh.hear_link({ is: 'lost', retry_at: 10 }, noon);
  fresh.hear_link({ is: 'lost', retry_at: null }, (noon + 5_000) as Instant);
  expect(fresh.is_stale).toBe(true);
  expect(fresh.stale_since).toBe(noon);
  fresh.hear_link({ is: 'live' }, noon);
  expect(fresh.is_stale).toBe(false);
});

test('the age is the longest silence since the last look, and a silence that still goes on counts', () => {
  const fresh = new Freshness();
  fresh.hear_link({ is: 'live' }, null);
  for (const at of [0, 100, 400, 450]) fresh.hear_frame(at);
  fresh.tick(500);
  expect(fresh.age_s).toBeCloseTo(0.3);
  fresh.tick(1_450);
  expect(fresh.age_s).toBeCloseTo(1.0);
});

test('the time without a link is no silence of the link that came after', () => {
  const fresh = new Freshness();
  fresh.hear_frame(0);
  fresh.hear_link({ is: 'lost', retry_at: null }, noon);
  fresh.hear_link({ is: 'live' }, noon);
  fresh.hear_frame(60_000);
  fresh.hear_frame(60_200);
  fresh.tick(60_200);
  expect(fresh.age_s).toBeCloseTo(0.2);
});
