import { expect, test } from 'vitest';
import { csv_of, next_order, sorted, type Column } from './table';

interface Row {
  readonly name: string;
  readonly lag: number | null;
}
const columns: readonly Column<Row>[] = [
  { key: 'name', title: 'Source', rank: (row) => row.name, csv: (row) => row.name },
  { key: 'lag', title: 'Lag', unit: 's', is_number: true, rank: (row) => row.lag, csv: (row) => row.lag },
];
const rows: Row[] = [{ name: 'cnc10', lag: 2 }, { name: 'cnc2', lag: null }, { name: 'cnc1', lag: 0.5 }];
const names = (found: readonly Row[]): string[] => found.map((row) => row.name);

test('names with numbers sort as people count', () => {
  expect(names(sorted(rows, columns, { key: 'name', direction: 'up' }))).toEqual(['cnc1', 'cnc2', 'cnc10']);
});

test('what is not known stands last in both directions', () => {
  expect(names(sorted(rows, columns, { key: 'lag', direction: 'up' }))).toEqual(['cnc1', 'cnc10', 'cnc2']);
  expect(names(sorted(rows, columns, { key: 'lag', direction: 'down' }))).toEqual(['cnc10', 'cnc1', 'cnc2']);
});

test('a second press on a column turns its direction, another column starts upwards', () => {
  expect(next_order({ key: 'lag', direction: 'up' }, 'lag').direction).toBe('down');
  expect(next_order({ key: 'lag', direction: 'down' }, 'name')).toEqual({ key: 'name', direction: 'up' });
});

test('CSV quotes what must be quoted, leaves unknown cells empty, and starts no formula in a spreadsheet', () => {
  const text = csv_of([{ name: 'a "b", c', lag: null }, { name: '=1+1', lag: 0.25 }], columns);
  expect(text).toBe('Source,Lag (s)\r\n"a ""b"", c",\r\n\'=1+1,0.25\r\n');
});
