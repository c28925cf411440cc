import type { PlantMachine, TagMeta } from '../wire/types';

/** The machine that a tag belongs to: the one with the longest path in front of it. */
export function machine_of_tag(tag: string, machines: readonly PlantMachine[]): PlantMachine | null {
  let found: PlantMachine | null = null;
  for (const machine of machines) {
    if (tag.startsWith(`${machine.path}/`) && (found === null || machine.path.length > found.path.length)) found = machine;
  }
  return found;
}

/** The part of a tag's path that its machine's path leaves open. */
export function tag_name(tag: string, machine: string): string {
  return tag.startsWith(`${machine}/`) ? tag.slice(machine.length + 1) : tag;
}

/** The unit as people write it. "1" is the standard's word for a bare number. */
export function unit_of(tag: TagMeta): string {
  return tag.unit === '1' ? '' : tag.unit;
}

/** Whether a tag holds a measured number, which is worth a trend before counts, clocks, words and switches. */
export function is_measured(tag: TagMeta): boolean {
  return unit_of(tag) !== '' && tag.kind === 'number';
}
