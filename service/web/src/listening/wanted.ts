/** What a playlist is made from, as a person fills it in, as it is sent, and in words. */
import type { components } from '../api/schema';
import { KINDS } from '../interview/markers';
import type { Codebook } from './codes';

type Sent = components['schemas']['PlaylistWanted'];

export interface Wanted {
  query: string;
  code: string;
  theme: string;
  coder: string;
  marker: string;
  text: string;
  group: string;
  role: string;
  wave: string;
}

export const NOTHING: Wanted = { query: '', code: '', theme: '', coder: '', marker: '', text: '', group: '', role: '', wave: '' };

/** What an address such as `/listening?code=...&group=D03` asks for. */
export function wantedIn(search: string): Wanted {
  const asked = new URLSearchParams(search);
  const found = { ...NOTHING };
  for (const key of Object.keys(NOTHING) as (keyof Wanted)[]) found[key] = asked.get(key) ?? '';
  return found;
}

export const isEmpty = (wanted: Wanted) => Object.values(wanted).every((value) => !value.trim());

/** Whether it means whole interviews: nothing is asked of what is in them. */
export const isWhole = ({ query, code, theme, coder, marker, text }: Wanted) => ![query, code, theme, coder, marker, text].some((value) => value.trim());

export function sent(wanted: Wanted): Sent {
  const or = (value: string) => value.trim() || null;
  return {
    query: wanted.query.trim(),
    code: or(wanted.code),
    theme: or(wanted.theme),
    coder: or(wanted.coder),
    marker: or(wanted.marker) as Sent['marker'],
    text: wanted.text.trim(),
    group: or(wanted.group),
    role: or(wanted.role),
    wave: wanted.wave ? Number(wanted.wave) : null,
  };
}

/** `code “Being held”, laughter, group D01, wave 2`. */
export function inWords(wanted: Wanted, book: Codebook | null, roles: ReadonlyMap<string, string> = new Map()): string {
  const code = book?.codes.find(({ id }) => id === wanted.code);
  const theme = book?.themes.find(({ id }) => id === wanted.theme);
  const marker = KINDS.find(({ kind }) => kind === wanted.marker);
  return [
    isWhole(wanted) && 'whole interviews',
    wanted.query.trim(),
    code && `code “${code.name}”`,
    theme && `theme “${theme.name}”`,
    wanted.coder.trim() && `coded by ${wanted.coder.trim()}`,
    wanted.text.trim() && `“${wanted.text.trim()}”`,
    marker && marker.label.toLowerCase(),
    wanted.group && `group ${wanted.group}`,
    wanted.role && (roles.get(wanted.role) ?? `role ${wanted.role}`),
    wanted.wave && `wave ${wanted.wave}`,
  ]
    .filter(Boolean)
    .join(', ');
}
