/** What is compared, as the address keeps it: `/agreement?first=ann&second=ben&group=D03&unit=word`. */

export const UNITS = ['500', '1000', '2000', '5000', 'word'] as const;
export type Unit = (typeof UNITS)[number];
export const STATES = ['open', 'decided', 'all'] as const;
export type State = (typeof STATES)[number];
export const KINDS = ['one_only', 'another_code', 'edges'] as const;
export type Kind = (typeof KINDS)[number];

export interface Asked {
  first: string;
  second: string;
  group: string;
  role: string;
  /** 0 is any. */
  wave: number;
  unit: Unit;
  state: State;
  /** Empty is any. */
  kind: Kind | '';
  /** Id of a code; empty is any. */
  code: string;
}

const among = <T extends string>(known: readonly T[], value: string | null): T | null => known.find((one) => one === value) ?? null;

export function askedOf(search: string): Asked {
  const asked = new URLSearchParams(search);
  const text = (key: string) => (asked.get(key) ?? '').trim();
  const wave = Number(text('wave'));
  return {
    first: text('first'),
    second: text('second'),
    group: text('group'),
    role: text('role'),
    wave: Number.isInteger(wave) && wave >= 1 && wave <= 999 ? wave : 0,
    unit: among(UNITS, text('unit')) ?? '1000',
    state: among(STATES, text('state')) ?? 'open',
    kind: among(KINDS, text('kind')) ?? '',
    code: text('code'),
  };
}

export function agreementAddress(asked: Asked): string {
  const kept = new URLSearchParams();
  for (const key of ['first', 'second', 'group', 'role', 'kind', 'code'] as const) if (asked[key]) kept.set(key, asked[key]);
  if (asked.wave) kept.set('wave', String(asked.wave));
  if (asked.unit !== '1000') kept.set('unit', asked.unit);
  if (asked.state !== 'open') kept.set('state', asked.state);
  const text = kept.toString();
  return text ? `/agreement?${text}` : '/agreement';
}

/** Which interviews are meant, in the API's words. */
export function partOf({ group, role, wave }: Asked): { group?: string; role?: string; wave?: number } {
  return { ...(group ? { group } : {}), ...(role ? { role } : {}), ...(wave ? { wave } : {}) };
}

export const unitOf = (unit: Unit) => (unit === 'word' ? { unit: 'word' as const } : { unit: 'time' as const, unit_ms: Number(unit) });

/** The two who are compared when nobody was chosen: oneself, if one codes, and the next of the others. */
export function suggestedPair(me: string, coders: readonly string[], ready: ReadonlyMap<string, number>): [string, string] | null {
  const byReady = [...coders].sort((one, other) => (ready.get(other) ?? 0) - (ready.get(one) ?? 0) || one.localeCompare(other));
  const first = (ready.get(me) ?? 0) > 0 ? me : byReady.find((one) => one !== me || coders.length < 3);
  const second = byReady.find((one) => one !== first && (one !== me || coders.length < 3));
  return first && second ? [first, second] : null;
}
