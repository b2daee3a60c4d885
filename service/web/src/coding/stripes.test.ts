import { expect, test } from 'vitest';
import type { ShownCoding } from './coding_here.svelte';
import { ReadingOrder } from './reading_order';
import { stripesOf } from './stripes';

const word = (id: number) => ({ id, text: 'abc', start_ms: id * 100, end_ms: id * 100 + 80 });
const order = new ReadingOrder([
  { index: 0, words: [word(1), word(2), word(3), word(4)] },
  { index: 1, words: [word(5), word(6)] },
  { index: 2, words: null },
]);
const coding = (id: string, first: number, last: number, coder = 'kim'): ShownCoding => ({
  id, coder, mine: coder === 'kim', code: null, weight: null, wordsChanged: false, suggested: null, madeAt: id, unsaved: false,
  place: { first_word: first, last_word: last, start_ms: first * 100, end_ms: last * 100 + 80 },
});

test('a stripe goes from its first to its last word, over the rows between', () => {
  const { ofRow, lanes } = stripesOf([coding('a', 2, 5)], 'kim', order, () => 0);
  expect(ofRow.get(0)!.map(({ from, to }) => [from, to])).toEqual([[0.25, null]]);
  expect(ofRow.get(1)!.map(({ from, to }) => [from, to])).toEqual([[null, 0.5]]);
  expect(lanes).toBe(1);
});

test('stripes of a row stand in lanes, those of others after one’s own', () => {
  const { ofRow } = stripesOf([coding('a', 1, 2, 'anna'), coding('b', 2, 3)], 'kim', order, () => 0);
  expect(ofRow.get(0)!.map((stripe) => [stripe.coding.id, stripe.lane])).toEqual([['a', 1], ['b', 0]]);
});

test('where words are not loaded, the row is that of the time', () => {
  const { ofRow } = stripesOf([coding('a', 70, 71)], 'kim', order, () => 2);
  expect(ofRow.get(2)!.map(({ from, to }) => [from, to])).toEqual([[0, 1]]);
});
