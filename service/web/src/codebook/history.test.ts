import { describe, expect, it } from 'vitest';
import type { Code, CodebookChange, Theme } from '../api/types';
import { changeInWords, inTheWay, touches, undoneBy } from './history';

const code = (id: string, more: Partial<Code> = {}): Code => ({
  id, parent: null, name: id, definition: '', colour: '', example: '', state: 'used', merged_into: null, version: 1, made_by: 'ann', ...more,
});
const theme = (id: string, codes: string[]): Theme => ({ id, name: id, definition: '', codes, state: 'used', version: 1, made_by: 'lea' });
const change = (act: string, before: Code[], after: Code[], more: Partial<CodebookChange> = {}): CodebookChange => ({
  number: 2, at: '2031-01-01T00:00:00Z', who: 'lea', act, undoes: null,
  before: { version: 2, codes: before, themes: [] }, after: { version: 2, codes: after, themes: [] }, ...more,
});
const words = (one: CodebookChange) => changeInWords(one, new Map([['warmth', 'warmth']]));

describe('a change of the codebook', () => {
  it('is said in words', () => {
    expect(words(change('code_added', [], [code('care', { parent: 'warmth' })]))).toBe('added “care” below “warmth”');
    expect(words(change('code_edited', [code('care')], [code('care', { name: 'caring', example: 'x', colour: '#112233' })]))).toBe(
      'renamed “care” to “caring”, and changed the example and colour of “caring”',
    );
    expect(words(change('code_moved', [code('care', { parent: 'warmth' })], [code('care')]))).toBe('moved “care” to the top');
    expect(words(change('code_merged', [code('care'), code('tea', { parent: 'care' })], [code('tea', { parent: 'warmth' }), code('care', { state: 'merged', merged_into: 'warmth' })]))).toBe(
      'merged “care” into “warmth”',
    );
    expect(words(change('code_split', [code('care')], [code('small'), code('care')]))).toBe('split “care”: “small” came out of it');
    expect(words(change('codes_added', [], ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => code(id))))).toBe('added 6 codes from a list: “a”, “b”, “c”, “d”, “e” and others');
    expect(words(change('change_undone', [], [], { undoes: 7 }))).toBe('undid change 7');
    const themes = { before: { version: 2, codes: [], themes: [theme('closeness', [])] }, after: { version: 2, codes: [], themes: [theme('closeness', ['care'])] } };
    expect(words(change('theme_edited', [], [], themes))).toBe('changed the codes of “closeness”');
  });

  it('is found by what it changed', () => {
    const moved = change('code_moved', [code('care', { parent: 'warmth' })], [code('care')]);
    expect([touches(moved, 'care'), touches(moved, 'warmth')]).toEqual([true, false]);
  });

  it('is undone by another, which can be undone too', () => {
    const undo = (number: number, undoes: number) => change('change_undone', [], [], { number, undoes });
    expect([...undoneBy([undo(3, 2)])]).toEqual([[2, 3]]);
    expect([...undoneBy([undo(3, 2), undo(4, 3)])]).toEqual([[3, 4]]);
    expect([...undoneBy([undo(3, 2), undo(4, 3), undo(5, 2)])]).toEqual([[3, 4], [2, 5]]);
  });

  it('can not be undone while what it changed is otherwise now', () => {
    const renamed = change('code_edited', [code('care')], [code('care', { name: 'caring', version: 2 })]);
    expect(inTheWay(renamed, [code('care', { name: 'caring', version: 2 })], [])).toEqual([]);
    expect(inTheWay(renamed, [code('care', { name: 'caring', version: 9 })], [])).toEqual([]);
    expect(inTheWay(renamed, [code('care', { name: 'love', version: 5 })], [])).toEqual([{ name: 'love', change: 5 }]);
  });
});
