import { expect, it } from 'vitest';
import type { AskedPlace, GuideQuestion } from '../api/types';
import { answerWords, bestPlace, coverageWords, findingWords, guideActOf, marksOf, placeToJudge, surenessWords, unchecked } from './guide';

const place = (number: number, state: AskedPlace['state'], score: number | null = 0.7): AskedPlace => ({
  number,
  utterance: number,
  start_ms: number * 1000,
  end_ms: number * 1000 + 500,
  score,
  state,
  text: '',
  answer_ms: 0,
});
const question = (key: string, ...places: AskedPlace[]): GuideQuestion => ({
  key,
  guide: 'g.toml',
  text: key,
  also: [],
  asked: places.some(({ state }) => state !== 'rejected'),
  places,
});

it('how sure a place is, is said in words', () => {
  expect(surenessWords({ score: 0.86, state: 'suggested' })).toBe('very likely');
  expect(surenessWords({ score: 0.7, state: 'suggested' })).toBe('likely');
  expect(surenessWords({ score: 0.55, state: 'suggested' })).toBe('perhaps');
  expect(surenessWords({ score: 0.55, state: 'confirmed' })).toBe('confirmed');
  expect(surenessWords({ score: null, state: 'confirmed' })).toBe('a person pointed to it');
  expect(surenessWords({ score: null, state: 'rejected' })).toBe('rejected');
});

it('the length of an answer is said as people say it', () => {
  expect(answerWords(192_000)).toBe('answer 3 min 12 s');
  expect(answerWords(45_400)).toBe('answer 45 s');
  expect(answerWords(120_000)).toBe('answer 2 min');
  expect(answerWords(3_725_000)).toBe('answer 1 h 2 min');
  expect(answerWords(300)).toBe('no answer');
});

it('questions with a place that stands are asked', () => {
  expect(coverageWords([question('a', place(1, 'suggested')), question('b', place(2, 'rejected')), question('c')])).toBe('1 of 3 asked');
});

it('a question is checked once one of its places is', () => {
  const questions = [question('a', place(1, 'suggested'), place(2, 'confirmed')), question('b', place(3, 'suggested')), question('c', place(4, 'rejected'))];
  expect(unchecked(questions)).toBe(1);
});

it('what a person confirmed is surer than any score', () => {
  expect(bestPlace(question('a', place(1, 'suggested', 0.99), place(2, 'confirmed', 0.55)))?.number).toBe(2);
  expect(bestPlace(question('a', place(1, 'rejected', 0.99), place(2, 'suggested', 0.55)))?.number).toBe(2);
  expect(bestPlace(question('a', place(1, 'rejected')))).toBeNull();
});

it('keys judge what has the focus, else what nobody has judged', () => {
  const asked = question('a', place(1, 'confirmed'), place(2, 'suggested', 0.6), place(3, 'suggested', 0.9));
  expect(placeToJudge(asked, 1)?.number).toBe(1);
  expect(placeToJudge(asked, null)?.number).toBe(3);
  expect(placeToJudge(question('b', place(4, 'confirmed')), null)?.number).toBe(4);
  expect(placeToJudge(question('b'), null)).toBeNull();
});

it('marks are in order of time and leave out what was rejected', () => {
  const coverage = { questions: [question('a', place(5, 'confirmed')), question('b', place(2, 'suggested'), place(3, 'rejected'))] };
  expect(marksOf(coverage).map(({ ms, number, sure }) => [ms, number, sure])).toEqual([
    [2000, 2, false],
    [5000, 1, true],
  ]);
  expect(marksOf(null)).toEqual([]);
});

it('what is wrong with a guide names its line and key', () => {
  expect(findingWords({ line: 3, key: 'question[1].id', message: 'No.' })).toBe('line 3, question[1].id: No.');
  expect(findingWords({ line: null, key: '', message: 'There is no such file yet.' })).toBe('There is no such file yet.');
});

it('keys of the guide ask for what the help says, and leave browser shortcuts alone', () => {
  const press = (key: string, ctrlKey = false) => guideActOf({ key, ctrlKey, metaKey: false, altKey: false });
  expect(press('j')).toBe('next');
  expect(press('ArrowUp')).toBe('previous');
  expect(press('c')).toBe('confirm');
  expect(press('c', true)).toBeNull();
  expect(press(' ')).toBeNull();
});
