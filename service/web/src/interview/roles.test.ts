import { expect, it } from 'vitest';
import type { Role, Speaker, Study } from '../api/types';
import { roleLabel, voicesOf } from './roles';
import type { Who } from './voices';

const speaker = (label: string, role: Role, name: string | null = null): Speaker => ({ label, role, name, suggested: false, speech_ms: 1, words: 1 });
const names = (speakers: Speaker[], who: Who | null = null) => [...voicesOf(speakers, who).values()].map(({ name, short }) => [name, short]);

const study = {
  title: 'A study',
  version: null,
  file: null,
  findings: [],
  roles: [
    { code: 'T', name: 'therapist', pronoun: 'she', waves: [1] },
    { code: 'C', name: 'client', pronoun: 'he', waves: [1] },
  ],
  groups: ['D03'],
  interviewers: ['I1'],
} satisfies Study;
const who = (confirmed: [string, string][] = [], interviewer: string | null = null): Who => ({
  study,
  participant: 'D03-C',
  interviewer,
  confirmed: new Map(confirmed),
});

it('without a study, voices go by their roles', () => {
  expect(names([speaker('S1', 'interviewer'), speaker('S2', 'participant')])).toEqual([
    ['Interviewer', 'Interviewer'],
    ['Participant', 'Participant'],
  ]);
  expect(names([speaker('S1', 'unknown'), speaker('S2', 'other'), speaker('S3', 'other')])).toEqual([
    ['Speaker S1', 'Speaker S1'],
    ['Other S2', 'Other S2'],
    ['Other S3', 'Other S3'],
  ]);
});

it('in a study, the participant has a role and an id, and who asked an id once that is known', () => {
  const two = [speaker('S1', 'interviewer'), speaker('S2', 'participant')];
  expect(names(two, who())).toEqual([
    ['Interviewer', 'Interviewer'],
    ['Client D03-C', 'Client'],
  ]);
  expect(names(two, who([], 'I1'))[0]).toEqual(['Interviewer I1', 'Interviewer']);
  expect(roleLabel('participant', who())).toBe('Client');
  expect(roleLabel('participant', null)).toBe('Participant');
});

it('of two participants, each is named as it was confirmed', () => {
  const three = [speaker('S1', 'interviewer'), speaker('S2', 'participant'), speaker('S3', 'participant')];
  expect(names(three, who([['S3', 'D03-T']])).slice(1)).toEqual([
    ['Client S2', 'Client S2'],
    ['Therapist D03-T', 'Therapist D03-T'],
  ]);
});

it('a name that was given stays', () => {
  expect(names([speaker('S2', 'participant', 'The wife')], who())).toEqual([['The wife', 'The wife']]);
});
