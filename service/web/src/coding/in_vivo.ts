/** A code's name from the words that were said. */

/** As many words can be read in a list, and be found again by typing. */
export const MOST_WORDS = 8;
export const MOST_CHARACTERS = 60;

const EDGES = /^[\s\p{P}]+|[\s\p{P}]+$/gu;
const ENDS = /[.!?…]["'”’)\]]*$/u;

/**
 * The selected words as a name: to the end of the first sentence where that has three words, at most eight words and 60
 * characters, cut between words, without marks at its edges. Nothing where nothing is left.
 */
export function inVivoName(words: readonly string[]): string {
  const taken: string[] = [];
  for (const word of words) {
    if (taken.length === MOST_WORDS || [...taken, word].join(' ').length > MOST_CHARACTERS) break;
    taken.push(word);
    if (taken.length >= 3 && ENDS.test(word)) break;
  }
  const first = words[0] ?? '';
  return (taken.join(' ') || first.slice(0, MOST_CHARACTERS)).replace(EDGES, '').replace(/\s+/gu, ' ');
}
