/** The keys of the review. */

export type ReviewAct =
  | 'accept'
  | 'acceptSame'
  | 'reject'
  | 'rejectSame'
  | 'change'
  | 'everywhere'
  | 'next'
  | 'previous'
  | 'undo'
  | 'redo'
  | 'replay'
  | 'add'
  | 'left'
  | 'right'
  | 'growLeft'
  | 'growRight'
  | 'clear'
  | 'step1'
  | 'step2'
  | 'step3'
  | 'step4'
  | 'help';

export const REVIEW_KEYS: { keys: string[]; does: string; act: ReviewAct }[] = [
  { keys: ['A'], does: 'accept: it stays redacted', act: 'accept' },
  { keys: ['Shift+A'], does: 'accept all that are said the same', act: 'acceptSame' },
  { keys: ['X'], does: 'not identifying: coders may read it', act: 'reject' },
  { keys: ['Shift+X'], does: 'not identifying wherever it is said here; in the second look, in the whole study', act: 'rejectSame' },
  { keys: ['E'], does: 'change what it is, or which words it covers', act: 'change' },
  { keys: ['G'], does: 'everywhere: the same words in other places and interviews', act: 'everywhere' },
  { keys: ['J', '↓'], does: 'next', act: 'next' },
  { keys: ['K', '↑'], does: 'previous', act: 'previous' },
  { keys: ['Space', 'R'], does: 'hear it again', act: 'replay' },
  { keys: ['→', '←'], does: 'choose a word of the passage', act: 'right' },
  { keys: ['Shift+→', 'Shift+←'], does: 'choose more words', act: 'growRight' },
  { keys: ['N'], does: 'redact the chosen words', act: 'add' },
  { keys: ['Esc'], does: 'choose no words', act: 'clear' },
  { keys: ['U'], does: 'undo the last decision', act: 'undo' },
  { keys: ['Shift+U'], does: 'do it again', act: 'redo' },
  { keys: ['1', '2', '3', '4'], does: 'redactions, second look, what may remain, finish', act: 'step1' },
  { keys: ['?'], does: 'this help', act: 'help' },
];

const PLAIN: Record<string, ReviewAct> = {
  a: 'accept',
  x: 'reject',
  e: 'change',
  g: 'everywhere',
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  ' ': 'replay',
  r: 'replay',
  ArrowRight: 'right',
  ArrowLeft: 'left',
  n: 'add',
  Escape: 'clear',
  u: 'undo',
  '1': 'step1',
  '2': 'step2',
  '3': 'step3',
  '4': 'step4',
  '?': 'help',
};

const SHIFTED: Record<string, ReviewAct> = {
  a: 'acceptSame',
  x: 'rejectSame',
  u: 'redo',
  ArrowRight: 'growRight',
  ArrowLeft: 'growLeft',
  '?': 'help',
};

/** The act a key asks for; null when it asks for none, or belongs to a browser shortcut. */
export function reviewActOf(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>): ReviewAct | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (event.shiftKey ? SHIFTED[key] : PLAIN[key]) ?? null;
}
