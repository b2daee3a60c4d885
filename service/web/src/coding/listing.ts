/** Which codings the list shows, and how many there are of each code. */
import type { CodeLine } from './codes';
import type { ShownCoding } from './coding_here.svelte';

export interface Filter {
  /** A code's id, with those below it; `none` for what is not named yet. Empty for all. */
  code: string;
  /** A coder; empty for all. */
  coder: string;
  /** Only those whose words changed. */
  changed: boolean;
}

export const ALL: Filter = { code: '', coder: '', changed: false };

/** The ids of a code and of all below it. */
export function withBelow(lines: readonly CodeLine[], code: string): Set<string> {
  const at = lines.findIndex((line) => line.id === code);
  const found = new Set([code]);
  if (at < 0) return found;
  const depth = lines[at]!.above.length;
  for (let place = at + 1; place < lines.length && lines[place]!.above.length > depth; place += 1) found.add(lines[place]!.id);
  return found;
}

export function listed(codings: readonly ShownCoding[], lines: readonly CodeLine[], filter: Filter): ShownCoding[] {
  const wanted = filter.code && filter.code !== 'none' ? withBelow(lines, filter.code) : null;
  return codings.filter(
    (one) =>
      (!wanted || (one.code !== null && wanted.has(one.code))) &&
      (filter.code !== 'none' || one.code === null) &&
      (!filter.coder || one.coder === filter.coder) &&
      (!filter.changed || one.wordsChanged),
  );
}

/** How many codings there are of each code itself; of those not named yet under null. */
export function counts(codings: readonly ShownCoding[]): Map<string | null, number> {
  const found = new Map<string | null, number>();
  for (const { code } of codings) found.set(code, (found.get(code) ?? 0) + 1);
  return found;
}
