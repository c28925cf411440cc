import { expect, test } from 'vitest';
import type { Cycles, InstantText, MachinePath } from '../wire/types';
import { cycles_drawn, median, usual_cycle } from './cycles';

const at = (seconds: number): InstantText => new Date(seconds * 1_000).toISOString() as InstantText;
const cycles = (list: readonly (readonly [end: number, seconds: number])[]): Cycles => ({
  machine: 'p/cnc1' as MachinePath, ideal: 30, cycles: list.map(([end, seconds]) => ({ at: at(end), seconds, parts: 1, product: 'City', ideal: 30 })),
});

test('a cycle in which the machine stood is interrupted, its neighbours are not', () => {
  const drawn = cycles_drawn(cycles([[130, 30], [400, 270], [430, 30]]), [
    { from: 0, to: 200_000, state: 'running' }, { from: 200_000, to: 380_000, state: 'stopped' }, { from: 380_000, to: 500_000, state: 'slow' },
  ]);
  expect(drawn.map((one) => one.is_interrupted)).toEqual([false, true, false]);
  expect(usual_cycle(drawn)).toBe(30);
});

test('a state that changes at the end of a cycle does not interrupt it', () => {
  expect(cycles_drawn(cycles([[130, 30]]), [{ from: 129_500, to: 200_000, state: 'stopped' }])[0]?.is_interrupted).toBe(false);
});

test('of several parts at once the time of one is told, and the first part ever counted has none', () => {
  const two = cycles([[130, 60], [190, 60]]);
  const drawn = cycles_drawn({ ...two, cycles: [{ at: at(70), seconds: 0, parts: 1, product: '', ideal: null }, ...two.cycles.map((one) => ({ ...one, parts: 2 }))] }, []);
  expect(drawn.map((one) => one.seconds)).toEqual([30, 30]);
});

test('cycles stand in order of time, and the median is the middle', () => {
  expect(cycles_drawn(cycles([[200, 3], [100, 1]]), []).map((one) => one.seconds)).toEqual([1, 3]);
  expect([median([]), median([5]), median([1, 9]), median([9, 1, 2])]).toEqual([null, 5, 5, 2]);
});
