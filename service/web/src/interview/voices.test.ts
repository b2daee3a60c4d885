import { expect, it } from 'vitest';
import type { Study, VoiceSuggestion } from '../api/types';
import { confirmedOf, personWords, wayBack } from './voices';

const study = {
  title: 'A study',
  version: null,
  file: null,
  findings: [],
  roles: [{ code: 'C', name: 'client', pronoun: 'he', waves: [1, 2] }],
  groups: ['D03'],
  interviewers: ['I1'],
} satisfies Study;

const voice = (label: string, person: string | null, confirmed: boolean): VoiceSuggestion => ({
  label,
  person,
  confirmed,
  score: null,
  decision: 'same',
  reason: '',
  speech_ms: null,
});

it('people are named by role and id', () => {
  expect(personWords('D03-C', study)).toBe('client D03-C');
  expect(personWords('I1', study)).toBe('interviewer I1');
  expect(personWords('D03-X', study)).toBe('D03-X');
  expect(personWords('D03-C', null)).toBe('D03-C');
});

it('only what a person said is confirmed', () => {
  expect([...confirmedOf([voice('S1', 'I1', true), voice('S2', 'D03-C', false), voice('S3', null, false)])]).toEqual([['S1', 'I1']]);
});

it('a confirmation is undone by taking it back', () => {
  expect(wayBack([voice('S1', 'I1', false)], [voice('S1', 'I1', true)])).toEqual([{ label: 'S1', person: null }]);
});

it('a person who changed places goes back, after the new place is left', () => {
  const before = [voice('S1', 'D03-C', true), voice('S2', null, false)];
  const after = [voice('S1', null, false), voice('S2', 'D03-C', true)];
  expect(wayBack(before, after)).toEqual([
    { label: 'S2', person: null },
    { label: 'S1', person: 'D03-C' },
  ]);
  expect(wayBack(after, after)).toEqual([]);
});
