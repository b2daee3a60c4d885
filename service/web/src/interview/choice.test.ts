import { describe, expect, it } from 'vitest';
import { between, ofWord, stepped } from './choice';

const rows = [
  { id: 7, words: [{ id: 1 }, { id: 2 }, { id: 3 }] },
  { id: 9, words: null },
  { id: 4, words: [{ id: 40 }, { id: 41 }] },
];

describe('choosing words', () => {
  it('takes one, or all between two of an utterance, whichever way', () => {
    const one = ofWord(7, 3, null);
    expect(between(rows[0]!.words!, one)).toEqual([{ id: 3 }]);
    expect(between(rows[0]!.words!, ofWord(7, 1, one)).map((word) => word.id)).toEqual([1, 2, 3]);
  });
  it('begins anew in another utterance', () => {
    expect(ofWord(4, 41, ofWord(7, 1, null))).toEqual({ utterance: 4, from: 41, to: 41 });
  });
  it('is empty when a word is gone', () => {
    expect(between(rows[0]!.words!, { utterance: 7, from: 1, to: 99 })).toEqual([]);
  });
});

describe('moving by a word', () => {
  it('begins with the first word', () => {
    expect(stepped(rows, null, 1, false)).toEqual({ utterance: 7, from: 1, to: 1 });
  });
  it('goes over the edge of an utterance, past those that are not loaded', () => {
    expect(stepped(rows, ofWord(7, 3, null), 1, false)).toEqual({ utterance: 4, from: 40, to: 40 });
    expect(stepped(rows, ofWord(4, 40, null), -1, false)).toEqual({ utterance: 7, from: 3, to: 3 });
  });
  it('extends within the utterance only', () => {
    expect(stepped(rows, ofWord(7, 2, null), 1, true)).toEqual({ utterance: 7, from: 2, to: 3 });
    expect(stepped(rows, ofWord(7, 3, null), 1, true)).toBeNull();
  });
  it('stops at the ends', () => {
    expect(stepped(rows, ofWord(4, 41, null), 1, false)).toBeNull();
    expect(stepped(rows, ofWord(7, 1, null), -1, false)).toBeNull();
  });
});
