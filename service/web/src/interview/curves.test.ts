import { expect, it } from 'vitest';
import { hzOf, pathOf, rangeOf, stretchOf, usualOf } from './curves';

it('a marker is shown with two seconds around it, within the interview', () => {
  expect(stretchOf({ start_ms: 1500, end_ms: 3000 }, 60_000)).toEqual({ fromMs: 0, toMs: 5000 });
  expect(stretchOf({ start_ms: 58_000, end_ms: 59_500 }, 60_000)).toEqual({ fromMs: 56_000, toMs: 60_000 });
});

it('the usual is a band where the marker says it, in the unit of its curve', () => {
  expect(hzOf(24)).toBeCloseTo(110);
  const band = usualOf({ kind: 'pitch', evidence: { usual: 24, spread: 2 } })!;
  expect([band.of, band.low < 110, band.high > 110]).toEqual(['pitch', true, true]);
  expect(usualOf({ kind: 'volume', evidence: { usual: -30, spread: 3 } })).toEqual({ of: 'level', low: -33, high: -27 });
  expect(usualOf({ kind: 'pause', evidence: { silence_ms: 1200 } })).toBeNull();
});

it('a curve is broken where there is nothing', () => {
  expect(pathOf([1, 2, null, 3, null], (place) => place, (value) => value)).toBe('M0.0 1.0L1.0 2.0M3.0 3.0h0.1');
});

it('a range has some air, and a fallback', () => {
  expect(rangeOf([null], 10, [0, 5])).toEqual([0, 5]);
  const [low, high] = rangeOf([20, null, 22], 10, [0, 5]);
  expect([low < 17, high > 25]).toEqual([true, true]);
});
