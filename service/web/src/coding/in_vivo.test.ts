import { expect, test } from 'vitest';
import { inVivoName } from './in_vivo';

test('a name keeps the words as they were said, without marks at its edges', () => {
  expect(inVivoName(['“It', 'was', "like", "drowning.”"])).toBe('It was like drowning');
  expect(inVivoName(["don't"])).toBe("don't");
});

test('it ends with the sentence, unless that would be too short to mean anything', () => {
  expect(inVivoName('I gave up. Then he called me'.split(' '))).toBe('I gave up');
  expect(inVivoName('No. I never asked for it.'.split(' '))).toBe('No. I never asked for it');
});

test('it is cut between words', () => {
  expect(inVivoName('one two three four five six seven eight nine'.split(' '))).toBe('one two three four five six seven eight');
  expect(inVivoName(['incomprehensibility', 'counterrevolutionary', 'electroencephalograph', 'short'])).toBe('incomprehensibility counterrevolutionary');
  expect(inVivoName(['x'.repeat(90)])).toHaveLength(60);
});

test('of marks alone there is no name', () => {
  expect(inVivoName(['—', '…'])).toBe('');
  expect(inVivoName([])).toBe('');
});
