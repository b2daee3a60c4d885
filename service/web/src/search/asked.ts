/** What is looked for, as the address of the search keeps it: `/search?q=held%20my%20hand&group=D03&role=client&wave=2`. */

export interface Asked {
  query: string;
  /** Who says it: `participant`, `interviewer`, or a label. */
  speaker: string;
  group: string;
  /** Role of the participant: its name or its code. */
  role: string;
  /** 0 is any. */
  wave: number;
}

const HIGHEST_WAVE = 999;

export function askedOf(search: string): Asked {
  const asked = new URLSearchParams(search);
  const text = (key: string) => (asked.get(key) ?? '').trim();
  const wave = Number(text('wave'));
  return {
    query: text('q'),
    speaker: text('speaker'),
    group: text('group'),
    role: text('role'),
    wave: Number.isInteger(wave) && wave >= 1 && wave <= HIGHEST_WAVE ? wave : 0,
  };
}

export function searchAddress(asked: Asked): string {
  const kept = new URLSearchParams();
  if (asked.query) kept.set('q', asked.query);
  for (const key of ['group', 'role', 'wave', 'speaker'] as const) if (asked[key]) kept.set(key, String(asked[key]));
  const text = kept.toString();
  return text ? `/search?${text}` : '/search';
}

/** The address of another phrase: on the page of the search, its filters stay. */
export function phraseAddress(query: string, pathname: string, search: string): string {
  const before = askedOf(pathname === '/search' ? search : '');
  return searchAddress({ ...before, query });
}

/** Which part of the study is meant, in the API's words. */
export function partOf({ group, role, wave }: Asked): { group?: string; role?: string; wave?: number } {
  return { ...(group ? { group } : {}), ...(role ? { role } : {}), ...(wave ? { wave } : {}) };
}

export const choosesPart = (asked: Asked) => Object.keys(partOf(asked)).length > 0;

/** The filters that are set, each with what to say of it. */
export function filtersOf(asked: Asked): { key: 'group' | 'role' | 'wave' | 'speaker'; text: string }[] {
  const filters: { key: 'group' | 'role' | 'wave' | 'speaker'; text: string }[] = [];
  if (asked.group) filters.push({ key: 'group', text: `group ${asked.group}` });
  if (asked.role) filters.push({ key: 'role', text: asked.role });
  if (asked.wave) filters.push({ key: 'wave', text: `wave ${asked.wave}` });
  if (asked.speaker) filters.push({ key: 'speaker', text: `said by ${asked.speaker}` });
  return filters;
}

export const without = (asked: Asked, key: 'group' | 'role' | 'wave' | 'speaker'): Asked => ({ ...asked, [key]: key === 'wave' ? 0 : '' });
