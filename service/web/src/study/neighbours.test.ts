import { expect, it } from 'vitest';
import { isNeighbour } from './neighbours';

const COLUMNS = [
  { role: 'T', wave: 1 },
  { role: 'T', wave: 3 },
  { role: 'T', wave: 4 },
  { role: 'C', wave: 1 },
  { role: 'C', wave: 2 },
];

it('only the wave before or after, of the same participant, is a neighbour', () => {
  expect(isNeighbour(['D03-T1'], 'D03-T3', COLUMNS), 'waves need not be numbered one by one').toBe(true);
  expect(isNeighbour(['D03-T4'], 'D03-T3', COLUMNS)).toBe(true);
  expect(isNeighbour(['D03-T1', 'D03-T3'], 'D03-T4', COLUMNS)).toBe(true);
  expect(isNeighbour(['D03-T1'], 'D03-T4', COLUMNS)).toBe(false);
  expect(isNeighbour(['D03-T1'], 'D04-T3', COLUMNS)).toBe(false);
  expect(isNeighbour(['D03-C1'], 'D03-T3', COLUMNS)).toBe(false);
  expect(isNeighbour([], 'D03-T1', COLUMNS)).toBe(false);
});
