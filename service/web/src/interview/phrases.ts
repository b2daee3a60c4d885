/**
 * Search within the transcript that is shown, by the rules of the service's search: a query is a
 * phrase, its words follow one another within an utterance, case, accents and punctuation aside.
 * The last word matches beginnings, since results show while it is typed.
 */
import type { Word } from '../api/types';

/** Letters and digits of `text` as tokens, lower-cased, without accents and apostrophes (`don't` is `dont`). */
export function foldTokens(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/[\p{M}'’ʼ`´]+/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

export interface Hit {
  row: number;
  firstWord: number;
  lastWord: number;
}

/** Positions in `words`, first and last inclusive, where the phrase was said. */
export function findPhrase(words: readonly Pick<Word, 'text'>[], phrase: readonly string[]): [number, number][] {
  if (!phrase.length) return [];
  const tokens: string[] = [];
  const wordOf: number[] = [];
  words.forEach((word, index) => {
    for (const token of foldTokens(word.text)) {
      tokens.push(token);
      wordOf.push(index);
    }
  });
  const last = phrase.length - 1;
  const found: [number, number][] = [];
  for (let start = 0; start + last < tokens.length; start += 1) {
    let same = true;
    for (let place = 0; same && place <= last; place += 1) {
      const token = tokens[start + place] as string;
      const wanted = phrase[place] as string;
      same = place === last ? token.startsWith(wanted) : token === wanted;
    }
    if (same) found.push([wordOf[start] as number, wordOf[start + last] as number]);
  }
  return found;
}
