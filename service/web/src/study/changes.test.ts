import { expect, it } from 'vitest';
import type { Recording } from '../api/types';
import { agrees, signatureOf } from './changes';
import type { Board } from './types';

const recording = (change: Partial<Recording> = {}) =>
  ({
    id: 'a', interview_id: 'i', name: 'D03-T2', title: 'D03-T2', state: 'processing', stage: 'decode', percent: 10, eta_s: 90,
    released: false, duration_ms: 60_000, notices: [], ...change,
  }) as Recording;

it('progress is no reason to read the board again; anything else that shows on it is', () => {
  const before = signatureOf([recording()]);
  expect(signatureOf([recording({ percent: 55, stage: 'transcribe', eta_s: 20 })])).toBe(before);
  for (const change of [
    { state: 'done' as const }, { name: null }, { released: true }, { duration_ms: 61_000 }, { interview_id: 'j' },
    { notices: [{ code: 'one_speaker', message: '' }] },
  ]) {
    expect(signatureOf([recording(change)]), JSON.stringify(change)).not.toBe(before);
  }
});

it('the order of the list does not matter', () => {
  const [a, b] = [recording(), recording({ id: 'b' })];
  expect(signatureOf([a, b])).toBe(signatureOf([b, a]));
});

it('a board that was read before a recording came or ended is known to be old', () => {
  const board = {
    rows: [{ cells: [null, { recordings: [{ id: 'a', state: 'processing' }] }] }],
    tray: [{ recordings: [{ id: 'b', state: 'queued' }] }],
  } as unknown as Board;
  const list = [recording(), recording({ id: 'b', state: 'queued' })];
  expect(agrees(board, list)).toBe(true);
  expect(agrees(board, [recording({ state: 'done' }), list[1]!])).toBe(false);
  expect(agrees(board, [...list, recording({ id: 'c' })])).toBe(false);
});
