import { describe, expect, it } from 'vitest';
import { choices, type Codebook } from './codes';
import { inWords, isEmpty, isWhole, NOTHING, sent, wantedIn } from './wanted';

const code = (id: string, name: string, parent: string | null = null, state = 'used') =>
  ({ id, name, parent, state, colour: '', definition: '', example: '', merged_into: null, version: 1, made_by: 'lea' }) as Codebook['codes'][number];
const book: Codebook = {
  version: 3,
  codes: [code('a', 'Staying', 'b'), code('b', 'Being held'), code('c', 'Anger'), code('d', 'Gone', null, 'removed')],
  themes: [{ id: 't', name: 'Holding on', definition: '', codes: ['a'], state: 'used', version: 2, made_by: 'lea' }],
};

describe('what a playlist is made from', () => {
  it('is read from an address and said in words', () => {
    const wanted = wantedIn('?code=b&group=D03&wave=2&other=1');
    expect(inWords(wanted, book)).toBe('code “Being held”, group D03, wave 2');
    expect(inWords({ ...NOTHING, theme: 't', marker: 'laughter', text: ' held my ', role: 'C' }, book, new Map([['C', 'client']]))).toBe(
      'theme “Holding on”, “held my”, laughter, client',
    );
  });

  it('means whole interviews where nothing is asked of what is in them', () => {
    expect(isWhole(NOTHING)).toBe(true);
    expect(isEmpty(NOTHING)).toBe(true);
    expect(inWords({ ...NOTHING, group: 'D03' }, book)).toBe('whole interviews, group D03');
    expect(inWords({ ...NOTHING, query: 'code:held near 10s marker:laughter' }, book)).toBe('code:held near 10s marker:laughter');
    expect(isWhole({ ...NOTHING, text: 'x' })).toBe(false);
  });

  it('sends what is filled in', () => {
    expect(sent({ ...NOTHING, wave: '2', text: ' a ' })).toEqual({ query: '', code: null, theme: null, coder: null, marker: null, text: 'a', group: null, role: null, wave: 2 });
  });
});

describe('codes to choose from', () => {
  it('stand as a tree, without those that went', () => {
    expect(choices(book).map(({ name, depth }) => [name, depth])).toEqual([
      ['Anger', 0],
      ['Being held', 0],
      ['Staying', 1],
    ]);
  });
});
