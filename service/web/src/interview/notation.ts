/** Where the signs of a notation stand in the text. What they are is made by the service, for the page and for files alike. */
import type { Marker, Notated } from '../api/types';
import type { MarkerFilter } from './markers';

export type Notation = Notated['notation'];
export type Sign = Pick<Notated['signs'][number], 'text' | 'says' | 'kind' | 'start_ms' | 'end_ms'>;

export const NOTATIONS: { notation: Notation; label: string; short: string; about: string }[] = [
  { notation: 'plain', label: 'Plain words', short: 'Plain', about: '(laughs), (2.3 s)' },
  { notation: 'jefferson', label: 'Jefferson', short: 'Jefferson', about: '((laughs)), (2.3), °softer°' },
  { notation: 'gat2', label: 'GAT 2, minimal', short: 'GAT 2', about: '((laughs)), (2.3), (-)' },
];

export function isNotation(value: string | null): value is Notation {
  return NOTATIONS.some(({ notation }) => notation === value);
}

/** The one after it, as a key goes through them. */
export function following(notation: Notation): Notation {
  const here = NOTATIONS.findIndex((one) => one.notation === notation);
  return NOTATIONS[(here + 1) % NOTATIONS.length]!.notation;
}

export interface AtWord {
  before: Sign[];
  opens: Sign[];
  closes: Sign[];
  after: Sign[];
  /** How the word is spelt, where that differs from how it was written down. */
  text: string | null;
}

export interface Noted {
  notation: Notation;
  /** By the ids of words. */
  words: ReadonlyMap<number, AtWord>;
  /** On lines of their own, by the id of the utterance they stand before; null for those at the end. */
  between: ReadonlyMap<number | null, Sign[]>;
}

/** Silences too short for a marker are pauses as well: they are shown where every pause is. */
export function isShown(sign: { kind: Marker['kind']; start_ms: number; end_ms: number }, filter: MarkerFilter, leastMarkerS = 1): boolean {
  if (filter.hidden.has(sign.kind)) return false;
  return sign.kind !== 'pause' || filter.leastPauseS <= leastMarkerS || sign.end_ms - sign.start_ms >= filter.leastPauseS * 1000;
}

/** The signs that the filter lets through, by the words they stand at. */
export function notedOf(notated: Notated, filter: MarkerFilter): Noted {
  const words = new Map<number, AtWord>();
  const at = (id: number): AtWord => {
    let here = words.get(id);
    if (!here) words.set(id, (here = { before: [], opens: [], closes: [], after: [], text: null }));
    return here;
  };
  for (const sign of notated.signs) {
    if (isShown(sign, filter)) at(sign.word)[sign.side].push(sign);
  }
  for (const { id, text, kind } of notated.words) {
    if (kind === null || !filter.hidden.has(kind)) at(id).text = text;
  }
  const between = new Map<number | null, Sign[]>();
  for (const sign of notated.between) {
    if (!isShown(sign, filter)) continue;
    const here = between.get(sign.before);
    if (here) here.push(sign);
    else between.set(sign.before, [sign]);
  }
  return { notation: notated.notation, words, between };
}

/** Markers that the notation has no sign for stand beside plain words; another notation is what it is. */
export function beside<T extends { kind: Marker['kind'] }>(markers: readonly T[], notated: Notated | null): T[] {
  if (!notated) return [...markers];
  if (notated.notation !== 'plain') return [];
  const written = new Set(notated.kinds);
  return markers.filter(({ kind }) => !written.has(kind));
}
