/** Codes and themes as a person chooses among them. */
import type { components } from '../api/schema';

export type Codebook = components['schemas']['Codebook'];
type Code = Codebook['codes'][number];

export interface Choice {
  id: string;
  name: string;
  /** How many codes it lies below. */
  depth: number;
  colour: string;
}

/** The codes in use as a tree: each before those below it, by name. */
export function choices(book: Codebook): Choice[] {
  const used = book.codes.filter(({ state }) => state === 'used');
  const ids = new Set(used.map(({ id }) => id));
  const found: Choice[] = [];
  const add = (above: string | null, depth: number) => {
    const here = (code: Code) => (code.parent !== null && ids.has(code.parent) ? code.parent : null) === above;
    for (const code of used.filter(here).sort((one, other) => one.name.localeCompare(other.name))) {
      found.push({ id: code.id, name: code.name, depth, colour: code.colour });
      add(code.id, depth + 1);
    }
  };
  add(null, 0);
  return found;
}

/** Names and colours by id, those that went too. */
export const looks = (book: Codebook | null) => new Map((book?.codes ?? []).map(({ id, name, colour }) => [id, { name, colour }]));

export const themesOf = (book: Codebook) =>
  book.themes.filter(({ state }) => state === 'used').sort((one, other) => one.name.localeCompare(other.name));
