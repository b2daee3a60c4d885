import { describe, expect, it } from 'vitest';
import type { Redaction, Word } from '../api/types';
import { redactedWords, tokensOf } from './spoken';

const word = (id: number, text: string, redaction: number | null = null): Word => ({
  id, text, redaction, speaker: 'S1', start_ms: id * 100, end_ms: id * 100 + 80, confidence: 0.9, speaker_confidence: 1,
  speaker_margin: 1, timing: 'pocketsphinx', disfluency: null,
});
const redaction: Redaction = {
  id: 4, label: 'NAME', placeholder: '[NAME-1]', start_ms: 200, end_ms: 380, word_ids: [2, 3], confidence: 0.9, detector: 'd',
};
const words = [word(1, 'Ask'), word(2, 'Ada'), word(3, 'Berg,'), word(4, 'please.')];
const redactions = redactedWords([redaction]);

describe('as coders will read it', () => {
  const tokens = tokensOf(words, redactions, true);
  it('one placeholder stands for the words of a redaction and keeps the marks that trail it', () => {
    expect(tokens.map((token) => token.text)).toEqual(['Ask', '[NAME-1],', 'please.']);
  });
  it('the placeholder plays from its first word to its last', () => {
    expect(tokens[1]).toMatchObject({ wordId: 2, startMs: 200, endMs: 380 });
  });
  it('a word that names a redaction nobody knows is not shown either', () => {
    expect(tokensOf([word(2, 'Ada', 4), word(3, 'Berg', 4)], new Map(), true).map((token) => token.text).join(' ')).not.toMatch(/Ada|Berg/);
  });
  it('two redactions side by side stay two', () => {
    const other = { ...redaction, id: 5, placeholder: '[PLACE-1]', word_ids: [3] };
    const both = tokensOf([word(2, 'Ada'), word(3, 'Bergen')], redactedWords([{ ...redaction, word_ids: [2] }, other]), true);
    expect(both.map((token) => token.text)).toEqual(['[NAME-1]', '[PLACE-1]']);
  });
});

it('as spoken, every word stands, and knows its redaction', () => {
  const tokens = tokensOf(words, redactions, false);
  expect(tokens.map((token) => token.text)).toEqual(['Ask', 'Ada', 'Berg,', 'please.']);
  expect(tokens.map((token) => token.redaction?.placeholder ?? null)).toEqual([null, '[NAME-1]', '[NAME-1]', null]);
});
