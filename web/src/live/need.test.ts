import { expect, test } from 'vitest';
import type { InstantText, MachinePath, State } from '../wire/types';
import { by_need, count_by_state, needs_person, type Machine } from './need';

function machine(name: string, state: State, since: string | null): Machine {
  return {
    path: name as MachinePath, title: name, area: '', line: '', state, mode: 'production',
    since: (since === null ? '' : `2026-11-22T${since}:00Z`) as InstantText, why: '', band: 0, is_real: false, unused_rows: 0,
  };
}
const order = new Map(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name, index) => [name, index]));
const names = (machines: readonly Machine[]): string => machines.map((one) => one.path).join('');

test('who needs a person most stands first, in the order of the issue', () => {
  const sorted = by_need([
    machine('a', 'planned', '08:00'), machine('b', 'running', '08:00'), machine('c', 'idle', '08:00'),
    machine('d', 'setup', '08:00'), machine('e', 'slow', '08:00'), machine('f', 'starved', '08:00'),
    machine('g', 'blocked', '07:00'), machine('h', 'nodata', '08:00'), machine('i', 'stopped', '08:00'),
  ], order);
  expect(names(sorted)).toBe('ihgfedcba');
});

test('of two stopped machines the one that waits longer stands first; unknown since stands last', () => {
  expect(names(by_need([machine('a', 'stopped', null), machine('b', 'stopped', '09:30'), machine('c', 'stopped', '09:00')], order))).toBe('cba');
});

test('machines that run keep the order of the plant, so that tiles do not wander', () => {
  expect(names(by_need([machine('c', 'running', '07:00'), machine('a', 'running', '09:00'), machine('b', 'running', '08:00')], order))).toBe('abc');
});

test('a state of a later version is not dropped and stands above what is known to be fine', () => {
  const later = { ...machine('a', 'running', '08:00'), state: 'on_fire' as State };
  expect(names(by_need([machine('b', 'running', '08:00'), later, machine('c', 'stopped', '08:00')], order))).toBe('cab');
});

test('a stopped or silent machine needs a person, a planned stop does not', () => {
  const needing = (['running', 'slow', 'idle', 'setup', 'stopped', 'blocked', 'starved', 'planned', 'nodata'] as const)
    .filter((state) => needs_person(machine('a', state, null)));
  expect(needing).toEqual(['stopped', 'nodata']);
});

test('counts by state add up to the machines', () => {
  const counts = count_by_state([machine('a', 'idle', null), machine('b', 'idle', null), machine('c', 'running', null)]);
  expect([...counts]).toEqual([['idle', 2], ['running', 1]]);
});
