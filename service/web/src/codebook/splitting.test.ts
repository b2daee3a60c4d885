import { describe, expect, it } from 'vitest';
import type { CodedMoment } from '../api/types';
import { planSplit, shares } from './splitting';

const WHERE = new Map([['k1', 'a'], ['k2', 'b'], ['k3', 'a'], ['k4', '']]);

describe('a split', () => {
  it('gives each part the codings that were put there', () => {
    expect(planSplit([{ id: 'a', name: ' small care ' }, { id: 'b', name: 'tea' }], WHERE, ['care'])).toEqual({
      parts: [{ id: 'a', name: 'small care', codings: ['k1', 'k3'] }, { id: 'b', name: 'tea', codings: ['k2'] }],
      problem: '',
    });
  });

  it('says what is missing', () => {
    const problem = (...names: string[]) => planSplit(names.map((name, place) => ({ id: `${place}`, name })), WHERE, ['Care']).problem;
    expect(problem('')).toBe('Name each new code.');
    expect(problem('tea', 'TEA')).toBe('Two new codes have the same name.');
    expect(problem('care')).toBe('There is a code called “care”.');
  });

  it('counts what stays and what goes', () => {
    const codings = ['k1', 'k2', 'k3', 'k4', 'k5'].map((id) => ({ coding: { id } }) as CodedMoment);
    expect([...shares(codings, WHERE)]).toEqual([['a', 2], ['b', 1], ['', 2]]);
  });
});
