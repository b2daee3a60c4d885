/** Names and colours of the voices of an interview. */
import type { Role, Speaker } from '../api/types';

export const ROLES: { role: Role; label: string }[] = [
  { role: 'interviewer', label: 'Interviewer' },
  { role: 'participant', label: 'Participant' },
  { role: 'other', label: 'Other' },
  { role: 'unknown', label: 'Not known' },
];

export interface Voice {
  label: string;
  role: Role;
  /** `Participant`; with the label where two voices have one role; `Speaker S1` where none is known. */
  name: string;
  /** Colour: of the role, or one of its own while the role is not known. */
  tone: Role | 'first' | 'second';
}

const TONES = ['first', 'second'] as const;

export function voicesOf(speakers: readonly Speaker[]): Map<string, Voice> {
  const sharing = new Map<Role, number>();
  for (const { role } of speakers) sharing.set(role, (sharing.get(role) ?? 0) + 1);
  const voices = new Map<string, Voice>();
  let nameless = 0;
  for (const { label, role, name: given } of speakers) {
    const named = ROLES.find((known) => known.role === role)?.label ?? role;
    const name = given ? given : role === 'unknown' ? `Speaker ${label}` : (sharing.get(role) ?? 0) > 1 ? `${named} ${label}` : named;
    const tone = role === 'unknown' ? (TONES[nameless++] ?? 'unknown') : role;
    voices.set(label, { label, role, name, tone });
  }
  return voices;
}
