import { expect, it } from 'vitest';
import { distanceInWords, markerRows, nextWave, shownWaves } from './over_time';
import type { CellState, WaveOfParticipant } from './types';

function wave(number: number, state: CellState, interview: string | null = null, rates: Record<string, number> = {}): WaveOfParticipant {
  return {
    name: `D03-T${number}`, wave: number, kind: 'process', state, interview_id: interview, held_on: null, days_since_previous: null,
    duration_ms: null, speech_ms: null, words: interview ? 100 : null,
    markers: Object.entries(rates).map(([kind, per_minute]) => ({ kind, per_minute })), warnings: [],
  };
}

it('one interview for two waves is shown once', () => {
  const shown = shownWaves([wave(1, 'released', 'a'), wave(2, 'released', 'a'), wave(3, 'expected'), wave(4, 'expected')]);
  expect(shown.map(({ number }) => number)).toEqual(['1–2', '3', '4']);
});

it('the next wave comes after all that were recorded, not at a gap before them', () => {
  expect(nextWave({ waves: [wave(1, 'missing'), wave(2, 'released', 'a'), wave(3, 'expected')] })?.wave).toBe(3);
  expect(nextWave({ waves: [wave(1, 'expected'), wave(2, 'expected')] })?.wave).toBe(1);
  expect(nextWave({ waves: [wave(1, 'missing'), wave(2, 'released', 'a')] })).toBeNull();
  expect(nextWave({ waves: [wave(1, 'released', 'a'), wave(2, 'left')] })).toBeNull();
});

it('markers are compared by kind; measures that every utterance has are left out', () => {
  const rows = markerRows(shownWaves([wave(1, 'released', 'a', { pause: 2, rate: 9, laughter: 0.5 }), wave(2, 'expected'), wave(3, 'released', 'b', { pause: 3.5 })]));
  expect(rows.map(({ label, rates, most }) => [label, rates, most])).toEqual([
    ['Pauses', [2, null, 3.5], 3.5],
    ['Laughter', [0.5, null, 0], 0.5],
  ]);
});

it('the distance is to the nearest of the others', () => {
  const others = [{ name: 'D03-T1', held_on: '2024-01-10' }, { name: 'D03-T2', held_on: '2024-05-03' }, { name: 'D03-T3', held_on: null }];
  expect(distanceInWords('2024-05-15', others)).toBe('12 days after D03-T2');
  expect(distanceInWords('2024-01-09', others)).toBe('1 day before D03-T1');
  expect(distanceInWords('2024-05-03', others)).toBe('the same day as D03-T2');
  expect(distanceInWords('2024-05-03', [])).toBe('');
});
