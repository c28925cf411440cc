import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// wire <- live <- screens; {chart, parts} <- screens; words and wire know nobody.
const may_use: Readonly<Record<string, readonly string[]>> = {
  wire: ['wire'], words: ['words'], parts: ['parts'], chart: ['chart'],
  live: ['live', 'wire', 'words'], ledger: ['ledger'], screens: ['screens', 'live', 'wire', 'words', 'parts', 'chart', 'ledger'],
};
const source = join(import.meta.dirname, '.');
const lines_max_of_component = 200;
const lines_max = 400;

interface File {
  readonly path: string;
  readonly text: string;
}
const files: readonly File[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|svelte)$/.test(path) && path.includes('/') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(source, path), 'utf8') }));

function imports(file: File): string[] {
  const found = file.text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map((match) => join(file.path, '..', match[1] ?? ''));
}

test('folders use only what stands below them, and a screen never uses a screen', () => {
  const wrong = files.flatMap((file) => imports(file).flatMap((target) => {
    const [from = '', own_screen] = file.path.split('/');
    const [to = '', other_screen] = target.split('/');
    const is_allowed = may_use[from]?.includes(to) === true && (from !== 'screens' || to !== 'screens' || own_screen === other_screen);
    return is_allowed ? [] : [`${file.path} uses ${target}`];
  }));
  expect(wrong).toEqual([]);
  expect(files.length).toBeGreaterThan(30);
});

test('files stay short', () => {
  const long = files.filter((file) => file.text.split('\n').length > (file.path.endsWith('.svelte') ? lines_max_of_component : lines_max));
  expect(long.map((file) => file.path)).toEqual([]);
});

test('no component writes a style into the markup, which the content policy refuses', () => {
  expect(files.filter((file) => /\sstyle="/.test(file.text)).map((file) => file.path)).toEqual([]);
});

test('alarm colours are used by no state and no screen of the spine', () => {
  expect(files.filter((file) => file.text.includes('--alarm-')).map((file) => file.path)).toEqual([]);
});
