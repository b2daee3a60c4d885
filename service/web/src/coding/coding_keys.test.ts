import { expect, test } from 'vitest';
import { doesOf } from './coding_keys';

const key = (name: string, more: Partial<KeyboardEvent> = {}) => ({ key: name, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

test('arrows belong to the page until words are selected, or Shift begins to select', () => {
  expect(doesOf(key('ArrowRight'), 'nothing')).toBeNull();
  expect(doesOf(key('ArrowRight'), 'pick')).toEqual({ act: 'move', by: 'word', way: 1, extend: false });
  expect(doesOf(key('ArrowDown', { shiftKey: true }), 'nothing')).toEqual({ act: 'move', by: 'utterance', way: 1, extend: true });
});

test('digits code by their place on the keyboard, where there is something to code', () => {
  expect(doesOf(key('é', { code: 'Digit2' }), 'pick')).toEqual({ act: 'strip', key: 2 });
  expect(doesOf(key('2', { code: 'Digit2' }), 'coding')).toEqual({ act: 'strip', key: 2 });
  expect(doesOf(key('2', { code: 'Digit2' }), 'nothing')).toBeNull();
});

test('undo is there always, and browser shortcuts stay the browser’s', () => {
  expect(doesOf(key('z', { ctrlKey: true }), 'nothing')).toEqual({ act: 'undo' });
  expect(doesOf(key('Z', { metaKey: true, shiftKey: true }), 'pick')).toEqual({ act: 'redo' });
  expect(doesOf(key('s', { ctrlKey: true }), 'pick')).toBeNull();
  expect(doesOf(key('ArrowLeft', { altKey: true }), 'pick')).toBeNull();
});

test('keys of the open coding are not those of selected words', () => {
  expect(doesOf(key('Delete'), 'coding')).toEqual({ act: 'remove' });
  expect(doesOf(key('Delete'), 'pick')).toBeNull();
  expect(doesOf(key('i'), 'coding')).toBeNull();
});
