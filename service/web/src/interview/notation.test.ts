import { describe, expect, it } from 'vitest';
import type { Notated } from '../api/types';
import { EVERYTHING } from './markers';
import { beside, following, isNotation, notedOf } from './notation';

const sign = { utterance: 0, text: '(2.3)', says: 'pause 2.3 s', kind: 'pause' as const, start_ms: 0, end_ms: 2300 };
const notated: Notated = {
  notation: 'jefferson',
  name: '',
  note: '',
  kinds: ['pause', 'volume'],
  legend: [],
  signs: [
    { ...sign, word: 7, side: 'before' },
    { ...sign, word: 7, side: 'opens', text: '°', kind: 'volume' },
    { ...sign, word: 8, side: 'closes', text: '°', kind: 'volume' },
  ],
  between: [{ ...sign, before: 3 }, { ...sign, before: null, end_ms: 400 }],
  words: [{ id: 9, text: 'LOUD', kind: 'volume' }, { id: 10, text: 'small', kind: null }],
};

describe('signs in the text', () => {
  it('stand at their words and between lines', () => {
    const noted = notedOf(notated, EVERYTHING);
    expect(noted.words.get(7)?.before.map((one) => one.text)).toEqual(['(2.3)']);
    expect(noted.words.get(7)?.opens.map((one) => one.text)).toEqual(['°']);
    expect(noted.words.get(8)?.closes.map((one) => one.text)).toEqual(['°']);
    expect(noted.words.get(9)?.text).toBe('LOUD');
    expect([...noted.between.keys()]).toEqual([3, null]);
  });
  it('go with the kinds that are hidden, and so does a spelling', () => {
    const noted = notedOf(notated, { hidden: new Set(['volume' as const]), leastPauseS: 1, said: 'any' as const });
    expect(noted.words.get(7)?.opens).toEqual([]);
    expect(noted.words.get(9)).toBeUndefined();
    expect(noted.words.get(10)?.text).toBe('small');
  });
  it('are long pauses only, where only those are asked for', () => {
    const noted = notedOf(notated, { hidden: new Set(), leastPauseS: 2, said: 'any' });
    expect([...noted.between.keys()]).toEqual([3]);
  });
});

it('what a notation has no sign for stands beside plain words only', () => {
  const markers = [{ kind: 'pause' as const }, { kind: 'hesitation' as const }];
  expect(beside(markers, null)).toEqual(markers);
  expect(beside(markers, notated)).toEqual([]);
  expect(beside(markers, { ...notated, notation: 'plain' })).toEqual([markers[1]]);
});

it('a key goes through all of them', () => {
  expect([following('plain'), following('jefferson'), following('gat2')]).toEqual(['jefferson', 'gat2', 'plain']);
  expect([isNotation('gat2'), isNotation('gat'), isNotation(null)]).toEqual([true, false, false]);
});
