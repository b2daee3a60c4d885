import { expect, it } from 'vitest';
import { narrowed } from './narrowing';

it('keeps a query together that says or', () => {
  expect(narrowed('code:a and hand', 'wave:2')).toBe('code:a and hand and wave:2');
  expect(narrowed('code:a or hand', 'wave:2')).toBe('(code:a or hand) and wave:2');
  expect(narrowed('(code:a)or(hand)', 'wave:2')).toBe('((code:a)or(hand)) and wave:2');
  expect(narrowed('"this or that"', 'wave:2')).toBe('"this or that" and wave:2');
});
