import { expect, it } from 'vitest';
import { NO_FILTERS } from './filters';
import { layOut, moved, participantStop, positionOf, stopAt } from './grid';
import type { Board, Cell, CellState } from './types';

function cell(name: string, state: CellState, interview: string | null = null): Cell {
  return {
    name, state, wave: Number(name.at(-1)), interview_id: interview, covers: interview ? [name] : [], recordings: [],
    duration_ms: null, held_on: null, interviewer: null, days_since_previous: null, asked: null, questions: null, warnings: [],
  };
}

const column = (role: string, wave: number) => ({ role, role_name: role, wave, kind: 'process', minutes: null, guide: null });
const person = (id: string) => ({ id, role: id.at(-1)!, left_on: null, withdrawn_on: null });

/** D02's first two interviews were held as one; D03 has no client. */
const BOARD: Board = {
  columns: [column('T', 1), column('T', 2), column('C', 1)],
  rows: [
    { group: 'D01', participants: [person('D01-T'), person('D01-C')], cells: [cell('D01-T1', 'released', 'a'), cell('D01-T2', 'expected'), cell('D01-C1', 'failed', 'b')] },
    { group: 'D02', participants: [person('D02-T'), person('D02-C')], cells: [cell('D02-T1', 'needs_review', 'm'), cell('D02-T2', 'needs_review', 'm'), cell('D02-C1', 'expected')] },
    { group: 'D03', participants: [person('D03-T')], cells: [cell('D03-T1', 'expected'), cell('D03-T2', 'expected'), null] },
  ],
  tray: [],
  counts: {} as Board['counts'],
};

const filtered = (change: Partial<typeof NO_FILTERS>) => layOut(BOARD, { ...NO_FILTERS, ...change });

it('one interview for two neighbouring waves spans them, and counts as the two it is expected for', () => {
  const { rows, counts } = filtered({});
  expect(rows[1]!.cells.map(({ at, span }) => [at, span])).toEqual([[0, 2], [2, 1]]);
  expect(rows[1]!.cells[0]!.further.map((one) => one.name)).toEqual(['D02-T2']);
  expect(counts.needs_review).toBe(2);
  expect(Object.values(counts).reduce((sum, n) => sum + n)).toBe(8);
});

it('columns are grouped by role', () => {
  expect(filtered({}).roles.map(({ role, columns }) => [role, columns.length])).toEqual([['T', 2], ['C', 1]]);
  expect(filtered({ role: 'C' }).roles.map(({ role }) => role)).toEqual(['C']);
});

it('filters leave rows that have what is asked for, and say which cells do', () => {
  const failed = filtered({ states: new Set(['failed']) });
  expect(failed.rows.map((row) => row.group)).toEqual(['D01']);
  expect(failed.rows[0]!.cells.map(({ wanted }) => wanted)).toEqual([false, false, true]);
  expect(failed.counts.expected, 'counts do not follow the filter by state, which is set with them').toBe(4);
  expect(filtered({ role: 'T', states: new Set(['failed']) }).rows).toEqual([]);
  expect(filtered({ group: 'd3' }).counts.expected).toBe(2);
  expect(filtered({ role: 'C' }).rows[0]!.participants.map((one) => one.id)).toEqual(['D01-C']);
});

it('arrows go from cell to cell, through the participants, over places where nothing is', () => {
  const { stops } = filtered({});
  const go = (stop: string, ...keys: string[]) => {
    let at = positionOf(stops, stop);
    for (const key of keys) at = at && moved(stops, at, key);
    return at && stopAt(stops, at);
  };
  expect(go('D01-T1', 'ArrowRight', 'ArrowRight')).toBe('D01-C1');
  expect(go('D01-T1', 'ArrowLeft')).toBe(participantStop('D01-C'));
  expect(go(participantStop('D01-T'), 'ArrowLeft')).toBeNull();
  expect(go('D01-T2', 'ArrowDown'), 'into an interview that spans').toBe('D02-T1');
  expect(go('D01-T2', 'ArrowDown', 'ArrowDown'), 'and on in the same column').toBe('D03-T2');
  expect(go('D02-T1', 'ArrowRight')).toBe('D02-C1');
  expect(go('D02-C1', 'ArrowDown'), 'nothing is expected there').toBeNull();
  expect(go('D03-T1', 'ArrowLeft'), 'D03 has one participant').toBe(participantStop('D03-T'));
  expect(go('D03-T1', 'ArrowUp', 'ArrowUp', 'ArrowUp')).toBeNull();
});

it('Home, End and pages reach the edges', () => {
  const { stops } = filtered({});
  const from = positionOf(stops, 'D02-C1')!;
  const to = (key: string, ctrl = false) => {
    const at = moved(stops, from, key, ctrl);
    return at && stopAt(stops, at);
  };
  expect(to('Home')).toBe(participantStop('D02-T'));
  expect(to('End')).toBe('D02-C1');
  expect(to('Home', true)).toBe(participantStop('D01-T'));
  expect(to('End', true)).toBe('D03-T2');
  expect(to('PageUp')).toBe('D01-C1');
  expect(to('PageDown'), 'stays where no row below has the column').toBe('D02-C1');
  expect(to('x')).toBeNull();
});
