import { expect, test } from 'vitest';
import { de } from './de';
import { en } from './en';
import { Speech } from './speech';

/** Every key with what stands behind it: a text, a list of so many, a sentence with so many blanks. */
function shape(words: object, above = ''): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    const name = `${above}${key}`;
    if (typeof value === 'function') return [`${name}(${value.length})`];
    if (Array.isArray(value)) return [`${name}[${value.length}]`];
    return typeof value === 'object' && value !== null ? shape(value, `${name}.`) : [name];
  });
}

function texts(words: object): string[] {
  return Object.values(words).flatMap((value: unknown) => {
    if (typeof value === 'string') return [value];
    if (typeof value === 'function') return [String((value as (...blanks: string[]) => string)('1', '2', '3', '4', '5'))];
    return typeof value === 'object' && value !== null ? texts(value) : [];
  });
}

test('English and German have the same keys, with the same blanks', () => {
  expect(shape(de)).toEqual(shape(en));
});

test('no text is empty', () => {
  expect([...texts(en), ...texts(de)].filter((text) => text.trim() === '')).toEqual([]);
});

test('each state has a word of its own in both languages', () => {
  for (const words of [en, de]) expect(new Set(Object.values(words.states)).size).toBe(Object.keys(words.states).length);
});

test('a duration is cut off to two units and never rounded up', () => {
  const speech = new Speech('en', 'UTC');
  expect(speech.duration(59_999)).toBe('59 s');
  expect(speech.duration(47 * 60_000 + 59_000)).toBe('47 min');
  expect(speech.duration(3_600_000)).toBe('1 h');
  expect(speech.duration(72 * 60_000)).toBe('1 h 12 min');
  expect(speech.duration(76 * 3_600_000)).toBe('3 d 4 h');
  expect(speech.duration(-5)).toBe('0 s');
});

test('times are those of the plant, with the offset of the day', () => {
  const berlin = new Speech('en', 'Europe/Berlin');
  expect(berlin.clock(Date.parse('2026-11-22T10:38:00Z'))).toBe('11:38 CET');
  expect(berlin.zone_offset(Date.parse('2026-11-22T10:38:00Z'))).toBe(3_600_000);
  expect(berlin.zone_offset(Date.parse('2026-07-22T10:38:00Z'))).toBe(7_200_000);
  expect(new Speech('en', 'America/St_Johns').zone_offset(Date.parse('2026-01-22T10:38:00Z'))).toBe(-12_600_000);
  expect(new Speech('en', 'UTC').zone_offset(0)).toBe(0);
});

test('what is counted since later than midnight says so', () => {
  const berlin = new Speech('en', 'Europe/Berlin');
  expect(berlin.counted_since(Date.parse('2026-11-21T23:00:00Z'))).toBe('since midnight');
  expect(berlin.counted_since(Date.parse('2026-11-22T09:03:20Z'))).toBe('since 10:03');
});

test('numbers are written as the language does', () => {
  expect(new Speech('en', 'UTC').count(1284.4)).toBe('1,284');
  expect(new Speech('de', 'UTC').decimal(0.25, 2)).toBe('0,25');
  expect(new Speech('en', 'UTC').measured(123_456_789)).toBe('123,500,000');
  expect(new Speech('en', 'UTC').measured(1.7954e18)).toBe('1.795E18');
});

test('a word that this version does not know is shown as it is', () => {
  expect(new Speech('en', 'UTC').word(en.states, 'on_fire')).toBe('on_fire');
});
