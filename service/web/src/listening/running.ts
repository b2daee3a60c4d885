/** Which words run along with a moment, and which of them is being said. */
import type { ReleasedMoment, Utterance, Word } from '../api/types';

/** So much before and after a moment is shown with it. */
export const AROUND_MS = 15_000;
/** Longer moments, such as whole interviews, are shown in blocks. */
export const LONGEST_SHOWN_MS = 180_000;
const BLOCK_MS = 60_000;

/** The stretch whose words are shown while the time is `ms`. */
export function shownStretch(moment: Pick<ReleasedMoment, 'start_ms' | 'end_ms'>, ms: number): { fromMs: number; toMs: number } {
  const { start_ms, end_ms } = moment;
  if (end_ms - start_ms <= LONGEST_SHOWN_MS) return { fromMs: Math.max(0, start_ms - AROUND_MS), toMs: end_ms + AROUND_MS };
  const within = Math.min(Math.max(ms, start_ms), end_ms);
  const block = Math.floor(within / BLOCK_MS) * BLOCK_MS;
  return { fromMs: Math.max(0, block - AROUND_MS), toMs: block + BLOCK_MS + AROUND_MS };
}

/** The word that is said at `ms`, or the last one that began within a second before it; null in longer silence. */
export function wordAt(words: readonly Word[], ms: number): number | null {
  let found: Word | null = null;
  for (const word of words) {
    if (word.start_ms <= ms && (!found || word.start_ms >= found.start_ms)) found = word;
  }
  return found && ms < Math.max(found.end_ms, found.start_ms + 1000) ? found.id : null;
}

export const wordsOf = (utterances: readonly Utterance[]): Word[] => utterances.flatMap(({ words }) => words);

/** Whether a word belongs to the moment: more than half of it lies within. */
export function isWithin(word: Pick<Word, 'start_ms' | 'end_ms'>, moment: Pick<ReleasedMoment, 'start_ms' | 'end_ms'>): boolean {
  const middle = Math.floor((word.start_ms + word.end_ms) / 2);
  return middle >= moment.start_ms && middle <= moment.end_ms;
}
