/** The words that are selected to be coded: from a word, where it began, to a word, where it goes on. */
import type { ReadingOrder } from './reading_order';

export interface Pick {
  from: number;
  to: number;
}

export type By = 'word' | 'utterance';

/**
 * The selection a step further or back. Extended by utterances it goes to the end of one, or to its beginning, before it
 * goes on to the next. `hidden` words are stepped over. The same selection where there is nothing more.
 */
export function moved(order: ReadingOrder, pick: Pick, by: By, way: 1 | -1, extend: boolean, hidden: (place: number) => boolean = () => false): Pick {
  const here = order.placeOf(pick.to);
  if (here < 0) return pick;
  const there = by === 'word' ? nextWord(order, here, way, hidden) : nextEdge(order, here, way, extend);
  const word = order.at(there);
  return word ? { from: extend ? pick.from : word.id, to: word.id } : pick;
}

function nextWord(order: ReadingOrder, here: number, way: 1 | -1, hidden: (place: number) => boolean): number {
  let there = here + way;
  while (order.at(there) && hidden(there)) there += way;
  return there;
}

function nextEdge(order: ReadingOrder, here: number, way: 1 | -1, extend: boolean): number {
  const [first, last] = order.ofRow(order.at(here)!.row)!;
  if (!extend) {
    if (way > 0) return last + 1;
    const before = order.at(first - 1);
    return before ? order.ofRow(before.row)![0] : first;
  }
  const edge = way > 0 ? last : first;
  if (here !== edge) return edge;
  const beyond = order.at(edge + way);
  return beyond ? order.ofRow(beyond.row)![way > 0 ? 1 : 0] : edge;
}
