import { describe, expect, it } from 'vitest';
import type { Code } from '../api/types';
import { readList, toAdd } from './plain_list';

const there = (name: string): Code => ({
  id: `id of ${name}`, parent: null, name, definition: '', colour: '', example: '', state: 'used', merged_into: null, version: 1, made_by: 'ann',
});
const read = (text: string, ...names: string[]) => readList(text, names.map(there));
const ids = () => {
  let next = 0;
  return () => `new ${(next += 1)}`;
};

describe('a plain list', () => {
  it('puts what is indented below, however it is indented', () => {
    for (const text of ['care\n  tea\n  hands\n    left\nwarmth', 'care\n\ttea\n\thands\n\t\tleft\nwarmth', '- care\r\n  - tea\r\n  • hands\r\n     * left\r\n\r\nwarmth\n']) {
      expect(read(text).map(({ name, depth, above }) => [name, depth, above])).toEqual([
        ['care', 0, -1], ['tea', 1, 0], ['hands', 1, 0], ['left', 2, 2], ['warmth', 0, -1],
      ]);
    }
  });

  it('takes what follows a tab for the definition', () => {
    expect(read('\tcare\tlooking after\tsomebody ').map(({ name, definition, depth }) => [name, definition, depth])).toEqual([['care', 'looking after somebody', 0]]);
  });

  it('says which lines can not be added', () => {
    const lines = read(`care\nCARE\n${'x'.repeat(201)}`);
    expect(lines.map(({ problem }) => problem)).toEqual(['', 'It is on line 1 already.', 'A name has 200 characters at most.']);
  });

  it('adds only what is new, below what is there', () => {
    const lines = read('Care\n  tea\n    sugar\nwarmth', 'care');
    expect(toAdd(lines, ids())).toEqual([
      { id: 'new 1', name: 'tea', definition: '', parent: 'id of care' },
      { id: 'new 2', name: 'sugar', definition: '', parent: 'new 1' },
      { id: 'new 3', name: 'warmth', definition: '', parent: null },
    ]);
  });

  it('is nothing where nothing is said', () => {
    expect(read(' \n\t\n - \n')).toEqual([]);
    expect(read('')).toEqual([]);
  });
});
