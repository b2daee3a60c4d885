import { expect, test } from 'vitest';
import { History } from './history';

const coded = { place: { first_word: 1, last_word: 2, start_ms: 0, end_ms: 9 }, code: 'c', weight: null };
const heavier = { ...coded, weight: 80 };

test('steps are undone from the latest, and done again in their order', () => {
  const history = new History();
  history.add({ of: 'coding', id: 'a', before: null, after: coded });
  history.add({ of: 'coding', id: 'a', before: coded, after: heavier });
  expect(history.undo()).toEqual({ of: 'coding', id: 'a', before: heavier, after: coded });
  expect(history.undo()).toEqual({ of: 'coding', id: 'a', before: coded, after: null });
  expect(history.undo()).toBeNull();
  expect(history.redo()).toEqual({ of: 'coding', id: 'a', before: null, after: coded });
  expect(history.redo()).toEqual({ of: 'coding', id: 'a', before: coded, after: heavier });
  expect(history.canRedo).toBe(false);
});

test('something new takes the place of what was undone', () => {
  const history = new History();
  history.add({ of: 'coding', id: 'a', before: null, after: coded });
  history.undo();
  history.add({ of: 'coding', id: 'b', before: null, after: coded });
  expect(history.redo()).toBeNull();
  expect(history.undo()!.id).toBe('b');
});

test('what somebody else changed can no longer be undone', () => {
  const history = new History();
  history.add({ of: 'coding', id: 'a', before: null, after: coded });
  history.add({ of: 'coding', id: 'b', before: null, after: coded });
  history.forget('b');
  expect(history.undo()!.id).toBe('a');
  history.forget('a');
  expect(history.canUndo || history.canRedo).toBe(false);
});

test('a memo is undone like a coding', () => {
  const history = new History();
  history.add({ of: 'memo', id: 'm', before: null, after: { coding: 'a', text: 'twice' } });
  expect(history.undo()).toEqual({ of: 'memo', id: 'm', before: { coding: 'a', text: 'twice' }, after: null });
});
