/** Which interviews and which options an export is made of, and what is asked of the server for it. */
import type { components } from '../api/schema';
import type { ReleasedInterview } from '../api/types';

export type Format = components['schemas']['Format'];
export type Choice = components['schemas']['Choice'];
export type SoundForm = components['schemas']['SoundForm'];

/** An empty string or null narrows nothing. */
export interface Narrowing {
  group: string;
  role: string;
  wave: number | null;
}

export interface Options {
  codings: boolean;
  markers: boolean;
  memos: boolean;
  /** Every word, or without fillers and repetitions. */
  verbatim: boolean;
  sound: SoundForm | 'none';
}

export const ANY: Narrowing = { group: '', role: '', wave: null };
export const DEFAULTS: Options = { codings: true, markers: true, memos: true, verbatim: true, sound: 'none' };

export interface Query {
  format: Format;
  interview?: string[];
  codings?: boolean;
  markers?: boolean;
  memos?: boolean;
  verbatim?: boolean;
  sound?: SoundForm;
}

/** The interviews that a narrowing leaves. */
export function narrowed(interviews: readonly ReleasedInterview[], { group, role, wave }: Narrowing): ReleasedInterview[] {
  return interviews.filter(
    (one) => (!group || one.group === group) && (!role || one.role === role) && (wave === null || one.wave === wave),
  );
}

/** The values that interviews have, in order, each once. */
export function valuesOf<T extends string | number>(interviews: readonly ReleasedInterview[], of: (one: ReleasedInterview) => T): T[] {
  return [...new Set(interviews.map(of))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** What is asked of the server: only options that mean something in the format, and names only where not all are wanted. */
export function queryOf(
  format: Format,
  choices: readonly Choice[],
  options: Options,
  names: readonly string[],
  all: number,
): Query {
  const has = (choice: Choice) => choices.includes(choice);
  return {
    format,
    ...(choices.length && names.length < all ? { interview: [...names] } : {}),
    ...(has('codings') ? { codings: options.codings } : {}),
    ...(has('markers') ? { markers: options.markers } : {}),
    ...(has('memos') ? { memos: options.memos } : {}),
    ...(has('verbatim') ? { verbatim: options.verbatim } : {}),
    ...(has('sound') && options.sound !== 'none' ? { sound: options.sound } : {}),
  };
}

/** The query as it stands in an address. */
export function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.toString();
}
