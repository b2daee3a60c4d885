import { describe, expect, it } from 'vitest';
import type { Code } from '../api/types';
import { givenOf, nextRow, pathOf, rowsOf, together, whyNotBelow, whyNotInto } from './tree';

const code = (id: string, parent: string | null = null, more: Partial<Code> = {}): Code => ({
  id, parent, name: id, definition: '', colour: '', example: '', state: 'used', merged_into: null, version: 1, made_by: 'ann', ...more,
});
const BOOK = [
  code('warmth'),
  code('care'),
  code('small care', 'care', { definition: 'Gestures, naïve ones' }),
  code('tea', 'small care', { example: 'She made me tea' }),
  code('gone', null, { state: 'removed' }),
  code('left behind', 'gone'),
];
const shown = (closed: string[] = [], query = '') => rowsOf(BOOK, new Set(closed), query).map(({ code: { id }, depth, found }) => `${'>'.repeat(depth)}${id}${found ? '' : '?'}`);

describe('the tree', () => {
  it('is in order of name, what went is not in it, what lay below that is at the top', () => {
    expect(shown()).toEqual(['care', '>small care', '>>tea', 'left behind', 'warmth']);
  });

  it('hides what lies below a closed code', () => {
    expect(shown(['small care'])).toEqual(['care', '>small care', 'left behind', 'warmth']);
  });

  it('finds words of definitions and examples, also in what is closed, and shows what lies above', () => {
    expect(shown(['care'], 'NAIVE gest')).toEqual(['care?', '>small care']);
    expect(shown([], 'made me')).toEqual(['care?', '>small care?', '>>tea']);
    expect(shown([], 'xylophone')).toEqual([]);
  });

  it('does not go round where codes lie below each other', () => {
    expect(rowsOf([code('a', 'b'), code('b', 'a')], new Set(), 'x')).toEqual([]);
    expect(pathOf([code('a', 'b'), code('b', 'a')], 'a')).toEqual(['b']);
  });

  it('knows the way down to a code', () => {
    expect(pathOf(BOOK, 'tea')).toEqual(['care', 'small care']);
    expect(pathOf(BOOK, 'left behind')).toEqual([]);
  });

  it('says where a code can not go', () => {
    expect(whyNotBelow(BOOK, 'care', 'tea')).toMatch(/below this one/);
    expect(whyNotBelow(BOOK, 'care', 'care')).toMatch(/this one/);
    expect(whyNotBelow(BOOK, 'care', null)).toMatch(/is there/);
    expect(whyNotBelow(BOOK, 'tea', 'care')).toBe('');
    expect(whyNotInto(BOOK, 'care', 'tea')).toMatch(/below this one/);
    expect(whyNotInto(BOOK, 'tea', 'care')).toBe('');
  });

  it('counts each interview once', () => {
    const given = givenOf([
      { code: 'care', interviews: [{ interview: 'D01-T1', codings: 2 }, { interview: 'D01-C1', codings: 1 }], hidden: 1, kept: 0 },
      { code: 'tea', interviews: [{ interview: 'D01-C1', codings: 4 }], hidden: 0, kept: 3 },
    ]);
    const all = together(given, ['care', 'tea', 'warmth']);
    expect([all.codings, all.hidden, all.kept, [...all.interviews]]).toEqual([7, 1, 3, ['D01-T1', 'D01-C1']]);
  });

  it('is walked with the arrow keys', () => {
    const rows = rowsOf(BOOK, new Set(['small care']));
    expect(nextRow(rows, 0, 'ArrowDown')).toBe(1);
    expect(nextRow(rows, 0, 'ArrowUp')).toBeNull();
    expect(nextRow(rows, 0, 'ArrowLeft')).toBe('close');
    expect(nextRow(rows, 1, 'ArrowLeft')).toBe(0);
    expect(nextRow(rows, 1, 'ArrowRight')).toBe('open');
    expect(nextRow(rows, 0, 'ArrowRight')).toBe(1);
    expect(nextRow(rows, 3, 'ArrowRight')).toBeNull();
    expect(nextRow(rows, 0, 'End')).toBe(3);
    expect(nextRow([], -1, 'ArrowDown')).toBeNull();
    expect(nextRow(rows, -1, 'ArrowDown')).toBe(0);
  });
});
