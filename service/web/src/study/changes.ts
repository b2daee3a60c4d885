/** When the board has to be read again. */
import type { Recording } from '../api/types';
import type { Board } from './types';

/** What of a list of recordings shows on the board, beside progress. */
export function signatureOf(recordings: readonly Recording[]): string {
  return recordings
    .map((one) => [one.id, one.state, one.interview_id, one.name, one.title, one.released, one.duration_ms, one.notices.map((notice) => notice.code)].join('|'))
    .sort()
    .join('\n');
}

/** Whether the board says of every recording what the list says. */
export function agrees(board: Board, recordings: readonly Recording[]): boolean {
  const onBoard = new Map<string, string>();
  for (const row of board.rows) for (const cell of row.cells) for (const one of cell?.recordings ?? []) onBoard.set(one.id, one.state);
  for (const waiting of board.tray) for (const one of waiting.recordings) onBoard.set(one.id, one.state);
  return recordings.every((one) => onBoard.get(one.id) === one.state);
}
