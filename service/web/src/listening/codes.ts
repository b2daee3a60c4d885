/** Codes and themes as a person chooses among them. */
import type { components } from '../api/schema';
import { rowsOf, used } from '../codebook/tree';

export type Codebook = components['schemas']['Codebook'];

export interface Choice {
  id: string;
  name: string;
  /** How many codes it lies below. */
  depth: number;
}

/** The codes in use as a tree: each before those below it, by name. */
export const choices = (book: Codebook): Choice[] =>
  rowsOf(book.codes, new Set()).map(({ code, depth }) => ({ id: code.id, name: code.name, depth }));

/** Names and colours by id, those that went too. */
export const looks = (book: Codebook | null) => new Map((book?.codes ?? []).map(({ id, name, colour }) => [id, { name, colour }]));

export const themesOf = (book: Codebook) => used(book.themes).toSorted((one, other) => one.name.localeCompare(other.name));
