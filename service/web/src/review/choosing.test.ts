import { expect, test } from 'vitest';
import { bounds, moved, nextOpen } from './choosing';
import { reviewActOf } from './keys';
import { estimateWords } from './words';

test('choosing begins beside the mention, or grows from its edge', () => {
  expect(moved(null, 1, false, 10, 4, 2)).toEqual({ anchor: 6, focus: 6 });
  expect(moved(null, -1, false, 10, 4, 2)).toEqual({ anchor: 3, focus: 3 });
  expect(moved(null, 1, true, 10, 4, 2)).toEqual({ anchor: 4, focus: 6 });
  expect(moved(null, -1, true, 10, 4, 2)).toEqual({ anchor: 5, focus: 3 });
});

test('a choice moves, grows and stays within the passage', () => {
  expect(moved({ anchor: 9, focus: 9 }, 1, false, 10, 0)).toEqual({ anchor: 9, focus: 9 });
  expect(moved({ anchor: 3, focus: 4 }, 1, true, 10, 0)).toEqual({ anchor: 3, focus: 5 });
  expect(bounds({ anchor: 5, focus: 3 })).toEqual({ first: 3, last: 5 });
  expect(moved(null, 1, false, 0, 0)).toBeNull();
});

test('the next open one comes after this one, then from the start', () => {
  const list = [1, 2, 3, 4];
  expect(nextOpen(list, 1, (one) => one % 2 === 1)).toBe(3);
  expect(nextOpen(list, 3, (one) => one === 2)).toBe(2);
  expect(nextOpen(list, 0, () => false)).toBeNull();
});

test('keys ask for acts whatever the case, and leave shortcuts of the browser alone', () => {
  const key = (name: string, extra = {}) => reviewActOf({ key: name, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...extra });
  expect(key('a')).toBe('accept');
  expect(key('A', { shiftKey: true })).toBe('acceptSame');
  expect(key('A')).toBe('accept');
  expect(key('?', { shiftKey: true })).toBe('help');
  expect(key('r', { ctrlKey: true })).toBeNull();
  expect(key('q')).toBeNull();
});

test('an estimate is a range, or says why there is none', () => {
  const of = { label: 'NAME', found: 9, sources: 3, remaining: 0.7, low: 0, high: 3, why_not: null };
  expect(estimateWords(of)).toBe('about 0–3 may remain');
  expect(estimateWords({ ...of, low: 0, high: 0 })).toBe('about 0 may remain');
  expect(estimateWords({ ...of, remaining: null, low: null, high: null, why_not: 'one_source' })).toContain('only one detector');
});
