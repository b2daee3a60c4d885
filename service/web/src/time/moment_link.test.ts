import { describe, expect, it } from 'vitest';
import { momentHash, parseMomentHash, parseTime } from './moment_link';

describe('a link to a time', () => {
  it('names seconds', () => {
    expect(parseMomentHash('#t=754.2')).toEqual({ startMs: 754_200, endMs: null });
  });
  it('may be written by hand as on a clock', () => {
    expect(parseTime('12:34')).toBe(754_000);
    expect(parseTime('1:02:34.5')).toBe(3_754_500);
  });
  it('can name a stretch', () => {
    expect(parseMomentHash('#t=750,761.5')).toEqual({ startMs: 750_000, endMs: 761_500 });
    expect(parseMomentHash('#t=,10')).toEqual({ startMs: 0, endMs: 10_000 });
  });
  it('that ends before it starts is a time only', () => {
    expect(parseMomentHash('#t=20,10')).toEqual({ startMs: 20_000, endMs: null });
  });
  it('leads back to the very millisecond it was made of', () => {
    for (const ms of [0, 1, 754_201, 5_399_999]) expect(parseMomentHash(momentHash(ms))?.startMs).toBe(ms);
    expect(parseMomentHash(momentHash(1, 1002))).toEqual({ startMs: 1, endMs: 1002 });
  });
  it('that is no time is none', () => {
    for (const hash of ['', '#', '#t=', '#t=soon', '#t=-3', '#x=3', '#t=1e9']) expect(parseMomentHash(hash)).toBeNull();
  });
});
