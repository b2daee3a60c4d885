/** Keys while correcting: which act each asks for. They come before those of the page. */

export type Edit =
  | { act: 'move'; by: 1 | -1; extend: boolean }
  | { act: 'change' | 'insert' | 'remove' | 'split' | 'merge' | 'hear' | 'undo' | 'redo' | 'stop' }
  | { act: 'give'; speaker: number; whole: boolean };

export const CORRECTING_KEYS: { keys: string[]; does: string }[] = [
  { keys: ['← →'], does: 'choose the word before or after; with Shift, several' },
  { keys: ['Enter'], does: 'write the chosen words otherwise; Enter saves, Esc leaves them' },
  { keys: ['i'], does: 'put words in after the chosen one' },
  { keys: ['Del'], does: 'take the chosen words out' },
  { keys: ['s'], does: 'split the utterance before the chosen word' },
  { keys: ['m'], does: 'merge the utterance with the one before' },
  { keys: ['1', '2', '…'], does: 'give the chosen words to that speaker; with Shift, the utterance' },
  { keys: ['p'], does: 'hear it from the chosen word' },
  { keys: ['Ctrl+Z'], does: 'undo; Ctrl+Shift+Z does it again' },
  { keys: ['Esc'], does: 'stop correcting' },
];

const PLAIN: Record<string, Edit> = {
  Enter: { act: 'change' },
  i: { act: 'insert' },
  Delete: { act: 'remove' },
  Backspace: { act: 'remove' },
  s: { act: 'split' },
  m: { act: 'merge' },
  p: { act: 'hear' },
  Escape: { act: 'stop' },
};

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The edit a key asks for, or null. Digits go by their place on the keyboard: with Shift they write other signs. */
export function editOf(event: Pressed): Edit | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (altKey) return null;
  if (ctrlKey || metaKey) {
    if (key.toLowerCase() === 'z') return { act: shiftKey ? 'redo' : 'undo' };
    return key.toLowerCase() === 'y' ? { act: 'redo' } : null;
  }
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    return { act: 'move', by: key === 'ArrowRight' ? 1 : -1, extend: shiftKey };
  }
  const digit = /^(?:Digit|Numpad)([1-9])$/u.exec(event.code)?.[1];
  if (digit) return { act: 'give', speaker: Number(digit), whole: shiftKey };
  return PLAIN[key] ?? null;
}
