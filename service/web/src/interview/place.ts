/** Where an interview stands in its study, in words. */
import type { InterviewPlace, ParticipantLine } from '../api/types';

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `2023-03-11` -> `11 Mar 2023`. */
export function dayWords(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : DAY.format(at);
}

const SOURCES: Record<string, string> = {
  'file name': 'from the name of the file',
  recording: 'from the recorder’s clock, which may be wrong',
  person: 'said by a person',
};

/** Where the day of an interview comes from. */
export const sourceWords = (source: string | null) => (source === null ? '' : (SOURCES[source] ?? source));

/** `D03-T2` -> `D03-T`; null when it is no study id. */
export function participantOf(name: string | null): string | null {
  return /^(.+-\p{L}+)\d+$/u.exec(name ?? '')?.[1] ?? null;
}

/** `D03-T2` -> `T2`: what is enough where the group is known. */
export const shortName = (name: string) => name.slice(name.lastIndexOf('-') + 1);

/** `['D03-T1', 'D03-T2']` -> `covers T1 and T2`; nothing for one. */
export function coversWords(covers: readonly string[]): string {
  if (covers.length < 2) return '';
  const short = covers.map(shortName);
  return `covers ${short.slice(0, -1).join(', ')} and ${short.at(-1)}`;
}

/** `60 days after T1`, from the participant's interview before it; nothing while a day is not known. */
export function distanceWords(line: ParticipantLine | null, interviewId: string): string {
  const here = line?.waves.findIndex((wave) => wave.interview_id === interviewId) ?? -1;
  const days = line?.waves[here]?.days_since_previous ?? null;
  if (!line || days === null) return '';
  const before = line.waves.slice(0, here).findLast((wave) => wave.interview_id !== null && wave.held_on !== null);
  const from = before ? shortName(before.name) : 'the one before';
  if (days === 0) return `on the same day as ${from}`;
  const count = Math.abs(days) === 1 ? '1 day' : `${Math.abs(days).toLocaleString('en-GB')} days`;
  return days > 0 ? `${count} after ${from}` : `${count} before ${from}`;
}

/** The acts that bring an interview back to where it stood. */
export function wayBackTo(place: Pick<InterviewPlace, 'covers'>): { name: string; also: boolean }[] {
  return place.covers.map((name, index) => ({ name, also: index > 0 }));
}
