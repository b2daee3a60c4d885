import { describe, expect, it } from 'vitest';
import type { Word } from '../api/types';
import { edgesOf, moved, pressed, timeOf } from './edges';

const words = [0, 1, 2, 3, 4].map((id) => ({ id, start_ms: id * 100, end_ms: id * 100 + 90 }) as Word);

describe('the edges of a quote', () => {
  it('are those of the moment at first', () => {
    expect(edgesOf(words, { start_ms: 100, end_ms: 390 })).toEqual({ first: 1, last: 3 });
    expect(edgesOf(words, { start_ms: 9000, end_ms: 9900 })).toBeNull();
  });

  it('go where one presses', () => {
    const edges = { first: 1, last: 3 };
    expect([pressed(edges, 0), pressed(edges, 4)]).toEqual([{ first: 0, last: 3 }, { first: 1, last: 4 }]);
    expect(pressed({ first: 0, last: 4 }, 1)).toEqual({ first: 1, last: 4 });
    expect(pressed({ first: 0, last: 4 }, 3)).toEqual({ first: 0, last: 3 });
  });

  it('move word by word within what is there', () => {
    expect(moved({ first: 0, last: 4 }, 'first', -1, 5)).toEqual({ first: 0, last: 4 });
    expect(moved({ first: 2, last: 2 }, 'first', 1, 5)).toEqual({ first: 2, last: 2 });
    expect(moved({ first: 2, last: 3 }, 'last', 1, 5)).toEqual({ first: 2, last: 4 });
    expect(timeOf(words, { first: 1, last: 2 })).toEqual({ startMs: 100, endMs: 290 });
  });
});
