/** What a cell says, in short for the eye and in full for those who hear the page. */
import type { Recording } from '../api/types';
import { stageInWords } from '../recordings/words';
import { count } from '../time/format';
import { STATES } from './states';
import type { BoardParticipant, BoardRecording, Cell, Column } from './types';

const DAY_MS = 86_400_000;

/** `2024-05-03` as days since 1970; the same everywhere, whatever the time zone. */
export const dayNumber = (iso: string): number => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY_MS);

// Made once: making one for every cell would be felt while scrolling.
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `2024-05-03` -> `3 May 2024`. */
export const day = (iso: string): string => DAY.format(new Date(`${iso}T00:00:00Z`));

/** `4500000` -> `75 min`: in minutes, as lengths are expected. */
export function minutes(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000).toLocaleString('en-GB')} min`;
}

/** `60` -> `+60 d`. */
export const daysShort = (days: number): string => `${days < 0 ? '−' : '+'}${Math.abs(days).toLocaleString('en-GB')} d`;

/** `60` -> `60 days after the one before`. */
export function daysInWords(days: number): string {
  if (days === 0) return 'the same day as the one before';
  return days > 0 ? `${count(days, 'day')} after the one before` : `${count(-days, 'day')} before the one before`;
}

/** The participant of an expected interview: `D03-T2` -> `D03-T`. */
export const participantOf = (name: string): string => name.replace(/\d+$/, '');

/** `D03-T` and `D03-C` in a group `D03` as `T` and `C`; the whole id where that says nothing. */
export const shortParticipant = (id: string, group: string): string => (id.startsWith(`${group}-`) ? id.slice(group.length + 1) : id);

/** Seconds of work that are left, no more exact than an estimate can be: `2 min left`. */
function shortLeft(seconds: number): string {
  const left = Math.round(seconds / 60);
  if (left < 1) return '< 1 min';
  return left < 60 ? `${left} min left` : `${Math.round(left / 60)} h left`;
}

export interface Progress {
  percent: number;
  stage: string;
  left: string;
}

/** How far the work on an interview is: by the newest that is known of each of its files. */
export function progressOf(recordings: readonly BoardRecording[], live: ReadonlyMap<string, Recording>): Progress {
  const newest = recordings.map((one) => live.get(one.id) ?? one).filter((one) => one.state !== 'cancelled');
  const working = newest.find((one) => one.state === 'processing') ?? newest.find((one) => one.state === 'queued');
  const counted = newest.filter((one) => one.state === 'processing' || one.state === 'queued' || one.state === 'done');
  const percent = counted.length ? counted.reduce((sum, one) => sum + (one.state === 'done' ? 100 : one.percent), 0) / counted.length : 0;
  return {
    percent,
    stage: working?.state === 'processing' ? stageInWords(working.stage) : 'Waiting for its turn',
    left: working?.eta_s != null ? shortLeft(working.eta_s) : '',
  };
}

/** Since when a participant is out of the study, or null. */
export const outSince = (one: BoardParticipant | undefined): string | null => one?.withdrawn_on ?? one?.left_on ?? null;

export interface CellFacts {
  cell: Cell;
  further: Cell[];
  column: Column | undefined;
  participant: BoardParticipant | undefined;
  progress: Progress | null;
}

/** Everything a cell shows, as one sentence. */
export function cellInWords({ cell, further, column, participant, progress }: CellFacts): string {
  const parts = [`${[cell, ...further].map((one) => one.name).join(' and ')}: ${STATES[cell.state].word.toLowerCase()}`];
  if (further.length) parts.push('one interview for both');
  const elsewhere = cell.covers.filter((name) => name !== cell.name && !further.some((one) => one.name === name));
  if (elsewhere.length) parts.push(`the same interview as ${elsewhere.join(' and ')}`);
  const since = outSince(participant);
  if (since && (cell.state === 'left' || cell.state === 'withdrawn')) parts.push(`on ${day(since)}`);
  if (progress) parts.push(`${progress.stage.toLowerCase()}, ${Math.floor(progress.percent)} percent`);
  if (cell.duration_ms !== null) parts.push(minutes(cell.duration_ms));
  else if (!cell.interview_id && column?.minutes) parts.push(`${column.minutes} min expected`);
  if (cell.recordings.length > 1) parts.push(count(cell.recordings.length, 'file'));
  if (cell.held_on) parts.push(`held ${day(cell.held_on)}`);
  if (cell.days_since_previous !== null) parts.push(daysInWords(cell.days_since_previous));
  for (const one of [cell, ...further]) {
    if (one.asked !== null && one.questions !== null) parts.push(`${one.asked} of ${count(one.questions, 'question')} asked`);
  }
  return [`${parts.join(', ')}.`, ...cell.warnings.map((warning) => warning.message)].join(' ');
}
