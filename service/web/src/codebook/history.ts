/** The changes of a codebook in words, and what stands in the way of undoing one. */
import type { Code, CodebookChange, Theme } from '../api/types';
import { count } from '../time/format';

type Item = Code | Theme;
const items = ({ codes, themes }: CodebookChange['after']): Item[] => [...codes, ...themes];
const named = (list: readonly { name: string }[]) => list.map(({ name }) => `“${name}”`).join(', ');
const isCode = (one: Item): one is Code => 'parent' in one;

/** What a change changed of a code or theme, field by field. */
function edited(before: Item | undefined, after: Item): string {
  if (!before) return `added “${after.name}”`;
  const other: string[] = [];
  if (before.definition !== after.definition) other.push('definition');
  if (isCode(before) && isCode(after)) {
    if (before.example !== after.example) other.push('example');
    if (before.colour !== after.colour) other.push('colour');
  } else if (!isCode(before) && !isCode(after) && before.codes.join() !== after.codes.join()) {
    other.push('codes');
  }
  const rename = before.name !== after.name ? `renamed “${before.name}” to “${after.name}”` : '';
  if (!other.length) return rename || `saved “${after.name}” as it was`;
  const rest = `changed the ${other.join(' and ')} of “${after.name}”`;
  return rename ? `${rename}, and ${rest}` : rest;
}

/** What a change did, without who and when. `names` are those of all codes, by id. */
export function changeInWords(change: CodebookChange, names: ReadonlyMap<string, string>): string {
  const [before, after] = [items(change.before), items(change.after)];
  const was = new Map(before.map((one) => [one.id, one]));
  const codes = change.after.codes;
  const called = (id: string) => `“${codes.find((one) => one.id === id)?.name ?? names.get(id) ?? 'a code'}”`;
  switch (change.act) {
    case 'code_added':
      return `added ${named(codes)}${codes[0]?.parent ? ` below ${called(codes[0].parent)}` : ''}`;
    case 'codes_added':
      return `added ${count(codes.length, 'code')} from a list: ${named(codes.slice(0, 5))}${codes.length > 5 ? ' and others' : ''}`;
    case 'code_moved':
      return `moved ${named(codes)} ${codes[0]?.parent ? `below ${called(codes[0].parent)}` : 'to the top'}`;
    case 'code_merged': {
      const gone = codes.find(({ state, merged_into }) => state === 'merged' && merged_into);
      return gone ? `merged “${gone.name}” into ${called(gone.merged_into!)}` : 'merged a code';
    }
    case 'code_split':
      return `split “${codes.find(({ id }) => was.has(id))?.name ?? ''}”: ${named(codes.filter(({ id }) => !was.has(id)))} came out of it`;
    case 'code_removed':
      return `removed ${named(codes)}`;
    case 'theme_removed':
      return `removed the theme ${named(change.after.themes)}`;
    case 'theme_added':
      return `added the theme ${named(change.after.themes)}`;
    case 'change_undone':
      return `undid change ${change.undoes}`;
    default:
      return after.map((one) => edited(was.get(one.id), one)).join('; ');
  }
}

/** Whether a change changed this code or theme. */
export const touches = (change: CodebookChange, id: string): boolean => items(change.after).some((one) => one.id === id);

/** The change that undid each, by number; those that were undone, and whose undoing was not. */
export function undoneBy(changes: readonly CodebookChange[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const { number, undoes } of changes) {
    if (undoes === null) continue;
    found.set(undoes, number);
    // Undoing an undoing lets the first stand again.
    for (const [one, by] of found) if (by === undoes) found.delete(one);
  }
  return found;
}

/** What has to be undone before a change can be: the codes or themes that are otherwise now, with the change that made them so. */
export function inTheWay(change: CodebookChange, codes: readonly Code[], themes: readonly Theme[]): { name: string; change: number }[] {
  const now = new Map<string, Item>([...codes, ...themes].map((one) => [one.id, one]));
  return items(change.after).flatMap((after) => {
    const held = now.get(after.id);
    if (!held || JSON.stringify({ ...held, version: 0 }) === JSON.stringify({ ...after, version: 0 })) return [];
    return [{ name: held.name, change: held.version }];
  });
}
