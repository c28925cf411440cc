import { expect, test } from 'vitest';
import { add_frame, apply_view, parse_frame, type Pending, type PendingView } from './pending';
import type { Frame } from './frames';
import type { TagRow } from './types';

const row = (value: number): unknown => ({ value, kind: 'number', quality: 0, happened: null, learned: null });

function frame(views: unknown): Frame {
  const parsed = parse_frame(JSON.stringify({ now: '2026-11-22T08:57:11Z', views }));
  if (parsed === null) throw new Error('the frame of this test is no frame');
  return parsed;
}

function tags_after(...frames: Frame[]): PendingView<TagRow> {
  const pending: Pending = {};
  for (const one of frames) add_frame(pending, one);
  if (pending.tags === undefined) throw new Error('no tags were said');
  return pending.tags;
}

const before = new Map([['a', 1], ['b', 2]] as const) as unknown as ReadonlyMap<string, TagRow>;

test('a reset forgets the rows of its view first', () => {
  const after = apply_view(before, tags_after(frame({ tags: { version: 1, reset: true, rows: { c: row(3) } } })));
  expect([...after.keys()]).toEqual(['c']);
});

test('a reset also forgets what waited from frames before it', () => {
  const change = tags_after(
    frame({ tags: { version: 1, rows: { x: row(1) }, gone: ['a'] } }),
    frame({ tags: { version: 2, reset: true, rows: { c: row(3) } } }),
  );
  expect([...apply_view(before, change).keys()]).toEqual(['c']);
});

test('a key that is gone leaves, and one that comes back stays', () => {
  const gone = tags_after(frame({ tags: { version: 1, rows: {}, gone: ['a'] } }));
  expect([...apply_view(before, gone).keys()]).toEqual(['b']);
  const back = tags_after(
    frame({ tags: { version: 1, rows: {}, gone: ['a'] } }), frame({ tags: { version: 2, rows: { a: row(9) } } }),
  );
  expect(apply_view(before, back).get('a')).toEqual(row(9));
});

test('a row that came and went between two drawings is not there', () => {
  const change = tags_after(
    frame({ tags: { version: 1, rows: { c: row(1) } } }), frame({ tags: { version: 2, rows: {}, gone: ['c'] } }),
  );
  expect([...apply_view(before, change).keys()]).toEqual(['a', 'b']);
});

test('rows that nobody spoke of stay as they are, and the map before is untouched', () => {
  const after = apply_view(before, tags_after(frame({ tags: { version: 1, rows: { b: row(5) } } })));
  expect(after.get('a')).toBe(before.get('a'));
  expect(after.get('b')).toEqual(row(5));
  expect(before.get('b')).toBe(2);
});

test('a view that this version does not know changes nothing and stops nothing', () => {
  const pending: Pending = {};
  add_frame(pending, frame({ horoscopes: { version: 1, rows: { a: {} } }, tags: { version: 1, rows: { a: row(1) } } }));
  expect(Object.keys(pending).sort()).toEqual(['now', 'tags']);
});

test('a frame without a time is no frame', () => {
  expect(parse_frame('{"views":{}}')).toBeNull();
  expect(parse_frame('[1')).toBeNull();
  expect(parse_frame('null')).toBeNull();
});
