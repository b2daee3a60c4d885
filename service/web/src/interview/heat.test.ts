import { expect, it } from 'vitest';
import type { Marker, TrackCurves } from '../api/types';
import { cellInWords, distanceCells, markerCells } from './heat';

const marker = (kind: Marker['kind'], start_ms: number, speaker: string | null = 'S1'): Marker => ({
  id: start_ms, kind, subtype: null, start_ms, end_ms: start_ms + 100, speaker, strength: 1, confidence: 1, rules: '1', evidence: {}, utterance: null, text: '', sentence: '', sureness: 'sure',
});
const curve = (middle: (number | null)[]) => ({ middle, least: middle, most: middle });
const track = (pitch: (number | null)[], level: (number | null)[], bin_ms: number): TrackCurves => ({
  from_ms: 0, bin_ms, pitch: curve(pitch), level: curve(level), tilt: curve([]), harmonicity: curve([]), shimmer: curve([]), sounds: [], silenced: [],
});

it('markers are counted where they are, by speaker; nobody’s and those of every utterance are not', () => {
  const rows = [{ speaker: 'S1', startMs: 0, endMs: 50_000 }, { speaker: 'S2', startMs: 50_000, endMs: 100_000 }];
  const cells = markerCells(
    [marker('laughter', 1000), marker('breath', 2000), marker('volume', 31_000), marker('rate', 1000), marker('pause', 1000, null)],
    rows, ['S1', 'S2'], 100_000, 10,
  );
  expect(cells.get('S1')!.map(({ value }) => value)).toEqual([2, 0, 0, 1, 0, 0, null, null, null, null]);
  expect(cells.get('S1')![0]!.shade).toBe(1);
  expect(cells.get('S2')!.map(({ value }) => value)).toEqual([null, null, null, null, null, 0, 0, 0, 0, 0]);
});

it('a distance is from the speaker’s own usual, and nothing is said where two speak or nobody does', () => {
  // S1 at 110 Hz, an octave higher in the third of four stretches; S2 at 220 Hz throughout.
  const pitch = Array.from({ length: 160 }, (_, at) => (at >= 80 && at < 120 ? 220 : at % 2 ? 110 : 112));
  const rows = [{ speaker: 'S1', startMs: 0, endMs: 80_000 }, { speaker: 'S2', startMs: 60_000, endMs: 80_000 }];
  const cells = distanceCells('pitch', track(pitch, pitch.map(() => -30), 500), rows, ['S1', 'S2'], 80_000, 4);
  const mine = cells.get('S1')!;
  expect(mine[0]!.value).toBeCloseTo(0, 0);
  expect(mine[2]!.value).toBeGreaterThan(11);
  expect(mine[2]!.shade).toBe(1);
  expect(mine[3]).toEqual({ shade: null, value: null });
  expect(cells.get('S2')!.every(({ value }) => value === null)).toBe(true);
});

it('a cell says what it holds in words', () => {
  expect(cellInWords('markers', { shade: 1, value: 1 })).toBe('1 marker');
  expect(cellInWords('pitch', { shade: 1, value: 2.34 })).toBe('2.3 semitones higher than usual here');
  expect(cellInWords('level', { shade: -1, value: -4 })).toBe('4.0 dB softer than usual here');
  expect(cellInWords('level', { shade: null, value: null })).toBe('hardly speaks');
});
