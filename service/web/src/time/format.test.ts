import { describe, expect, it } from 'vitest';
import { bytes, clock, exactClock, length, span, spokenClock, timeLeft, when } from './format';

describe('a clock', () => {
  it('shows minutes and seconds, and hours when there are any', () => {
    expect(clock(0)).toBe('0:00');
    expect(clock(754_200)).toBe('12:34');
    expect(clock(3_754_999)).toBe('1:02:34');
  });
  it('never shows a time that has not been reached', () => {
    expect(clock(59_999)).toBe('0:59');
    expect(exactClock(59_999)).toBe('0:59.9');
  });
  it('shows tenths where they are asked for', () => {
    expect(exactClock(754_240)).toBe('12:34.2');
  });
  it('is said in words', () => {
    expect(spokenClock(3_601_000)).toBe('1 hour 1 second');
    expect(spokenClock(0)).toBe('0 seconds');
  });
});

describe('a length', () => {
  it('has tenths of seconds in a pause and minutes in a stretch', () => {
    expect(span(2300)).toBe('2.3 s');
    expect(span(59_940)).toBe('59.9 s');
    expect(span(59_960)).toBe('1 min');
    expect(span(65_000)).toBe('1 min 5 s');
  });
  it('is rounded for a recording', () => {
    expect(length(38_400)).toBe('38 s');
    expect(length(59_800)).toBe('1 min');
    expect(length(3_590_000)).toBe('1 h');
    expect(length(4_320_000)).toBe('1 h 12 min');
  });
});

describe('time left', () => {
  it('is no more exact than an estimate', () => {
    expect(timeLeft(3)).toBe('a few seconds left');
    expect(timeLeft(44)).toBe('about 40 s left');
    expect(timeLeft(58)).toBe('about a minute left');
    expect(timeLeft(760)).toBe('about 13 min left');
    expect(timeLeft(3 * 3600 + 58 * 60)).toBe('about 4 h left');
    expect(timeLeft(3600 + 20 * 60)).toBe('about 1 h 20 min left');
  });
});

describe('a date', () => {
  const now = new Date(2031, 2, 3, 14, 5, 0);
  const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();
  it('is said as a person would', () => {
    expect(when(at(2031, 2, 3, 14, 4), now)).toBe('1 min ago');
    expect(when(now.toISOString(), now)).toBe('just now');
    expect(when(at(2031, 2, 3, 9, 30), now)).toBe('today 09:30');
    expect(when(at(2031, 2, 2, 23, 59), now)).toBe('yesterday 23:59');
    expect(when(at(2030, 11, 24, 8, 0), now)).toBe('24 Dec 2030, 08:00');
  });
  it('that is none shows nothing', () => {
    expect(when('never', now)).toBe('');
  });
});

it('sizes of files have three figures at most', () => {
  expect(bytes(0)).toBe('0 B');
  expect(bytes(1536)).toBe('1.5 KB');
  expect(bytes(999_600)).toBe('1.0 MB');
  expect(bytes(48_300_000)).toBe('48 MB');
});
