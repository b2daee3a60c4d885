/** The states of an expected interview, in the order of the work: a word, and a tone of the page's colours. */
import type { Board, CellState } from './types';

export type Tone = 'quiet' | 'plain' | 'work' | 'ask' | 'good' | 'done' | 'bad';

interface StateInWords {
  word: string;
  tone: Tone;
  /** What it means, for the legend. */
  means: string;
}

export const STATES: Record<CellState, StateInWords> = {
  expected: { word: 'Expected', tone: 'quiet', means: 'Not recorded yet' },
  recorded: { word: 'Recorded', tone: 'plain', means: 'The recording is here and waits for its turn' },
  processing: { word: 'Processing', tone: 'work', means: 'The recording is being written down' },
  needs_review: { word: 'Needs review', tone: 'ask', means: 'Transcribed; somebody has to read it and release it' },
  released: { word: 'Released', tone: 'good', means: 'Coders can read it' },
  coded: { word: 'Coded', tone: 'done', means: 'The coders are done with it' },
  missing: { word: 'Missing', tone: 'bad', means: 'A later wave was recorded, this one was not' },
  failed: { word: 'Failed', tone: 'bad', means: 'The recording could not be finished' },
  left: { word: 'Left', tone: 'quiet', means: 'The participant dropped out' },
  withdrawn: { word: 'Withdrawn', tone: 'quiet', means: 'The participant withdrew' },
};

export const STATE_ORDER = Object.keys(STATES) as CellState[];

export const isState = (text: string): text is CellState => Object.hasOwn(STATES, text);

/** States in which there is a transcript to open. */
export const isReadable = (state: CellState): boolean =>
  state === 'needs_review' || state === 'released' || state === 'coded';

const NOT_HELD: ReadonlySet<string> = new Set<CellState>(['expected', 'missing', 'left', 'withdrawn']);

/** How many of the expected interviews were recorded. */
export function recordedOf(counts: Board['counts']): { held: number; of: number } {
  let [held, of] = [0, 0];
  for (const [state, n] of Object.entries(counts)) {
    of += n ?? 0;
    if (!NOT_HELD.has(state)) held += n ?? 0;
  }
  return { held, of };
}

const COLOURS: Record<Tone, string> = {
  quiet: 'var(--ink-2)',
  plain: 'var(--ink)',
  work: 'var(--accent)',
  ask: 'var(--warn)',
  good: 'var(--good)',
  done: 'var(--voice-other)',
  bad: 'var(--bad)',
};

export const colourOf = (state: CellState): string => COLOURS[STATES[state].tone];
