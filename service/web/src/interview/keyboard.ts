/** Keys of the interview page: which act each asks for. */

export type Act =
  | 'toggle'
  | 'back'
  | 'forward'
  | 'slower'
  | 'faster'
  | 'loop'
  | 'mute'
  | 'search'
  | 'nextHit'
  | 'previousHit'
  | 'nextUtterance'
  | 'previousUtterance'
  | 'clear'
  | 'follow'
  | 'correct'
  | 'clean'
  | 'notation'
  | 'doubts'
  | 'nextDoubt'
  | 'previousDoubt'
  | 'help';

export const SHORTCUTS: { keys: string[]; does: string; act: Act }[] = [
  { keys: ['Space', 'k'], does: 'play or pause', act: 'toggle' },
  { keys: ['←', 'j'], does: 'back 5 seconds', act: 'back' },
  { keys: ['→', 'l'], does: 'forward 5 seconds', act: 'forward' },
  { keys: ['↑', '['], does: 'previous utterance', act: 'previousUtterance' },
  { keys: ['↓', ']'], does: 'next utterance', act: 'nextUtterance' },
  { keys: ['<'], does: 'slower', act: 'slower' },
  { keys: ['>'], does: 'faster', act: 'faster' },
  { keys: ['L'], does: 'loop the selected stretch, or the utterance that is heard', act: 'loop' },
  { keys: ['Esc'], does: 'clear the selected stretch', act: 'clear' },
  { keys: ['/'], does: 'search in the interview', act: 'search' },
  { keys: ['n'], does: 'next hit', act: 'nextHit' },
  { keys: ['N'], does: 'previous hit', act: 'previousHit' },
  { keys: ['f'], does: 'follow what is playing', act: 'follow' },
  { keys: ['m'], does: 'mute', act: 'mute' },
  { keys: ['e'], does: 'correct the words', act: 'correct' },
  { keys: ['d'], does: 'tint doubtful words', act: 'doubts' },
  { keys: ['.'], does: 'next doubtful word', act: 'nextDoubt' },
  { keys: [','], does: 'previous doubtful word', act: 'previousDoubt' },
  { keys: ['c'], does: 'clean reading: without fillers and repetitions', act: 'clean' },
  { keys: ['v'], does: 'next notation: plain words, Jefferson, GAT 2', act: 'notation' },
  { keys: ['?'], does: 'this help', act: 'help' },
];

const NAMED: Record<string, string> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

const ACTS = new Map(SHORTCUTS.flatMap(({ keys, act }) => keys.map((key) => [key, act] as const)));

/** The act a key asks for; null when it asks for none, or belongs to a browser shortcut. */
export function actOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): Act | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return ACTS.get(NAMED[event.key] ?? event.key) ?? null;
}

/** Keys that a focused control needs for itself. */
export function belongsToControl(target: Element | null, key: string): boolean {
  if (!target) return false;
  if (target.closest('dialog[open]')) return true;
  const control = target.closest('input, select, textarea, button, summary, a, [contenteditable]');
  if (!control) return false;
  if (control.matches('textarea, select, [contenteditable], input:not([type="range"], [type="checkbox"], [type="radio"])')) return true;
  if (control.matches('input[type="range"]')) return key.startsWith('Arrow');
  return key === ' ' || key === 'Enter';
}
