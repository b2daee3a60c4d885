/** A quote for print: its words with the chosen pronouns, and why each of them is suggested. */
import type { PronounSuggestion, Quote } from '../api/types';

export interface QuotedLine {
  speaker: string;
  words: { id: number; text: string; changed: boolean }[];
}

/** What is ticked at first: only what is likely. */
export function likely(suggestions: readonly PronounSuggestion[]): boolean[] {
  return suggestions.map(({ certainty }) => certainty === 'likely');
}

/** The lines of the quote with the changes of the ticked suggestions; one speaker's utterances in a row are one line. */
export function linesOf(quote: Pick<Quote, 'utterances' | 'suggestions'>, ticked: readonly boolean[]): QuotedLine[] {
  const after = new Map<number, string>();
  quote.suggestions.forEach((suggestion, index) => {
    if (ticked[index]) for (const change of suggestion.changes) after.set(change.word_id, change.after);
  });
  const lines: QuotedLine[] = [];
  for (const { speaker, words } of quote.utterances) {
    const said = words.map(({ id, text }) => ({ id, text: after.get(id) ?? text, changed: after.has(id) }));
    const last = lines.at(-1);
    if (last?.speaker === speaker) last.words.push(...said);
    else lines.push({ speaker, words: said });
  }
  return lines;
}

/** The quote as text to paste: with names of the voices only where several speak. */
export function textOf(lines: readonly QuotedLine[], nameOf: (speaker: string) => string): string {
  const said = lines.map(({ speaker, words }) => ({ speaker, text: words.map(({ text }) => text).join(' ') }));
  if (said.length < 2) return said[0]?.text ?? '';
  return said.map(({ speaker, text }) => `${nameOf(speaker)}: ${text}`).join('\n');
}

/** The words around a suggestion's pronoun, by which it is found in the quote. */
export function aroundOf(quote: Pick<Quote, 'utterances'>, suggestion: PronounSuggestion, most = 4): { before: string; after: string } {
  const wordId = suggestion.changes[0]?.word_id;
  for (const { words } of quote.utterances) {
    const at = words.findIndex(({ id }) => id === wordId);
    if (at < 0) continue;
    const text = (from: number, to: number) =>
      words
        .slice(Math.max(0, from), to)
        .map((word) => word.text)
        .join(' ');
    return { before: text(at - most, at), after: text(at + 1, at + 1 + most) };
  }
  return { before: '', after: '' };
}

/** Why somebody is believed to be meant, in words. `role` is theirs. */
export function whyInWords({ why, meant, certainty }: PronounSuggestion, role: string): string {
  const named = meant?.replace(/[.,;:?!]+$/, '');
  switch (why) {
    case 'named':
      return certainty === 'likely' ? `“${named}” is named before.` : `“${named}” is named before, but several may be meant.`;
    case 'carried_on':
      return certainty === 'likely' ? `Goes on about “${named}”.` : `Goes on about the ${role}, if that is who is meant.`;
    case 'somebody_else':
      return `Somebody else is spoken of nearby: “${named}” may not be who is meant.`;
    case 'nobody_named':
      return `Nobody is named nearby. It may be the ${role}.`;
    case 'case':
      return 'It can be read in two ways: check that the sentence still says the same.';
  }
}
