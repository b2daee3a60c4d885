import { expect, it } from 'vitest';
import { inParts } from './parts';

const marked = (text: string, matches: number[][]) => inParts(text, matches).map((part) => (part.matches ? `<${part.text}>` : part.text)).join('');

it('the matches of a moment are marked and nothing is lost', () => {
  expect(marked('she held my hand', [[4, 11]])).toBe('she <held my> hand');
  expect(marked('no no', [[3, 5], [0, 2]])).toBe('<no> <no>');
  expect(marked('plain', [])).toBe('plain');
});

it('positions count characters, not code units', () => {
  expect(marked('😀 yes', [[2, 5]])).toBe('😀 <yes>');
});

it('ranges that overlap or leave the text do no harm', () => {
  expect(marked('abcdef', [[0, 4], [2, 99]])).toBe('<abcd><ef>');
});
