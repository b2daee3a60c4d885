import { expect, test } from 'vitest';
import { firstSlots, KEYS, withUsed } from './strip';

const codes = (slots: readonly { code: string }[]) => slots.map((slot) => slot.code);

test('it begins with the pinned codes, then the latest', () => {
  expect(codes(firstSlots(['p'], ['a', 'b', 'a', 'p']))).toEqual(['p', 'a', 'b']);
  expect(firstSlots([], 'abcdefghijkl'.split(''))).toHaveLength(KEYS);
});

test('a code keeps its key when it is used again', () => {
  expect(codes(withUsed(firstSlots([], ['a', 'b', 'c']), 'b'))).toEqual(['a', 'b', 'c']);
});

test('a new one takes the key of the one not used for longest, never of a pinned one', () => {
  const full = firstSlots(['p'], 'abcdefgh'.split(''));
  expect(codes(withUsed(full, 'new'))).toEqual(['p', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'new']);
  expect(codes(withUsed(withUsed(full, 'h'), 'new'))).toEqual(['p', 'a', 'b', 'c', 'd', 'e', 'f', 'new', 'h']);
  const pinned = firstSlots('abcdefghi'.split(''), []);
  expect(codes(withUsed(pinned, 'new'))).toEqual('abcdefghi'.split(''));
});
