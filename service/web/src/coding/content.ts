/** What a coder wants a coding to be, and what has to be asked of the service so that it becomes so. */
import type { Anchor } from '../api/types';
import type { Held } from './keeping';

export interface Content {
  place: Anchor;
  code: string | null;
  weight: number | null;
}

/** A memo on a coding. */
export interface MemoContent {
  coding: string;
  text: string;
}

export type Request =
  | { act: 'add'; content: Content }
  | { act: 'change'; version: number; content: Content; moves: boolean }
  | { act: 'remove'; version: number }
  | { act: 'restore'; version: number };

const samePlace = (a: Anchor, b: Anchor) => a.first_word === b.first_word && a.last_word === b.last_word && a.start_ms === b.start_ms && a.end_ms === b.end_ms;

export function same(a: Content | null, b: Content | null): boolean {
  if (a === null || b === null) return a === b;
  return a.code === b.code && a.weight === b.weight && samePlace(a.place, b.place);
}

/**
 * The next request on the way from what is held to what is wanted; null where it is there. What was removed is restored
 * first, and changed then.
 */
export function requestFor(held: Held<Content> | null, wanted: Content | null): Request | null {
  if (held === null) return wanted && { act: 'add', content: wanted };
  if (same(held.content, wanted)) return null;
  if (wanted === null) return { act: 'remove', version: held.version };
  if (held.content === null) return { act: 'restore', version: held.version };
  return { act: 'change', version: held.version, content: wanted, moves: !samePlace(held.content.place, wanted.place) };
}
