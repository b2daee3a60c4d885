/** Which markers are shown, and where they stand in the text. */
import type { Marker } from '../api/types';
import { lastStarted } from './active';

export type Kind = Marker['kind'];

/** In the order of the filter. `rare` ones stand in it only where the interview has some. */
export const KINDS: { kind: Kind; label: string; rare?: true }[] = [
  { kind: 'pause', label: 'Pauses' },
  { kind: 'inaudible', label: 'Inaudible' },
  { kind: 'filler', label: 'Filler sounds' },
  { kind: 'overlap', label: 'Two at once' },
  { kind: 'loudness', label: 'Loud or soft' },
  { kind: 'rate', label: 'Fast or slow' },
  { kind: 'laughter', label: 'Laughter', rare: true },
  { kind: 'crying', label: 'Possibly crying', rare: true },
  { kind: 'breath', label: 'Breath or sigh', rare: true },
  { kind: 'cough', label: 'Coughs', rare: true },
  { kind: 'volume', label: 'Raised or lowered', rare: true },
  { kind: 'tempo', label: 'Faster or slower', rare: true },
  { kind: 'pitch', label: 'Higher, lower, monotone, lively', rare: true },
  { kind: 'voice', label: 'Whisper, creak, falsetto', rare: true },
  { kind: 'emphasis', label: 'Emphasis', rare: true },
  { kind: 'fading', label: 'Dying away', rare: true },
  { kind: 'voice_break', label: 'Voice breaks', rare: true },
  { kind: 'latency', label: 'Early or late answers', rare: true },
  { kind: 'activation', label: 'Activation', rare: true },
  { kind: 'shift', label: 'Shifts', rare: true },
  { kind: 'disfluency', label: 'Words taken back', rare: true },
  { kind: 'hesitation', label: 'Hesitating', rare: true },
  { kind: 'interruption', label: 'Cutting in', rare: true },
  { kind: 'backchannel', label: 'Listening words', rare: true },
  { kind: 'dimensions', label: 'By your own model', rare: true },
];

/** What a person wants to see of the markers, in the text, on the waveform and in the list alike. */
export interface MarkerFilter {
  hidden: ReadonlySet<Kind>;
  leastPauseS: number;
  /** By what a person said of them. */
  said: 'any' | 'open' | 'confirmed' | 'added' | 'rejected';
}

export const SAID: { said: MarkerFilter['said']; label: string }[] = [
  { said: 'any', label: 'all' },
  { said: 'open', label: 'not judged yet' },
  { said: 'confirmed', label: 'confirmed' },
  { said: 'added', label: 'added by a person' },
  { said: 'rejected', label: 'rejected' },
];

/** All that is heard. A model's numbers stand at every utterance: they are shown when somebody asks for them. */
export const EVERYTHING: MarkerFilter = { hidden: new Set<Kind>(['dimensions']), leastPauseS: 1, said: 'any' };

export function passesFilter(marker: Marker, filter: MarkerFilter): boolean {
  if (filter.hidden.has(marker.kind)) return false;
  if (filter.said === 'open' && marker.judged) return false;
  if ((filter.said === 'confirmed' || filter.said === 'added') && marker.judged !== filter.said) return false;
  return marker.kind !== 'pause' || marker.end_ms - marker.start_ms >= filter.leastPauseS * 1000;
}

export function countsByKind(markers: readonly Marker[]): Record<Kind, number> {
  const counts = Object.fromEntries(KINDS.map(({ kind }) => [kind, 0])) as Record<Kind, number>;
  for (const { kind } of markers) counts[kind] += 1;
  return counts;
}

/**
 * Every utterance has a rate and a loudness; those worth showing differ from the speaker's own
 * median by more than 2.5 median absolute deviations (scaled by 1.4826), the criterion of
 * Leys et al. 2013, J. Exp. Soc. Psychol. 49(4), 764-766.
 */
const OUTLYING = 2.5;
const MAD_TO_SD = 1.4826;
/** Fewer utterances than this say nothing of what is usual for a speaker. */
const FEWEST_FOR_USUAL = 8;

