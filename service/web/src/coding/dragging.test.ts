import { expect, test } from 'vitest';
import { draggedTo, draggedToTime } from './dragging';
import { ReadingOrder } from './reading_order';

const word = (id: number) => ({ id, text: `w${id}`, start_ms: id * 100, end_ms: id * 100 + 80 });
const order = new ReadingOrder([
  { index: 0, words: [word(1), word(2), word(3)] },
  { index: 1, words: [word(4), word(5)] },
]);
const anchor = { first_word: 2, last_word: 4, start_ms: 190, end_ms: 480 };

test('an edge goes to the edge of a word, and the other stays where it was put', () => {
  expect(draggedTo(order, anchor, 'end', 5)).toEqual({ first_word: 2, last_word: 5, start_ms: 190, end_ms: 580 });
  expect(draggedTo(order, anchor, 'start', 3)).toEqual({ first_word: 3, last_word: 4, start_ms: 300, end_ms: 480 });
});

test('one word stays when an edge is dragged over the other', () => {
  expect(draggedTo(order, anchor, 'start', 5)).toEqual({ first_word: 4, last_word: 4, start_ms: 400, end_ms: 480 });
  expect(draggedTo(order, anchor, 'end', 1)).toEqual({ first_word: 2, last_word: 2, start_ms: 190, end_ms: 280 });
});

test('on the waveform it snaps to the nearest word', () => {
  expect(draggedToTime(order, anchor, 'end', 360)).toEqual({ first_word: 2, last_word: 3, start_ms: 190, end_ms: 380 });
  expect(draggedToTime(order, anchor, 'start', 120).first_word).toBe(1);
});

test('nothing moves to where it is already, or to a word that is not there', () => {
  expect(draggedTo(order, anchor, 'end', 4)).toBe(anchor);
  expect(draggedTo(order, anchor, 'end', 77)).toBe(anchor);
});
