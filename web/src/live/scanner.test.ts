import { expect, test } from 'vitest';
import { key_gap_max_ms, Scanner } from './scanner';

/** Types a text with the same gap between all keys and gives what each key led to. */
function typed(text: string, gap_ms: number, end = 'Enter'): (string | null)[] {
  const scanner = new Scanner();
  return [...text, end].map((key, index) => scanner.press(key, 1_000 + index * gap_ms));
}

test('keys that come faster than fingers and end with Enter are a scan', () => {
  expect(typed('A-1001', 8).at(-1)).toBe('A-1001');
  expect(typed('A-1001', key_gap_max_ms - 1).at(-1)).toBe('A-1001');
});

test('a person who types is no scanner, however short the pause at the end', () => {
  expect(typed('A-1001', key_gap_max_ms).every((code) => code === null)).toBe(true);
  expect(typed('A-1001', 120).every((code) => code === null)).toBe(true);
});

test('two fast keys and Enter are no scan, and neither is a fast end without Enter', () => {
  expect(typed('A1', 5).at(-1)).toBeNull();
  expect(typed('A-1001', 5, 'Tab').at(-1)).toBeNull();
});

test('a slow key before a scan does not belong to it', () => {
  const scanner = new Scanner();
  scanner.press('x', 0);
  const codes = [...'A-1001', 'Enter'].map((key, index) => scanner.press(key, 500 + index * 5));
  expect(codes.at(-1)).toBe('A-1001');
});

test('the shift key that a scanner holds for capitals does not break a scan', () => {
  const scanner = new Scanner();
  const codes = ['Shift', 'A', '-', '1', '0', 'Enter'].map((key, index) => scanner.press(key, index * 5));
  expect(codes.at(-1)).toBe('A-10');
});

test('a code that is longer than any order is not taken', () => {
  expect(typed('9'.repeat(65), 2).at(-1)).toBeNull();
});
