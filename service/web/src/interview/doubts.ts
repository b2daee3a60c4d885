/** Words worth a second look. The thresholds are those of `GET /api/interviews/{ref}/doubtful`. */
import type { Word } from '../api/types';

export const DOUBTFUL_CONFIDENCE = 0.5;
export const DOUBTFUL_MARGIN = 0.2;

export interface Doubt {
  wordId: number;
  row: number;
  startMs: number;
}

type Looked = Pick<Word, 'id' | 'start_ms' | 'confidence' | 'speaker_margin'>;

export const doubtsText = (word: Pick<Looked, 'confidence'>) => word.confidence < DOUBTFUL_CONFIDENCE;
export const doubtsSpeaker = (word: Pick<Looked, 'speaker_margin'>) => word.speaker_margin < DOUBTFUL_MARGIN;

/** Every doubtful word in reading order. */
export function doubtsOf(rows: readonly { index: number; words: readonly Looked[] | null }[]): Doubt[] {
  return rows.flatMap((row) =>
    (row.words ?? [])
      .filter((word) => doubtsText(word) || doubtsSpeaker(word))
      .map((word) => ({ wordId: word.id, row: row.index, startMs: word.start_ms })),
  );
}

/** The next one after a time, or the one before it; around the end to the beginning. */
export function nextDoubt(doubts: readonly Doubt[], ms: number, by: 1 | -1): Doubt | null {
  if (!doubts.length) return null;
  if (by > 0) return doubts.find((doubt) => doubt.startMs > ms) ?? doubts[0]!;
  return doubts.findLast((doubt) => doubt.startMs < ms) ?? doubts.at(-1)!;
}
