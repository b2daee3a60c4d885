import { expect, test } from 'vitest';
import type { CodeLine } from './codes';
import type { ShownCoding } from './coding_here.svelte';
import { ALL, counts, listed } from './listing';

const line = (id: string, ...above: string[]): CodeLine => ({ id, name: id, above, colour: '#000000', definition: '' });
const lines = [line('hope'), line('oneself', 'hope'), line('deep', 'hope', 'oneself'), line('shame')];
const coding = (id: string, code: string | null, coder = 'kim', wordsChanged = false): ShownCoding => ({
  id, code, coder, mine: coder === 'kim', weight: null, wordsChanged, suggested: null, madeAt: id, unsaved: false,
  place: { first_word: 1, last_word: 2, start_ms: 0, end_ms: 9 },
});
const codings = [coding('1', 'hope'), coding('2', 'deep'), coding('3', 'shame', 'anna'), coding('4', null, 'kim', true)];
const ids = (found: ShownCoding[]) => found.map((one) => one.id);

test('a code is listed with those below it', () => {
  expect(ids(listed(codings, lines, { ...ALL, code: 'hope' }))).toEqual(['1', '2']);
  expect(ids(listed(codings, lines, { ...ALL, code: 'shame' }))).toEqual(['3']);
  expect(ids(listed(codings, lines, ALL))).toEqual(['1', '2', '3', '4']);
});

test('what is not named, of one coder, or changed, is listed by itself', () => {
  expect(ids(listed(codings, lines, { ...ALL, code: 'none' }))).toEqual(['4']);
  expect(ids(listed(codings, lines, { ...ALL, coder: 'anna' }))).toEqual(['3']);
  expect(ids(listed(codings, lines, { ...ALL, changed: true }))).toEqual(['4']);
});

test('each code is counted', () => {
  expect(counts(codings).get('hope')).toBe(1);
  expect(counts(codings).get(null)).toBe(1);
});
