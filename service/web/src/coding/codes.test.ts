import { expect, test } from 'vitest';
import type { Code } from '../api/types';
import { COLOURS } from '../codebook/colours';
import { codeLines, colourOf, matching, named } from './codes';

const code = (id: string, name: string, parent: string | null = null, state: Code['state'] = 'used', colour = ''): Code => ({
  id, name, parent, state, colour, definition: '', example: '', merged_into: null, version: 1, made_by: 'anna',
});
const lines = codeLines({
  codes: [
    code('1', 'Hope'),
    code('2', 'Shame'),
    code('3', 'hope for oneself', '1'),
    code('4', 'Épuisement', '2'),
    code('5', 'gone', null, 'removed'),
    code('6', 'left alone', '5'),
  ],
});

test('codes stand below the code they belong to, and those that went do not', () => {
  expect(lines.map((line) => [line.name, line.above])).toEqual([
    ['Hope', []],
    ['hope for oneself', ['Hope']],
    ['left alone', []],
    ['Shame', []],
    ['Épuisement', ['Shame']],
  ]);
});

test('what is typed finds names, without accents, with letters left out', () => {
  expect(matching(lines, 'hope')[0]!.id).toBe('1');
  expect(matching(lines, 'epui').map((line) => line.id)).toEqual(['4']);
  expect(matching(lines, 'hfo').map((line) => line.id)).toEqual(['3']);
  expect(matching(lines, 'xyz')).toEqual([]);
  expect(matching(lines, ' ')).toHaveLength(5);
});

test('a word of the code above finds it too', () => {
  expect(matching(lines, 'shame epui').map((line) => line.id)).toEqual(['4']);
  expect(matching(lines, 'shame').map((line) => line.id)).toEqual(['2', '4']);
});

test('a name is found whatever its case', () => {
  expect(named(lines, ' HOPE ')!.id).toBe('1');
  expect(named(lines, 'hop')).toBeNull();
});

test('a code has its own colour, or always the same one', () => {
  expect(colourOf(code('1', 'a', null, 'used', '#123456'))).toBe('#123456');
  expect(COLOURS).toContain(colourOf(code('abc', 'a')));
  expect(colourOf(code('abc', 'a'))).toBe(colourOf(code('abc', 'renamed')));
});
