import { describe, expect, it } from 'vitest';
import { findPhrase, foldTokens } from './phrases';

const words = (text: string) => text.split(' ').map((piece) => ({ text: piece }));
const found = (text: string, query: string) => findPhrase(words(text), foldTokens(query));

describe('searching in an interview', () => {
  it('finds words that follow one another', () => {
    expect(found('She held my hand, and held it.', 'held my hand')).toEqual([[1, 3]]);
    expect(found('She held her hand.', 'held hand')).toEqual([]);
  });
  it('does not mind case, accents and punctuation', () => {
    expect(found('C’était CAFÉ, non?', 'cafe non')).toEqual([[1, 2]]);
    expect(found("I don't know.", 'dont know')).toEqual([[1, 2]]);
  });
  it('finds beginnings of the word that is being typed, and only of that one', () => {
    expect(found('a feeling of feelings', 'feel')).toEqual([[1, 1], [3, 3]]);
    expect(found('feeling of loss', 'feel of')).toEqual([]);
  });
  it('finds parts of words with a hyphen', () => {
    expect(found('my sister-in-law came', 'in law came')).toEqual([[1, 2]]);
  });
  it('finds nothing for a query without letters', () => {
    expect(found('well, well', '…')).toEqual([]);
  });
});
