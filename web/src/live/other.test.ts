import { expect, test } from 'vitest';
import { de } from '../words/de';
import { en } from '../words/en';
import { states, type PlantMachine, type SourceRow, type TagPath } from '../wire/types';
import { where_of } from './place.svelte';
import { Preferences } from './preferences.svelte';
import { quality_word } from './readings.svelte';
import { flow_of } from './sources.svelte';
import { machine_of_tag, tag_name } from './tags';
import { trend_of } from './trend';

test('the two top bits of an OPC UA status code are the quality', () => {
  expect(quality_word(0)).toBe('good');
  expect(quality_word(0x40920000)).toBe('uncertain');
  expect(quality_word(0x80310000)).toBe('bad');
  expect(quality_word(0x000a0000)).toBe('good');
});

test('every state that the server may say has a word', () => {
  for (const words of [en, de]) expect(Object.keys(words.states).sort()).toEqual([...states].sort());
});

test('what is heard now counts the sources that tell it, neither a past that comes in nor ourselves', () => {
  const source = (row: Partial<SourceRow>): SourceRow => ({
    kind: 'opcua', address: '', status: 'connected', since: null, rate: null, lag: null, gaps: 0, gap_time: 0, refused: 0, last: null, trouble: null,
    trouble_at: null, next_step: null, tags: 0, is_real: false, progress: null, progress_text: null, ...row,
  });
  const ourselves = source({ kind: 'self', rate: 4_800_100, lag: 0.1 });
  const lost = source({ status: 'lost', rate: 0, lag: 90 });
  const rows = [source({ rate: 60, lag: 0.2 }), source({ rate: 40, lag: 0.4 }), lost, ourselves];
  const live = { connected: 2, all: 3, rate: 100, lag: 0.4 };
  expect(flow_of([...rows, source({ kind: 'recording', status: 'connecting' })])).toEqual(live);
  expect(flow_of([...rows, source({ kind: 'recording', rate: 4_800_000, progress: 0.4 })])).toEqual(live);
  expect(flow_of([...rows, source({ kind: 'recording', status: 'ended', rate: 200_000, progress: 1 })])).toEqual(live);
  expect(flow_of([ourselves])).toEqual({ connected: 0, all: 0, rate: null, lag: null });
});

test('an address names its screen, a machine by its path', () => {
  expect(where_of('/')).toEqual({ screen: 'overview' });
  expect(where_of('/machine/velo/berlin/cnc%203')).toEqual({ screen: 'machine', machine: 'velo/berlin/cnc 3' });
  expect(where_of('/machine/%E0%A4%A')).toEqual({ screen: 'machine', machine: '%E0%A4%A' });
  expect(where_of('/trends')).toEqual({ screen: 'trends' });
  expect(where_of('/nothing')).toEqual({ screen: 'nowhere' });
});

test('a tag belongs to the machine with the longest path in front of it, not to a neighbour with a like name', () => {
  const machine = (path: string): PlantMachine =>
    ({ path, title: path, area: '', line: '', ideal_rate: null, tags: 0, is_real: false }) as unknown as PlantMachine;
  const machines = [machine('p/cnc1'), machine('p/cnc10'), machine('p')];
  expect(machine_of_tag('p/cnc10/speed', machines)?.path).toBe('p/cnc10');
  expect(machine_of_tag('p/other', machines)?.path).toBe('p');
  expect(machine_of_tag('q/cnc1/speed', machines)).toBeNull();
  expect(tag_name('p/cnc1/spindle/speed', 'p/cnc1')).toBe('spindle/speed');
});

test('a bucket without data while the machine was silent is a gap, not a zero', () => {
  const trend = trend_of({
    tag: 'p/cnc1/speed' as TagPath, from: 0, to: 3, time: [0, 1, 2],
    min: [1, null, 0], max: [4, null, 2], mean: [2, null, 1], count: [3, 0, 1], bad: [0, 0, 0],
  }, { from: 0, to: 3 }, [{ from: 1, to: 2, state: 'nodata' }]);
  expect(trend.gaps).toBe(1);
  expect(trend.tile.columns.mean[1]).toBeNaN();
  expect([trend.low, trend.high]).toEqual([0, 4]);
});

test('a value is held while nothing new was said, but not before the first reading and not over a silence', () => {
  const values = [null, 5, null, null, 7, null, null];
  const trend = trend_of({
    tag: 'p/cnc1/speed' as TagPath, from: 0, to: 7, time: [0, 1, 2, 3, 4, 5, 6],
    min: values, max: values, mean: values, count: values.map((value) => (value === null ? 0 : 1)), bad: values.map(() => 0),
  }, { from: 0, to: 7 }, [{ from: 0, to: 5.5, state: 'running' }, { from: 5.5, to: 7, state: 'nodata' }]);
  expect(trend.gaps).toBe(2);
});

test('what a person chose is kept; what cannot be read falls back to the default', () => {
  const kept = new Map([['theme', 'dark'], ['density', 'gigantic']]);
  const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const preferences = new Preferences(store, 'de-AT');
  expect([preferences.theme, preferences.density, preferences.language]).toEqual(['dark', 'desk', 'de']);
  preferences.density = 'glove';
  expect(new Preferences(store, 'en').density).toBe('glove');
});
