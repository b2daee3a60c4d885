import { expect, it } from 'vitest';
import { standInWords } from './quoting';

it('says how many stand-ins of which kinds are in a quote', () => {
  expect(standInWords([{ kind: 'NAME', count: 2 }, { kind: 'other', count: 1 }])).toBe('3 stand-ins: 2 NAME, 1 other');
  expect(standInWords([{ kind: 'PLACE', count: 1 }])).toBe('1 stand-in: 1 PLACE');
  expect(standInWords([])).toBe('no stand-ins');
});
