import { expect, it } from 'vitest';
import type { Recording } from '../api/types';
import { cellInWords, day, dayNumber, daysInWords, daysShort, minutes, participantOf, progressOf, shortParticipant } from './words';
import type { BoardRecording, Cell } from './types';

it('days are the same in every time zone', () => {
  expect(dayNumber('1970-01-02')).toBe(1);
  expect(dayNumber('2024-03-01') - dayNumber('2024-02-28')).toBe(2);
  expect(day('2024-05-03')).toBe('3 May 2024');
});

it('lengths and distances are short, and said in full', () => {
  expect([minutes(38_400), minutes(4_500_000), minutes(5_400_000)]).toEqual(['38 s', '75 min', '90 min']);
  expect([daysShort(60), daysShort(0), daysShort(-3)]).toEqual(['+60 d', '+0 d', '−3 d']);
  expect([daysInWords(1), daysInWords(60), daysInWords(0), daysInWords(-2)]).toEqual([
    '1 day after the one before', '60 days after the one before', 'the same day as the one before', '2 days before the one before',
  ]);
});

it('names tell their participant', () => {
  expect(participantOf('D03-T12')).toBe('D03-T');
  expect([shortParticipant('D03-T', 'D03'), shortParticipant('P1', 'D03')]).toEqual(['T', 'P1']);
});

const file = (id: string, state: BoardRecording['state'], percent = 0): BoardRecording =>
  ({ id, state, percent, stage: state === 'processing' ? 'decode' : null, eta_s: null }) as BoardRecording;

it('progress goes by the newest that is known, over all files', () => {
  const known = [file('a', 'done', 100), file('b', 'processing', 10)];
  expect(progressOf(known, new Map())).toEqual({ percent: 55, stage: 'Reading the sound', left: '' });
  const live = new Map([['b', { ...file('b', 'processing', 40), stage: 'transcribe', eta_s: 120 } as unknown as Recording]]);
  expect(progressOf(known, live)).toEqual({ percent: 70, stage: 'Writing down the words', left: '2 min left' });
  expect(progressOf([file('a', 'queued')], new Map()).stage).toBe('Waiting for its turn');
});

it('a cell is said in one sentence', () => {
  const cell: Cell = {
    name: 'D03-T2', wave: 2, state: 'needs_review', interview_id: 'x', covers: ['D03-T2', 'D03-T3'], recordings: [file('a', 'done'), file('b', 'done')],
    duration_ms: 4_500_000, held_on: '2024-05-03', interviewer: null, days_since_previous: 60, asked: 7, questions: 9,
    warnings: [{ code: 'wave_order', message: 'Check the days.' }],
  };
  const facts = { cell, further: [], column: undefined, participant: undefined, progress: null };
  expect(cellInWords(facts)).toBe(
    'D03-T2: needs review, the same interview as D03-T3, 75 min, 2 files, held 3 May 2024, 60 days after the one before, 7 of 9 questions asked. Check the days.',
  );
  expect(cellInWords({ ...facts, further: [{ ...cell, name: 'D03-T3', asked: null }] })).toMatch(/^D03-T2 and D03-T3: needs review, one interview for both, 75 min/);
  const left: Cell = { ...cell, state: 'left', interview_id: null, covers: [], recordings: [], duration_ms: null, held_on: null, days_since_previous: null, asked: null, warnings: [] };
  expect(cellInWords({ ...facts, cell: left, participant: { id: 'D03-T', role: 'T', left_on: '2024-06-01', withdrawn_on: null } })).toBe('D03-T2: left, on 1 Jun 2024.');
});
