import { expect, it } from 'vitest';
import { apart, timeLine } from './timeline';

it('distances on the line are proportional to time', () => {
  const line = timeLine(['2023-01-10', '2023-03-11', '2024-03-05'])!;
  const [first, second, third] = ['2023-01-10', '2023-03-11', '2024-03-05'].map(line.at) as [number, number, number];
  expect((third - second) / (second - first)).toBeCloseTo(360 / 60, 6);
  expect(first).toBeGreaterThan(0);
  expect(third).toBeLessThan(1);
  expect(first).toBeCloseTo(1 - third, 6);
});

it('one day stands in the middle, two neighbouring days near each other', () => {
  expect(timeLine(['2024-05-03'])!.at('2024-05-03')).toBeCloseTo(0.5, 6);
  const line = timeLine(['2024-05-03', '2024-05-04'])!;
  expect(line.at('2024-05-04') - line.at('2024-05-03')).toBeLessThan(0.02);
});

it('there is no line without days', () => {
  expect(timeLine([])).toBeNull();
});

it.each([
  ['some weeks', ['2024-05-03', '2024-05-20']],
  ['a year', ['2023-05-03', '2024-05-03']],
  ['four years', ['2020-02-01', '2024-05-03']],
  ['forty years', ['1984-02-01', '2024-05-03']],
])('ticks over %s are few, on the line, and the first says its year', (_, days) => {
  const { ticks } = timeLine(days)!;
  expect(ticks.length).toBeGreaterThan(0);
  expect(ticks.length).toBeLessThanOrEqual(10);
  expect(ticks.every(({ at }) => at >= 0 && at <= 1)).toBe(true);
  expect(ticks.map(({ at }) => at)).toEqual(ticks.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(ticks[0]!.label).toMatch(/\d{4}$/);
});

it('what would overlap is moved apart, and no more than it must be', () => {
  expect(apart([0.2, 0.8], 0.1)).toEqual([0.2, 0.8]);
  const near = apart([0.5, 0.51], 0.1);
  expect(near[1]! - near[0]!).toBeCloseTo(0.1, 6);
  expect((near[0]! + near[1]!) / 2).toBeCloseTo(0.505, 6);
  const edge = apart([0, 0.01, 0.02], 0.1);
  expect(edge.map((value) => Number(value.toFixed(3)))).toEqual([0, 0.1, 0.2]);
  expect(apart([0.6, 0.1], 0.1), 'in any order').toEqual([0.6, 0.1]);
  const three = apart([0.3, 0.38, 0.45], 0.1);
  expect(three[1]! - three[0]!).toBeCloseTo(0.1, 6);
  expect(three[2]! - three[1]!).toBeCloseTo(0.1, 6);
});
