import { expect, it } from 'vitest';
import type { ParticipantLine } from '../api/types';
import { coversWords, dayWords, distanceWords, participantOf, sourceWords, wayBackTo } from './place';

const wave = (name: string, interview_id: string | null, held_on: string | null, days: number | null) =>
  ({ name, interview_id, held_on, days_since_previous: days }) as ParticipantLine['waves'][number];
const line = (...waves: ParticipantLine['waves']) => ({ waves }) as ParticipantLine;

it('days and where they come from', () => {
  expect(dayWords('2023-03-11')).toBe('11 Mar 2023');
  expect(sourceWords('recording')).toBe('from the recorder’s clock, which may be wrong');
  expect(sourceWords(null)).toBe('');
});

it('a study id names its participant', () => {
  expect(participantOf('D03-T2')).toBe('D03-T');
  expect(participantOf('A-B-C12')).toBe('A-B-C');
  expect(participantOf('interview')).toBeNull();
  expect(participantOf(null)).toBeNull();
});

it('what an interview covers beside its name', () => {
  expect(coversWords(['D03-T2'])).toBe('');
  expect(coversWords(['D03-T1', 'D03-T2'])).toBe('covers T1 and T2');
  expect(coversWords(['D03-T1', 'D03-T2', 'D03-T3'])).toBe('covers T1, T2 and T3');
});

it('the distance is told from the interview before that was held', () => {
  const told = line(wave('D03-T1', 'a', '2023-01-10', null), wave('D03-T2', null, null, null), wave('D03-T3', 'c', '2023-03-11', 60));
  expect(distanceWords(told, 'c')).toBe('60 days after T1');
  expect(distanceWords(told, 'a')).toBe('');
  expect(distanceWords(line(wave('D03-T1', 'a', '2023-01-10', null), wave('D03-T2', 'b', '2023-01-09', -1)), 'b')).toBe('1 day before T1');
  expect(distanceWords(line(wave('D03-T1', 'a', '2023-01-10', null), wave('D03-T2', 'b', '2023-01-10', 0)), 'b')).toBe('on the same day as T1');
  expect(distanceWords(null, 'b')).toBe('');
});

it('an interview goes back to all it covered, its name first', () => {
  expect(wayBackTo({ covers: ['D03-T1', 'D03-T2'] })).toEqual([
    { name: 'D03-T1', also: false },
    { name: 'D03-T2', also: true },
  ]);
  expect(wayBackTo({ covers: [] })).toEqual([]);
});
