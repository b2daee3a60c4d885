import { describe, expect, it } from 'vitest';
import type { QueryTerms } from '../api/types';
import { asValue, completionsAt, matching } from './completing';

const TERMS: QueryTerms = {
  fields: [
    { name: 'code', finds: 'what is coded with it', example: 'code:care' },
    { name: 'coder', finds: 'what somebody coded', example: 'coder:ann' },
    { name: 'minutes', finds: 'these minutes', example: 'minutes:20-30' },
  ],
  values: {
    code: ['Being held', 'Fear of leaving', 'Fear of loss', 'Staying'],
    coder: ['ann', 'ben'],
    marker: ['pause', 'pause/within_turn', 'laughter'],
    speaker: ['participant', 'client'],
  },
  meaning: null,
};
/** The caret is where `|` is. */
const at = (typed: string) => {
  const caret = typed.indexOf('|');
  return completionsAt(typed.replace('|', ''), caret, TERMS);
};
const texts = (typed: string) => at(typed)?.options.map((one) => one.text);

describe('what can be typed next', () => {
  it('begins with the fields', () => {
    expect(texts('|')).toEqual(['code:', 'coder:', 'minutes:']);
    expect(texts('code:Staying and |')).toEqual(['code:', 'coder:', 'minutes:']);
    expect(texts('(cod|')).toEqual(['code:', 'coder:']);
  });

  it('has what is there after a field, in quotes where it needs them', () => {
    expect(texts('code:fear|')).toEqual(['code:"Fear of leaving" ', 'code:"Fear of loss" ']);
    expect(texts('code:"fear of lo|')).toEqual(['code:"Fear of loss" ']);
    expect(texts('not code:st|')).toEqual(['code:Staying ']);
    expect(texts('marker:within|')).toEqual(['marker:pause/within_turn ']);
    expect(texts('minutes:|')).toEqual(['minutes:20-30 ']);
  });

  it('replaces the whole word it stands in', () => {
    const found = at('code:st|ay and coder:ann')!;
    expect([found.from, found.to]).toEqual([0, 9]);
    expect(at('x and code:"fe|')!.from).toBe(6);
  });

  it('finds a code by its name alone', () => {
    expect(texts('leav|')).toEqual(['code:"Fear of leaving" ']);
    expect(texts('laugh|')).toEqual(['marker:laughter ']);
  });

  it('goes on with how the next belongs to it', () => {
    expect(texts('code:Staying |')).toContain('and ');
    expect(texts('code:Staying |')).toContain('weight >= 50 ');
    expect(texts('"held my hand" |')).not.toContain('weight >= 50 ');
    expect(texts('code:Staying by |')).toEqual(['ann ', 'ben ']);
    expect(texts('marker:pause by cl|')).toEqual(['client ']);
    expect(texts('(code:Staying) n|')).toEqual(['not with ', 'near 30s ']);
  });

  it('says nothing of what was said', () => {
    expect(at('"held my |')).toBeNull();
  });
});

it('puts values in quotes where they need them', () => {
  expect(['D03-T2', 'pause/within_turn', 'and', 'fear of loss', 'a "b"'].map(asValue)).toEqual([
    'D03-T2',
    'pause/within_turn',
    '"and"',
    '"fear of loss"',
    '"a \\"b\\""',
  ]);
});

it('puts what begins so first', () => {
  expect(matching(['safe care', 'careful', 'scare', 'none'], 'care')).toEqual(['careful', 'safe care', 'scare']);
});
