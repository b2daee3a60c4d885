import { expect, it } from 'vitest';
import { askedBefore, byInterview } from './sheet';
import type { GuideCoverage } from './types';

const place = (start_ms: number, state: 'suggested' | 'confirmed' | 'rejected') =>
  ({ number: start_ms, utterance: 1, start_ms, end_ms: start_ms + 1000, score: 0.8, state, text: '', answer_ms: 5000 });
const question = (key: string, places: ReturnType<typeof place>[]) =>
  ({ key, guide: 'g.toml', text: key, also: [], asked: places.some((one) => one.state !== 'rejected'), places });
const guide = (searched: boolean, ...questions: ReturnType<typeof question>[]): GuideCoverage =>
  ({ questions, problems: [], searched, outdated: false, asker_known: true, language_known: true });

it('lists what was asked, at the moments that nobody rejected, in order of time', () => {
  const asked = askedBefore([
    { interview: 'D03-T1', guide: guide(true, question('a', [place(9000, 'suggested'), place(2000, 'confirmed'), place(1, 'rejected')]), question('b', [place(5, 'rejected')])) },
    { interview: 'D03-T2', guide: guide(false, question('c', [place(7, 'confirmed')])) },
    { interview: 'D03-T3', guide: guide(true, question('d', [])) },
  ]);
  expect(asked).toEqual([
    { interview: 'D03-T1', questions: [{ key: 'a', text: 'a', moments: [{ startMs: 2000, answerMs: 5000, confirmed: true }, { startMs: 9000, answerMs: 5000, confirmed: false }] }] },
  ]);
});

it('what was left open stands under the interview it was left open in', () => {
  const open = ['D03-T1', 'D03-T1', 'D03-T2'].map((interview, n) => ({ key: String(n), text: '', wave: 1, interview, interview_id: interview.toLowerCase() }));
  expect(byInterview(open).map(({ interview, id, questions }) => [interview, id, questions.length])).toEqual([['D03-T1', 'd03-t1', 2], ['D03-T2', 'd03-t2', 1]]);
});
