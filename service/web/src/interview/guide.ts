/** The guide in words: how sure a place is, how long an answer was, what was asked, and the keys of its panel. */
import type { AskedPlace, GuideCoverage, GuideQuestion } from '../api/types';

/** From these scores on; what the search finds begins at about 0.54. */
const VERY_LIKELY = 0.8;
const LIKELY = 0.65;

/** How sure it is that the question was asked there. */
export function surenessWords(place: Pick<AskedPlace, 'score' | 'state'>): string {
  if (place.state === 'rejected') return 'rejected';
  if (place.score === null) return 'a person pointed to it';
  if (place.state === 'confirmed') return 'confirmed';
  if (place.score >= VERY_LIKELY) return 'very likely';
  return place.score >= LIKELY ? 'likely' : 'perhaps';
}

/** `192000` -> `answer 3 min 12 s`. */
export function answerWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds === 0) return 'no answer';
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [h ? `${h} h` : '', m ? `${m} min` : '', s && !h ? `${s} s` : ''].filter(Boolean);
  return `answer ${parts.join(' ')}`;
}

/** `7 of 9 asked`. */
export function coverageWords(questions: readonly Pick<GuideQuestion, 'asked'>[]): string {
  return `${questions.filter((question) => question.asked).length} of ${questions.length} asked`;
}

/** How many questions have only places that nobody has looked at. */
export function unchecked(questions: readonly Pick<GuideQuestion, 'places'>[]): number {
  return questions.filter((question) => kept(question).length > 0 && kept(question).every((place) => place.state === 'suggested')).length;
}

/** The places that count, and those that a person rejected. */
export const kept = (question: Pick<GuideQuestion, 'places'>) => question.places.filter((place) => place.state !== 'rejected');
export const rejected = (question: Pick<GuideQuestion, 'places'>) => question.places.filter((place) => place.state === 'rejected');

/** The surest place of a question: one a person confirmed, else the best of those that were found. */
export function bestPlace(question: Pick<GuideQuestion, 'places'>): AskedPlace | null {
  const rank = (place: AskedPlace) => (place.state === 'confirmed' ? 10 : 0) + (place.score ?? 1);
  return kept(question).toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** The place that a key judges: the one that has the focus, else the surest that nobody has judged, else the surest. */
export function placeToJudge(question: Pick<GuideQuestion, 'places'>, focused: number | null): AskedPlace | null {
  const here = question.places.find((place) => place.number === focused);
  if (here) return here;
  const open = question.places.filter((place) => place.state === 'suggested');
  return bestPlace({ places: open }) ?? bestPlace(question);
}

export interface QuestionMark {
  ms: number;
  /** Which question of the guide, from 1. */
  number: number;
  text: string;
  /** Whether a person said so. */
  sure: boolean;
}

/** Where the questions stand in the sound, in order of time. */
export function marksOf(coverage: Pick<GuideCoverage, 'questions'> | null): QuestionMark[] {
  const marks = (coverage?.questions ?? []).flatMap((question, place) =>
    kept(question).map(({ start_ms, state }) => ({ ms: start_ms, number: place + 1, text: question.text, sure: state === 'confirmed' })),
  );
  return marks.toSorted((a, b) => a.ms - b.ms || a.number - b.number);
}

/** `line 12, question[2].text: This must be text, in quotes.` */
export function findingWords(finding: { line: number | null; key: string; message: string }): string {
  const where = [finding.line === null ? '' : `line ${finding.line}`, finding.key].filter(Boolean).join(', ');
  return where ? `${where}: ${finding.message}` : finding.message;
}

export type GuideAct = 'next' | 'previous' | 'play' | 'confirm' | 'reject' | 'here';

export const GUIDE_KEYS: { keys: string[]; does: string; act: GuideAct }[] = [
  { keys: ['j', '↓'], does: 'next question', act: 'next' },
  { keys: ['k', '↑'], does: 'previous question', act: 'previous' },
  { keys: ['Enter'], does: 'hear where it was asked', act: 'play' },
  { keys: ['c'], does: 'confirm the place', act: 'confirm' },
  { keys: ['r'], does: 'reject the place', act: 'reject' },
  { keys: ['a'], does: 'it was asked in the utterance that is heard', act: 'here' },
];

const NAMED: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑' };
const ACTS = new Map(GUIDE_KEYS.flatMap(({ keys, act }) => keys.map((key) => [key, act] as const)));

/** The act a key asks for while the guide has the focus; null leaves the key to the page and the browser. */
export function guideActOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): GuideAct | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return ACTS.get(NAMED[event.key] ?? event.key) ?? null;
}
