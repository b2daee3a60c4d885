import { expect, it } from 'vitest';
import type { PronounSuggestion, Quote } from '../api/types';
import { aroundOf, likely, linesOf, textOf, whyInWords } from './quote';

const suggestion = (changes: [number, string, string][], certainty: 'likely' | 'unsure' = 'likely', why: PronounSuggestion['why'] = 'named'): PronounSuggestion => ({
  changes: changes.map(([word_id, before, after]) => ({ word_id, before, after })),
  person: 'C',
  certainty,
  why,
  meant: 'client,',
});
const quote: Quote = {
  utterances: [
    { id: 1, speaker: 'S1', words: [{ id: 10, text: 'And?' }] },
    { id: 2, speaker: 'S2', words: [{ id: 20, text: "She's" }, { id: 21, text: 'calm.' }] },
    { id: 3, speaker: 'S2', words: [{ id: 30, text: 'I' }, { id: 31, text: 'saw' }, { id: 32, text: 'her' }, { id: 33, text: 'fall.' }] },
  ],
  people: [],
  suggestions: [suggestion([[20, "She's", "He's"]]), suggestion([[32, 'her', 'him']], 'unsure', 'case')],
  note: null,
};
const name = (label: string) => (label === 'S1' ? 'Interviewer' : 'Client');

it('only what is likely is ticked at first', () => {
  expect(likely(quote.suggestions)).toEqual([true, false]);
});

it('ticked suggestions change their words, and unticking brings them back', () => {
  expect(textOf(linesOf(quote, [true, true]), name)).toBe("Interviewer: And?\nClient: He's calm. I saw him fall.");
  expect(textOf(linesOf(quote, [true, false]), name)).toBe("Interviewer: And?\nClient: He's calm. I saw her fall.");
  expect(textOf(linesOf(quote, [false, false]), name)).toBe("Interviewer: And?\nClient: She's calm. I saw her fall.");
  expect(linesOf(quote, [true, false])[1]?.words.filter((word) => word.changed).map((word) => word.id)).toEqual([20]);
});

it('one voice is quoted without its name', () => {
  expect(textOf(linesOf({ ...quote, utterances: quote.utterances.slice(1) }, [false, false]), name)).toBe("She's calm. I saw her fall.");
  expect(textOf([], name)).toBe('');
});

it('a suggestion is shown with the words around it', () => {
  expect(aroundOf(quote, quote.suggestions[1]!)).toEqual({ before: 'I saw', after: 'fall.' });
  expect(aroundOf(quote, suggestion([[99, 'he', 'she']]))).toEqual({ before: '', after: '' });
});

it('every reason is told in words', () => {
  const reasons = (['named', 'carried_on', 'somebody_else', 'nobody_named', 'case'] as const).map((why) => whyInWords(suggestion([], 'unsure', why), 'client'));
  expect(new Set(reasons).size).toBe(5);
  expect(whyInWords(suggestion([]), 'client')).toBe('“client” is named before.');
});
