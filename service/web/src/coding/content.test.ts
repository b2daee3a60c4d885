import { expect, test } from 'vitest';
import { requestFor, type Content } from './content';

const place = { first_word: 1, last_word: 4, start_ms: 100, end_ms: 900 };
const coded: Content = { place, code: 'c', weight: null };

test('what is not there is added, and what is there as wanted is left', () => {
  expect(requestFor(null, coded)).toEqual({ act: 'add', content: coded });
  expect(requestFor({ version: 3, content: { ...coded, place: { ...place } } }, coded)).toBeNull();
});

test('what was added and removed before anything was sent needs no request', () => {
  expect(requestFor(null, null)).toBeNull();
});

test('a change says which version it is of, and whether the place moves', () => {
  const recoded = { ...coded, code: 'd' };
  expect(requestFor({ version: 3, content: coded }, recoded)).toEqual({ act: 'change', version: 3, content: recoded, moves: false });
  const moved = { ...coded, place: { ...place, last_word: 5, end_ms: 1200 } };
  expect(requestFor({ version: 3, content: coded }, moved)).toEqual({ act: 'change', version: 3, content: moved, moves: true });
});

test('what was removed is restored before it is changed', () => {
  expect(requestFor({ version: 3, content: coded }, null)).toEqual({ act: 'remove', version: 3 });
  expect(requestFor({ version: 4, content: null }, { ...coded, weight: 50 })).toEqual({ act: 'restore', version: 4 });
});
