import { describe, expect, it } from 'vitest';
import { choicesOf, msOf, type Disagreement } from './words';

const mark = { code: 'a', start_ms: 0, end_ms: 1 };
const of = (first: number, second: number) => ({ first: Array(first).fill(mark), second: Array(second).fill(mark) }) as unknown as Disagreement;

describe('deciding', () => {
  it('offers what there is to keep', () => {
    expect(choicesOf(of(1, 0))).toEqual(['first', 'neither', 'other']);
    expect(choicesOf(of(0, 1))).toEqual(['second', 'neither', 'other']);
    expect(choicesOf(of(1, 1))).toEqual(['first', 'second', 'both', 'neither', 'other']);
  });

  it('reads times as they are shown', () => {
    expect([msOf('12:34.5'), msOf('1:02:34'), msOf('754.2')]).toEqual([754_500, 3_754_000, 754_200]);
    expect([msOf('12:75'), msOf('soon'), msOf(''), msOf('1:2:3:4')]).toEqual([null, null, null, null]);
  });
});
