/** Expected interviews next to each other: the ones that a single interview may cover. */
import type { Column } from './types';
import { participantOf } from './words';

/** Whether an expected interview is the wave before or after one of `covers`, of the same participant. */
export function isNeighbour(covers: readonly string[], name: string, columns: readonly Pick<Column, 'role' | 'wave'>[]): boolean {
  const participant = participantOf(name);
  const theirs = covers.filter((one) => participantOf(one) === participant).map(waveOf);
  if (!theirs.length) return false;
  // Waves need not be numbered one by one, so neighbours are told by the order of the columns.
  const role = participant.slice(participant.lastIndexOf('-') + 1);
  const waves = columns.filter((column) => column.role === role).map((column) => column.wave);
  const at = waves.indexOf(waveOf(name));
  return at >= 0 && theirs.some((wave) => Math.abs(waves.indexOf(wave) - at) === 1 && waves.includes(wave));
}

const waveOf = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? Number.NaN);
