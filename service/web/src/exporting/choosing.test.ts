import { expect, test } from 'vitest';
import type { ReleasedInterview } from '../api/types';
import { ANY, DEFAULTS, narrowed, queryOf, searchOf, valuesOf } from './choosing';

const interview = (group: string, role: string, wave: number) => ({ name: `${group}-${role}${wave}`, group, role, wave }) as ReleasedInterview;
const ALL = [interview('D03', 'T', 2), interview('D03', 'C', 1), interview('D10', 'C', 10), interview('D04', 'C', 2)];

test('interviews are narrowed by group, role and wave', () => {
  expect(narrowed(ALL, ANY)).toHaveLength(4);
  expect(narrowed(ALL, { group: 'D03', role: '', wave: null }).map((one) => one.name)).toEqual(['D03-T2', 'D03-C1']);
  expect(narrowed(ALL, { group: '', role: 'C', wave: 2 }).map((one) => one.name)).toEqual(['D04-C2']);
});

test('values are listed once and in order, waves as numbers', () => {
  expect(valuesOf(ALL, (one) => one.wave)).toEqual([1, 2, 10]);
  expect(valuesOf(ALL, (one) => one.group)).toEqual(['D03', 'D04', 'D10']);
});

test('only what means something in the format is asked for', () => {
  expect(queryOf('qdc', [], { ...DEFAULTS, sound: 'mp3' }, ['D03-T2'], 4)).toEqual({ format: 'qdc' });
  expect(queryOf('text', ['markers', 'verbatim'], { ...DEFAULTS, sound: 'mp3' }, ['a', 'b'], 2)).toEqual({
    format: 'text',
    markers: true,
    verbatim: true,
  });
  expect(queryOf('eaf', ['codings', 'sound'], { ...DEFAULTS, sound: 'wav', codings: false }, ['a'], 2)).toEqual({
    format: 'eaf',
    interview: ['a'],
    codings: false,
    sound: 'wav',
  });
});

test('several interviews stand in an address one after the other', () => {
  expect(searchOf({ format: 'eaf', interview: ['D03-T2', 'D03-C1'], codings: false })).toBe(
    'format=eaf&interview=D03-T2&interview=D03-C1&codings=false',
  );
});
