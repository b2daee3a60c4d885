import { expect, test } from 'vitest';
import { moved } from './picking';
import { ReadingOrder } from './reading_order';

const word = (id: number) => ({ id, text: `w${id}`, start_ms: id * 100, end_ms: id * 100 + 80 });
const order = new ReadingOrder([
  { index: 0, words: [word(1), word(2), word(3)] },
  { index: 1, words: [word(4), word(5)] },
  { index: 2, words: [word(6)] },
]);

test('a caret goes from word to word over the ends of utterances', () => {
  expect(moved(order, { from: 3, to: 3 }, 'word', 1, false)).toEqual({ from: 4, to: 4 });
  expect(moved(order, { from: 1, to: 1 }, 'word', -1, false)).toEqual({ from: 1, to: 1 });
  expect(moved(order, { from: 1, to: 1 }, 'word', 1, false, (place) => place === 1)).toEqual({ from: 3, to: 3 });
});

test('with shift it is extended, and back', () => {
  const three = moved(order, moved(order, { from: 2, to: 2 }, 'word', 1, true), 'word', 1, true);
  expect(three).toEqual({ from: 2, to: 4 });
  expect(moved(order, three, 'word', -1, true)).toEqual({ from: 2, to: 3 });
});

test('by utterances it takes the rest of this one before the next', () => {
  const rest = moved(order, { from: 2, to: 2 }, 'utterance', 1, true);
  expect(rest).toEqual({ from: 2, to: 3 });
  const next = moved(order, rest, 'utterance', 1, true);
  expect(next).toEqual({ from: 2, to: 5 });
  expect(moved(order, moved(order, next, 'utterance', 1, true), 'utterance', 1, true)).toEqual({ from: 2, to: 6 });
  expect(moved(order, { from: 5, to: 5 }, 'utterance', -1, true)).toEqual({ from: 5, to: 4 });
});

test('without shift it goes to the first word of the utterance after or before', () => {
  expect(moved(order, { from: 2, to: 2 }, 'utterance', 1, false)).toEqual({ from: 4, to: 4 });
  expect(moved(order, { from: 5, to: 5 }, 'utterance', -1, false)).toEqual({ from: 1, to: 1 });
  expect(moved(order, { from: 6, to: 6 }, 'utterance', 1, false)).toEqual({ from: 6, to: 6 });
});
