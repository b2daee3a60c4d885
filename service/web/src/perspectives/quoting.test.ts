import { expect, it } from 'vitest';
import { confirmedBy, standInWords } from './quoting';

it('says how many stand-ins of which kinds are in a quote', () => {
  expect(standInWords([{ kind: 'NAME', count: 2 }, { kind: 'other', count: 1 }])).toBe('3 stand-ins: 2 NAME, 1 other');
  expect(standInWords([{ kind: 'PLACE', count: 1 }])).toBe('1 stand-in: 1 PLACE');
  expect(standInWords([])).toBe('no stand-ins');
});

it('says what is confirmed as a statement', () => {
  expect(confirmedBy('few_groups', '')).toBe('No word or story in it that only this person would say');
  expect(confirmedBy('number', '12')).toBe('The number “12” identifies nobody');
  expect(confirmedBy('unsure', '')).toBe('Nothing identifies somebody in what was said here, which nobody had listened to');
});
