/** Withdrawals in words: what is withdrawn, and where it stands. */
import { count } from '../time/format';
import type { Withdrawal, WithdrawalPlan } from './types';
import { participantOf } from './words';

export const USES = {
  quote: 'Quotes',
  voiceprint: 'The voiceprint',
  code: 'Coding',
} as const;
export type Use = keyof typeof USES;

const STEPS: Record<string, string> = {
  tombstones: 'Noting what must never come in again',
  stop: 'Stopping work on the recordings',
  coding: 'Erasing what the coders had',
  shred: 'Destroying the keys',
  bytes: 'Deleting the encrypted files',
  jobs: 'Deleting the jobs',
  work: 'Clearing the folders of the work',
  databases: 'Rewriting the databases without it',
  receipt: 'Signing the receipt',
  voices: 'Erasing the voiceprints',
};

const TAKEN_OUT: Record<string, string> = {
  transcript_exported: 'Transcript',
  clip_cut: 'Clip of the sound',
  figure_exported: 'Figure',
  released_exported: 'Released transcript',
  released_clip_cut: 'Clip of the redacted sound',
  listening_session_exported: 'Listening session',
  quote_taken_out: 'Quote',
};

/** What somebody took out of Lytt, by the action that the event log has for it. */
export const takenOut = (kind: string): string => TAKEN_OUT[kind] ?? kind.replaceAll('_', ' ');

/** What is done now, or an empty text when every step is done. */
export function stepInWords({ steps, done }: Pick<Withdrawal, 'steps' | 'done'>): string {
  const now = steps.find((step) => !done.includes(step));
  return now === undefined ? '' : (STEPS[now] ?? now);
}

/** `Everything of D03-C`, `The interview D03-C2`, `The voiceprint of D03-C`. */
export function whatIsWithdrawn({ scope, study_id, use }: Pick<Withdrawal, 'scope' | 'study_id' | 'use'>): string {
  if (scope === 'use' && use !== null) return `${use === 'transcribe' ? 'Transcription' : USES[use]} of ${study_id}`;
  if (scope === 'interview') return study_id === null ? 'One interview' : `The interview ${study_id}`;
  return `Everything of ${study_id}`;
}

/** What becomes of codings and memos, sentence by sentence; nothing where there are none. */
export function codingInWords({ codings, memos, codings_kept, memos_kept, quoting }: WithdrawalPlan['coded'], keep: boolean): string[] {
  const lines: string[] = [];
  if (codings || memos) {
    const [staying, going] = keep ? [[codings_kept, memos_kept], [codings - codings_kept, memos - memos_kept]] : [[0, 0], [codings, memos]];
    const both = ([some, others]: number[]) => `${count(some!, 'coding')} and ${count(others!, 'memo')}`;
    if (keep) lines.push(`${both(staying)} stay, without what was said. ${both(going)} go: those that were removed before, or quote.`);
    else lines.push(`${both(going)} go.`);
  }
  if (quoting) lines.push(`${quoting === 1 ? '1 code, theme or other memo quotes' : `${quoting.toLocaleString('en-GB')} codes, themes and other memos quote`} it: the quotes are taken out, in past versions too.`);
  return lines;
}

/** Where a withdrawal stands, in a few words. */
export function standing(one: Pick<Withdrawal, 'scope' | 'steps' | 'done' | 'erased' | 'files'>): string {
  if (!one.erased) return `being ${doneInWords(one)}, ${one.done.length} of ${count(one.steps.length, 'step')} done`;
  const done = doneInWords(one);
  return one.files.length ? `${done}; ${count(one.files.length, 'file')} left in the watched folder` : done;
}

/** A use is withdrawn, also where that erases nothing, as with quotes. */
export const doneInWords = ({ scope }: Pick<Withdrawal, 'scope'>): string => (scope === 'use' ? 'withdrawn' : 'erased');

/** The withdrawals of a participant and of single interviews of theirs. */
export function withdrawalsOf(participant: string, all: readonly Withdrawal[]): Withdrawal[] {
  return all.filter(({ scope, study_id }) => study_id !== null && (scope === 'interview' ? participantOf(study_id) : study_id) === participant);
}
