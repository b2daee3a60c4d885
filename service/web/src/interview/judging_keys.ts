/** Keys while a marker is open: which act each asks for. They come before those of the page. */

export type Judge = 'confirm' | 'reject' | 'undo' | 'redo' | 'next' | 'previous' | 'hear' | 'close';

export const JUDGING_KEYS: { keys: string[]; does: string; act: Judge }[] = [
  { keys: ['y'], does: 'confirm the marker: it is so', act: 'confirm' },
  { keys: ['n'], does: 'reject it: it is none; one that was added goes', act: 'reject' },
  { keys: ['u'], does: 'undo the latest judgement', act: 'undo' },
  { keys: ['U'], does: 'do it again', act: 'redo' },
  { keys: ['j'], does: 'next marker', act: 'next' },
  { keys: ['k'], does: 'previous marker', act: 'previous' },
  { keys: ['p'], does: 'hear it again', act: 'hear' },
  { keys: ['Esc'], does: 'close it', act: 'close' },
];

/** Those that change nothing. */
export const READING: ReadonlySet<Judge> = new Set<Judge>(['next', 'previous', 'hear', 'close']);

const ACTS = new Map(JUDGING_KEYS.flatMap(({ keys, act }) => keys.map((key) => [key === 'Esc' ? 'Escape' : key, act] as const)));

/** The act a key asks for, or null. */
export function judgeOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): Judge | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return ACTS.get(event.key) ?? null;
}
