/** Which words are chosen for a correction: neighbours within one utterance. */

export interface Choice {
  utterance: number;
  /** Word it began with, and word it was extended to; the same when one is chosen. */
  from: number;
  to: number;
}

interface HasId {
  id: number;
}

/** A word alone, or the choice it extends when that is of the same utterance. */
export function ofWord(utterance: number, word: number, extended: Choice | null): Choice {
  const from = extended?.utterance === utterance ? extended.from : word;
  return { utterance, from, to: word };
}

/** The words from one end of the choice to the other, in their order. */
export function between<W extends HasId>(words: readonly W[], choice: Choice): W[] {
  const a = words.findIndex((word) => word.id === choice.from);
  const b = words.findIndex((word) => word.id === choice.to);
  if (a < 0 || b < 0) return [];
  return words.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** The choice a word further or back; without one, the first word. Null where there is nothing more. */
export function stepped(
  rows: readonly { id: number; words: readonly HasId[] | null }[],
  choice: Choice | null,
  by: 1 | -1,
  extend: boolean,
): Choice | null {
  const index = rows.findIndex((row) => row.id === choice?.utterance);
  if (!choice || index < 0) {
    const first = rows.find((row) => row.words?.length);
    return first ? ofWord(first.id, first.words![0]!.id, null) : null;
  }
  const words = rows[index]!.words ?? [];
  const place = words.findIndex((word) => word.id === choice.to) + by;
  if (place >= 0 && place < words.length) return ofWord(choice.utterance, words[place]!.id, extend ? choice : null);
  if (extend) return null;
  for (let next = index + by; next >= 0 && next < rows.length; next += by) {
    const there = rows[next]!;
    if (there.words?.length) return ofWord(there.id, there.words.at(by > 0 ? 0 : -1)!.id, null);
  }
  return null;
}
