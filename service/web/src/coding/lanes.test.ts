import { expect, test } from 'vitest';
import { lanesOf, type InRows } from './lanes';

const made = (id: string, fromRow: number, toRow: number, madeAt: string, coder = 'kim'): InRows => ({ id, coder, madeAt, fromRow, toRow });

test('what shares a row stands side by side, what does not in one lane', () => {
  const { of, count } = lanesOf([made('a', 0, 4, '1'), made('b', 2, 3, '2'), made('c', 5, 6, '3')], 'kim');
  expect([of.get('a'), of.get('b'), of.get('c'), count]).toEqual([0, 1, 0, 2]);
});

test('a new coding moves none of the others', () => {
  const before = [made('a', 4, 9, '1'), made('b', 8, 12, '2')];
  const after = lanesOf([made('new', 0, 20, '9'), ...before], 'kim');
  expect([after.of.get('a'), after.of.get('b'), after.of.get('new')]).toEqual([0, 1, 2]);
});

test('one’s own stand first, then those of each other coder', () => {
  const { of, count } = lanesOf([made('x', 0, 1, '1', 'anna'), made('y', 0, 1, '2', 'zoe'), made('z', 7, 8, '3', 'kim'), made('w', 7, 8, '4', 'kim')], 'kim');
  expect([of.get('z'), of.get('w'), of.get('x'), of.get('y'), count]).toEqual([0, 1, 2, 3, 4]);
});
