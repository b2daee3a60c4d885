/** The words of a transcript in reading order, as the service orders them: a coding goes from one to another. */
import type { Anchor } from '../api/types';

export interface PlacedWord {
  id: number;
  text: string;
  startMs: number;
  endMs: number;
  /** Index of its utterance's row. */
  row: number;
  /** Whether clean reading leaves it out. */
  leftOut: boolean;
}

interface RowOfWords {
  index: number;
  words: readonly { id: number; text: string; start_ms: number; end_ms: number; disfluency?: unknown }[] | null;
}

export class ReadingOrder {
  readonly words: readonly PlacedWord[];
  readonly #placeOf = new Map<number, number>();
  readonly #rows = new Map<number, [number, number]>();
  #byStart: number[] | null = null;
  #byEnd: number[] | null = null;

  constructor(rows: readonly RowOfWords[]) {
    const words: PlacedWord[] = [];
    for (const row of rows) {
      if (!row.words?.length) continue;
      this.#rows.set(row.index, [words.length, words.length + row.words.length - 1]);
      for (const word of row.words) {
        this.#placeOf.set(word.id, words.length);
        words.push({ id: word.id, text: word.text, startMs: word.start_ms, endMs: word.end_ms, row: row.index, leftOut: Boolean(word.disfluency) });
      }
    }
    this.words = words;
  }

  /** Where a word stands; -1 where it is not there, or not loaded yet. */
  placeOf(id: number): number {
    return this.#placeOf.get(id) ?? -1;
  }

  at(place: number): PlacedWord | null {
    return this.words[place] ?? null;
  }

  /** Places of the first and last word of a row; null of one without words. */
  ofRow(index: number): readonly [number, number] | null {
    return this.#rows.get(index) ?? null;
  }

  /** The words from one id to another, whichever comes first; none where one of them is not there. */
  between(one: number, other: number): readonly PlacedWord[] {
    const [a, b] = [this.placeOf(one), this.placeOf(other)];
    return a < 0 || b < 0 ? [] : this.words.slice(Math.min(a, b), Math.max(a, b) + 1);
  }

  /** Where a coding of these words stands, from edge to edge of them; null where one of them is not there. */
  anchor(one: number, other: number): Anchor | null {
    const words = this.between(one, other);
    if (!words.length) return null;
    return {
      first_word: words[0]!.id,
      last_word: words.at(-1)!.id,
      start_ms: Math.min(...words.map((word) => word.startMs)),
      end_ms: Math.max(...words.map((word) => word.endMs)),
    };
  }

  /** Place of the word that starts nearest to a time; -1 where there are no words. */
  startingNear(ms: number): number {
    this.#byStart ??= this.#sorted((word) => word.startMs);
    return this.#nearest(this.#byStart, (word) => word.startMs, ms);
  }

  /** Place of the word that ends nearest to a time; -1 where there are no words. */
  endingNear(ms: number): number {
    this.#byEnd ??= this.#sorted((word) => word.endMs);
    return this.#nearest(this.#byEnd, (word) => word.endMs, ms);
  }

  #sorted(time: (word: PlacedWord) => number): number[] {
    return this.words.map((_, place) => place).sort((a, b) => time(this.words[a]!) - time(this.words[b]!) || a - b);
  }

  #nearest(places: readonly number[], time: (word: PlacedWord) => number, ms: number): number {
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (time(this.words[places[middle]!]!) < ms) low = middle + 1;
      else high = middle;
    }
    const [after, before] = [places[low], places[low - 1]];
    if (after === undefined) return before ?? -1;
    if (before === undefined) return after;
    return ms - time(this.words[before]!) <= time(this.words[after]!) - ms ? before : after;
  }
}
