/** Keys for coding, which come before those of the page: which act each asks for. */
import type { By } from './picking';

export type Does =
  | { act: 'move'; by: By; way: 1 | -1; extend: boolean }
  | { act: 'strip'; key: number }
  | { act: 'caret' | 'palette' | 'inVivo' | 'segment' | 'hear' | 'loop' | 'drop' | 'next' | 'previous' | 'remove' | 'reanchor' | 'memo' | 'undo' | 'redo' };

/** What there is to act on: selected words, an open coding, or neither. */
export type On = 'pick' | 'coding' | 'nothing';

export const CODING_KEYS: { keys: string[]; does: string }[] = [
  { keys: ['w'], does: 'select the word that is heard' },
  { keys: ['← →'], does: 'select the word before or after; with Shift, several' },
  { keys: ['↑ ↓'], does: 'go to the utterance before or after; with Shift, select to its edge, then the next' },
  { keys: ['Enter'], does: 'type a code for the selected words, or another one for the open coding' },
  { keys: ['1 … 9'], does: 'code with the code of that key' },
  { keys: ['i'], does: 'code with the selected words themselves (in vivo)' },
  { keys: ['s'], does: 'mark the selected words now and name it later' },
  { keys: ['p'], does: 'hear the selected words, or the open coding' },
  { keys: ['o'], does: 'hear the open coding over and over' },
  { keys: ['.'], does: 'next coding' },
  { keys: [','], does: 'previous coding' },
  { keys: ['t'], does: 'write a memo on the open coding' },
  { keys: ['r'], does: 'give the open coding the selected words' },
  { keys: ['Del'], does: 'remove the open coding' },
  { keys: ['Ctrl+Z'], does: 'undo; Ctrl+Shift+Z does it again' },
  { keys: ['Esc'], does: 'let go of the selected words, then of the open coding' },
];

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const ARROWS: Record<string, [By, 1 | -1]> = {
  ArrowLeft: ['word', -1],
  ArrowRight: ['word', 1],
  ArrowUp: ['utterance', -1],
  ArrowDown: ['utterance', 1],
};

const OF_PICK: Record<string, Does> = {
  Enter: { act: 'palette' },
  i: { act: 'inVivo' },
  s: { act: 'segment' },
  p: { act: 'hear' },
  r: { act: 'reanchor' },
  Escape: { act: 'drop' },
};
const OF_CODING: Record<string, Does> = {
  Enter: { act: 'palette' },
  p: { act: 'hear' },
  o: { act: 'loop' },
  t: { act: 'memo' },
  Delete: { act: 'remove' },
  Backspace: { act: 'remove' },
  Escape: { act: 'drop' },
};
const ANYWHERE: Record<string, Does> = { w: { act: 'caret' }, '.': { act: 'next' }, ',': { act: 'previous' } };

/** The act a key asks for, or null. Digits go by their place on the keyboard. */
export function doesOf(event: Pressed, on: On): Does | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (altKey) return null;
  if (ctrlKey || metaKey) {
    if (key.toLowerCase() === 'z') return { act: shiftKey ? 'redo' : 'undo' };
    return key.toLowerCase() === 'y' ? { act: 'redo' } : null;
  }
  const arrow = ARROWS[key];
  if (arrow && (on === 'pick' || shiftKey)) return { act: 'move', by: arrow[0], way: arrow[1], extend: shiftKey };
  const digit = /^(?:Digit|Numpad)([1-9])$/u.exec(event.code)?.[1];
  if (digit && !shiftKey && on !== 'nothing') return { act: 'strip', key: Number(digit) };
  return (on === 'pick' && OF_PICK[key]) || (on === 'coding' && OF_CODING[key]) || ANYWHERE[key] || null;
}
