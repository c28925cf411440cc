/** One column of a table: how a row is shown, sorted and written to CSV. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly unit?: string;
  readonly is_number?: boolean;
  /** What is compared when sorting; null stands last. */
  readonly rank: (row: Row) => number | string | null;
  /** The cell of a CSV file: a bare number with a point, a time in UTC, or words. */
  readonly csv: (row: Row) => number | string | null;
}

export interface Order {
  readonly key: string;
  readonly direction: 'up' | 'down';
}

export function next_order(order: Order, key: string): Order {
  if (order.key !== key) return { key, direction: 'up' };
  return { key, direction: order.direction === 'up' ? 'down' : 'up' };
}

/** Sorted by one column; what is not known stands last either way. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order): Row[] {
  const column = columns.find((one) => one.key === order.key);
  if (column === undefined) return [...rows];
  const sign = order.direction === 'up' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const left = column.rank(a);
    const right = column.rank(b);
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * String(left).localeCompare(String(right), undefined, { numeric: true });
  });
}

// A cell that a spreadsheet would take for a formula gets a quote in front; quotes are doubled (RFC 4180).
function csv_cell(value: number | string | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv_of<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const head = columns.map((column) => csv_cell(column.unit === undefined ? column.title : `${column.title} (${column.unit})`));
  const lines = rows.map((row) => columns.map((column) => csv_cell(column.csv(row))).join(','));
  return [head.join(','), ...lines].join('\r\n') + '\r\n';
}
