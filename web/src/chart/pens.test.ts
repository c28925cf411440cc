import { expect, test } from 'vitest';
import { on_axis, plan_of, with_room } from './axes';
import { range_of, trace_pen, type Line, type PenPart, type PenShape } from './pen_shape';

class Drawn implements Line {
  readonly strokes: [number, number][][] = [];
  moveTo(x: number, y: number): void {
    this.strokes.push([[x, y]]);
  }
  lineTo(x: number, y: number): void {
    this.strokes.at(-1)?.push([x, y]);
  }
}
function part(is_buckets: boolean, rows: readonly (readonly [time: number, value: number, quality?: number])[], from = 0, to = 1_000): PenPart {
  const mean = Float64Array.from(rows, (row) => ((row[2] ?? 0) === 0 ? row[1] : Number.NaN));
  const columns = {
    time: Float64Array.from(rows, (row) => row[0]), mean, min: mean.map((one) => one - 1), max: mean.map((one) => one + 1),
    bad: Float64Array.from(rows, (row) => ((row[2] ?? 0) === 0 ? 0 : 1)), quality: Uint8Array.from(rows, (row) => row[2] ?? 0),
  };
  return { tile: { width: 10, is_buckets, columns }, from, to };
}
function drawn(shape: Partial<PenShape>): { solid: [number, number][][]; held: [number, number][][]; band: [number, number][][] } {
  const out = { solid: new Drawn(), held: new Drawn(), band: new Drawn() };
  trace_pen({ parts: [], silences: [], before: null, until: 1_000, ...shape }, (at) => at, (value) => value, out);
  return { solid: out.solid.strokes.filter((one) => one.length > 1), held: out.held.strokes, band: out.band.strokes };
}

test('a reading holds until the next one, and what is held after the last one is not a measured line', () => {
  const { solid, held } = drawn({ parts: [part(false, [[100, 1], [200, 5]])], until: 300 });
  expect(solid).toEqual([[[100, 1], [200, 1], [200, 5]]]);
  expect(held).toEqual([[[200, 5], [300, 5]]]);
});

test('a reading that is not good ends the line; the next good one begins another', () => {
  const { solid, held } = drawn({ parts: [part(false, [[100, 1], [200, 9, 2], [300, 3], [400, 3]])], until: 400 });
  expect(solid).toEqual([[[100, 1], [200, 1]], [[300, 3], [400, 3], [400, 3]]]);
  expect(held).toEqual([]);
});

test('nothing is drawn over a silence: the line ends where the machine fell silent', () => {
  const { solid, held } = drawn({ parts: [part(false, [[100, 1], [500, 2], [600, 2]])], silences: [{ from: 150, to: 450 }], until: 600 });
  expect(held).toEqual([[[100, 1], [150, 1]]]);
  expect(solid).toEqual([[[500, 2], [600, 2], [600, 2]]]);
});

test('buckets are one line through their middles with the range around it; empty ones in between are held', () => {
  const { solid, held, band } = drawn({ parts: [part(true, [[0, 1], [10, 2], [20, NaN], [30, NaN], [40, NaN], [50, 4]])], until: 55 });
  expect(solid[0]).toEqual([[5, 1], [5.5, 1], [15, 2]]);
  expect(held).toEqual([[[15, 2], [55, 2]]]);
  expect(band[0]).toEqual([[5, 2], [15, 3], [15, 1], [5, 0]]);
});

test('a bucket with nothing good in it is a gap', () => {
  const { solid } = drawn({ parts: [part(true, [[0, 1], [10, 2], [20, 0, 3], [30, 3], [40, 4]])], until: 45 });
  expect(solid.map((one) => one.length)).toEqual([3, 3]);
});

test('the value from before the edge enters the picture', () => {
  expect(drawn({ parts: [part(false, [[100, 1], [200, 5]], 150)], until: 200 }).solid).toEqual([[[100, 1], [200, 1], [200, 5]]]);
  expect(drawn({ parts: [part(false, [[200, 5]])], before: { at: -50, value: 3 }, until: 200 }).solid).toEqual([[[-50, 3], [200, 3], [200, 5]]]);
});

test('the range in sight is that of the least and the greatest', () => {
  expect(range_of([part(true, [[0, 1], [10, 7], [20, 3]])], null)).toEqual([0, 8]);
  expect(range_of([part(true, [[0, NaN]])], null)).toBeNull();
  expect(range_of([], { value: 5 })).toEqual([5, 5]);
});

test('one axis a unit, left and right in turn, with room above and below', () => {
  const plan = plan_of([{ unit: 'kW', range: [0, 10] }, { unit: 'degC', range: [20, 30] }, { unit: 'kW', range: [5, 20] }]);
  expect(plan.axes.map((axis) => [axis.unit, axis.is_left])).toEqual([['kW', true], ['degC', false]]);
  expect(plan.pens.map((pen) => pen.axis)).toEqual([0, 1, 0]);
  expect([plan.axes[0]?.low, plan.axes[0]?.high]).toEqual([-1.2, 21.2]);
  expect(on_axis(plan, 2, 7)).toBe(7);
});

test('with more than four units each pen is drawn on 0 to 100 % of its own range', () => {
  const plan = plan_of(['a', 'b', 'c', 'd', 'e'].map((unit, index) => ({ unit, range: [index, index + 10] as const })));
  expect(plan.axes.map((axis) => axis.unit)).toEqual(['%']);
  expect(on_axis(plan, 4, 9)).toBe(50);
  expect(on_axis(plan, 0, 10)).toBe(100);
});

test('a flat line stands in the middle, at zero as well', () => {
  const [low, high] = with_room(0, 0);
  expect(low).toBe(-1);
  expect(high).toBe(1);
  expect(with_room(50, 50)).toEqual([47, 53]);
});
