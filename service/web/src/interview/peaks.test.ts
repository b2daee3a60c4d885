import { expect, it } from 'vitest';
import { channelsOf } from './peaks';

it('peaks become a wave that fills the height and never leaves it', () => {
  const { upper, lower } = channelsOf({ length: 4, data: [-10, 5, -128, 127, 0, 0, -64, 64] });
  expect([...upper]).toEqual([5 / 128, 127 / 128, 0, 0.5]);
  expect([...lower].map((value) => Math.abs(value))).toEqual([10 / 128, 1, 0, 0.5]);
});

it('a quiet recording is drawn larger, noise is not', () => {
  const quiet = channelsOf({ length: 400, data: Array.from({ length: 800 }, (_, index) => (index % 2 ? 40 : -40)) });
  expect(quiet.upper[7]).toBeCloseTo(1, 1);
  const noise = channelsOf({ length: 400, data: Array.from({ length: 800 }, (_, index) => (index % 2 ? 2 : -2)) });
  expect(noise.upper[7]).toBeLessThan(0.1);
});

it('one click does not flatten a recording', () => {
  const data = Array.from<unknown, number>({ length: 2000 }, (_, index) => (index % 2 ? 32 : -32));
  data[11] = 127;
  expect(channelsOf({ length: 1000, data }).upper[200]).toBeGreaterThan(0.9);
});

it('data that is cut short draws what there is', () => {
  expect(channelsOf({ length: 9, data: [-1, 1, -2, 2] }).upper).toHaveLength(2);
});