const median = (sorted: readonly number[]): number => {
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

const VALUES: ReadonlySet<Kind> = new Set<Kind>(['latency', 'activation']);

export interface ShownMarker extends Marker {
  /** Short words for a chip in the text. */
  chip: string;
}

/** Markers worth a person's eye, in order of time, each with the words of its chip. */
export function notable(markers: readonly Marker[]): ShownMarker[] {
  const measured = new Map<string, number[]>();
  const key = (marker: Marker) => `${marker.kind} ${marker.speaker ?? ''}`;
  const isMeasure = (marker: Marker) => marker.kind === 'rate' || marker.kind === 'loudness';
  for (const marker of markers) {
    if (!isMeasure(marker)) continue;
    const values = measured.get(key(marker));
    if (values) values.push(marker.strength);
    else measured.set(key(marker), [marker.strength]);
  }
  const usual = new Map<string, { middle: number; spread: number }>();
  for (const [name, values] of measured) {
    if (values.length < FEWEST_FOR_USUAL) continue;
    const middle = median(values.toSorted((a, b) => a - b));
    const spread = median(values.map((value) => Math.abs(value - middle)).sort((a, b) => a - b)) * MAD_TO_SD;
    usual.set(name, { middle, spread });
  }
  const shown: ShownMarker[] = [];
  for (const marker of markers) {
    // Every answer and every stretch has a value: those worth showing say how they differ.
    if (VALUES.has(marker.kind) && marker.subtype === null) continue;
    if (!isMeasure(marker)) {
      shown.push({ ...marker, chip: chipOf(marker, 0) });
      continue;
    }
    const known = usual.get(key(marker));
    if (!known || known.spread === 0) continue;
    const off = (marker.strength - known.middle) / known.spread;
    if (marker.judged) {
      shown.push({ ...marker, chip: chipOf(marker, off) });
      continue;
    }
    // A stretch that is marked as raised, lowered, faster or slower says it better.
    const said = marker.kind === 'rate' ? 'tempo' : 'volume';
    if (markers.some((other) => other.kind === said && other.utterance === marker.utterance && marker.utterance !== null)) continue;
    if (Math.abs(off) > OUTLYING) shown.push({ ...marker, chip: chipOf(marker, off) });
  }
  return shown.sort((a, b) => a.start_ms - b.start_ms);
}

function chipOf(marker: Marker, off: number): string {
  switch (marker.kind) {
    // How these are written is said by the notation; these words are for where none came.
    case 'pause':
    case 'inaudible':
    case 'filler':
    case 'laughter':
    case 'breath':
    case 'cough':
      return marker.text;
    case 'overlap':
      return '[overlap]';
    case 'loudness':
      return off > 0 ? 'loud' : 'soft';
    case 'rate':
      return off > 0 ? 'fast' : 'slow';
    case 'crying':
      return marker.judged ? '(cries)' : '(cries?)';
    case 'volume':
    case 'tempo':
    case 'pitch':
    case 'voice':
      return marker.subtype ?? marker.kind;
    case 'emphasis':
      return 'emphasis';
    case 'fading':
      return 'dies away';
    case 'voice_break':
      return 'voice breaks';
    case 'latency':
      return marker.subtype === 'early' ? '(early answer)' : '(late answer)';
    case 'activation':
      return marker.subtype === 'high' ? 'activation +' : 'activation -';
    case 'shift':
      return `shift: ${marker.subtype ?? ''}`;
    case 'disfluency':
      return marker.text;
    case 'hesitation':
      return 'hesitates';
    case 'interruption':
      return '[cuts in]';
    case 'backchannel':
      return '[listening]';
    case 'dimensions':
      return marker.text;
  }
}

/** Ways of speaking, against the speaker's own usual. */
const MANNERS: ReadonlySet<Kind> = new Set<Kind>(['volume', 'tempo', 'pitch', 'voice', 'fading', 'activation', 'shift']);

/** Said of a word. */
const OF_WORDS: ReadonlySet<Kind> = new Set<Kind>(['emphasis', 'voice_break']);

export interface Placed {
  /** Stand before the utterance, in the silence that leads to it. */
  before: ShownMarker[];
  /** Stand among its words, before the first word that starts after them. */
  within: ShownMarker[];
  /** Say something of the utterance as a whole. */
  whole: ShownMarker[];
}

/**
 * Where markers stand, by row. Row `starts.length` holds those after the last utterance. `slackMs`
 * forgives edges that do not meet: word times and speech detection come from different models.
 */
export function place(
  markers: readonly ShownMarker[],
  starts: readonly number[],
  ends: readonly number[],
  slackMs = 250,
): Map<number, Placed> {
  const placed = new Map<number, Placed>();
  const at = (row: number): Placed => {
    let here = placed.get(row);
    if (!here) placed.set(row, (here = { before: [], within: [], whole: [] }));
    return here;
  };
  for (const marker of markers) {
    if (OF_WORDS.has(marker.kind)) {
      const row = lastStarted(starts, (marker.start_ms + marker.end_ms) / 2);
      if (row >= 0) at(row).within.push(marker);
      continue;
    }
    if (MANNERS.has(marker.kind)) {
      // Said of a stretch of an utterance: at its first word, or of the whole where it begins there.
      const row = lastStarted(starts, (marker.start_ms + marker.end_ms) / 2);
      if (row < 0) continue;
      if (marker.start_ms > (starts[row] as number) + slackMs) at(row).within.push(marker);
      else at(row).whole.push(marker);
      continue;
    }
    if (marker.kind === 'rate' || marker.kind === 'loudness') {
      // The middle, since edges of neighbours may touch.
      const row = lastStarted(starts, (marker.start_ms + marker.end_ms) / 2);
      if (row >= 0) at(row).whole.push(marker);
      continue;
    }
    const row = lastStarted(starts, marker.start_ms);
    const inside = row >= 0 && marker.end_ms < (ends[row] as number) - slackMs && marker.start_ms > (starts[row] as number) + slackMs;
    if (inside) at(row).within.push(marker);
    else if (row >= 0 && marker.start_ms <= (starts[row] as number) + slackMs && marker.end_ms <= (ends[row] as number)) at(row).before.push(marker);
    else at(row + 1).before.push(marker);
  }
  return placed;
}
