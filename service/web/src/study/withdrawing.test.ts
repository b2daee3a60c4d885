import { describe, expect, it } from 'vitest';
import type { Withdrawal } from './types';
import { codingInWords, standing, stepInWords, whatIsWithdrawn, withdrawalsOf } from './withdrawing';

const made = (over: Partial<Withdrawal>): Withdrawal => ({
  exports: [],
  number: 1,
  scope: 'participant',
  study_id: 'D03-C',
  use: null,
  reason: 'withdrawal',
  begun_by: 'steward',
  begun_at: '2031-03-03T10:00:00Z',
  finished_at: null,
  steps: ['tombstones', 'shred', 'receipt'],
  done: [],
  erased: false,
  files: [],
  has_receipt: false,
  ...over,
});

describe('a withdrawal in words', () => {
  it('says which codings and memos go and which stay', () => {
    const coded = { codings: 12, memos: 3, codings_kept: 10, memos_kept: 1, quoting: 2 };
    expect(codingInWords(coded, false)).toEqual([
      '12 codings and 3 memos go.',
      '2 codes, themes and other memos quote it: the quotes are taken out, in past versions too.',
    ]);
    expect(codingInWords({ ...coded, quoting: 0 }, true)).toEqual([
      '10 codings and 1 memo stay, without what was said. 2 codings and 2 memos go: those that were removed before, or quote.',
    ]);
    expect(codingInWords({ codings: 0, memos: 0, codings_kept: 0, memos_kept: 0, quoting: 0 }, true)).toEqual([]);
  });

  it('says what is withdrawn', () => {
    expect(whatIsWithdrawn(made({}))).toBe('Everything of D03-C');
    expect(whatIsWithdrawn(made({ scope: 'interview', study_id: 'D03-C2' }))).toBe('The interview D03-C2');
    expect(whatIsWithdrawn(made({ scope: 'interview', study_id: null }))).toBe('One interview');
    expect(whatIsWithdrawn(made({ scope: 'use', use: 'voiceprint' }))).toBe('The voiceprint of D03-C');
  });

  it('says where it stands', () => {
    expect(standing(made({ done: ['tombstones'] }))).toBe('being erased, 1 of 3 steps done');
    expect(standing(made({ erased: true, files: ['a.wav'] }))).toBe('erased; 1 file left in the watched folder');
    expect(standing(made({ erased: true }))).toBe('erased');
    expect(standing(made({ erased: true, scope: 'use', use: 'quote' }))).toBe('withdrawn');
  });

  it('says which step is next, and nothing after the last', () => {
    expect(stepInWords({ steps: ['tombstones', 'shred'], done: ['tombstones'] })).toBe('Destroying the keys');
    expect(stepInWords({ steps: ['shred'], done: ['shred'] })).toBe('');
  });
});

it('finds the withdrawals of a participant and of their interviews, and nobody else’s', () => {
  const all = [
    made({ number: 1 }),
    made({ number: 2, scope: 'interview', study_id: 'D03-C2' }),
    made({ number: 3, study_id: 'D03-T' }),
    made({ number: 4, scope: 'interview', study_id: 'D03-T1' }),
    made({ number: 5, scope: 'interview', study_id: null }),
  ];
  expect(withdrawalsOf('D03-C', all).map((one) => one.number)).toEqual([1, 2]);
});
