/** Whose voices they are: words for people, and the way back from a confirmation. */
import type { Study, VoiceSuggestion } from '../api/types';

/** What is known of an interview's people beside its words. */
export interface Who {
  study: Study;
  /** Study id of the participant it is filed under, such as `D03-C`. */
  participant: string | null;
  /** Who asked, as a person or a confirmed voice says. */
  interviewer: string | null;
  /** The voices that a person confirmed: label to person. */
  confirmed: ReadonlyMap<string, string>;
}

/** Name of the role of a participant: `D03-C` -> `client`; null for interviewers and people the protocol does not know. */
export function roleNameOf(person: string, study: Study): string | null {
  if (study.interviewers.includes(person)) return null;
  const code = /-(\p{L}+)\d*$/u.exec(person)?.[1];
  return study.roles.find((role) => role.code === code)?.name ?? null;
}

/** `D03-C` -> `client D03-C`, `I1` -> `interviewer I1`. */
export function personWords(person: string, study: Study | null): string {
  if (study?.interviewers.includes(person)) return `interviewer ${person}`;
  const role = study && roleNameOf(person, study);
  return role ? `${role} ${person}` : person;
}

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const confirmedOf = (voices: readonly VoiceSuggestion[]) =>
  new Map(voices.flatMap(({ label, person, confirmed }) => (confirmed && person ? [[label, person] as const] : [])));

/** What to say of each voice to come back from `after` to `before`: first what is taken back, then what is said again. */
export function wayBack(
  before: readonly VoiceSuggestion[],
  after: readonly VoiceSuggestion[],
): { label: string; person: string | null }[] {
  const [was, is] = [confirmedOf(before), confirmedOf(after)];
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((label) => was.get(label) !== is.get(label));
  const steps = changed.map((label) => ({ label, person: was.get(label) ?? null }));
  return [...steps.filter(({ person }) => person === null), ...steps.filter(({ person }) => person !== null)];
}
