import { expect, it } from 'vitest';
import { suggested } from './suggesting';

const MARKERS = ['pause', 'laughter', 'silence/within_turn'];

it('suggests markers for plain words with a comparison', () => {
  expect(suggested('pause > 1', MARKERS)).toBe('marker:pause > 1');
  expect(suggested('pauses>=2.5', MARKERS)).toBe('marker:pause >= 2.5');
  expect(suggested('Laughter < 3', MARKERS)).toBe('marker:laughter < 3');
  expect(suggested('> 4', MARKERS)).toBe('marker:pause > 4');
  expect(suggested('marker:pause > 100', MARKERS)).toBeNull();
  expect(suggested('code:a weight >= 50', MARKERS)).toBeNull();
  expect(suggested('"a > 1"', MARKERS)).toBeNull();
  expect(suggested('hand', MARKERS)).toBeNull();
});

it('suggests codings without a code for "not named"', () => {
  expect(suggested('not named', MARKERS)).toBe('is:unnamed');
  expect(suggested('not named yet', MARKERS)).toBe('is:unnamed');
  expect(suggested('is:unnamed', MARKERS)).toBeNull();
});
