/** How much is marked, or how far from usual somebody speaks, in each stretch of an interview: a row for each speaker. */
import type { Marker, TrackCurves } from '../api/types';

export type Measure = 'markers' | 'pitch' | 'level';

export const MEASURES: { measure: Measure; label: string; less: string; more: string }[] = [
  { measure: 'markers', label: 'Markers', less: 'none', more: 'many' },
  { measure: 'pitch', label: 'Higher or lower', less: 'lower', more: 'higher' },
  { measure: 'level', label: 'Louder or softer', less: 'softer', more: 'louder' },
];

interface Spoken {
  speaker: string;
  startMs: number;
  endMs: number;
}

/** A stretch of one speaker. `shade` from -1 to 1, null where the speaker hardly speaks; `value` as it is said in words. */
export interface Cell {
  shade: number | null;
  value: number | null;
}

/** Every utterance has one of these. */
const OF_EVERY_UTTERANCE = new Set(['rate', 'loudness']);
const MAD_TO_SD = 1.4826;
/** The darkest shade: three spreads from usual, what markers of the same measures ask for. */
const DARKEST = 3;
/** Less speech than this in a stretch, or in all, says nothing of how somebody spoke. */
const LEAST_MS = 1000;
const LEAST_VALUES = 30;
/** Spreads count as at least this much: semitones, dB. */
const LEAST_SPREAD = { pitch: 0.6, level: 1 };

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

const empty = (bins: number): Cell[] => Array.from({ length: bins }, () => ({ shade: null, value: null }));

/** Markers of each speaker in each stretch; the darkest shade is the most there is. Those of nobody are left out. */
export function markerCells(markers: readonly Marker[], rows: readonly Spoken[], speakers: readonly string[], durationMs: number, bins: number): Map<string, Cell[]> {
  const each = durationMs / bins;
  const cells = new Map(speakers.map((speaker) => [speaker, empty(bins)]));
  for (const { speaker, startMs, endMs } of rows) {
    const own = cells.get(speaker);
    for (let bin = Math.floor(startMs / each); own && bin <= Math.min(bins - 1, endMs / each); bin += 1) own[bin] = { shade: 0, value: 0 };
  }
  let most = 1;
  for (const { kind, speaker, start_ms, end_ms } of markers) {
    const own = speaker && !OF_EVERY_UTTERANCE.has(kind) ? cells.get(speaker) : undefined;
    if (!own) continue;
    const bin = Math.min(bins - 1, Math.floor((start_ms + end_ms) / 2 / each));
    const value = (own[bin]!.value ?? 0) + 1;
    own[bin] = { shade: 0, value };
    most = Math.max(most, value);
  }
  for (const own of cells.values()) for (const cell of own) if (cell.value !== null) cell.shade = cell.value / most;
  return cells;
}

/** How far each speaker's pitch or level is from their own usual, in their own spreads; where two speak at once, nobody's. */
export function distanceCells(measure: 'pitch' | 'level', track: TrackCurves, rows: readonly Spoken[], speakers: readonly string[], durationMs: number, bins: number): Map<string, Cell[]> {
  const owners = ownersOf(track, rows);
  const each = durationMs / bins;
  const cells = new Map<string, Cell[]>();
  for (const speaker of speakers) {
    const own = empty(bins);
    cells.set(speaker, own);
    const inBin: number[][] = Array.from({ length: bins }, () => []);
    const all: number[] = [];
    track[measure].middle.forEach((value, place) => {
      if (value === null || owners[place] !== speaker) return;
      // Level is that of voiced sound: pauses within an utterance say nothing of how loud somebody spoke.
      if (measure === 'level' && track.pitch.middle[place] === null) return;
      const measured = measure === 'pitch' ? 12 * Math.log2(value / 27.5) : value;
      all.push(measured);
      const bin = Math.floor((track.from_ms + (place + 0.5) * track.bin_ms) / each);
      inBin[Math.min(bins - 1, bin)]!.push(measured);
    });
    if (all.length < LEAST_VALUES) continue;
    const usual = median(all);
    const middles = inBin.map((values) => (values.length && values.length * track.bin_ms >= Math.min(LEAST_MS, each / 2) ? median(values) : null));
    const known = middles.filter((value) => value !== null);
    const spread = Math.max(LEAST_SPREAD[measure], known.length ? median(known.map((value) => Math.abs(value - usual))) * MAD_TO_SD : 0);
    middles.forEach((middle, bin) => {
      if (middle === null) return;
      own[bin] = { shade: Math.max(-1, Math.min(1, (middle - usual) / spread / DARKEST)), value: middle - usual };
    });
  }
  return cells;
}

/** Who alone speaks in the middle of each bin of the track. */
function ownersOf(track: TrackCurves, rows: readonly Spoken[]): (string | null)[] {
  const owners: (string | null)[] = new Array<string | null>(track.level.middle.length).fill(null);
  const taken = new Set<number>();
  for (const { speaker, startMs, endMs } of rows) {
    const first = Math.max(0, Math.ceil((startMs - track.from_ms) / track.bin_ms - 0.5));
    for (let bin = first; bin < owners.length && track.from_ms + (bin + 0.5) * track.bin_ms < endMs; bin += 1) {
      if (owners[bin] !== null && owners[bin] !== speaker) taken.add(bin);
      owners[bin] = speaker;
    }
  }
  for (const bin of taken) owners[bin] = null;
  return owners;
}

/** What a cell says, in words. */
export function cellInWords(measure: Measure, { value }: Cell): string {
  if (value === null) return 'hardly speaks';
  if (measure === 'markers') return value === 1 ? '1 marker' : `${value} markers`;
  const off = Math.abs(value).toFixed(1);
  if (off === '0.0') return 'as usual';
  if (measure === 'pitch') return `${off} semitones ${value > 0 ? 'higher' : 'lower'} than usual here`;
  return `${off} dB ${value > 0 ? 'louder' : 'softer'} than usual here`;
}
