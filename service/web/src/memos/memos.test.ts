import { describe, expect, it } from 'vitest';
import type { ListedMemo, Memo } from '../api/types';
import { peopleOf, subjectOf } from './memos';

const listed = (about: Memo['about'], subject: string, more: Partial<ListedMemo> = {}): ListedMemo => ({
  memo: { id: 'm', about, subject, writer: 'ann', text: 'x', version: 1, made_at: '', changed_at: '', removed: false },
  named: '', interview: null, start_ms: null, end_ms: null, ...more,
});

describe('what a memo is about', () => {
  it('is named, and leads there', () => {
    expect(subjectOf(listed('code', 'c1', { named: 'care' }))).toEqual({ words: 'code care', address: '/codebook?code=c1' });
    expect(subjectOf(listed('interview', 'D03-T2', { named: 'D03-T2', interview: 'D03-T2' }))).toEqual({ words: 'D03-T2', address: '/released/D03-T2' });
    const coding = subjectOf(listed('coding', 'k', { interview: 'D03-T2', start_ms: 754200, end_ms: 760000 }));
    expect(coding.words).toBe('a coding in D03-T2');
    expect(coding.address).toMatch(/^\/released\/D03-T2#t=754\.2/);
    expect(subjectOf(listed('study', ''))).toEqual({ words: 'the study', address: null });
  });

  it('is not named where the interview was withdrawn', () => {
    expect(subjectOf(listed('interview', ''))).toEqual({ words: 'an interview that was withdrawn', address: null });
    expect(subjectOf(listed('coding', 'k')).address).toBeNull();
  });

  it('can be whoever something is released of', () => {
    expect(peopleOf([{ group: 'D10', role: 'T' }, { group: 'D2', role: 'C' }, { group: 'D2', role: 'C' }])).toEqual({
      groups: ['D2', 'D10'],
      participants: ['D2-C', 'D10-T'],
    });
  });
});
