/** Where a curve comes from, and how its values are placed. */
import type { Marker, TrackCurves, Word } from '../api/types';

/** What a curve is drawn from: of the vault's interview, or of a released one. */
export interface CurveSource {
  track: (fromMs: number, toMs: number, points: number) => Promise<TrackCurves>;
  words: (fromMs: number, toMs: number) => Word[];
  /** Address of a stretch as a figure; null where that may not be taken out. */
  figure: ((fromMs: number, toMs: number) => string) | null;
}

/** The service draws no longer figures. */
export const LONGEST_FIGURE_MS = 120_000;
/** Shown before and after a marker. */
const AROUND_MS = 2000;
const LOWEST_HZ = 27.5;

export const hzOf = (semitones: number): number => LOWEST_HZ * 2 ** (semitones / 12);

/** A marker with two seconds around it, within the interview. */
export function stretchOf({ start_ms, end_ms }: Pick<Marker, 'start_ms' | 'end_ms'>, durationMs: number): { fromMs: number; toMs: number } {
  return { fromMs: Math.max(0, start_ms - AROUND_MS), toMs: Math.min(durationMs, end_ms + AROUND_MS) };
}

/** The speaker's usual, a spread to both sides, where the marker was measured against it: in Hz, or in dB. */
export function usualOf({ kind, evidence }: Pick<Marker, 'kind' | 'evidence'>): { of: 'pitch' | 'level'; low: number; high: number } | null {
  const { usual, spread } = evidence as Record<string, number | undefined>;
  if (usual === undefined || spread === undefined) return null;
  if (kind === 'pitch') return { of: 'pitch', low: hzOf(usual - spread), high: hzOf(usual + spread) };
  if (kind === 'volume') return { of: 'level', low: usual - spread, high: usual + spread };
  return null;
}

/** Least and most of what is drawn, with some air; `fallback` where there is nothing. */
export function rangeOf(values: readonly (number | null)[], least: number, fallback: [number, number]): [number, number] {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (!known.length) return fallback;
  // A few octave errors would flatten the rest.
  const cut = Math.floor(known.length / 50);
  const [low, high] = [known[cut]!, known[known.length - 1 - cut]!];
  const air = Math.max(0, least - (high - low)) / 2 + (high - low) * 0.08;
  return [low - air, high + air];
}

/** An SVG path through the values, broken where there is none. */
export function pathOf(values: readonly (number | null)[], x: (place: number) => number, y: (value: number) => number): string {
  let path = '';
  let open = false;
  values.forEach((value, place) => {
    if (value === null) open = false;
    else {
      path += `${open ? 'L' : 'M'}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
      // A value alone is a dot.
      if (!open && (values[place + 1] ?? null) === null) path += 'h0.1';
      open = true;
    }
  });
  return path;
}
