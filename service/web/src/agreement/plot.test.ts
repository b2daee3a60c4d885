import { describe, expect, it } from 'vitest';
import { at, drawn, figure, inWords } from './plot';

describe('the plot of a coefficient', () => {
  it('lies between its ends', () => {
    expect([at(1), at(-0.25), at(-0.9)]).toEqual([1, 0, 0]);
    expect(at(0)).toBeCloseTo(0.2);
  });

  it('is a point without an interval, and nothing without a value', () => {
    expect(drawn({ value: 1, low: null, high: null })).toEqual({ value: 1, from: 1, to: 1 });
    expect(drawn({ value: null, low: null, high: null })).toBeNull();
  });

  it('is said in words', () => {
    expect(figure(-0.126)).toBe('−0.13');
    expect(figure(-0.001)).toBe('0.00');
    expect(inWords({ value: 0.8315, low: 0.71, high: 0.9, because: '' })).toBe('0.83, 95 % from 0.71 to 0.90');
    expect(inWords({ value: null, low: null, high: null, because: 'nobody coded' })).toBe('no figure: nobody coded');
  });
});
