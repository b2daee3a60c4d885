import { expect, test } from 'vitest';
import type { Content } from './content';
import { Unsaved } from './unsaved';

function drawer() {
  const held = new Map<string, string>();
  return { held, getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value), removeItem: (key: string) => void held.delete(key) };
}
const coded: Content = { place: { first_word: 1, last_word: 2, start_ms: 5, end_ms: 9 }, code: null, weight: 40 };

test('what is kept is found again, removals too, by its coder in its interview only', () => {
  const tab = drawer();
  new Unsaved('kim', 'D03-T2', () => tab).keep(new Map([['a', coded], ['b', null]]));
  expect([...new Unsaved('kim', 'D03-T2', () => tab).found()]).toEqual([['a', coded], ['b', null]]);
  expect(new Unsaved('anna', 'D03-T2', () => tab).found().size).toBe(0);
  expect(new Unsaved('kim', 'D03-T3', () => tab).found().size).toBe(0);
});

test('nothing stays once all is saved', () => {
  const tab = drawer();
  const unsaved = new Unsaved('kim', 'D03-T2', () => tab);
  unsaved.keep(new Map([['a', coded]]));
  unsaved.keep(new Map());
  expect(tab.held.size).toBe(0);
});

test('what can’t be read is nothing', () => {
  const tab = { ...drawer(), getItem: () => '{"not": "ours"' };
  expect(new Unsaved('kim', 'D03-T2', () => tab).found().size).toBe(0);
});

test('where the browser keeps nothing for pages, coding goes on', () => {
  const refused = new Unsaved('kim', 'D03-T2', () => {
    throw new DOMException('refused', 'SecurityError');
  });
  refused.keep(new Map([['a', coded]]));
  expect(refused.found().size).toBe(0);
});
