/** Where a quote begins and ends among the words around a moment. */
import type { ReleasedMoment, Word } from '../api/types';
import { isWithin } from '../listening/running';

/** Places of the first and last word of a quote, both in it. */
export interface Edges {
  first: number;
  last: number;
}

/** The words of the moment; the nearest one where it has none. */
export function edgesOf(words: readonly Word[], moment: Pick<ReleasedMoment, 'start_ms' | 'end_ms'>): Edges | null {
  const within = words.flatMap((word, place) => (isWithin(word, moment) ? [place] : []));
  return within.length ? { first: within[0]!, last: within.at(-1)! } : null;
}

/** A press on a word outside makes the quote reach there; within, it moves the nearer edge. */
export function pressed({ first, last }: Edges, place: number): Edges {
  if (place < first) return { first: place, last };
  if (place > last) return { first, last: place };
  return place - first < last - place ? { first: place, last } : { first, last: place };
}

/** An edge one word on, never past the other one or the words there are. */
export function moved({ first, last }: Edges, edge: 'first' | 'last', by: 1 | -1, count: number): Edges {
  if (edge === 'first') return { first: Math.min(Math.max(0, first + by), last), last };
  return { first, last: Math.max(Math.min(count - 1, last + by), first) };
}

/** The time of the words from edge to edge. */
export function timeOf(words: readonly Word[], { first, last }: Edges): { startMs: number; endMs: number } {
  const some = words.slice(first, last + 1);
  return { startMs: Math.min(...some.map(({ start_ms }) => start_ms)), endMs: Math.max(...some.map(({ end_ms }) => end_ms)) };
}
