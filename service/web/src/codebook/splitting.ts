/** Which codings go where when a code is split. */
import type { CodedMoment } from '../api/types';

/** A code that is to come out of a split. */
export interface NewPart {
  id: string;
  name: string;
}

/** The parts as they are asked for, and why it can't be done yet, if it can't. */
export function planSplit(
  parts: readonly NewPart[],
  where: ReadonlyMap<string, string>,
  taken: readonly string[],
): { parts: { id: string; name: string; codings: string[] }[]; problem: string } {
  const planned = parts.map(({ id, name }) => ({
    id,
    name: name.trim(),
    codings: [...where].filter(([, part]) => part === id).map(([coding]) => coding),
  }));
  const names = planned.map(({ name }) => name.toLocaleLowerCase());
  const held = new Set(taken.map((name) => name.toLocaleLowerCase()));
  let problem = '';
  if (names.some((name) => !name)) problem = 'Name each new code.';
  else if (new Set(names).size < names.length) problem = 'Two new codes have the same name.';
  else if (names.some((name) => held.has(name))) problem = `There is a code called “${planned[names.findIndex((name) => held.has(name))]!.name}”.`;
  return { parts: planned, problem };
}

/** How many codings stay, and how many go to each part. */
export function shares(codings: readonly CodedMoment[], where: ReadonlyMap<string, string>): Map<string, number> {
  const found = new Map<string, number>();
  for (const { coding } of codings) {
    const part = where.get(coding.id) ?? '';
    found.set(part, (found.get(part) ?? 0) + 1);
  }
  return found;
}
