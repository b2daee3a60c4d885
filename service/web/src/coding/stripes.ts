/** The stripes beside the rows of a transcript: which codings stand in a row, in which lane, and from where to where. */
import type { ShownCoding } from './coding_here.svelte';
import { lanesOf } from './lanes';
import type { ReadingOrder } from './reading_order';

export interface Stripe {
  coding: ShownCoding;
  lane: number;
  /** Of the row's height, 0 to 1, by its letters; null where it comes from the row above, or goes on below. */
  from: number | null;
  to: number | null;
}

export interface Stripes {
  ofRow: ReadonlyMap<number, readonly Stripe[]>;
  lanes: number;
}

/** Row of a word; by its time while the words are not loaded. */
type RowOf = (wordId: number, ms: number) => number;

export function stripesOf(codings: readonly ShownCoding[], me: string, order: ReadingOrder, rowAt: (ms: number) => number): Stripes {
  const rowOf: RowOf = (wordId, ms) => order.at(order.placeOf(wordId))?.row ?? Math.max(0, rowAt(ms));
  const placed = codings.map((coding) => {
    const fromRow = rowOf(coding.place.first_word, coding.place.start_ms);
    const toRow = Math.max(fromRow, rowOf(coding.place.last_word, Math.max(coding.place.start_ms, coding.place.end_ms - 1)));
    return { id: coding.id, coder: coding.coder, madeAt: coding.madeAt, fromRow, toRow, coding };
  });
  const { of, count } = lanesOf(placed, me);
  const ofRow = new Map<number, Stripe[]>();
  for (const { coding, fromRow, toRow } of placed) {
    const lane = of.get(coding.id)!;
    for (let row = fromRow; row <= toRow; row += 1) {
      const stripe: Stripe = {
        coding,
        lane,
        from: row === fromRow ? shareBefore(order, coding.place.first_word, false) : null,
        to: row === toRow ? shareBefore(order, coding.place.last_word, true) : null,
      };
      const there = ofRow.get(row);
      if (there) there.push(stripe);
      else ofRow.set(row, [stripe]);
    }
  }
  return { ofRow, lanes: count };
}

/** How much of the letters of a word's row stand before it, or up to its end. */
function shareBefore(order: ReadingOrder, wordId: number, withIt: boolean): number {
  const place = order.placeOf(wordId);
  const row = place < 0 ? null : order.ofRow(order.at(place)!.row);
  if (!row) return withIt ? 1 : 0;
  let [before, all] = [0, 0];
  for (let at = row[0]; at <= row[1]; at += 1) {
    const letters = order.at(at)!.text.length + 1;
    if (at < place || (withIt && at === place)) before += letters;
    all += letters;
  }
  return before / all;
}
