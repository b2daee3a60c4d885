import { describe, expect, it } from 'vitest';
import type { JudgedMarker } from '../api/types';
import { keyOf, leadTo, patched, stepped } from './judging';
import { judgeOf, JUDGING_KEYS } from './judging_keys';

const marker = (start_ms: number, end_ms: number, judged: JudgedMarker['judged'] = null): JudgedMarker => ({
  id: start_ms, kind: 'cough', subtype: null, start_ms, end_ms, speaker: 'S1', strength: 1, confidence: 1, rules: '4', evidence: {}, utterance: null, judged, text: '', sentence: '', sureness: '', said: null,
});

describe('after a judgement', () => {
  it('the markers of the stretch are as they came, the others as they were', () => {
    const before = [marker(0, 500), marker(1000, 1500), marker(3000, 3500)];
    expect(patched(before, 1000, 1500, [marker(1000, 1500, 'rejected')]).map((one) => [one.start_ms, one.judged])).toEqual([[0, null], [1000, 'rejected'], [3000, null]]);
    expect(patched(before, 1000, 1500, [])).toHaveLength(2);
    expect(patched(before, 500, 1000, []), 'only touching is not overlapping').toHaveLength(3);
  });
});

describe('stepping through markers', () => {
  const all = [marker(0, 500), marker(1000, 1500), marker(3000, 3500)];
  it('goes on from the open one, and from the time where none is open', () => {
    expect(stepped(all, keyOf(all[0]!), 9999, 1)).toBe(all[1]);
    expect(stepped(all, keyOf(all[0]!), 9999, -1)).toBeNull();
    expect(stepped(all, null, 1200, 1)).toBe(all[2]);
    expect(stepped(all, 'gone', 1200, -1)).toBe(all[1]);
    expect(stepped([], null, 0, 1)).toBeNull();
  });
  it('plays with a lead, never before the beginning', () => {
    expect([leadTo(marker(700, 900)), leadTo(marker(5000, 5500))]).toEqual([0, 3500]);
  });
});

describe('keys while a marker is open', () => {
  const press = (key: string, ctrlKey = false) => judgeOf({ key, ctrlKey, metaKey: false, altKey: false });
  it('are one for each act', () => {
    expect([press('y'), press('n'), press('u'), press('j'), press('k'), press('Escape')]).toEqual(['confirm', 'reject', 'undo', 'next', 'previous', 'close']);
    expect([press('x'), press('n', true)]).toEqual([null, null]);
    expect(new Set(JUDGING_KEYS.flatMap(({ keys }) => keys)).size).toBe(JUDGING_KEYS.length);
  });
});
