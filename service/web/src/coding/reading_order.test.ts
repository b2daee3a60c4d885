import { expect, test } from 'vitest';
import { ReadingOrder } from './reading_order';

/** Row 1 is said while row 0 still goes on. */
const order = new ReadingOrder([
  { index: 0, words: [{ id: 10, text: 'I', start_ms: 0, end_ms: 90 }, { id: 11, text: 'um', start_ms: 100, end_ms: 300, disfluency: 'filler' }, { id: 12, text: 'hope', start_ms: 400, end_ms: 900 }] },
  { index: 1, words: [{ id: 3, text: 'mhm', start_ms: 500, end_ms: 700 }] },
  { index: 2, words: null },
  { index: 3, words: [{ id: 20, text: 'so', start_ms: 2000, end_ms: 2200 }] },
]);

test('words stand in the order of rows, whatever their ids are', () => {
  expect(order.words.map((word) => word.id)).toEqual([10, 11, 12, 3, 20]);
  expect(order.placeOf(3)).toBe(3);
  expect(order.placeOf(99)).toBe(-1);
  expect(order.ofRow(0)).toEqual([0, 2]);
  expect(order.ofRow(2)).toBeNull();
});

test('a coding goes from the earliest start to the latest end of its words, whichever way it was chosen', () => {
  const anchor = { first_word: 12, last_word: 3, start_ms: 400, end_ms: 900 };
  expect(order.anchor(12, 3)).toEqual(anchor);
  expect(order.anchor(3, 12)).toEqual(anchor);
  expect(order.anchor(3, 99)).toBeNull();
});

test('the word at a time is the one whose edge is nearest', () => {
  expect(order.at(order.startingNear(430))!.id).toBe(12);
  expect(order.at(order.startingNear(480))!.id).toBe(3);
  expect(order.at(order.endingNear(690))!.id).toBe(3);
  expect(order.at(order.endingNear(999_999))!.id).toBe(20);
  expect(order.at(order.startingNear(-5))!.id).toBe(10);
  expect(new ReadingOrder([]).startingNear(5)).toBe(-1);
});
