import { describe, expect, it } from 'vitest';
import type { Word } from '../api/types';
import { isWithin, shownStretch, wordAt } from './running';

const word = (id: number, start_ms: number, end_ms: number) => ({ id, start_ms, end_ms }) as Word;

describe('words that run along', () => {
  it('are those of the moment with some before and after', () => {
    expect(shownStretch({ start_ms: 20_000, end_ms: 30_000 }, 0)).toEqual({ fromMs: 5000, toMs: 45_000 });
    expect(shownStretch({ start_ms: 5000, end_ms: 30_000 }, 0).fromMs).toBe(0);
  });

  it('come in blocks where the moment is long', () => {
    const whole = { start_ms: 0, end_ms: 3_600_000 };
    expect(shownStretch(whole, 0)).toEqual({ fromMs: 0, toMs: 75_000 });
    expect(shownStretch(whole, 61_000)).toEqual({ fromMs: 45_000, toMs: 135_000 });
    expect(shownStretch(whole, 61_000)).toEqual(shownStretch(whole, 119_999));
  });

  it('know which one is being said', () => {
    const words = [word(1, 0, 400), word(2, 500, 2000), word(3, 900, 1200)];
    expect([wordAt(words, 200), wordAt(words, 450), wordAt(words, 950), wordAt(words, 5000)]).toEqual([1, 1, 3, null]);
    expect(wordAt([], 0)).toBeNull();
  });

  it('belong to the moment by their middle', () => {
    const moment = { start_ms: 1000, end_ms: 2000 };
    expect([isWithin(word(1, 800, 1100), moment), isWithin(word(2, 900, 1200), moment)]).toEqual([false, true]);
  });
});
