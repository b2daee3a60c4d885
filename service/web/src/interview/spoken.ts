/** How the words of an utterance are read: as spoken, or as coders will read them. */
import type { Redaction, Word } from '../api/types';

export interface Token {
  /** Word that is played when the token is clicked; of a placeholder, its first. */
  wordId: number;
  startMs: number;
  endMs: number;
  text: string;
  redaction: Redaction | null;
  /** Whether the word itself stands for what was said: all that a released interview has. */
  standIn: boolean;
  confidence: number;
  /** How clearly it is its speaker's: 0 is a coin's toss. */
  margin: number;
}

const TRAILING_MARKS = /[.,;:!?…"'”’)\]]+$/u;

/** Which redaction covers a word, by the word's id. */
export function redactedWords(redactions: readonly Redaction[]): Map<number, Redaction> {
  return new Map(redactions.flatMap((redaction) => redaction.word_ids.map((id) => [id, redaction] as const)));
}

/**
 * The tokens to show. Read as coders will, the words of a redaction become one placeholder, which
 * keeps the marks that trail the last of them. A word is covered when the redaction names it or when
 * it names the redaction: to show one too many is harmless, one too few is not. Clean reading leaves out
 * what belongs to speaking rather than to the sentence.
 */
export function tokensOf(
  words: readonly Word[],
  redactions: ReadonlyMap<number, Redaction>,
  anonymised: boolean,
  clean = false,
): Token[] {
  const tokens: Token[] = [];
  let open: Token | null = null;
  for (const word of words) {
    if (clean && word.disfluency !== null) continue;
    const redaction = redactions.get(word.id) ?? null;
    if (anonymised && (redaction !== null || word.redaction !== null)) {
      const placeholder = redaction?.placeholder ?? '[…]';
      const trailing = TRAILING_MARKS.exec(word.text)?.[0] ?? '';
      if (open && open.redaction === redaction && redaction !== null) {
        open.endMs = word.end_ms;
        open.text = placeholder + trailing;
        continue;
      }
      open = {
        wordId: word.id,
        startMs: word.start_ms,
        endMs: word.end_ms,
        text: placeholder + trailing,
        redaction,
        standIn: false,
        confidence: 1,
        margin: 1,
      };
      tokens.push(open);
      continue;
    }
    open = null;
    tokens.push({
      wordId: word.id,
      startMs: word.start_ms,
      endMs: word.end_ms,
      text: word.text,
      redaction,
      standIn: word.redaction !== null,
      confidence: word.confidence,
      margin: word.speaker_margin,
    });
  }
  return tokens;
}
