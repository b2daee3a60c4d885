/** A participant's waves as they are shown: merged ones once, those with a day on the line, the others apart. */
import { KINDS } from '../interview/markers';
import type { ParticipantLine, WaveOfParticipant } from './types';
import { dayNumber } from './words';

export interface ShownWave {
  /** The first of the waves that one interview covers, and the further ones. */
  first: WaveOfParticipant;
  further: WaveOfParticipant[];
  /** `2`, or `1–2`. */
  number: string;
}

/** Every interview once; neighbouring waves of one interview together. */
export function shownWaves(waves: readonly WaveOfParticipant[]): ShownWave[] {
  const shown: ShownWave[] = [];
  for (const wave of waves) {
    const before = shown.at(-1);
    if (wave.interview_id !== null && before?.first.interview_id === wave.interview_id) {
      before.further.push(wave);
      before.number = `${before.first.wave}–${wave.wave}`;
    } else {
      shown.push({ first: wave, further: [], number: String(wave.wave) });
    }
  }
  return shown;
}

/** The wave that comes next: the first after all that were recorded, or null when none is expected. */
export function nextWave(line: Pick<ParticipantLine, 'waves'>): WaveOfParticipant | null {
  const lastHeld = line.waves.findLastIndex((wave) => wave.interview_id !== null);
  return line.waves.slice(lastHeld + 1).find((wave) => wave.state === 'expected' || wave.state === 'missing') ?? null;
}

/** Every utterance has one of these, so their number says nothing of how somebody spoke. */
const MEASURES = new Set(['loudness', 'rate', 'dimensions']);

export interface MarkerRow {
  kind: string;
  label: string;
  /** Per minute, for each shown wave; null where there is no transcript. */
  rates: (number | null)[];
  most: number;
}

/** Markers a minute by kind, over the waves. */
export function markerRows(waves: readonly ShownWave[]): MarkerRow[] {
  const kinds = new Set(waves.flatMap(({ first }) => first.markers.map((marker) => marker.kind)));
  const order = (kind: string) => {
    const at = KINDS.findIndex((known) => known.kind === kind);
    return at < 0 ? KINDS.length : at;
  };
  return [...kinds]
    .filter((kind) => !MEASURES.has(kind))
    .sort((a, b) => order(a) - order(b) || a.localeCompare(b))
    .map((kind) => {
      const rates = waves.map(({ first }) =>
        first.words === null && !first.markers.length ? null : (first.markers.find((marker) => marker.kind === kind)?.per_minute ?? 0),
      );
      const label = KINDS.find((known) => known.kind === kind)?.label ?? kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('_', ' ');
      return { kind, label, rates, most: Math.max(...rates.map((rate) => rate ?? 0)) };
    });
}

/** How far a day is from the nearest of others: `12 days after D03-T2`. */
export function distanceInWords(day: string, others: readonly { name: string; held_on: string | null }[]): string {
  let nearest: { name: string; days: number } | null = null;
  for (const { name, held_on } of others) {
    if (held_on === null) continue;
    const days = dayNumber(day) - dayNumber(held_on);
    if (nearest === null || Math.abs(days) < Math.abs(nearest.days)) nearest = { name, days };
  }
  if (nearest === null) return '';
  const { name, days } = nearest;
  if (days === 0) return `the same day as ${name}`;
  const apart = Math.abs(days);
  return `${apart.toLocaleString('en-GB')} ${apart === 1 ? 'day' : 'days'} ${days > 0 ? 'after' : 'before'} ${name}`;
}
