/** What the sheet for an interview says: what was left open, what was asked already. */
import type { GuideCoverage, OpenQuestions } from './types';

export interface AskedQuestion {
  key: string;
  text: string;
  /** Where it was asked, in order of time. */
  moments: { startMs: number; answerMs: number; confirmed: boolean }[];
}

export interface AskedIn {
  interview: string;
  questions: AskedQuestion[];
}

/** The questions that were asked in each interview that was searched, without places that a person rejected. */
export function askedBefore(searched: readonly { interview: string; guide: GuideCoverage }[]): AskedIn[] {
  return searched.flatMap(({ interview, guide }) => {
    if (!guide.searched) return [];
    const questions = guide.questions
      .filter((question) => question.asked)
      .map(({ key, text, places }) => ({
        key,
        text,
        moments: places
          .filter((place) => place.state !== 'rejected')
          .map((place) => ({ startMs: place.start_ms, answerMs: place.answer_ms, confirmed: place.state === 'confirmed' }))
          .sort((a, b) => a.startMs - b.startMs),
      }));
    return questions.length ? [{ interview, questions }] : [];
  });
}

/** What was left open, by the interview it was left open in. */
export function byInterview(open: OpenQuestions['open']): { interview: string; id: string; questions: OpenQuestions['open'] }[] {
  const grouped = new Map<string, OpenQuestions['open']>();
  for (const question of open) grouped.set(question.interview, [...(grouped.get(question.interview) ?? []), question]);
  return [...grouped].map(([interview, questions]) => ({ interview, id: questions[0]!.interview_id, questions }));
}
