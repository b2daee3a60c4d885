import { describe, expect, it } from 'vitest';
import type { Marker } from '../api/types';
import { notable, passesFilter, place } from './markers';

let next = 1;
const marker = (kind: Marker['kind'], start_ms: number, end_ms: number, strength = 1, speaker: string | null = 'S1'): Marker => ({
  id: next++, kind, subtype: null, start_ms, end_ms, speaker, strength, confidence: 1, rules: '1', evidence: {}, utterance: null, judged: null, text: '', sentence: '', sureness: '',
});

describe('markers worth showing', () => {
  it('are all pauses and inaudible stretches', () => {
    const shown = notable([marker('pause', 1000, 3300), marker('inaudible', 0, 900)]);
    expect(shown.map((known) => known.kind)).toEqual(['inaudible', 'pause']);
  });
  it('are the rates and loudnesses unusual for their speaker', () => {
    const rates = [3.4, 3.5, 3.6, 3.5, 3.3, 3.7, 3.5, 3.4, 6.2, 1.1].map((rate, index) => marker('rate', index * 1000, index * 1000 + 900, rate));
    const quickOther = Array.from({ length: 10 }, (_, index) => marker('rate', index * 1000, index * 1000 + 900, 6 + (index % 3) / 10, 'S2'));
    expect(notable([...rates, ...quickOther]).map((known) => [known.strength, known.chip])).toEqual([[6.2, 'fast'], [1.1, 'slow']]);
  });
  it('are everything that is heard, and say what', () => {
    const said = (kind: Marker['kind'], subtype: string | null = null) => notable([{ ...marker(kind, 0, 900), subtype }]).map((known) => known.chip);
    expect(said('crying')).toEqual(['(cries?)']);
    expect(said('volume', 'raised')).toEqual(['raised']);
    expect(said('voice', 'whisper')).toEqual(['whisper']);
  });
  it('are answers and activations only where they say how they differ', () => {
    const said = (kind: Marker['kind'], subtype: string | null) => notable([{ ...marker(kind, 0, 900), subtype }]).map((known) => known.chip);
    expect(said('latency', null)).toEqual([]);
    expect(said('activation', null)).toEqual([]);
    expect(said('latency', 'late')).toEqual(['(late answer)']);
    expect(said('activation', 'low')).toEqual(['activation -']);
    expect(said('shift', 'tempo')).toEqual(['shift: tempo']);
  });
  it('say nothing of a speaker who said little', () => {
    expect(notable([marker('loudness', 0, 1, 0), marker('loudness', 0, 1, 20)])).toEqual([]);
  });
});

describe('markers in the text', () => {
  const [starts, ends] = [[0, 5000, 9000], [3000, 8000, 12_000]];
  const rowsOf = (made: Marker) => {
    const [row, here] = [...place(notable([made]), starts, ends)][0]!;
    return [row, here.before.length ? 'before' : here.within.length ? 'within' : 'whole'];
  };
  it('a pause stands before the utterance it leads to', () => {
    expect(rowsOf(marker('pause', 3000, 5000))).toEqual([1, 'before']);
    expect(rowsOf(marker('pause', 7900, 9050))).toEqual([2, 'before']);
  });
  it('a pause inside an utterance stands among its words', () => {
    expect(rowsOf(marker('inaudible', 6000, 7000))).toEqual([1, 'within']);
  });
  it('a manner stands at its first word, or for the whole utterance where it begins there', () => {
    expect(rowsOf(marker('volume', 6000, 7500))).toEqual([1, 'within']);
    expect(rowsOf(marker('tempo', 5100, 7500))).toEqual([1, 'whole']);
  });
  it('what is said of a word stands at the word, and what is said of an end at the utterance', () => {
    expect(rowsOf(marker('emphasis', 5000, 5300))).toEqual([1, 'within']);
    expect(rowsOf(marker('voice_break', 7800, 8000))).toEqual([1, 'within']);
    expect(rowsOf(marker('fading', 7200, 8000))).toEqual([1, 'within']);
    expect(rowsOf({ ...marker('latency', 3000, 5000), subtype: 'late' })).toEqual([1, 'before']);
  });
  it('silence before the first and after the last utterance has its place', () => {
    expect([...place(notable([marker('pause', 0, 4000)]), [4000], [5000])][0]![0]).toBe(0);
    expect(rowsOf(marker('pause', 12_000, 15_000))).toEqual([3, 'before']);
  });
  it('are all placed, once', () => {
    const many = Array.from({ length: 200 }, (_, index) => marker('pause', index * 70, index * 70 + 1000));
    const count = [...place(notable(many), starts, ends).values()].reduce((sum, here) => sum + here.before.length + here.within.length, 0);
    expect(count).toBe(200);
  });
});

it('the filter hides kinds, and pauses that are too short', () => {
  const pauses = [marker('pause', 0, 1500), marker('pause', 0, 2000)];
  const filter = { hidden: new Set(['rate' as const]), leastPauseS: 2, said: 'any' as const };
  expect(pauses.filter((known) => passesFilter(known, filter))).toEqual([pauses[1]]);
  expect(passesFilter(marker('rate', 0, 1), filter)).toBe(false);
  expect(passesFilter(marker('inaudible', 0, 1), filter)).toBe(true);
});
