/** Plain words for stages, states and what a recording needs from a person. */
import type { Recording } from '../api/types';

/** Same words as the terminal's (`service/wording.py`). */
const STAGES: Record<string, string> = {
  decode: 'Reading the sound',
  speech: 'Finding speech',
  language: 'Telling the language',
  transcribe: 'Writing down the words',
  align: 'Timing each word',
  diarize: 'Telling the voices apart',
  track: 'Measuring the voices',
  assemble: 'Putting words and voices together',
  entities: 'Finding what identifies someone',
  store: 'Keeping the transcript',
  voices: 'Comparing voices',
  guide: 'Finding the questions of the guide',
  redact: 'Taking out of the sound what identifies someone',
};

export function stageInWords(stage: string | null): string {
  if (stage === null) return 'Starting';
  return STAGES[stage] ?? stage;
}

export function stateInWords(recording: Recording): string {
  switch (recording.state) {
    case 'queued':
      return recording.readable ? 'Ready, waiting for its redacted sound' : 'Waiting for its turn';
    case 'processing':
      return stageInWords(recording.stage);
    case 'failed':
      return 'Could not be finished';
    case 'cancelled':
      return 'Cancelled';
    case 'joined':
      return `Another file of ${recording.name ?? recording.title}`;
    case 'done':
      return recording.released ? 'Released to the coders' : 'Ready';
  }
}

const NEEDS: Record<string, string> = { name: 'Name it', release: 'Release it', retry: 'Try again' };

export function needInWords(need: string): string {
  return NEEDS[need] ?? need;
}

export type Filter = 'all' | 'needs' | 'working' | 'done' | 'failed';

export const FILTERS: { key: Filter; label: string }[] = [
  { key: 'all', label: 'All' },
  { key: 'needs', label: 'Needs you' },
  { key: 'working', label: 'In progress' },
  { key: 'done', label: 'Done' },
  { key: 'failed', label: 'Failed' },
];

export function passes(recording: Recording, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'needs':
      return recording.needs.length > 0;
    case 'working':
      return recording.state === 'queued' || recording.state === 'processing';
    case 'done':
      return recording.state === 'done' || recording.state === 'joined';
    case 'failed':
      return recording.state === 'failed' || recording.state === 'cancelled';
  }
}
