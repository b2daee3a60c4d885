import { describe, expect, it } from 'vitest';
import { activeUtterance, activeWord, lastStarted } from './active';

const word = (start_ms: number, end_ms: number) => ({ start_ms, end_ms });

describe('the word that is heard', () => {
  const words = [word(100, 300), word(300, 500), word(2000, 2400)];
  it('is none before the first', () => expect(activeWord(words, 99)).toBe(-1));
  it('starts on its first millisecond', () => {
    expect(activeWord(words, 100)).toBe(0);
    expect(activeWord(words, 300)).toBe(1);
  });
  it('stays lit for a moment, and not through a long silence', () => {
    expect(activeWord(words, 1000)).toBe(1);
    expect(activeWord(words, 1200)).toBe(-1);
  });
  it('is the one a search of all words finds, at every time', () => {
    const many = Array.from({ length: 300 }, (_, index) => word(index * 250, index * 250 + 200));
    for (let ms = 0; ms < 76_000; ms += 37) {
      const found = many.findLastIndex((candidate) => candidate.start_ms <= ms);
      expect(activeWord(many, ms)).toBe(found >= 0 && ms < many[found]!.end_ms + 600 ? found : -1);
    }
  });
});

describe('the utterance that is heard', () => {
  it('is the last started', () => {
    expect(lastStarted([0, 10, 20], 15)).toBe(1);
    expect(lastStarted([5], 4)).toBe(-1);
    expect(lastStarted([], 4)).toBe(-1);
  });
  it('is the longer one again when a short one over it has ended', () => {
    const [starts, ends] = [[0, 1000, 6000], [5000, 1400, 7000]];
    expect(activeUtterance(starts, ends, 1200)).toBe(1);
    expect(activeUtterance(starts, ends, 3000)).toBe(0);
  });
  it('is the one before in a silence', () => {
    expect(activeUtterance([0, 6000], [5000, 7000], 5500)).toBe(0);
  });
});
