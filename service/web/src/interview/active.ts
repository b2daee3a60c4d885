/** What is being said at a time, by binary search over starts in rising order. */
import type { Word } from '../api/types';

/** Index of the last start that is not after `ms`; -1 when all are after. */
export function lastStarted(starts: ArrayLike<number>, ms: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How many utterances back an overlapping one is looked for. */
const OVERLAP_REACH = 6;

/**
 * Index of the utterance that is heard at `ms`: the latest started that has not ended, else (in a
 * silence) the latest started. -1 before the first.
 */
export function activeUtterance(starts: ArrayLike<number>, ends: ArrayLike<number>, ms: number): number {
  const latest = lastStarted(starts, ms);
  for (let index = latest; index >= 0 && index > latest - OVERLAP_REACH; index -= 1) {
    if ((ends[index] as number) > ms) return index;
  }
  return latest;
}

/** Silence, in ms, over which the word just said stays lit, so that reading does not flicker. */
export const AFTERGLOW_MS = 600;

/** Index of the word that is heard at `ms`, or was heard within the last moment; -1 when none. */
export function activeWord(words: readonly Pick<Word, 'start_ms' | 'end_ms'>[], ms: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((words[middle] as Word).start_ms <= ms) low = middle + 1;
    else high = middle;
  }
  const word = words[low - 1];
  return word && ms < word.end_ms + AFTERGLOW_MS ? low - 1 : -1;
}
