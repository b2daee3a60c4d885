import { describe, expect, it } from 'vitest';
import type { ReleasedMoment } from '../api/types';
import { leadTo, placeIn, stepIn } from './order';

const moment = (interview: string, start_ms: number) => ({ interview, start_ms, end_ms: start_ms + 1000 }) as ReleasedMoment;

describe('moments', () => {
  it('begins two seconds before, never before the interview', () => {
    expect(leadTo(moment('D01-T1', 5000), true)).toBe(3000);
    expect(leadTo(moment('D01-T1', 500), true)).toBe(0);
    expect(leadTo(moment('D01-T1', 5000), false)).toBe(5000);
  });

  it('finds the open moment again in another list', () => {
    const list = [moment('D01-T1', 0), moment('D01-C1', 0), moment('D01-C1', 7)];
    expect(placeIn(list, moment('D01-C1', 7))).toBe(2);
    expect(placeIn(list, moment('D01-C2', 7))).toBe(-1);
    expect(placeIn(list, null)).toBe(-1);
  });

  it('steps within the list, from either end where nothing is open', () => {
    expect([stepIn(3, -1, 1), stepIn(3, -1, -1), stepIn(3, 1, 1), stepIn(3, 2, 1), stepIn(3, 0, -1)]).toEqual([0, 2, 2, null, null]);
    expect(stepIn(0, -1, -1)).toBeNull();
  });
});
