import { describe, expect, it } from 'vitest';
import { doubtsOf, nextDoubt } from './doubts';

const word = (id: number, confidence: number, speaker_margin: number) => ({ id, start_ms: id * 100, confidence, speaker_margin });
const rows = [
  { index: 0, words: [word(1, 0.9, 1), word(2, 0.3, 1)] },
  { index: 1, words: null },
  { index: 2, words: [word(5, 0.8, 0.1), word(6, 0.5, 0.2)] },
];

describe('doubtful words', () => {
  it('are those whose text or speaker is unsure, in order', () => {
    expect(doubtsOf(rows).map((doubt) => [doubt.row, doubt.wordId])).toEqual([[0, 2], [2, 5]]);
  });
  it('are walked in both directions and around', () => {
    const doubts = doubtsOf(rows);
    expect([0, 200, 500].map((ms) => nextDoubt(doubts, ms, 1)?.wordId)).toEqual([2, 5, 2]);
    expect([0, 300, 900].map((ms) => nextDoubt(doubts, ms, -1)?.wordId)).toEqual([5, 2, 5]);
    expect(nextDoubt([], 0, 1)).toBeNull();
  });
});
