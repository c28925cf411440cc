import type { Source } from '../../live/sources.svelte';
import type { Column } from '../../parts/table';
import { instant } from '../../wire/api';
import type { Words } from '../../words/en';

// What is broken stands first when sorted by status.
const urgency: Readonly<Record<string, number>> = { lost: 0, refused: 1, connecting: 2, connected: 4, ended: 5 };
const urgency_of_unknown = 3;

export function source_columns(words: Words): readonly Column<Source>[] {
  const text = words.data_health;
  return [
    { key: 'name', title: text.source, rank: (one) => one.name, csv: (one) => one.name },
    { key: 'status', title: text.status, rank: (one) => urgency[one.status] ?? urgency_of_unknown, csv: (one) => one.status },
    { key: 'rate', title: text.rate, unit: text.rate_unit, is_number: true, rank: (one) => one.rate, csv: (one) => one.rate },
    { key: 'lag', title: text.lag, unit: text.lag_unit, is_number: true, rank: (one) => one.lag, csv: (one) => one.lag },
    { key: 'gaps', title: text.gaps, unit: text.gaps_unit, is_number: true, rank: (one) => one.gaps, csv: (one) => one.gaps },
    { key: 'refused', title: text.refused, is_number: true, rank: (one) => one.refused, csv: (one) => one.refused },
    { key: 'tags', title: text.tags, is_number: true, rank: (one) => one.tags, csv: (one) => one.tags },
    { key: 'last', title: text.last, is_number: true, rank: (one) => instant(one.last), csv: (one) => one.last },
    {
      key: 'trouble', title: text.trouble, rank: (one) => one.trouble,
      csv: (one) => [one.trouble, one.next_step].filter((part) => part !== null && part !== '').join(' '),
    },
  ];
}
