/** What becomes of a coding's place while one of its edges is dragged: the edge snaps to words, the other stays. */
import type { Anchor } from '../api/types';
import type { ReadingOrder } from './reading_order';

export type Edge = 'start' | 'end';

/** The anchor with an edge at the word of this id; at least one word stays. The same where a word is not there. */
export function draggedTo(order: ReadingOrder, anchor: Anchor, edge: Edge, wordId: number): Anchor {
  const [first, last, to] = [order.placeOf(anchor.first_word), order.placeOf(anchor.last_word), order.placeOf(wordId)];
  if (first < 0 || last < 0 || to < 0) return anchor;
  const place = edge === 'start' ? Math.min(to, last) : Math.max(to, first);
  if (place === (edge === 'start' ? first : last)) return anchor;
  const moved = edge === 'start' ? order.anchor(order.at(place)!.id, anchor.last_word)! : order.anchor(anchor.first_word, order.at(place)!.id)!;
  // The edge that was not touched stays where its coder put it, be it between words.
  return edge === 'start' ? { ...moved, end_ms: Math.max(anchor.end_ms, moved.start_ms) } : { ...moved, start_ms: Math.min(anchor.start_ms, moved.end_ms) };
}

/** The anchor with an edge at the word that starts, or ends, nearest to a time. */
export function draggedToTime(order: ReadingOrder, anchor: Anchor, edge: Edge, ms: number): Anchor {
  const word = order.at(edge === 'start' ? order.startingNear(ms) : order.endingNear(ms));
  return word ? draggedTo(order, anchor, edge, word.id) : anchor;
}
