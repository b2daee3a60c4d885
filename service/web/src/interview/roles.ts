/** Names and colours of the voices of an interview. */
import type { Role, Speaker } from '../api/types';
import { capital, roleNameOf, type Who } from './voices';

export const ROLES: { role: Role; label: string }[] = [
  { role: 'interviewer', label: 'Interviewer' },
  { role: 'participant', label: 'Participant' },
  { role: 'other', label: 'Other' },
  { role: 'unknown', label: 'Not known' },
];

export interface Voice {
  label: string;
  role: Role;
  /** `Participant`, or `Client D03-C` in a study; with the label where two voices have one role; `Speaker S1` where none is known. */
  name: string;
  /** The same as short as it can be told apart: `Client`. */
  short: string;
  /** Colour: of the role, or one of its own while the role is not known. */
  tone: Role | 'first' | 'second';
}

const TONES = ['first', 'second'] as const;

/** A role as it is called here: `Client` for the participant of a client's interview. */
export function roleLabel(role: Role, who: Who | null): string {
  const named = role === 'participant' && who?.participant ? roleNameOf(who.participant, who.study) : null;
  return named ? capital(named) : (ROLES.find((known) => known.role === role)?.label ?? role);
}

export function voicesOf(speakers: readonly Speaker[], who: Who | null = null): Map<string, Voice> {
  const sharing = new Map<Role, number>();
  for (const { role } of speakers) sharing.set(role, (sharing.get(role) ?? 0) + 1);
  const voices = new Map<string, Voice>();
  let nameless = 0;
  for (const { label, role, name: given } of speakers) {
    const alone = sharing.get(role) === 1;
    const person = who && role !== 'unknown' ? personOf(label, role, who, alone) : null;
    const named = person ? capital((who && roleNameOf(person, who.study)) ?? roleLabel(role, null)) : roleLabel(role, who);
    const known = person ?? (alone ? '' : label);
    const name = given ? given : role === 'unknown' ? `Speaker ${label}` : `${named} ${known}`.trim();
    const short = given || role === 'unknown' || !alone ? name : named;
    const tone = role === 'unknown' ? (TONES[nameless++] ?? 'unknown') : role;
    voices.set(label, { label, role, name, short, tone });
  }
  return voices;
}

/** Whose voice it is: as a person confirmed it, else by the role, where only one voice has that. */
function personOf(label: string, role: Role, who: Who, alone: boolean): string | null {
  const confirmed = who.confirmed.get(label);
  if (confirmed) return confirmed;
  if (!alone) return null;
  return role === 'participant' ? who.participant : role === 'interviewer' ? who.interviewer : null;
}
